// PEM as tools write it and as attackers do, with and without the engine's indexOf that reports matches that are none.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bytesOf, encodePem, parsePem } from "../../../firmware/pki/pem.ts";
import { indexOfAsEspruino } from "../../../host-sim/language.ts";
import { hal, hex, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const DATA = Uint8Array.from({ length: 100 }, (_, i) => i * 5);
const base64 = Buffer.from(DATA).toString("base64");
const lines = base64.replace(/.{64}/g, "$&\n");
const block = (label: string, inner = lines) => `-----BEGIN ${label}-----\n${inner}\n-----END ${label}-----\n`;

/** "LABEL hex, .." or "refused", the same under both kinds of indexOf. */
function parsed(text: string): string {
  const once = () =>
    parsePem(hal, text)
      ?.map(({ label, bytes }) => `${label} ${hex(bytes)}`)
      .join(", ") ?? "refused";
  const plain = once();
  const indexOf = String.prototype.indexOf;
  String.prototype.indexOf = function (needle: string, from?: number) {
    return indexOfAsEspruino(String(this), needle, from);
  };
  let odd: string;
  try {
    odd = once();
  } finally {
    String.prototype.indexOf = indexOf;
  }
  assert.is(odd, plain, "another result with the engine's indexOf");
  return plain;
}

const ONE = `CERTIFICATE ${hex(DATA)}`;

test("a block, whatever ends its lines and whatever stands around it", () => {
  const text = block("CERTIFICATE");
  assert.is(parsed(text), ONE);
  assert.is(parsed(text.replaceAll("\n", "\r\n")), ONE);
  assert.is(parsed(text.trimEnd()), ONE);
  assert.is(parsed(block("CERTIFICATE", base64)), ONE);
  assert.is(parsed(block("CERTIFICATE", base64.split("").join(" \t"))), ONE);
  assert.is(parsed(`Bag Attributes\n    friendlyName: device - 1\n${text}\nend ----\n`), ONE);
  assert.is(parsed(`subject=CN = device\r\n\r\n${text}-----`), ONE);
});

test("several blocks, in order, with text between them", () => {
  const text = `a\n${block("CERTIFICATE")}b -----\n${block("PRIVATE KEY", "AQID")}c`;
  assert.is(parsed(text), `${ONE}, PRIVATE KEY 010203`);
  assert.is(parsed(block("A1") + block("A1", "AAAA")), `A1 ${hex(DATA)}, A1 000000`);
});

test("padding stands at the end, or there is none", () => {
  for (const [inner, expected] of [
    ["AQ==", "01"],
    ["AQI=", "0102"],
    ["AQID", "010203"],
    ["AQ", "01"],
    ["AQ=\n=", "01"],
  ])
    assert.is(parsed(block("X", inner)), `X ${expected}`);
  for (const inner of ["AQ==AQID", "A=QI", "=AQI", "AQ=\nI", "AQ==\r\n\t A"])
    assert.is(parsed(block("X", inner)), "refused", inner);
});

test("what is not base64 is refused before atob sees it", () => {
  for (const bad of [
    "*",
    "-",
    "_",
    "\0",
    "\x80",
    "\xff",
    "\v",
    "\f",
    "AQID!",
    "AQ,D",
    "Proc-Type: 4,MIC-CLEAR\n\nAQID",
  ])
    assert.is(parsed(block("X", bad)), "refused", bad);
  assert.is(parsed(block("X", "")), "refused");
  assert.is(parsed(block("X", " \r\n\t")), "refused");
  assert.is(parsed(block("X", "====")), "refused");
  for (let code = 0; code < 256; code++) {
    const isFine = /[A-Za-z0-9+/\r\n\t ]/.test(String.fromCharCode(code));
    const inner = `AQ${String.fromCharCode(code)}ID`;
    assert.is(parsed(block("X", inner)) !== "refused", isFine, `character ${code}`);
  }
});

test("an encrypted key of the older form is called one, and nothing of it is kept", () => {
  const inner = "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011\n\nAQID";
  for (const text of [inner, inner.replaceAll("\n", "\r\n")])
    assert.is(parsed(block("EC PRIVATE KEY", text)), "ENCRYPTED PRIVATE KEY ");
  assert.is(parsed(block("X") + block("RSA PRIVATE KEY", inner)), `X ${hex(DATA)}, ENCRYPTED PRIVATE KEY `);
  assert.is(parsed(block("RSA PRIVATE KEY", inner.slice(0, -40))), "refused");
});

test("no block, half a block and a cut at any character are refused", () => {
  assert.is(parsed(""), "refused");
  assert.is(parsed("no block at all"), "refused");
  const text = block("CERTIFICATE").trimEnd();
  for (let length = 0; length < text.length; length++) assert.is(parsed(text.slice(0, length)), "refused");
  assert.is(parsed(lines + text.slice(text.indexOf("-----END"))), "refused");
});

test("a second block that is not whole spoils the first", () => {
  const text = block("CERTIFICATE");
  for (const cut of [12, 20, 30, 60, text.length - 7])
    assert.is(parsed(text + text.slice(0, cut)), "refused", `cut at ${cut}`);
});

test("labels must match, and a block does not stand in another", () => {
  assert.is(parsed(block("CERTIFICATE").replace("END CERTIFICATE", "END PRIVATE KEY")), "refused");
  assert.is(parsed(block("PRIVATE KEY").replace("BEGIN PRIVATE KEY", "BEGIN EC PRIVATE KEY")), "refused");
  assert.is(parsed(block("X", `AQID\n${block("Y", "AQID")}`)), "refused");
  assert.is(parsed(block("X", `AQID\n-----BEGIN X-----`)), "refused");
  assert.is(parsed(`-----BEGIN X-----\n${block("X", "AQID")}`), "refused");
  assert.is(parsed(`${block("X", "AQID")}-----BEGIN Y-----\nAQID\n-----END X-----\n`), "refused");
});

test("labels are capitals, digits and blanks", () => {
  for (const label of ["X", "RSA PRIVATE KEY", "X509 CRL", "PKCS7"])
    assert.is(parsed(block(label, "AQID")), `${label} 010203`);
  for (const label of ["", "x", "X-Y", "X\nY", "X.", "É"]) assert.is(parsed(block(label, "AQID")), "refused", label);
});

test("12 blocks are taken, 13 are not", () => {
  const many = (n: number) => block("X", "AQID").repeat(n);
  assert.is(parsed(many(12)).split(", ").length, 12);
  assert.is(parsed(many(13)), "refused");
});

test("encodePem writes what RFC 7468 asks for, and parsePem reads it back", () => {
  assert.is(encodePem(hal, "CERTIFICATE", DATA), block("CERTIFICATE", lines));
  forAll(100, (random) => {
    const data = random.bytes(1 + random.below(200));
    const text = encodePem(hal, "PUBLIC KEY", data);
    assert.is(parsed(text), `PUBLIC KEY ${hex(data)}`);
    assert.ok(text.split("\n").every((line) => line.length <= 64));
    assert.ok(text.endsWith("-----END PUBLIC KEY-----\n"));
  });
});

test("a block's bytes are its own, and the base64 of it is wiped where the engine's strings can be", () => {
  // An engine whose strings share their memory with toArrayBuffer, as the real one's do.
  const shared: Uint8Array[] = [];
  const toArrayBuffer = (text: string) => {
    shared.push(new Uint8Array(Buffer.from(text, "latin1")));
    return shared[shared.length - 1].buffer as ArrayBuffer;
  };
  const [first] = parsePem({ ...hal, E: { ...hal.E, toArrayBuffer } }, block("X", "AQID"))!;
  assert.is(hex(first.bytes), "010203");
  assert.equal(shared.map(hex), ["010203", "00".repeat("\nAQID\n".length)]);
  assert.is(hex(bytesOf(hal, "\x01\xff")), hex(unhex("01ff")));
});

test("any text at all gives blocks or undefined, never a throw", () => {
  const pieces = ["-----BEGIN ", "-----END ", "-----", "X", "\n", "AQID", "=", " ", "-", "BEGIN", "É", "Y-----"];
  forAll(1000, (random) => {
    const text = Array.from({ length: random.below(14) }, () => random.pick(pieces)).join("");
    parsed(text);
  });
});

test.run();
