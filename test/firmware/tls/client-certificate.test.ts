// Clients' certificates: whom a server with a clientCa lets in, and the alert for everybody else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createAuthority, issueLeaf } from "../../../client/ca.ts";
import { parseClientCas } from "../../../firmware/tls/client-ca.ts";
import { readClientChain, readVerify } from "../../../firmware/tls/client-certificate.ts";
import { hal, unhex } from "../../support/hal.ts";
import { tlsBench } from "../../support/tls-bench.ts";

const [BAD, UNSUPPORTED, ILLEGAL, UNKNOWN_CA, DECODE, UNSUPPORTED_EXTENSION, REQUIRED] = [42, 43, 47, 48, 50, 110, 116];
const derOf = (pem: string) => Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
const [ca, other] = await Promise.all([createAuthority("Clients", 1), createAuthority("Others", 1)]);
const wishes = { commonName: "client", days: 1 } as const;
const [client, server, stranger, rsa] = await Promise.all([
  issueLeaf(ca, { ...wishes, kind: "p256", usage: "client" }),
  issueLeaf(ca, { ...wishes, kind: "p256", usage: "server" }),
  issueLeaf(other, { ...wishes, kind: "p256", usage: "client" }),
  issueLeaf(ca, { ...wishes, kind: "rsa2048", usage: "client" }),
]);
// The client as if it were an authority.
const below = await issueLeaf(
  { ...other, certificate: new x509.X509Certificate(client.cert) },
  { ...wishes, commonName: "below", kind: "p256", usage: "client" },
);
const cas = parseClientCas(hal, ca.cert)!;

function message(certificates: Buffer[], context = "00", extensions = "0000"): Uint8Array {
  const u24 = (n: number) => n.toString(16).padStart(6, "0");
  const list = certificates.map((der) => u24(der.length) + der.toString("hex") + extensions).join("");
  const body = context + u24(list.length / 2) + list;
  return unhex("0b" + u24(body.length / 2) + body);
}
const read = (...certificates: Buffer[]) => readClientChain(hal, message(certificates), cas);

test("a client of the CA is read, with the CA behind it or without, and a chain ends where the CA is", () => {
  for (const chain of [[client.cert], [client.cert, ca.cert], [client.cert, other.cert]]) {
    const links = read(...chain.map(derOf));
    assert.type(links, "object");
    assert.is((links as unknown[]).length, 1);
  }
});

test("everybody else has an alert", () => {
  assert.is(read(), REQUIRED);
  assert.is(read(derOf(stranger.cert)), UNKNOWN_CA);
  assert.is(read(derOf(stranger.cert), derOf(other.cert)), UNKNOWN_CA);
  assert.is(read(derOf(server.cert)), BAD, "for servers only");
  assert.is(read(derOf(ca.cert)), BAD, "the CA itself");
  assert.is(read(derOf(rsa.cert)), UNSUPPORTED);
  assert.is(read(derOf(client.cert).subarray(1)), BAD);
  assert.is(read(...Array<Buffer>(5).fill(derOf(client.cert))), BAD, "more than four");
  assert.is(read(derOf(below.cert), derOf(client.cert)), UNKNOWN_CA, "certified by one who is no CA");
  const one = derOf(client.cert);
  assert.is(readClientChain(hal, message([one], "0101"), cas), ILLEGAL);
  assert.is(readClientChain(hal, message([one], "00", "00050000"), cas), DECODE);
  assert.is(readClientChain(hal, message([one], "00", "000400050000"), cas), UNSUPPORTED_EXTENSION);
  const whole = message([one]);
  for (const length of [4, 7, 8, whole.length - 1])
    assert.is(readClientChain(hal, whole.slice(0, length), cas), DECODE);
});

test("a CertificateVerify has the scheme that was asked for, and the length that it says", () => {
  const verify = (hex: string) => readVerify(unhex("0f000000" + hex));
  assert.equal([...(verify("04030002aabb") as Uint8Array)], [0xaa, 0xbb]);
  assert.equal([verify("08040002aabb"), verify("04030001aabb"), verify("0403")], [ILLEGAL, DECODE, DECODE]);
});

test("a clientCa is one CA with a P-256 key, or several, and nothing else", async () => {
  assert.is(parseClientCas(hal, ca.cert + other.cert)!.length, 2);
  for (const text of ["", "rubbish", client.cert, ca.cert + client.cert, client.key, ca.cert + client.key])
    assert.is(parseClientCas(hal, text), undefined);
});

test("a client with its certificate is served, also when it comes again without; others are not", async () => {
  const bench = await tlsBench({ clientCa: ca.cert });
  const visit = await bench.get({ cert: client.cert, key: client.key });
  assert.match(visit.text, "200 OK");
  const again = await bench.get({ session: visit.session });
  assert.ok(again.isReused);
  assert.match(again.text, "200 OK");
  const refused: [object, RegExp][] = [
    [{}, /certificate required|alert number 116/],
    [{ cert: stranger.cert, key: stranger.key }, /unknown ca|alert number 48/],
    [{ cert: server.cert, key: server.key }, /bad certificate|alert number 42/],
  ];
  for (const [options, reason] of refused) {
    const outcome = await bench.get(options).then(
      ({ text }) => text,
      (error: Error) => error.message,
    );
    assert.match(outcome, reason);
  }
  const forged = derOf(client.cert);
  forged[forged.length - 5] ^= 1; // in the CA's signature
  const pem = `-----BEGIN CERTIFICATE-----\n${forged.toString("base64")}\n-----END CERTIFICATE-----\n`;
  const outcome = await bench.get({ cert: pem, key: client.key }).then(String, (error: Error) => error.message);
  assert.match(outcome, /bad certificate|alert number 42/);
  assert.equal(bench.uncaught, []);
});

test.run();
