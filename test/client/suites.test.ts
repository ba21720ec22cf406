// The client's suites against OpenSSL's, through node:crypto, CPace against the other side in client/conformance, and
// all against docs/vectors. What is of one suite alone is in cpace.test.ts and ffdhe2048.test.ts.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { CPACE } from "../../client/conformance/public-keys.ts";
import { WibError } from "../../client/errors.ts";
import { FFDHE2048_P } from "../../client/ffdhe2048.ts";
import { encodePem, pemBlocks } from "../../client/pem.ts";
import { SUITES } from "../../client/suites.ts";
import { times } from "../support/random.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (s: string) => new TextEncoder().encode(s);
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");
const CONTEXT = {
  serial: bytes("7K3M9QPX2D4RW8TF"),
  salt: new Uint8Array(32),
  cookie: "0123456789abcdef".repeat(5).slice(0, 72),
  offered: SUITES.map(({ name }) => name).join(","),
};
const plain = SUITES.filter(({ name }) => name !== "cpace-x25519");
const cpace = SUITES.find(({ name }) => name === "cpace-x25519")!;
const IKM_BYTES: Record<string, number> = { x25519: 32, p256: 32, ffdhe2048: 256 };

interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** Node's types know no "dh". */
const generateDhPair = generateKeyPairSync as unknown as (type: "dh", options: object) => Pair;

function opensslPair(suite: string): Pair {
  if (suite === "ffdhe2048")
    return generateDhPair("dh", { prime: Buffer.from(FFDHE2048_P.toString(16), "hex"), generator: 2 });
  return suite === "x25519" ? generateKeyPairSync("x25519") : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}

/** The device's half, with the same context unless told otherwise. */
function answerOf(body: Uint8Array, context = CONTEXT): { answer: Uint8Array; ikm: Uint8Array } {
  const secret = CPACE.drawSecret();
  const own = CPACE.publicOf(secret, body, context);
  return { answer: own, ikm: CPACE.shared(secret, body, own, context) };
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.instance(error, WibError);
    assert.is((error as WibError).exitCode, 2);
    return (error as WibError).message;
  }
  throw new Error("was taken");
}

test("four suites, CPace first; the plain ones say what they cost", () => {
  assert.equal(
    SUITES.map(({ name }) => name),
    ["cpace-x25519", "x25519", "p256", "ffdhe2048"],
  );
  for (const { warning } of plain) assert.match(warning, "someone in between");
  assert.is(cpace.warning, "");
});

for (const suite of SUITES) {
  test(`${suite.name}: secrets of docs/vectors make its bodies and its ikm, and are wiped`, () => {
    const v = JSON.parse(readFileSync(new URL(`../../docs/vectors/${suite.name}.json`, import.meta.url), "utf8"));
    const secret = new Uint8Array(Buffer.from((v.secrets.clientNonce ?? "") + v.secrets.client, "hex"));
    const salt = new Uint8Array(Buffer.from(v.salt, "hex"));
    const context = { serial: bytes(v.serial), salt, cookie: v.cookie, offered: v.suitesOffered };
    const client = suite.begin(context, secret);
    assert.is(hex(client.body), v.dh.requestBody);
    assert.is(hex(client.finish(Buffer.from(v.dh.responseBody, "hex"))), v.ikm);
    assert.ok(secret.every((byte) => byte === 0));
  });

  test(`${suite.name}: every exchange has a new key`, () => {
    const [a, b] = [suite.begin(CONTEXT), suite.begin(CONTEXT)];
    assert.is.not(hex(a.body), hex(b.body));
  });

  test(`${suite.name}: an exchange is finished once, even by an answer that is refused, and not after it was given up`, () => {
    const again = suite.begin(CONTEXT);
    refusal(() => again.finish(bytes("hello")));
    const given = suite.begin(CONTEXT);
    given.wipe();
    for (const over of [again, given]) assert.throws(() => over.finish(suite.begin(CONTEXT).body), /one answer/);
  });
}

test("cpace-x25519: both sides have the same key, of 64 bytes", () => {
  const secret = new Uint8Array(48).fill(7);
  const client = cpace.begin(CONTEXT, secret);
  assert.is(client.type, "application/octet-stream");
  assert.is(client.body.length, 48);
  assert.ok(
    client.body.slice(0, 16).every((byte) => byte === 7),
    "the nonce is sent",
  );
  const { answer, ikm } = answerOf(client.body);
  const mine = client.finish(answer);
  assert.is(hex(mine), hex(ikm));
  assert.is(mine.length, 64);
  assert.ok(secret.every((byte) => byte === 0));
});

for (const [what, change] of Object.entries({
  "another serial": { serial: bytes("7K3M9QPX2D4RW8TG") },
  "another salt": { salt: new Uint8Array(32).fill(1) },
  "another cookie": { cookie: "1".repeat(72) },
  "another list of suites": { offered: "cpace-x25519" },
}))
  test(`cpace-x25519: a device with ${what} has another key`, () => {
    const client = cpace.begin(CONTEXT);
    const { answer, ikm } = answerOf(client.body, { ...CONTEXT, ...change });
    assert.is.not(hex(client.finish(answer)), hex(ikm));
  });

test("cpace-x25519: an answer of another length than 32, and one of low order, is refused", () => {
  for (const n of [0, 31, 33, 48, 64])
    assert.match(
      refusal(() => cpace.begin(CONTEXT).finish(new Uint8Array(n).fill(9))),
      "not one of cpace-x25519",
    );
  for (const zero of [new Uint8Array(32), Uint8Array.from({ length: 32 }, (_, i) => (i ? 0 : 1))])
    assert.match(
      refusal(() => cpace.begin(CONTEXT).finish(zero)),
      "unusable",
    );
});

test("cpace-x25519: a list of suites that is longer than 127 characters is bound all the same", () => {
  const context = { ...CONTEXT, offered: Array.from({ length: 20 }, (_, i) => `suite-of-later-${i}`).join(",") };
  const client = cpace.begin(context);
  const { answer, ikm } = answerOf(client.body, context);
  assert.is(hex(client.finish(answer)), hex(ikm));
});

for (const suite of plain) {
  test(`${suite.name}: PEM both ways, and the same secret as OpenSSL`, () => {
    for (let i = 0; i < times(5); i++) {
      const device = opensslPair(suite.name);
      const client = suite.begin(CONTEXT);
      assert.is(client.type, "application/x-pem-file");
      const publicKey = createPublicKey(text(client.body));
      const answer = String(device.publicKey.export({ type: "spki", format: "pem" }));
      const shared = diffieHellman({ privateKey: device.privateKey, publicKey });
      const padded = shared.toString("hex").padStart(2 * IKM_BYTES[suite.name], "0"); // of dh OpenSSL strips zeros
      assert.is(hex(client.finish(bytes(answer))), padded);
    }
  });

  test(`${suite.name}: the own value sent back is refused, and the secret wiped all the same`, () => {
    const secret = new Uint8Array(32).fill(7);
    const client = suite.begin(CONTEXT, secret);
    assert.match(
      refusal(() => client.finish(client.body)),
      "our own",
    );
    assert.ok(secret.every((byte) => byte === 0));
  });

  test(`${suite.name}: what is not one PEM block of the right shape is refused`, () => {
    const good = String(opensslPair(suite.name).publicKey.export({ type: "spki", format: "pem" }));
    const { der } = pemBlocks(good)[0];
    const changed = der.slice();
    changed[1] ^= 1;
    const answers = [
      "",
      "hello",
      `${good}${good}`,
      `text\n${good}`,
      good.replaceAll("PUBLIC", "PRIVATE"),
      encodePem("PUBLIC KEY", der.slice(1)),
      encodePem("PUBLIC KEY", der.slice(0, -1)),
      encodePem("PUBLIC KEY", Buffer.concat([der, Buffer.of(0)])),
      encodePem("PUBLIC KEY", changed),
      ...SUITES.filter((other) => other !== suite).map((other) => text(other.begin(CONTEXT).body)),
    ];
    for (const answer of answers)
      assert.match(
        refusal(() => suite.begin(CONTEXT).finish(bytes(answer))),
        `not one of ${suite.name}`,
        answer,
      );
    assert.is(suite.begin(CONTEXT).finish(bytes(good)).length, IKM_BYTES[suite.name]);
    assert.is(suite.begin(CONTEXT).finish(bytes(good.replaceAll("\n", "\r\n"))).length, IKM_BYTES[suite.name]);
  });
}

test("p256: a point that is none is refused, and so is an all-zero product of x25519", () => {
  const [p256, x25519] = ["p256", "x25519"].map((name) => plain.find((s) => s.name === name)!);
  const prefix = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
  const off = encodePem("PUBLIC KEY", Buffer.concat([prefix, Buffer.of(4), Buffer.alloc(64, 1)]));
  assert.match(
    refusal(() => p256.begin(CONTEXT).finish(bytes(off))),
    "unusable",
  );
  const zero = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), Buffer.alloc(32)]);
  assert.match(
    refusal(() => x25519.begin(CONTEXT).finish(bytes(encodePem("PUBLIC KEY", zero)))),
    "unusable",
  );
});

test.run();
