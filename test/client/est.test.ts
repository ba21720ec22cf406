// Certificates from an EST server: what goes over the wire, who gets it, and that no password is told.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { X509Certificate } from "node:crypto";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority, Leaf } from "../../client/ca.ts";
import { checkChain } from "../../client/certifier.ts";
import { estCertifier, parseEstUrl } from "../../client/est.ts";
import { decodePem, pemBlocks } from "../../client/pem.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { createEstBench, NAME, PASSWORD, refused } from "../support/est-bench.ts";
import type { AnswerOf } from "../support/est-bench.ts";
import { issue, withEstServer } from "../support/est-server.ts";
import type { EstServerOptions } from "../support/est-server.ts";

const { authority, asked, enrolled, refusedBy } = await createEstBench();
let stranger: Authority;
let owner: Leaf;

test.before(async () => {
  stranger = await createAuthority("Other CA", 1);
  owner = await issueLeaf(authority, { commonName: "owner", kind: "p256", days: 1, usage: "client" });
});

test("a server that asks for nothing issues, and its certificates are a chain for the request", () =>
  withEstServer({ authority }, async (est) => {
    const pem = await enrolled(est);
    assert.is(pemBlocks(pem).length, 2);
    const { text } = checkChain(pem, asked, "it");
    const [leaf, ca] = pemBlocks(text).map(({ der }) => new X509Certificate(der));
    assert.ok(leaf.verify(ca.publicKey));
    assert.is(leaf.subject, `CN=${NAME}`);
    assert.is(ca.fingerprint256, new X509Certificate(authority.cert).fingerprint256);
  }));

test("what is sent is the request in base64 lines, with RFC 7030's header, and no password unasked", () =>
  withEstServer({ authority }, async (est) => {
    await enrolled(est);
    const [{ line, headers, body }] = est.seen;
    assert.is(line, "POST /.well-known/est/simpleenroll");
    assert.is(headers["content-type"], "application/pkcs10");
    assert.is(headers["content-transfer-encoding"], "base64");
    assert.is(headers["content-length"], String(body.length));
    assert.is(headers["authorization"], undefined);
    assert.is(headers["host"], new URL(est.url).host);
    assert.match(body, /^([A-Za-z0-9+/]{64}\r\n)+[A-Za-z0-9+/=]{1,64}$/);
    assert.equal(new Uint8Array(Buffer.from(body, "base64")), decodePem(asked.pem, "CERTIFICATE REQUEST"));
  }));

const PATHS = {
  "": "/.well-known/est/simpleenroll",
  "/": "/.well-known/est/simpleenroll",
  "/.well-known/est": "/.well-known/est/simpleenroll",
  "/.well-known/est/lamps/": "/.well-known/est/lamps/simpleenroll",
  "/.well-known/est/lamps/simpleenroll": "/.well-known/est/lamps/simpleenroll",
  "/.well-known/est/simpleenroll/": "/.well-known/est/simpleenroll",
  "/ca/of/mine": "/ca/of/mine",
};
test("a label, or a path of the server's own, is asked for", () =>
  withEstServer({ authority }, async (est) => {
    for (const path of Object.keys(PATHS)) await enrolled(est, {}, path);
    assert.equal(
      est.seen.map(({ line }) => line),
      Object.values(PATHS).map((path) => `POST ${path}`),
    );
  }));

test("addresses as people write them", () => {
  for (const [text, href] of [
    ["est.example", "https://est.example/.well-known/est/simpleenroll"],
    ["HTTPS://EST.example:8443", "https://est.example:8443/.well-known/est/simpleenroll"],
    ["[::1]:8443/x", "https://[::1]:8443/x"],
  ])
    assert.is(parseEstUrl(text).href, href);
});

for (const [text, message] of [
  ["http://est.example", "EST needs TLS"],
  ["ftp://est.example", "EST needs TLS"],
  ["https://owner:correct@est.example", "only host, port and path"],
  ["https://owner@est.example", "only host, port and path"],
  ["https://est.example/?correct", "only host, port and path"],
  ["https://est.example/#correct", "only host, port and path"],
  ["https://est.example:65536", "is no address"],
  ["a b", "is no address"],
  ["", "is no address"],
])
  test(`${JSON.stringify(text)} is no EST server`, () =>
    refused(1, message, () => estCertifier(text)).then(({ hint }) => assert.ok(hint)));

const basic = (value: string) => `Basic ${Buffer.from(value).toString("base64")}`;
const asking: AnswerOf = (request) =>
  request.headers.authorization === basic(`owner:${PASSWORD}`)
    ? issue(authority, request)
    : { status: 401, headers: { "WWW-Authenticate": 'Basic realm="est"' }, body: "" };

test("a server that asks for a password gets it, with the first request", () =>
  withEstServer({ authority, answer: asking }, async (est) => {
    await enrolled(est, { user: "owner", password: PASSWORD });
    assert.is(est.seen.length, 1);
  }));

test("a wrong password, none, and no user are refused by it, and told apart from other refusals", async () => {
  for (const options of [{ password: `${PASSWORD}x` }, { password: undefined }, { user: undefined }]) {
    const { hint } = await refusedBy(asking, 1, "it answers 401", options);
    assert.match(hint, "--est-user");
  }
  assert.match((await refusedBy({ status: 403, body: "" }, 1, "it answers 403")).hint, "--est-password-file");
});

test("a server that asks for a certificate gets the owner's, and lets nobody in without", () =>
  withEstServer({ authority, wantsCertificate: true }, async (est) => {
    await enrolled(est, { cert: owner.cert, key: owner.key });
    assert.is(est.seen[0].client, owner.fingerprint);
    const other = await issueLeaf(stranger, { commonName: "owner", kind: "p256", days: 1, usage: "client" });
    for (const options of [{}, { cert: other.cert, key: other.key }])
      await refused(3, "EST server 127.0.0.1:", () => enrolled(est, { ...options, password: PASSWORD }));
    assert.is(est.seen.length, 1);
  }));

test("a certificate and a key that are no pair, and rubbish, are told before anything is asked for", async () => {
  const { key } = await issueLeaf(authority, { commonName: "owner", kind: "p256", days: 1, usage: "client" });
  for (const options of [
    { cert: owner.cert, key },
    { cert: "correct", key: "correct" },
  ])
    await refused(1, "cannot be used", () => estCertifier("https://est.example", options));
});

test("a server that another CA has certified, or for another address, or nobody we know, gets no request", async () => {
  const untrusted = async (options: Partial<EstServerOptions>, ca: string | undefined, message: RegExp) =>
    withEstServer({ authority, ...options }, async (est) => {
      const { hint } = await refused(3, message, () => enrolled(est, { ca, user: "owner", password: PASSWORD }));
      assert.match(hint, "--est-ca");
      assert.is(est.seen.length, 0);
    });
  await untrusted({}, stranger.cert, /self-signed certificate/);
  await untrusted({}, undefined, /self-signed certificate/);
  await untrusted({}, "rubbish", /self-signed certificate/);
  await untrusted({ certifiedAddress: "127.0.0.2" }, authority.cert, /IP: 127\.0\.0\.1 is not in the cert's list/);
});

test("nobody listening is not reached", async () => {
  const url = `https://127.0.0.1:${await freePort()}`;
  await refused(3, "ECONNREFUSED", () => estCertifier(url, { password: PASSWORD }).certify(asked));
});

test.run();
