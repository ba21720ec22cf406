// The client's suites against OpenSSL's, through node:crypto, and against docs/vectors.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { WibError } from "../../client/errors.ts";
import { encodePem, pemBlocks } from "../../client/pem.ts";
import { SUITES } from "../../client/suites.ts";
import { times } from "../support/random.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (s: string) => new TextEncoder().encode(s);
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");
const plain = SUITES.filter(({ name }) => name === "x25519" || name === "p256");

function opensslPair(suite: string) {
  return suite === "x25519" ? generateKeyPairSync("x25519") : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
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

test("both plain suites are there, and say what they cost", () => {
  assert.equal(plain.map(({ name }) => name).sort(), ["p256", "x25519"]);
  for (const { warning } of plain) assert.match(warning, "someone in between");
});

for (const suite of plain) {
  test(`${suite.name}: PEM both ways, and the same secret as OpenSSL`, () => {
    for (let i = 0; i < times(5); i++) {
      const device = opensslPair(suite.name);
      const client = suite.begin();
      assert.is(client.type, "application/x-pem-file");
      const publicKey = createPublicKey(text(client.body));
      const answer = String(device.publicKey.export({ type: "spki", format: "pem" }));
      const shared = diffieHellman({ privateKey: device.privateKey, publicKey });
      assert.is(hex(client.finish(bytes(answer))), shared.toString("hex"));
    }
  });

  test(`${suite.name}: secrets of docs/vectors make its bodies and its ikm, and are wiped`, () => {
    const v = JSON.parse(readFileSync(new URL(`../../docs/vectors/${suite.name}.json`, import.meta.url), "utf8"));
    const secret = new Uint8Array(Buffer.from(v.secrets.client, "hex"));
    const client = suite.begin(secret);
    assert.is(hex(client.body), v.dh.requestBody);
    assert.is(hex(client.finish(Buffer.from(v.dh.responseBody, "hex"))), v.ikm);
    assert.ok(secret.every((byte) => byte === 0));
  });

  test(`${suite.name}: every exchange has a new key`, () => {
    assert.is.not(text(suite.begin().body), text(suite.begin().body));
  });

  test(`${suite.name}: the own value sent back is refused, and the secret wiped all the same`, () => {
    const secret = suite.begin().body && new Uint8Array(32).fill(7);
    const client = suite.begin(secret);
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
    const other = plain.find((s) => s !== suite)!;
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
      text(other.begin().body),
    ];
    for (const answer of answers)
      assert.match(
        refusal(() => suite.begin().finish(bytes(answer))),
        `not one of ${suite.name}`,
        answer,
      );
    assert.is(suite.begin().finish(bytes(good)).length, 32);
    assert.is(suite.begin().finish(bytes(good.replaceAll("\n", "\r\n"))).length, 32);
  });
}

test("p256: a point that is none is refused, and so is an all-zero product of x25519", () => {
  const [p256, x25519] = ["p256", "x25519"].map((name) => plain.find((s) => s.name === name)!);
  const prefix = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
  const off = encodePem("PUBLIC KEY", Buffer.concat([prefix, Buffer.of(4), Buffer.alloc(64, 1)]));
  assert.match(
    refusal(() => p256.begin().finish(bytes(off))),
    "unusable",
  );
  const zero = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), Buffer.alloc(32)]);
  assert.match(
    refusal(() => x25519.begin().finish(bytes(encodePem("PUBLIC KEY", zero)))),
    "unusable",
  );
});

test.run();
