// POST key on the shipped bundle: one at a time, every accepted byte of it from a session; a power cut at any byte
// leaves the old pair or the new one; after a factory reset the key's bytes are gone; the console never tells.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { linux } from "../../../boards/linux.ts";
import { boardNamed } from "../../../boards/index.ts";
import { ERROR, PATH_KEY, STEP_KEY, TYPE_BYTES } from "../../../firmware/protocol.ts";
import { createKeystore } from "../../../firmware/store/keystore.ts";
import type { Pair } from "../../../firmware/store/keystore.ts";
import { NorFlash, PowerCut } from "../../../host-sim/flash.ts";
import { hex, primitives } from "../../support/hal.ts";
import { times } from "../../support/random.ts";
import { requestText, SERIAL, VirtualDevice, WRONG_SERIAL } from "../../support/virtual-device.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const vector = (name: string) => readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url), "latin1");
const PEM = vector("device.pem") + vector("device.key");
const DER_KEY = Buffer.from(vector("device.key").replace(/-----[^-]+-----|\s/g, ""), "base64");
const SCALAR = DER_KEY.subarray(7, 39);
const { storage } = boardNamed("linux");

/** The pair a boot would find. */
function pairIn(flash: NorFlash): Pair | undefined {
  const { hal, area } = virtualHal(flash, storage);
  return createKeystore(hal, area, primitives).current();
}

function holds(flash: NorFlash, secret: Uint8Array): boolean {
  return Buffer.from(flash.snapshot()).includes(Buffer.from(secret));
}

/** Of a device in whose flash there is a first pair, with a key of these bytes. */
const OLD_KEY = new Uint8Array(48).fill(0xa5);

async function deviceWithOldPair(): Promise<VirtualDevice> {
  const device = await VirtualDevice.create();
  const { hal, area } = virtualHal(device.flash, storage);
  assert.ok(
    createKeystore(hal, area, primitives).install({
      key: OLD_KEY,
      chain: [new Uint8Array(60).fill(0x30)],
      settings: "",
    }),
  );
  device.boot();
  device.openWindow();
  return device;
}

test("a new pair replaces the old one, whose key is zero in flash before the answer is there", async () => {
  const device = await deviceWithOldPair();
  assert.ok(holds(device.flash, OLD_KEY));
  const session = device.authenticated();
  const peer = device.connect(session.text(PATH_KEY, session.sealed(STEP_KEY, PEM)));
  let held = true;
  for (let i = 0; !peer.received && i < 500; i++) {
    held = holds(device.flash, OLD_KEY);
    device.advance(1);
  }
  assert.match(peer.received, /^HTTP\/1\.1 204 /);
  assert.ok(held, "it was there until the switch");
  assert.not(holds(device.flash, OLD_KEY));
  assert.is(hex(pairIn(device.flash)!.key), DER_KEY.toString("hex"));
});

test("a factory reset leaves no byte of the key in flash, and no pair", async () => {
  const device = await VirtualDevice.open();
  assert.is(device.authenticated().key(PEM).status, 204);
  assert.ok(holds(device.flash, SCALAR));
  device.hold(10100);
  assert.equal([device.status().installed, device.console.at(-1)], [false, "wib: factory reset"]);
  // The rest of its DER is constants that the firmware has too.
  for (let at = 0; at + 8 <= SCALAR.length; at++) assert.not(holds(device.flash, SCALAR.subarray(at, at + 8)), `${at}`);
  device.boot();
  assert.is(device.status().installed, false);
});

test("a hold just short of a factory reset resets nothing", async () => {
  const device = await VirtualDevice.open();
  assert.is(device.authenticated().key(PEM).status, 204);
  device.hold(9900);
  assert.ok(device.status().installed && device.isListening());
});

test("a power cut at any byte of an installation leaves the old pair or the new one, whole", async () => {
  const device = await deviceWithOldPair();
  const session = device.authenticated();
  const text = session.text(PATH_KEY, session.sealed(STEP_KEY, PEM));
  const before = device.flash.snapshot();
  const from = device.flash.operations;
  assert.is(device.send(text).status, 204);
  const total = device.flash.operations - from;
  assert.ok(total > 500);
  // The same writes again, without the rest of the device: its keystore on a copy of the flash.
  const pair = pairIn(device.flash)!;
  let switched = 0;
  const step = Math.ceil(7 / times(1)); // every byte with test:full
  for (let cut = 0; cut <= total; cut += cut < total - 60 ? step : 1) {
    const flash = new NorFlash([linux.storage]);
    flash.restore(before);
    const { hal, area } = virtualHal(flash, storage);
    const keystore = createKeystore(hal, area, primitives);
    flash.cutAfter(cut);
    try {
      keystore.install({ ...pair, key: pair.key.slice() });
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    const left = hex(pairIn(flash)!.key); // this is a boot
    assert.ok([hex(OLD_KEY), hex(pair.key)].includes(left), `cut after ${cut}`);
    const isNew = left === hex(pair.key);
    assert.ok(!switched || isNew, `the old pair is back, cut after ${cut}`);
    if (isNew) {
      switched++;
      assert.not(holds(flash, OLD_KEY), `the old key is still there after the boot, cut after ${cut}`);
    } else assert.ok(holds(flash, OLD_KEY));
  }
  assert.ok(switched > 20);
});

test("one body is received at a time; the next may come when it is done, cut off or refused", async () => {
  const device = await VirtualDevice.open();
  const [a, b] = [device.authenticated(), device.authenticated()];
  const busy = `503 ${ERROR.busy}`;
  const shown = (answer: { status: number; code: string }) => `${answer.status} ${answer.code}`;
  const text = a.text(PATH_KEY, a.sealed(STEP_KEY, PEM));
  for (const end of [(peer: ReturnType<typeof device.connect>) => peer.end(), () => device.advance(10100)]) {
    const peer = device.connect(text.slice(0, 700));
    device.board.idle();
    assert.is(shown(b.key(PEM)), busy);
    assert.is(shown(a.key(PEM)), busy);
    end(peer);
    device.settle(peer);
  }
  assert.is(shown(a.post(PATH_KEY, "x".repeat(100))), `401 ${ERROR.unauthenticated}`);
  assert.is(shown(a.key("rubbish")), `400 ${ERROR.malformedPem}`);
  assert.is(shown(b.key(PEM)), "204 ");
});

test("nobody without a session can disturb a body that is being received", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  const other = device.agree();
  const text = session.text(PATH_KEY, session.sealed(STEP_KEY, PEM));
  const peer = device.connect(text.slice(0, 700));
  device.board.idle();
  const header = { body: "x".repeat(200), type: TYPE_BYTES };
  device.request(PATH_KEY, header); // 401
  device.request(PATH_KEY, { ...header, cookie: other.cookie }); // 409
  device.request(PATH_KEY, { ...header, cookie: session.cookie }); // 503
  device.request(PATH_KEY, { ...header, type: "text/plain" }); // 415
  device.request(PATH_KEY, { method: "GET" }); // 405
  device.request(PATH_KEY, { ...header, host: "evil.example" }); // 403
  peer.write(text.slice(700));
  assert.is(device.settle(peer).status, 204);
});

test("a session that times out while its body arrives cannot spoil the next one's", async () => {
  const device = await VirtualDevice.open();
  const old = device.authenticated();
  device.advance(84000);
  const young = device.authenticated();
  const late = old.text(PATH_KEY, old.sealed(STEP_KEY, PEM));
  const peer = device.connect(late.slice(0, 700));
  device.advance(7000); // 90 s are over
  assert.is(young.key(PEM).code, ERROR.busy); // its bytes still go to the one buffer
  peer.write(late.slice(700));
  assert.is(device.settle(peer).code, ERROR.unauthenticated);
  assert.is(young.key(PEM).status, 204);
});

test("a peer that leaves while its pair is being checked leaves a device that is set up, and a shut window", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  const peer = device.connect(session.text(PATH_KEY, session.sealed(STEP_KEY, PEM)));
  peer.end();
  device.board.idle();
  device.advance(2000);
  assert.equal([device.status().installed, device.isListening()], [true, false]);
});

test("what a body of the largest size holds is never kept in part", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  const answer = session.key(PEM.padEnd(9984 - 64, " "));
  assert.is(answer.status, 204);
});

test("neither serial nor keys nor cookies appear on the console, whatever happens", async () => {
  const device = await VirtualDevice.open();
  device.agree().auth(WRONG_SERIAL);
  const session = device.authenticated();
  session.post(PATH_KEY, "x".repeat(300));
  session.key("rubbish");
  const last = device.authenticated();
  device.send(requestText(PATH_KEY, { cookie: last.cookie, body: PEM, type: TYPE_BYTES }));
  last.key(
    PEM +
      `-----BEGIN WIB SETTINGS-----\n${Buffer.from('{"wifi":{"ssid":"s","psk":"passphrase"}}').toString("base64")}\n-----END WIB SETTINGS-----\n`,
  );
  device.boot();
  const console = device.console.join("\n");
  assert.match(console, /installed/);
  const secrets = [SERIAL, WRONG_SERIAL, "passphrase", session.cookie, last.cookie, SCALAR.toString("hex")];
  for (const keys of [session.keys!, last.keys!])
    secrets.push(...[keys.encryption, keys.client, keys.device].map((key) => hex(key).slice(0, 16)));
  for (const secret of secrets) assert.not(console.toLowerCase().includes(secret.toLowerCase()), secret);
  assert.not(/[A-Za-z0-9+/]{24}/.test(console), "something long that is no word");
});

test.run();
