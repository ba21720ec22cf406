// The firmware's setup, given the vectors' secrets for its randomness, answers the vectors' requests with the vectors'
// responses, byte for byte, header and body.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createHttpServer } from "../../../firmware/http/server.ts";
import { createSetup } from "../../../firmware/setup/setup.ts";
import { createKeystore } from "../../../firmware/store/keystore.ts";
import { createSetupLog } from "../../../firmware/store/setup-log.ts";
import { createTries } from "../../../firmware/store/tries.ts";
import type { Vector } from "../../../scripts/vectors.ts";
import { hex, primitives as p, unhex } from "../../support/hal.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const DOCS = new URL("../../../docs/vectors/", import.meta.url);
const vectorOf = (suite: string) => JSON.parse(readFileSync(new URL(`${suite}.json`, DOCS), "utf8")) as Vector;
const binary = (hexText: string) => Buffer.from(hexText, "hex").toString("latin1");

/** What is drawn, in the order in which a setup draws: salt, cookie key, one secret a suite and one for a CSR, then a cookie's 16 bytes. */
function tape(v: Vector): (length: number) => Uint8Array {
  const secretOf = (suite: string) => (suite === v.suite ? v.secrets.device : "01".repeat(32));
  // The last one is for a CSR. ffdhe2048 without native code makes its own only when it is asked for.
  const ahead = v.suitesOffered.split(",").filter((name) => name !== "ffdhe2048");
  const pairs = [...ahead.map(secretOf), "01".repeat(32)];
  const late = v.suite === "ffdhe2048" ? [v.secrets.device] : [];
  const drawn = [v.salt, v.secrets.cookieKey, ...pairs, v.secrets.cookieRandom, ...late];
  return (length) => {
    const bytes = drawn.length ? unhex(drawn.shift()!) : new Uint8Array(length).fill(2); // the next pair, made ahead
    assert.is(bytes.length, length);
    return bytes;
  };
}

for (const suite of ["cpace-x25519", "x25519", "p256", "ffdhe2048"])
  test(`docs/vectors/${suite}.json is reproduced byte for byte`, () => {
    const v = vectorOf(suite);
    const { hal, wire, advance, area, clock, uncaught } = virtualHal();
    const random = { status: () => "", collect() {}, reseed() {}, read: tape(v) };
    const keystore = createKeystore(hal, area, p);
    const tries = createTries(hal, area);
    const noted: string[] = [];
    let installed = 0;
    const limits = {
      maxKeyBytes: 9984,
      suites: v.suitesOffered,
      hasCsr: true,
      windowS: 300,
      waitS: 60,
      authS: 30,
      sessionS: 90,
    };
    const setup = createSetup(
      { hal, p, random, keystore, tries, log: createSetupLog(hal, area, tries) },
      { build: v.build, serial: v.serial, host: "", ...limits },
      { installed: () => installed++, exhausted() {}, busy() {}, note: (text) => void noted.push(text) },
    );
    createHttpServer(hal, 80, setup);
    for (let i = 0; i < 10; i++) clock.advance(10); // all key pairs are made, within the first second
    for (const message of [v.greeting, v.dh, v.auth, v.key]) {
      const peer = wire.connect(80, message.request + binary(message.requestBody));
      for (let i = 0; i < 10 && !peer.closed; i++) advance(10);
      assert.is(peer.received, message.response + binary(message.responseBody), message.request.split("\r\n")[0]);
    }
    assert.equal([installed, uncaught, noted], [1, [], ["authenticated", "installed"]]);
    const der = (name: string) => {
      const base64 = readFileSync(new URL(name, DOCS), "latin1").replace(/-----[^-]+-----|\s/g, "");
      return Buffer.from(base64, "base64").toString("hex");
    };
    const pair = keystore.current()!;
    assert.equal([hex(pair.key), pair.chain.map(hex), pair.settings], [der("device.key"), [der("device.pem")], ""]);
  });

test.run();
