// What provision() refuses by itself, before or right after the greeting. How it treats devices is in conformance/.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import { startConformance } from "../../client/conformance/start.ts";
import { WibError } from "../../client/errors.ts";
import { parseDeviceUrl, provision } from "../../client/provision.ts";
import { canonicalSerial } from "../../client/serial.ts";
import { deviceStatus } from "../../client/status.ts";
import { TAG_BYTES } from "../../firmware/protocol.ts";

const MAX_BYTES = 9984;
const vectors = new URL("../../docs/vectors/", import.meta.url);
const PAIR = ["device.pem", "device.key"].map((name) => readFileSync(new URL(name, vectors), "utf8")).join("");

async function refusal(attempt: Promise<unknown>): Promise<WibError> {
  const error = await attempt.then(
    () => new Error("was not refused"),
    (e) => e,
  );
  assert.instance(error, WibError, error.message);
  return error;
}

test("addresses as people write them", () => {
  for (const [text, host] of [
    ["192.168.4.1", "192.168.4.1"],
    ["http://192.168.4.1/", "192.168.4.1"],
    ["HTTP://device.local:8080", "device.local:8080"],
    ["[fe80::1]:81", "[fe80::1]:81"],
    ["http://[::1]", "[::1]"],
  ])
    assert.is(parseDeviceUrl(text).host, host);
});

for (const text of [
  "https://192.168.4.1",
  "ftp://a",
  "http://a/setup",
  "http://a/?b",
  "http://u@a",
  "http://:p@a",
  "http://a/#b",
  "a b",
  "",
])
  test(`${JSON.stringify(text)} is no address of a device`, async () => {
    const options = { url: text, serial: "7K3M9QPX2D4RW8TF", keyText: new Uint8Array(1), suite: "x25519" };
    const error = await refusal(provision(options));
    assert.is(error.exitCode, 1);
    assert.ok(error.hint);
  });

test("a key text of the greeting's max is sent, one byte more is refused by us", async () => {
  const only = ["honest-x25519", "honest-p256"];
  const conformance = await startConformance({ only });
  try {
    for (const [i, extra] of [0, 1].entries()) {
      const { url, serial, suites } = conformance.cases[i];
      const keyText = new TextEncoder().encode(PAIR.padStart(MAX_BYTES - TAG_BYTES + extra));
      const attempt = provision({ url, serial, suite: suites[0], keyText });
      if (!extra) assert.equal(await attempt, { url, build: "product", suite: "x25519", installed: true });
      else {
        const error = await refusal(attempt);
        assert.is(error.exitCode, 1);
        assert.match(error.message, `${MAX_BYTES - TAG_BYTES + 1} bytes, the device takes ${MAX_BYTES - TAG_BYTES}`);
      }
    }
    const [, second] = conformance.verdicts();
    assert.is(second.why, "has come as far as GET dh");
  } finally {
    await conformance.close();
  }
});

test("a suite that is unknown, or not offered, is refused by us with what there is", async () => {
  const conformance = await startConformance({ only: ["honest-p256"] });
  try {
    const { url, serial } = conformance.cases[0];
    const attempt = (suite: string) => provision({ url, serial, suite, keyText: new Uint8Array(1) });
    const unknown = await refusal(attempt("rot13"));
    assert.match(unknown.message, 'unknown suite "rot13"');
    assert.match(unknown.hint, "x25519");
    const notOffered = await refusal(attempt("x25519"));
    assert.match(notOffered.hint, "it offers p256");
    for (const error of [unknown, notOffered]) assert.is(error.exitCode, 1);
    assert.is((await deviceStatus(url)).suites, "p256");
  } finally {
    await conformance.close();
  }
});

interface Traces {
  /** What was overwritten with zeros, as it was before. */
  wiped: Uint8Array[];
  /** What was made of this text. */
  encoded: Uint8Array[];
}

async function tracesOf(text: string, attempt: () => Promise<unknown>): Promise<Traces> {
  const { fill } = Uint8Array.prototype;
  const { encode } = TextEncoder.prototype;
  const wiped: Uint8Array[] = [];
  const encoded: Uint8Array[] = [];
  TextEncoder.prototype.encode = function (input) {
    const bytes = encode.call(this, input);
    if (input === text) encoded.push(bytes);
    return bytes;
  };
  Uint8Array.prototype.fill = function (value, ...range) {
    if (value === 0 && !range.length) wiped.push(Uint8Array.from(this));
    return fill.call(this, value, ...range);
  };
  try {
    await attempt();
  } finally {
    Uint8Array.prototype.fill = fill;
    TextEncoder.prototype.encode = encode;
  }
  return { wiped, encoded };
}

test("serial and keys are wiped when all is over, and the secret of an exchange that came to nothing", async () => {
  const conformance = await startConformance({ only: ["honest-cpace-x25519", "refused-dh-no-session-free"] });
  try {
    const [honest, busy] = conformance.cases.map(({ url, serial }) => () => {
      return provision({ url, serial, keyText: new TextEncoder().encode(PAIR) });
    });
    const holds = (wiped: Uint8Array[], part: Uint8Array) => wiped.some((each) => Buffer.compare(each, part) === 0);
    const serial = canonicalSerial(conformance.cases[0].serial);
    const assertForgotten = ({ encoded }: Traces) => {
      assert.ok(encoded.length > 0 && encoded.every((bytes) => bytes.every((byte) => byte === 0)));
    };
    const done = await tracesOf(serial, honest);
    const { wiped } = done;
    assertForgotten(done);
    const okm = wiped.find(({ length }) => length === 160)!;
    for (const [start, end] of [
      [0, 32],
      [32, 96],
      [96, 160],
    ])
      assert.ok(holds(wiped, okm.slice(start, end)), `bytes ${start} to ${end} of the keys`);
    const given = await tracesOf(serial, () => refusal(busy()));
    assertForgotten(given);
    assert.ok(given.wiped.some((each) => each.length === 48 && each.some((byte) => byte !== 0)));
  } finally {
    await conformance.close();
  }
});

test("a bench build is taken when the caller says so, and a plain suite's cost is told", async () => {
  const conformance = await startConformance({ only: ["greeting-bench"] });
  const warnings: string[] = [];
  try {
    const { url, serial } = conformance.cases[0];
    const keyText = new TextEncoder().encode(PAIR);
    const onWarning = (text: string) => void warnings.push(text);
    const result = await provision({ url, serial, suite: "x25519", keyText, allowBench: true, onWarning });
    assert.is(result.build, "bench");
    assert.match(warnings.join(), "someone in between");
    assert.is(conformance.verdicts()[0].verdict, "fail", "the case's user did not say so");
  } finally {
    await conformance.close();
  }
});

test.run();
