// Guessing the serial: what a try costs, when it is counted, and what resets the count (PROTOCOL 7.3). The shipped
// bundle, and where flash or randomness must fail at a certain moment, the setup from its sources.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR, PATH_AUTH, PATH_DH, STEP_AUTH, TYPE_BYTES } from "../../../firmware/protocol.ts";
import { createTries } from "../../../firmware/store/tries.ts";
import { boardNamed } from "../../../boards/index.ts";
import { PowerCut } from "../../../host-sim/flash.ts";
import type { NorFlash } from "../../../host-sim/flash.ts";
import { benchSetup } from "../../support/bench-setup.ts";
import { SERIAL, VirtualDevice, WRONG_SERIAL } from "../../support/virtual-device.ts";
import type { Answer } from "../../support/virtual-device.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const shown = ({ status, code }: Answer): string => `${status} ${code}`.trim();
const USED_UP = `429 ${ERROR.triesUsedUp}`;

test("the fifth wrong serial is answered, and then the window shuts", async () => {
  const device = await VirtualDevice.open();
  for (let i = 0; i < 5; i++) {
    assert.ok(device.isListening(), `after ${i}`);
    device.advance(i === 4 ? 62000 : 1100); // four dead sessions keep their slots until their cookies are too old
    const session = device.agree();
    assert.is(JSON.parse(session.greeting.body).tries, 5 - i);
    assert.is(shown(session.auth(WRONG_SERIAL)), `401 ${ERROR.unauthenticated}`);
  }
  assert.not(device.isListening());
  assert.is(device.console.at(-1), "wib: window shut: too many failed tries");
  device.openWindow();
  assert.is(JSON.parse(device.greet().greeting.body).tries, 5); // a new window has five again, until there are 50
  assert.is(device.status().failedTries, 5);
});

test("while the fifth answer is not taken nobody has a sixth try, nor anything else", () => {
  const bench = benchSetup();
  for (let i = 0; i < 3; i++) bench.agree().auth(WRONG_SERIAL);
  bench.advance(62000);
  const sessions = [bench.agree(), bench.agree(), bench.agree()];
  const texts = sessions.map((s) => s.text(PATH_AUTH, s.sealed(STEP_AUTH, WRONG_SERIAL)));
  // All three bodies are on their way, accepted by their headers; the fourth try fails, the fifth's answer is not taken.
  const peers = texts.map((text) => bench.connect(text.slice(0, -1)));
  peers[1].takes = 0;
  peers.forEach((peer, i) => peer.write(texts[i].slice(-1)));
  bench.idle();
  assert.is(bench.tries.failed, 5);
  assert.match(peers[2].received, /^HTTP\/1\.1 429 /);
  assert.is(shown(bench.send(`GET ${PATH_DH} HTTP/1.1\r\nHost: a\r\n\r\n`)), USED_UP);
  assert.not(bench.events.includes("exhausted"));
  peers[1].takes = Infinity;
  bench.idle();
  assert.match(peers[1].received, /^HTTP\/1\.1 401 /);
  assert.is(bench.events.at(-1), "exhausted");
});

/** Tries that others had before, as the firmware writes them. */
function spendBefore(flash: NorFlash, count: number): void {
  const { storage } = boardNamed("linux");
  const tries = createTries(virtualHal(flash, storage).hal, storage);
  for (let i = 0; i < count; i++) tries.spend();
}

test("fifty wrong serials in all end it, across windows and restarts, until a factory reset", async () => {
  const device = await VirtualDevice.create();
  spendBefore(device.flash, 46);
  device.boot();
  for (const left of [4, 3, 2, 1]) {
    if (left % 2) device.boot();
    if (!device.isListening()) device.openWindow();
    const session = device.agree();
    assert.is(JSON.parse(session.greeting.body).tries, left);
    assert.is(shown(session.auth(WRONG_SERIAL)), `401 ${ERROR.unauthenticated}`);
  }
  for (const again of [() => {}, () => device.boot(), () => device.advance(600e3)]) {
    again();
    if (!device.isListening()) device.hold(3100);
    assert.is(shown(device.request(PATH_DH)), USED_UP);
    assert.is(shown(device.request(PATH_AUTH, { body: "x".repeat(80), type: TYPE_BYTES })), USED_UP);
  }
  assert.is(device.status().failedTries, 50);
  device.hold(10100);
  assert.is(device.status().failedTries, 0);
  device.boot();
  assert.is(device.status().failedTries, 0);
  device.openWindow();
  assert.is(device.authenticated().csr().status, 200);
});

test("a right serial clears the count", async () => {
  const device = await VirtualDevice.open();
  device.agree().auth(WRONG_SERIAL);
  device.agree().auth(WRONG_SERIAL);
  assert.is(device.status().failedTries, 2);
  device.authenticated();
  assert.is(device.status().failedTries, 0);
  device.boot();
  assert.is(device.status().failedTries, 0);
});

test("a try is in flash before anything is answered: pulling the plug gives none back", async () => {
  for (const serial of [WRONG_SERIAL, SERIAL])
    for (const cut of [0, 1, 4, 7, 8, 15, 16]) {
      const device = await VirtualDevice.open();
      const session = device.agree();
      const text = session.text(PATH_AUTH, session.sealed(STEP_AUTH, serial));
      device.flash.cutAfter(cut);
      let answered = "";
      const peer = device.connect(text);
      try {
        device.settle(peer);
      } catch (error) {
        assert.instance(error, PowerCut);
      }
      answered = peer.received;
      device.flash.powerOn();
      device.boot();
      const counted = device.status().failedTries;
      // The first byte marks the record as used; until it is programmed nothing has been judged.
      if (serial === WRONG_SERIAL) assert.is(counted, cut === 0 ? 0 : 1, `cut after ${cut}`);
      if (answered) assert.ok(counted === 1 || (serial === SERIAL && counted === 0), `cut after ${cut}`);
      if (cut < 8) assert.is(answered, "", `answered before the try was in flash, cut after ${cut}`);
    }
});

test("where flash does not take the try nothing is judged, and the session goes on", () => {
  const bench = benchSetup();
  const session = bench.agree();
  bench.tries.works = false;
  const refused = session.auth();
  assert.equal([shown(refused), refused.header("Wib-Proof")], [`503 ${ERROR.storeFailed}`, undefined]);
  bench.tries.works = true;
  assert.is(session.auth().status, 204);
});

test("a body of another length is no try", () => {
  const bench = benchSetup();
  const session = bench.agree();
  for (const length of [0, 16, 79, 81]) assert.is(session.post(PATH_AUTH, "x".repeat(length)).status, 400);
  assert.is(bench.tries.failed, 0);
  assert.is(session.auth().status, 204);
});

test("randomness that fails while a body is on its way stops it", () => {
  const bench = benchSetup();
  const session = bench.agree();
  const text = session.text(PATH_AUTH, session.sealed(STEP_AUTH, SERIAL));
  const peer = bench.connect(text.slice(0, -1));
  bench.entropy = ERROR.entropyFailed;
  peer.write(text.slice(-1));
  assert.is(shown(bench.settle(peer)), `503 ${ERROR.entropyFailed}`);
  assert.is(bench.tries.failed, 0);
});

test("the LED's owner is told when somebody is at work, and when nobody is any more", () => {
  const bench = benchSetup();
  bench.greet();
  assert.equal(bench.events, []);
  const session = bench.agree();
  assert.is(bench.events.at(-1), "busy true");
  const other = bench.agree();
  session.auth(WRONG_SERIAL);
  assert.ok(bench.events.lastIndexOf("busy true") > bench.events.lastIndexOf("busy false"));
  other.auth(WRONG_SERIAL);
  assert.ok(bench.events.lastIndexOf("busy false") > bench.events.lastIndexOf("busy true"));
});

test.run();
