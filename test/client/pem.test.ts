import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodePem, encodePem, pemBlocks } from "../../client/pem.ts";
import { withTool } from "../support/needs.ts";
import { openssl, opensslPki } from "../support/pki.ts";
import { forAll } from "../support/random.ts";

const LABELS = ["CERTIFICATE", "EC PRIVATE KEY", "WIB SETTINGS"];

test("what is encoded is decoded again, whatever stands around it and however lines end", () =>
  forAll(50, (random) => {
    const blocks = Array.from({ length: 1 + random.below(4) }, () => ({
      label: random.pick(LABELS),
      der: random.bytes(1 + random.below(200)),
    }));
    let text = "";
    for (const { label, der } of blocks) text += random.pick(["", "\n", "subject=x\n"]) + encodePem(label, der);
    if (random.below(2)) text = text.replaceAll("\n", "\r\n");
    assert.equal(pemBlocks(text), blocks);
  }));

test("lines have 64 characters at most, and end in LF", () => {
  for (const [bytes, lines] of [
    [1, 1],
    [48, 1],
    [49, 2],
    [96, 2],
    [97, 3],
  ]) {
    const text = encodePem("X", new Uint8Array(bytes));
    assert.match(text, /^-----BEGIN X-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END X-----\n$/);
    assert.is(text.split("\n").length, lines + 3);
  }
});

test("what is not one block of the label is none", () => {
  const one = encodePem("PUBLIC KEY", Uint8Array.of(1, 2, 3));
  assert.equal(decodePem(one, "PUBLIC KEY"), Uint8Array.of(1, 2, 3));
  assert.is(decodePem(one, "PRIVATE KEY"), undefined);
  assert.is(decodePem(one + one, "PUBLIC KEY"), undefined);
  assert.is(decodePem("", "PUBLIC KEY"), undefined);
  assert.is(decodePem(one.replace("END PUBLIC", "END PRIVATE"), "PUBLIC KEY"), undefined);
  assert.is(decodePem(one.slice(0, -6), "PUBLIC KEY"), undefined);
  assert.is(decodePem(one.replace("AQID", "AQ*D"), "PUBLIC KEY"), undefined);
});

withTool(
  "openssl",
  "OpenSSL's certificate comes through byte for byte",
  () => {
    const { ec, folder } = opensslPki();
    const text = openssl(`x509 -in ${ec.cert} -text`, folder); // with text before the block
    const [{ label, der }] = pemBlocks(text);
    assert.is(label, "CERTIFICATE");
    assert.match(text, encodePem(label, der));
  },
  "version",
);

test.run();
