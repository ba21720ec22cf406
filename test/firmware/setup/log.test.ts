// What the setup log says after a day in the life of a device, and what it must never say.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SERIAL, VirtualDevice, WRONG_SERIAL } from "../../support/virtual-device.ts";

const vector = (name: string) => readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url), "latin1");
const PEM = vector("device.pem") + vector("device.key");
const FINGERPRINT = new X509Certificate(vector("device.pem")).fingerprint256.replaceAll(":", "").toLowerCase();
const NONE = "0".repeat(16);

type Entry = [number: number, event: string, tries: number, seconds: number, certificate: string];

const entries = (device: VirtualDevice): Entry[] => JSON.parse(String(device.board.evaluate("wib.log()")));
const events = (device: VirtualDevice): string[] => entries(device).map(([, event, tries]) => `${event} ${tries}`);

test("a setup: window opened, client authenticated, certificate by its fingerprint, installed", async () => {
  const device = await VirtualDevice.open();
  assert.is(device.authenticated().key(PEM).status, 204);
  device.advance(100);
  assert.equal(events(device), ["opened 0", "authenticated 1", "installing 0", "installed 0"]);
  assert.equal(entries(device)[2][4], FINGERPRINT.slice(0, 16), "as wib inspect shows it");
  assert.equal(
    entries(device).map(([, , , , certificate]) => certificate === NONE),
    [true, true, false, true],
  );
  const times = entries(device).map(([, , , seconds]) => seconds);
  assert.equal(
    [...times].sort((a, b) => a - b),
    times,
  );
  device.boot();
  assert.is(entries(device).length, 4);
});

test("failed tries show at the end of their window, or in the next one after a pulled plug", async () => {
  const device = await VirtualDevice.open();
  for (let i = 0; i < 3; i++) assert.is(device.agree().auth(WRONG_SERIAL).status, 401);
  assert.equal(events(device), ["opened 0"], "nobody without the serial can fill the log");
  device.hold(3100);
  assert.equal(events(device), ["opened 0", "shut 3"]);
  device.openWindow();
  assert.is(device.agree().auth(WRONG_SERIAL).status, 401);
  device.boot();
  device.openWindow();
  assert.equal(events(device), ["opened 0", "shut 3", "opened 3", "opened 4"]);
  assert.is(device.agree().auth().status, 204);
  device.hold(3100);
  assert.equal(events(device).slice(4), ["authenticated 5", "shut 0"]);
});

test("a refused key, a window that runs out, a factory reset", async () => {
  const device = await VirtualDevice.open();
  assert.is(device.authenticated().key("nothing").status, 400);
  device.advance(400_000);
  device.hold(10500);
  assert.equal(events(device), ["opened 0", "authenticated 1", "shut 0", "reset 0"]);
});

test("a hundred requests of strangers are one record, that of the window", async () => {
  const device = await VirtualDevice.open();
  const { programmed } = device.flash;
  for (let i = 0; i < 100; i++) device.request(["/setup/dh.wib", "/setup/key.wib", "/x"][i % 3], { body: "x" });
  assert.is(device.flash.programmed, programmed);
  assert.equal(events(device), ["opened 0"]);
});

test("neither serial nor key is in the log", async () => {
  const device = await VirtualDevice.open();
  device.authenticated().key(PEM);
  device.advance(100);
  const text = String(device.board.evaluate("wib.log()"));
  assert.not.match(text, SERIAL);
  assert.ok(JSON.stringify(entries(device)).length < 300, "16 bytes a record");
});

test.run();
