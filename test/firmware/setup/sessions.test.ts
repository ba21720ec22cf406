// Sessions on the shipped bundle: one a cookie, four at a time, one key agreement at a time, their deadlines, and what
// a wrong seal costs (PROTOCOL 3.2, 4, 6 and 7.2).
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  ERROR,
  PATH_AUTH,
  PATH_CSR,
  PATH_DH,
  PATH_KEY,
  STEP_AUTH,
  STEP_CSR,
  STEP_KEY,
} from "../../../firmware/protocol.ts";
import type { Answer } from "../../support/virtual-device.ts";
import { parseAnswer, SERIAL, VirtualDevice, WRONG_SERIAL } from "../../support/virtual-device.ts";

const vector = (name: string) => readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url), "latin1");
const PAIR = vector("device.pem") + vector("device.key");
const shown = ({ status, code }: Answer): string => `${status} ${code}`.trim();
const UNAUTHENTICATED = `401 ${ERROR.unauthenticated}`;
const WRONG_ORDER = `409 ${ERROR.wrongOrder}`;

for (const suite of ["cpace-x25519", "x25519", "p256", "ffdhe2048"])
  test(`a whole setup with ${suite}: every answer is proven, and the window closes after the last`, async () => {
    const device = await VirtualDevice.open();
    const session = device.agree(suite);
    for (const [path, step, text] of [
      [PATH_AUTH, STEP_AUTH, SERIAL],
      [PATH_KEY, STEP_KEY, PAIR],
    ] as const) {
      const body = session.sealed(step, text);
      const answer = session.post(path, body);
      assert.is(shown(answer), "204");
      assert.is(answer.header("Wib-Proof"), session.proof(path, answer, body));
    }
    assert.not(device.isListening());
    assert.ok(device.status().installed);
    assert.is(device.board.openSockets(), 0);
  });

test("a refused pair is proven too, the session is over, the window is not", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  const body = session.sealed(STEP_KEY, vector("device.pem"));
  const answer = session.post(PATH_KEY, body);
  assert.is(shown(answer), `400 ${ERROR.noPrivateKey}`);
  assert.is(answer.header("Wib-Proof"), session.proof(PATH_KEY, answer, body));
  assert.is(shown(session.post(PATH_KEY, body)), UNAUTHENTICATED);
  assert.ok(device.isListening());
  assert.not(device.status().installed);
});

test("a key that is not the certificate's installs nothing", async () => {
  const device = await VirtualDevice.open();
  const der = Buffer.from(vector("device.key").replace(/-----[^-]+-----|\s/g, ""), "base64");
  der[38] ^= 1; // the scalar's last byte
  const other = `-----BEGIN EC PRIVATE KEY-----\n${der.toString("base64")}\n-----END EC PRIVATE KEY-----\n`;
  assert.is(shown(device.authenticated().key(vector("device.pem") + other)), `400 ${ERROR.badKey}`);
  assert.not(device.status().installed);
});

test("401 says nothing about what was wrong, proves nothing, and takes the cookie back", async () => {
  const device = await VirtualDevice.open();
  const wrongSerial = device.agree().auth(WRONG_SERIAL);
  const session = device.agree();
  const body = session.sealed(STEP_AUTH, SERIAL);
  body[79] ^= 1;
  const wrongTag = session.post(PATH_AUTH, body);
  assert.is(wrongSerial.head + wrongSerial.body, wrongTag.head + wrongTag.body);
  assert.is(shown(wrongTag), UNAUTHENTICATED);
  assert.is(wrongTag.header("Wib-Proof"), undefined);
  assert.is(wrongTag.header("Set-Cookie"), "wib=; Path=/setup; Max-Age=0");
  assert.is(device.status().failedTries, 2); // both were counted
});

test("the serial itself, unsealed, is worth nothing", async () => {
  const device = await VirtualDevice.open();
  const session = device.agree();
  assert.is(shown(session.post(PATH_AUTH, SERIAL + "\0".repeat(64))), UNAUTHENTICATED);
  assert.is(device.status().failedTries, 1);
});

test("the session is over after one wrong serial: the right one is too late", async () => {
  const device = await VirtualDevice.open();
  const session = device.agree();
  session.auth(WRONG_SERIAL);
  assert.is(shown(session.auth()), UNAUTHENTICATED);
  assert.is(device.status().failedTries, 1); // what has no session is no try
});

test("every step out of turn is refused, in every state that can be reached", async () => {
  const device = await VirtualDevice.open();
  const steps = (session: ReturnType<typeof device.greet>): string[] => [
    shown(session.dh()),
    ...[PATH_AUTH, PATH_CSR, PATH_KEY].map((path) => shown(session.post(path, "x".repeat(80)))),
  ];
  const none = device.greet();
  assert.equal(steps(none).slice(1), steps(none).slice(1)); // a dh has opened one
  const fresh = device.greet();
  assert.equal(
    [PATH_AUTH, PATH_CSR, PATH_KEY].map((path) => shown(fresh.post(path, "x".repeat(80)))),
    Array(3).fill(UNAUTHENTICATED),
  );
  const waiting = device.agree();
  assert.is(shown(waiting.dh()), WRONG_ORDER);
  assert.is(shown(waiting.csr()), WRONG_ORDER);
  assert.is(shown(waiting.key(PAIR)), WRONG_ORDER);
  assert.is(shown(waiting.auth()), "204");
  assert.is(shown(waiting.dh()), WRONG_ORDER);
  assert.is(shown(waiting.auth()), WRONG_ORDER);
  assert.is(shown(waiting.key("rubbish")), `400 ${ERROR.malformedPem}`);
  assert.equal(steps(waiting), Array(4).fill(UNAUTHENTICATED));
});

test("a cookie opens one session: not a second one in a row, nor two at once, nor one behind a body held back", async () => {
  const device = await VirtualDevice.open();
  const session = device.greet();
  const [first, second, third] = [session.begin(), session.begin(), session.begin()];
  // The header of each is accepted before there is a session; the third's body comes after the first's answer.
  const held = device.connect(third.text.slice(0, -1));
  const [a, b] = [device.connect(first.text), device.connect(second.text)];
  const answers = [device.settle(a), device.settle(b)].map(shown);
  assert.equal(answers, ["200", WRONG_ORDER]);
  held.write(third.text.slice(-1));
  assert.is(shown(device.settle(held)), WRONG_ORDER);
  assert.is(shown(session.dh()), WRONG_ORDER);
  first.derive(parseAnswer(a.received));
  assert.is(session.auth().status, 204);
});

test("a cookie that grew too old while its body was held back opens nothing", async () => {
  const device = await VirtualDevice.open();
  const session = device.greet();
  device.advance(55000);
  const { text } = session.begin();
  const held = device.connect(text.slice(0, -1));
  device.advance(7000);
  held.write(text.slice(-1));
  assert.is(shown(device.settle(held)), UNAUTHENTICATED);
});

test("a greeting's cookie opens a session for 60 seconds", async () => {
  const device = await VirtualDevice.open();
  const [young, old] = [device.greet(), device.greet()];
  device.advance(59000);
  assert.is(young.dh().status, 200);
  device.advance(2500);
  assert.is(shown(old.dh()), UNAUTHENTICATED);
});

test("one key agreement runs at a time; the other one is told to come back, and its cookie is still good", async () => {
  const device = await VirtualDevice.open();
  const [a, b] = [device.greet(), device.greet()];
  const [first, second] = [device.connect(a.begin("p256").text), device.connect(b.begin().text)];
  device.settle(first);
  const busy = device.settle(second);
  assert.equal([shown(busy), busy.header("Retry-After")], [`503 ${ERROR.busy}`, "1"]);
  assert.is(b.dh().status, 200);
});

test("there are four sessions; a fifth waits until a dead one's cookie is more than 60 seconds old", async () => {
  const device = await VirtualDevice.open();
  const sessions = [device.agree(), device.agree(), device.agree(), device.agree()];
  const fifth = device.greet();
  const full = fifth.dh();
  assert.equal([shown(full), full.header("Retry-After")], [`503 ${ERROR.noSlot}`, "60"]);
  sessions[0].auth(WRONG_SERIAL); // dead, but its cookie might open another
  assert.is(shown(fifth.dh()), `503 ${ERROR.noSlot}`);
  device.advance(62000); // all four have timed out, all four cookies are too old, the fifth's too
  assert.is(shown(fifth.dh()), UNAUTHENTICATED);
  for (let i = 0; i < 4; i++) device.agree();
  assert.is(shown(device.greet().dh()), `503 ${ERROR.noSlot}`);
});

test("a session has 30 seconds to authenticate", async () => {
  const device = await VirtualDevice.open();
  const [quick, slow] = [device.agree(), device.agree()];
  device.advance(27000);
  assert.is(quick.auth().status, 204);
  device.advance(4000);
  assert.is(shown(slow.auth()), UNAUTHENTICATED);
  assert.ok(device.console.includes("wib: session timed out"));
  assert.is(device.status().failedTries, 0);
});

test("and 90 seconds more for the rest, whatever it does in them", async () => {
  const device = await VirtualDevice.open();
  const [quick, slow] = [device.authenticated(), device.authenticated()];
  for (let i = 0; i < 8; i++) {
    device.advance(10900);
    assert.is(slow.csr().status, i ? 409 : 200); // prolongs nothing
  }
  assert.is(quick.key("x").status, 400);
  device.advance(5000);
  assert.is(shown(slow.key(PAIR)), UNAUTHENTICATED);
});

test("after auth seven bad seals cost nothing, the eighth ends the session", async () => {
  const device = await VirtualDevice.open();
  for (const [count, good] of [
    [7, true],
    [8, false],
  ] as const) {
    const session = device.authenticated();
    for (let i = 0; i < count; i++) {
      const body = session.sealed(i % 2 ? STEP_KEY : STEP_CSR, PAIR.slice(0, 100));
      body[i * 9] ^= 0x80;
      // Neither a changed body nor one of another step nor one too short to hold anything.
      const bad = [body, session.sealed(STEP_AUTH, SERIAL), "x".repeat(64)][i % 3];
      const answer = session.post(i % 2 ? PATH_KEY : PATH_CSR, bad);
      assert.equal([shown(answer), answer.header("Wib-Proof")], [UNAUTHENTICATED, undefined]);
    }
    assert.is(shown(session.key("rubbish")), good ? `400 ${ERROR.malformedPem}` : UNAUTHENTICATED);
  }
  assert.is(device.status().failedTries, 0);
});

test("a sealed body of 65 bytes is the shortest that can be right", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  assert.is(shown(session.post(PATH_KEY, session.sealed(STEP_KEY, ""))), UNAUTHENTICATED);
  assert.is(shown(session.key("x")), `400 ${ERROR.malformedPem}`);
});

test("a peer's own public key, a point off the curve and rubbish: what is refused, and what it costs", async () => {
  const device = await VirtualDevice.open();
  const session = device.greet();
  const dh = (body: string) =>
    shown(device.request(PATH_DH, { cookie: session.cookie, type: "application/x-pem-file", body }));
  const pem = (hex: string) =>
    `-----BEGIN PUBLIC KEY-----\n${Buffer.from(hex, "hex").toString("base64")}\n-----END PUBLIC KEY-----\n`;
  const X25519 = "302a300506032b656e032100";
  const P256 = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
  const p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"; // SP 800-186
  const good = `${X25519}09${"0".repeat(62)}`;
  for (const body of [
    "",
    "rubbish",
    ` ${pem(good)}`,
    pem(good) + pem(good),
    pem(`${good}00`),
    pem(good.slice(0, -2)),
    pem(`30${good.slice(4)}`),
  ])
    assert.is(dh(body), `400 ${ERROR.malformedPublicKey}`, body);
  // Of the right length, but for X448, and a compressed point.
  for (const body of [pem(good.replace("656e", "656f")), pem(`${P256.slice(0, -2)}02${"1".repeat(128)}`)])
    assert.is(dh(body), `400 ${ERROR.malformedPublicKey}`, body);
  const points = ["0".repeat(128), p + "0".repeat(64), "0".repeat(64) + p, "f".repeat(128), "0".repeat(127) + "1"];
  for (const point of points) assert.is(dh(pem(P256 + point)), `400 ${ERROR.unusablePublicKey}`, point);
  // Nothing of that used the cookie up; an all-zero result does.
  assert.is(dh(pem(X25519 + "0".repeat(64))), `400 ${ERROR.unusablePublicKey}`);
  assert.is(dh(pem(good)), UNAUTHENTICATED);
});

test("two bodies of auth on their way at once: the first is judged, the second is out of turn and is no try", async () => {
  const device = await VirtualDevice.open();
  const session = device.agree();
  const right = session.text(PATH_AUTH, session.sealed(STEP_AUTH, SERIAL));
  const wrong = session.text(PATH_AUTH, session.sealed(STEP_AUTH, WRONG_SERIAL));
  const peers = [device.connect(right.slice(0, -1)), device.connect(wrong.slice(0, -1))];
  device.board.idle();
  peers[0].write(right.slice(-1));
  assert.is(device.settle(peers[0]).status, 204);
  peers[1].write(wrong.slice(-1));
  assert.is(shown(device.settle(peers[1])), WRONG_ORDER);
  assert.is(device.status().failedTries, 0);
});

test.run();
