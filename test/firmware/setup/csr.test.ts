// A key made by the device: CSR, certificate, installation, and what happens to the key otherwise.
import { createPrivateKey, X509Certificate } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../../boards/index.ts";
import { createAuthority } from "../../../client/ca.ts";
import { ERROR, PATH_CSR, STEP_CSR } from "../../../firmware/protocol.ts";
import { createKeystore } from "../../../firmware/store/keystore.ts";
import { primitives } from "../../support/hal.ts";
import { VirtualDevice } from "../../support/virtual-device.ts";
import type { Answer, Session } from "../../support/virtual-device.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const vector = (name: string) => readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url), "utf8");
const shown = ({ status, code }: Answer): string => `${status} ${code}`.trim();
const authority = await createAuthority("Test CA", 1);

async function certify(csrPem: string): Promise<string> {
  const csr = new x509.Pkcs10CertificateRequest(csrPem);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: csr.subject,
    issuer: authority.certificate.subject,
    publicKey: csr.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    notAfter: new Date(Date.now() + 86400000),
  });
  return `${certificate.toString("pem")}\n`;
}

function csrOf(session: Session, wishes?: string): string {
  const body = session.sealed(STEP_CSR, wishes ?? "key=p256\ncn=device.local\n");
  const answer = session.post(PATH_CSR, body);
  assert.is(shown(answer), "200");
  assert.is(answer.header("Wib-Proof"), session.proof(PATH_CSR, answer, body));
  return answer.body;
}

test("the device makes a key, and takes a certificate for it without any private key", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  const csr = csrOf(session);
  assert.ok(await new x509.Pkcs10CertificateRequest(csr).verify());
  const chain = (await certify(csr)) + authority.cert;
  assert.is(new X509Certificate(chain).subject, "CN=device.local");
  assert.is(shown(session.key(chain)), "204");
  assert.ok(device.status().installed);
  const { hal, area } = virtualHal(device.flash, boardNamed("linux").storage);
  const { key } = createKeystore(hal, area, primitives).current()!;
  const installed = createPrivateKey({ key: Buffer.from(key), format: "der", type: "sec1" });
  assert.ok(new X509Certificate(chain).checkPrivateKey(installed), "the key is the certificate's");
});

test("another key's certificate is refused, and a private key beside it too", async () => {
  for (const [text, code] of [
    [vector("device.pem"), ERROR.mismatch],
    [vector("device.pem") + vector("device.key"), ERROR.keyNotWanted],
  ]) {
    const device = await VirtualDevice.open();
    const session = device.authenticated();
    csrOf(session);
    assert.is(shown(session.key(text)), `400 ${code}`);
    assert.not(device.status().installed);
  }
});

test("each session has a key of its own, and one CSR", async () => {
  const device = await VirtualDevice.open();
  const [a, b] = [device.authenticated(), device.authenticated()];
  const keys = [csrOf(a), csrOf(b)].map((pem) => new x509.Pkcs10CertificateRequest(pem).publicKey.toString("hex"));
  assert.is.not(keys[0], keys[1]);
  assert.is(shown(a.csr()), `409 ${ERROR.wrongOrder}`);
});

test("two sessions that ask at once have keys of their own, and the window lives on", async () => {
  const device = await VirtualDevice.open();
  const [a, b] = [device.authenticated(), device.authenticated()];
  const texts = [a, b].map((session) => session.text(PATH_CSR, session.sealed(STEP_CSR, "key=p256\ncn=a\n")));
  const peers = texts.map((text) => device.connect(text));
  const keys = peers.map((peer) => {
    const answer = device.settle(peer, 60000);
    assert.is(shown(answer), "200");
    return new x509.Pkcs10CertificateRequest(answer.body).publicKey.toString("hex");
  });
  assert.is.not(keys[0], keys[1]);
  assert.is(shown(device.authenticated().csr()), "200");
});

test("wishes that are not the two lines are refused, and the session goes on with a private key", async () => {
  const long = "x".repeat(64);
  const bad = ["key=p256\n", "key=rsa\ncn=a\n", "key=p256\ncn=a", "key=p256\ncn=\n", "key=p256\ncn=a b\n"];
  for (const wishes of [
    ...bad,
    "key=p256\ncn=a\n\n",
    `key=p256\ncn=x${long}\n`,
    "key=p256\r\ncn=a\r\n",
    "key=p256\ncn=a_b\n",
  ]) {
    const device = await VirtualDevice.open();
    const session = device.authenticated();
    assert.is(shown(session.csr(wishes)), `400 ${ERROR.malformedWishes}`, JSON.stringify(wishes));
    assert.is(shown(session.csr()), `409 ${ERROR.wrongOrder}`);
    assert.is(shown(session.key(vector("device.pem") + vector("device.key"))), "204");
  }
  const session = (await VirtualDevice.open()).authenticated();
  csrOf(session, `key=p256\ncn=${long}\n`);
});

test("the key dies with the session", async () => {
  const device = await VirtualDevice.open();
  const session = device.authenticated();
  const chain = await certify(csrOf(session));
  device.advance(91000);
  assert.is(shown(session.key(chain)), `401 ${ERROR.unauthenticated}`);
  const other = device.authenticated();
  assert.is(shown(other.key(chain)), `400 ${ERROR.noPrivateKey}`);
});

test.run();
