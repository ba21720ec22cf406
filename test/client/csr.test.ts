// The request for a certificate: what is wished for, and that nothing else is taken than what was wished for.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as x509 from "@peculiar/x509";
import { makeCsr } from "../../client/conformance/csr.ts";
import { checkName, readRequest, wishesFor } from "../../client/csr.ts";
import { decodePem, encodePem } from "../../client/pem.ts";
import { dnsName, extensionRequest, makeOddCsr, P384, RSA } from "../support/csr.ts";
import type { CsrWishes } from "../support/csr.ts";
import { testRandom, times } from "../support/random.ts";
import { refusal } from "../support/refusal.ts";

const NAME = "lamp.local";
const LABEL = "CERTIFICATE REQUEST";
const bytes = (text: string) => new TextEncoder().encode(text);
const pem = (der: Uint8Array) => encodePem(LABEL, der);
const honest = makeCsr(NAME);
const honestDer = decodePem(honest.csr, LABEL)!;

const refused = (text: string, message: RegExp | string) =>
  refusal(() => readRequest(bytes(text), NAME), 2, message).then((error) => {
    assert.match(error.hint, "do not use it");
    return error;
  });

const NAMES = ["a", "lamp.local", "A-z.0-9", "-", "a".repeat(64)];
const NO_NAMES = [
  "",
  "a".repeat(65),
  "a b",
  "a_b",
  "a/b",
  "../a",
  "küche",
  "a\n",
  "a\ncn=b",
  "a\0",
  "*.local",
  "a,CN=b",
];

test("names of 1 to 64 letters, digits, dots and hyphens are wished for in two lines", () => {
  for (const name of NAMES) {
    checkName(name);
    assert.is(new TextDecoder().decode(wishesFor(name)), `key=p256\ncn=${name}\n`);
  }
});

for (const name of NO_NAMES)
  test(`${JSON.stringify(name).slice(0, 30)} of ${name.length} characters is no name`, async () => {
    await refusal(() => checkName(name), 1, "is no name");
    await refusal(() => wishesFor(name), 1, "is no name");
  });

test("an honest request is taken, whatever stands around its block, and passed on clean", async () => {
  for (const name of NAMES) {
    const { csr, publicKey } = makeCsr(name);
    const spki = [...Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex"), ...publicKey];
    const read = await readRequest(bytes(`hello\r\n${csr.replaceAll("\n", "\r\n")}bye`), name);
    assert.equal(read, { pem: csr, name, publicKey: Uint8Array.from(spki) });
  }
});

test("so is one that another library has made", async () => {
  const der = await makeOddCsr(NAME, {});
  assert.is((await readRequest(bytes(pem(der)), NAME)).pem, pem(der));
});

const ODD: [string, CsrWishes, RegExp][] = [
  ["another common name", { subject: [{ CN: ["other.local"] }] }, /subject is not CN=lamp\.local$/],
  ["a name in upper case", { subject: [{ CN: ["LAMP.local"] }] }, /subject/],
  ["two common names", { subject: [{ CN: [NAME] }, { CN: [NAME] }] }, /subject/],
  ["two common names in one", { subject: [{ CN: [NAME, NAME] }] }, /subject/],
  ["an organisation beside the name", { subject: [{ CN: [NAME] }, { O: ["Wib"] }] }, /subject/],
  ["no subject", { subject: [] }, /subject/],
  ["another alternative name", { extensions: [dnsName("other.local")] }, /alternative name/],
  ["an alternative name in upper case", { extensions: [dnsName("LAMP.local")] }, /alternative name/],
  ["two alternative names", { extensions: [dnsName(NAME, "bank.example")] }, /alternative name/],
  ["the same one twice", { extensions: [dnsName(NAME, NAME)] }, /alternative name/],
  ["an alternative name of no name", { extensions: [dnsName()] }, /alternative name/],
  [
    "its name as an address of mail",
    { extensions: [new x509.SubjectAlternativeNameExtension([{ type: "email", value: NAME }])] },
    /alternative name/,
  ],
  ["no extension", { extensions: [] }, /more than a name/],
  ["no attribute", { attributes: () => [] }, /more than a name/],
  [
    "the wish to be a CA beside the name",
    { extensions: [dnsName(NAME), new x509.BasicConstraintsExtension(true, 0, true)] },
    /more than a name/,
  ],
  ["the wish to be a CA only", { extensions: [new x509.BasicConstraintsExtension(true)] }, /alternative name/],
  ["two alternative names in two", { extensions: [dnsName(NAME), dnsName(NAME)] }, /more than a name/],
  [
    "a second list of extensions, which a certifier might look at",
    { attributes: (list) => [extensionRequest(list), extensionRequest(list)] },
    /more than a name/,
  ],
  [
    "a second list in the same attribute",
    { attributes: (list) => [extensionRequest(list, list.slice(0))] },
    /more than a name/,
  ],
  [
    "a challenge password",
    { attributes: (list) => [extensionRequest(list), new x509.ChallengePasswordAttribute("x")] },
    /more than a name/,
  ],
  ["extensions that are rubbish", { attributes: () => [extensionRequest(Uint8Array.of(4, 1, 0).buffer)] }, /cannot be/],
  [
    "an alternative name that is rubbish",
    { extensions: [new x509.Extension("2.5.29.17", false, Uint8Array.of(1, 2, 3))] },
    /cannot be read/,
  ],
  ["a key on P-384", { key: P384 }, /not on P-256/],
  ["an RSA key", { key: RSA }, /not on P-256/],
  ["a signature over SHA-512", { hash: "SHA-512" }, /signature/],
  ["a signature over SHA-1", { hash: "SHA-1" }, /signature/],
];
for (const [what, wishes, message] of ODD)
  test(`a request with ${what} is refused`, async () =>
    void (await refused(pem(await makeOddCsr(NAME, wishes)), message)));

test("what a device says in place of the name is not shown: it might be meant for the terminal", async () => {
  const der = await makeOddCsr(NAME, { subject: [{ CN: ["\x1b[2Jowned"] }] });
  const { message, hint } = await refused(pem(der), "subject");
  assert.not.match(message + hint, /owned|\x1b/);
});

test("a request for somebody else, signed by somebody else, is refused", async () => {
  await refused(makeCsr("other.local").csr, "subject");
  const [theirs, length] = [decodePem(makeCsr(NAME).csr, LABEL)!, honestDer.length];
  const spliced = Uint8Array.from([...honestDer.slice(0, length - 32), ...theirs.slice(-32)]);
  await refused(pem(spliced), /signature|cannot be read/);
});

test("one bit of the signature flipped is noticed", async () => {
  const flipped = honestDer.slice();
  flipped[flipped.length - 1] ^= 1;
  await refused(pem(flipped), "the signature is wrong");
});

test("one bit flipped anywhere in what is signed is noticed", async () => {
  const random = testRandom();
  const start = honestDer[1] === 0x81 ? 3 : 4;
  const end = honestDer.length - 90; // signature and algorithm are shorter than that
  for (let i = 0; i < times(40); i++) {
    const flipped = honestDer.slice();
    const at = start + random.below(end - start);
    flipped[at] ^= 1 << random.below(8);
    await refused(pem(flipped), /./).catch((error) => {
      error.message += ` [WIB_SEED=${random.seed}, byte ${at}]`;
      throw error;
    });
  }
});

const RUBBISH: [string, string, RegExp][] = [
  ["nothing", "", /no certificate request/],
  ["no PEM", "hello", /no certificate request/],
  ["DER without PEM", Buffer.from(honestDer).toString("latin1"), /no certificate request/],
  ["two requests", honest.csr + makeCsr(NAME).csr, /no certificate request/],
  ["the same one twice", honest.csr + honest.csr, /no certificate request/],
  ["a request and a certificate", honest.csr + encodePem("CERTIFICATE", honestDer), /no certificate request/],
  ["another label", encodePem("NEW CERTIFICATE REQUEST", honestDer), /no certificate request/],
  ["rubbish in the block", pem(new Uint8Array(200).fill(0x30)), /cannot be read/],
  ["one byte", pem(Uint8Array.of(0x30)), /cannot be read/],
  ["another structure", pem(Uint8Array.of(0x30, 3, 2, 1, 0)), /cannot be read/],
  ["a request cut off", pem(honestDer.slice(0, -1)), /cannot be read/],
  ["bytes behind the request", pem(Uint8Array.from([...honestDer, 0])), /something stands behind/],
  ["a request in base64 in base64", pem(bytes(Buffer.from(honestDer).toString("base64"))), /something stands/],
];
for (const [what, text, message] of RUBBISH)
  test(`${what} is refused`, async () => void (await refused(text, message)));

test.run();
