// The setup window of the shipped bundle, in virtual time: what opens it, what shuts it, and what does not prolong it
// (PROTOCOL 7.1). Nothing listens while it is shut.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR, PATH_DH } from "../../../firmware/protocol.ts";
import { turns } from "../../../host-sim/noise/attacks.ts";
import { stuckNoise, uniformNoise } from "../../../host-sim/noise.ts";
import { requestText, VirtualDevice } from "../../support/virtual-device.ts";

test("nothing listens before the window is opened; a hold opens it, another one shuts it", async () => {
  const device = await VirtualDevice.create();
  assert.not(device.isListening());
  device.hold(2900);
  assert.not(device.isListening());
  device.hold(3100);
  assert.ok(device.isListening() && device.status().window);
  device.hold(3100);
  assert.not(device.isListening() || device.status().window);
  assert.is(device.console.at(-1), "wib: window shut: button");
});

/** Advances to just before and just after the 300th second since the window was opened. */
async function closesAfter300s(traffic: (device: VirtualDevice) => void): Promise<VirtualDevice> {
  const device = await VirtualDevice.create();
  device.board.press(3100);
  device.advance(3101);
  assert.ok(device.isListening());
  const ms = () => Math.round((device.clock.now() - device.clock.offset) * 1000);
  const opened = ms();
  while (ms() - opened < 298000) {
    device.advance(1000);
    traffic(device);
  }
  device.advance(299900 - (ms() - opened));
  assert.ok(device.isListening());
  device.advance(200);
  assert.not(device.isListening());
  assert.is(device.console.at(-1), "wib: window shut: time is up");
  return device;
}

test("who has authenticated in time may finish after it, and nobody else is served", async () => {
  const device = await VirtualDevice.open();
  device.advance(250000);
  const [session, other] = [device.authenticated(), device.agree()];
  device.advance(60000);
  assert.ok(device.isListening());
  assert.is(other.auth().status, 503);
  assert.is(device.status().failedTries, 0);
  assert.is(session.key("x").status, 400);
  device.advance(2000);
  assert.not(device.isListening());
});

test("a session that has authenticated keeps the window open for its own 90 s at the most", async () => {
  const device = await VirtualDevice.open();
  device.advance(250000);
  device.authenticated();
  device.advance(88000);
  assert.ok(device.isListening());
  device.advance(4000);
  assert.not(device.isListening());
});

test("it shuts after 300 s when nobody comes", () => closesAfter300s(() => {}).then(() => {}));

test("no traffic prolongs it: greetings, sessions that do not authenticate, connections left open", async () => {
  let n = 0;
  const device = await closesAfter300s((d) => {
    n++;
    if (n % 7 === 0) d.greet();
    if (n === 10) d.authenticated();
    if (n === 250) d.agree();
    if (n % 3 === 0) d.connect(requestText(PATH_DH).slice(0, 20)); // each stays for 10 s
    d.board.idle();
  });
  assert.is(device.board.openSockets(), 0); // those left open went with it
});

test("a clock that is set back does not prolong it, one that is set forward does not shut it", async () => {
  await closesAfter300s((d) => void (d.clock.offset = -1000));
  await closesAfter300s((d) => void (d.clock.offset = 1.7e9));
});

test("with the clock set back, cookies made later are none, and the greeting still answers", async () => {
  const device = await VirtualDevice.open();
  device.advance(20000);
  const session = device.greet();
  device.clock.offset = -15;
  assert.is(session.dh().status, 401);
  assert.is(JSON.parse(device.greet().greeting.body).window > 0, true);
});

test("it does not survive a restart, and its cookies are worth nothing in the next one", async () => {
  const device = await VirtualDevice.open();
  const session = device.greet();
  device.boot();
  assert.not(device.isListening() || device.status().window);
  device.openWindow();
  assert.is(session.dh().status, 401);
  device.hold(3100);
  device.openWindow();
  assert.is(session.dh().status, 401);
  assert.is(device.agree().auth().status, 204);
});

test("salt and cookies are new for each window, the cookies for each greeting", async () => {
  const device = await VirtualDevice.open();
  const [a, b] = [device.greet(), device.greet()];
  const saltOf = (s: typeof a) => JSON.parse(s.greeting.body).salt;
  assert.is(saltOf(a), saltOf(b));
  assert.is.not(a.cookie.slice(0, 32), b.cookie.slice(0, 32));
  device.hold(3100);
  device.openWindow();
  assert.is.not(saltOf(device.greet()), saltOf(a));
});

test("it is not opened before there is randomness", async () => {
  const device = await VirtualDevice.create({ noise: { timer: stuckNoise(3) } });
  device.hold(3100);
  assert.not(device.isListening());
  assert.match(device.console.at(-1)!, /^wib: window stays shut: entropy-/);
});

test("it is shut when a noise source fails", async () => {
  const device = await VirtualDevice.create({ noise: { os: turns(uniformNoise(5), 6000, stuckNoise(0)) } });
  device.openWindow();
  for (let i = 0; i < 290 && device.isListening(); i++) device.advance(1000);
  assert.not(device.isListening());
  assert.ok(device.console.some((line) => line.startsWith("wib: window shut: entropy-")));
  device.hold(3100);
  assert.not(device.isListening());
});

test("two greetings a second are answered, the third is told to come back, and nothing is kept of any", async () => {
  const device = await VirtualDevice.open();
  device.advance(1000 - ((device.clock.now() * 1000) % 1000)); // near the start of a second, give or take the opening
  for (let second = 0; second < 5; second++) {
    const codes = [0, 1, 2, 3].map(() => device.request(PATH_DH));
    assert.equal(codes.map(({ status }) => status).sort(), [200, 200, 503, 503]);
    assert.is(codes.find(({ status }) => status === 503)!.code, ERROR.busy);
    assert.is(codes.find(({ status }) => status === 503)!.header("Retry-After"), "1");
    device.advance(1000);
  }
  assert.is(device.board.openSockets(), 0);
});

test("the greeting says how it stands", async () => {
  const device = await VirtualDevice.open();
  const fresh = JSON.parse(device.greet().greeting.body);
  const { v, build, suites, tries, wait, max } = fresh;
  assert.equal({ v, build, tries, wait, max }, { v: 1, build: "bench", tries: 5, wait: 60, max: 9984 });
  assert.equal(suites, ["cpace-x25519", "x25519", "p256", "ffdhe2048"]);
  assert.equal(Object.keys(fresh).sort(), ["build", "max", "salt", "suites", "tries", "v", "wait", "window"]);
  assert.match(fresh.salt, /^[0-9a-f]{64}$/);
  device.advance(100000);
  const later = JSON.parse(device.greet().greeting.body);
  assert.ok(Math.abs(fresh.window - later.window - 100) <= 1 && fresh.window <= 300);
});

test("where the port is taken the window stays shut, and opens when it is free", async () => {
  const device = await VirtualDevice.create();
  const other = device.network.listen(80);
  device.hold(3100);
  assert.not(device.status().window);
  assert.is(device.console.at(-1), "wib: window stays shut: no network");
  other.close();
  device.openWindow();
  assert.is(device.agree().auth().status, 204);
});

test("a device without a serial opens no window", async () => {
  const device = await VirtualDevice.create({ serial: "SHORT" });
  device.hold(3100);
  assert.not(device.isListening());
  assert.match(device.console.at(-1)!, /no serial/);
});

test.run();
