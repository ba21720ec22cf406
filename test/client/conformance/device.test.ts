// The conformance device is as strict as the protocol about requests, and its CSR is one that a CA certifies.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { canonicalSerial } from "../../../client/serial.ts";
import { PATH_DH } from "../../../firmware/protocol.ts";
import { authed, expectFail, expectPass, KEY_TEXT, withCase } from "../../support/conformance-bench.ts";
import type { Bench } from "../../support/conformance-bench.ts";
import { begin, openSession } from "../../support/free-client.ts";
import { hasTool } from "../../support/needs.ts";
import { openssl, opensslPki } from "../../support/pki.ts";

const raw: [string, string, RegExp][] = [
  [
    "chunked",
    `POST ${PATH_DH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    /Transfer-Encoding/,
  ],
  ["without a length", `POST ${PATH_DH} HTTP/1.1\r\nHost: a\r\n\r\n`, /content-length-required/],
  ["of another type", `POST ${PATH_DH} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`, /415/],
  ["to another path", "GET /setup/dh.wib?x HTTP/1.1\r\nHost: a\r\n\r\n", /404/],
  ["with a large header", `GET ${PATH_DH} HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(1100)}\r\n\r\n`, /413/],
  ["from a web page", `GET ${PATH_DH} HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n`, /403/],
  ["that is no HTTP", "hello\r\n\r\n", /not HTTP/],
];
for (const [name, text, why] of raw)
  test(`a request ${name} fails`, () =>
    withCase("honest-x25519", async (bench) => {
      const socket = net.connect(Number(new URL(bench.case.url).port), "127.0.0.1");
      socket.write(text);
      socket.resume();
      await new Promise((resolve) => socket.once("close", resolve));
      expectFail(bench, why);
    }));

test("a serial that is not the canonical form of the one that was given fails", async () => {
  for (const change of [(s: string) => s.replace(/^./, (c) => (c === "0" ? "1" : "0")), (s: string) => s.toLowerCase()])
    await withCase("honest-x25519", async (bench) => {
      const session = await openSession(bench.case.url, "x25519");
      const serial = change(`${canonicalSerial(bench.case.serial).slice(0, 15)}Z`);
      assert.is((await session.post(1, session.seal(1, serial))).status, 401);
      expectFail(bench, /401 not-authenticated: what was sealed/);
    });
});

test("a cookie that opens a second session, and one that was made up, fail", async () => {
  await withCase("honest-x25519", async (bench) => {
    const { postDh } = await begin(bench.case.url, "x25519");
    assert.is((await postDh()).status, 200);
    assert.is((await postDh()).status, 409);
    expectFail(bench, /409 wrong-order: this cookie has a session/);
  });
  await withCase("honest-x25519", async (bench) => {
    const { postDh } = await begin(bench.case.url, "x25519", { cookie: "0".repeat(72) });
    assert.is((await postDh()).status, 401);
    expectFail(bench, /not a cookie that the greeting has set/);
  });
});

test("a body whose tag is wrong fails", () =>
  withCase("honest-x25519", async (bench) => {
    const session = await openSession(bench.case.url, "x25519");
    const body = session.seal(1, canonicalSerial(bench.case.serial));
    body[79] ^= 1;
    assert.is((await session.post(1, body)).status, 401);
    expectFail(bench, /the tag of the sealed body is wrong/);
  }));

async function csrSetup(bench: Bench, withKey: boolean): Promise<number> {
  const session = await authed(bench);
  const wishes = session.seal(2, "key=p256\ncn=device.local\n");
  const answer = await session.post(2, wishes);
  assert.ok(session.isProven(2, wishes, answer));
  const { folder, ca, ec } = opensslPki();
  const file = path.join(folder, "conformance.csr");
  writeFileSync(file, answer.body);
  assert.match(openssl(`req -in ${file} -verify -noout -text`, folder), "DNS:device.local");
  const chain = openssl(`x509 -req -in ${file} -CA ${ca} -CAkey ca.key -CAcreateserial -extfile ext`, folder);
  const text = withKey ? chain + readFileSync(ec.key, "utf8") : chain;
  return (await session.post(3, session.seal(3, text))).status;
}

if (hasTool("openssl", "version")) {
  test("a client that has the device's CSR certified passes", () =>
    withCase("honest-x25519", async (bench) => {
      assert.is(await csrSetup(bench, false), 204);
      expectPass(bench, /has set the device up/);
    }));
  test("a client that sends a private key after a CSR fails", () =>
    withCase("honest-x25519", async (bench) => {
      assert.is(await csrSetup(bench, true), 400);
      expectFail(bench, /private-key-not-wanted-after-csr/);
    }));
  test("a client that goes on with a CSR that has no proof fails", () =>
    withCase("forged-csr-200-without-proof", async (bench) => {
      const session = await authed(bench);
      await session.post(2, session.seal(2, "key=p256\ncn=a\n"));
      await session.post(3, session.seal(3, KEY_TEXT));
      expectFail(bench, /POST key came after/);
    }));
} else test.skip("the CSR path (needs openssl)");

test.run();
