// Answers of EST servers: which are taken, and what is said of the others.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeFileSync } from "node:fs";
import https from "node:https";
import { checkChain } from "../../client/certifier.ts";
import { pemBlocks } from "../../client/pem.ts";
import { createEstBench, refused } from "../support/est-bench.ts";
import { certsOnly, issue, withEstServer } from "../support/est-server.ts";
import type { EstAnswer } from "../support/est-server.ts";
import { withTool } from "../support/needs.ts";
import { openssl, opensslPki } from "../support/pki.ts";

const MAX_BYTES = 65536;
const { authority, asked, enrolled, refusedBy } = await createEstBench();

test("a server that wants time is told as that, with its Retry-After", async () => {
  const later = (headers = {}) => ({ status: 202, headers, body: "" });
  const { hint } = await refusedBy(later({ "Retry-After": "120" }), 1, /it wants time \(120\)$/);
  assert.match(hint, "90 s");
  await refusedBy(later(), 1, /it wants time$/);
});

test("a redirect is not followed, and other refusals are told with their status", async () => {
  for (const status of [204, 302, 307, 400, 404, 500, 503]) {
    const headers = { Location: "https://127.0.0.1:1/" };
    await refusedBy({ status, headers, body: "correct" }, 1, new RegExp(`it answers ${status}$`));
  }
});

const BAD: [string, EstAnswer, string][] = [
  ["HTML", { type: "text/html", body: "<html>" }, "it answers with text/html"],
  [
    "certificates of another type",
    { type: "application/x-pem-file", body: "" },
    "it answers with application/x-pem-file",
  ],
  ["no type", { type: "", body: "" }, "it answers with no type"],
  ["rubbish", { body: "correct horse" }, "holds no certificates"],
  ["bytes of rubbish", { body: Buffer.alloc(99, 0x30).toString("base64") }, "holds no certificates"],
  ["nothing", { body: "" }, "holds no certificates"],
];
for (const [what, answer, message] of BAD)
  test(`an answer of ${what} is refused`, async () => void (await refusedBy(answer, 1, message)));

test("a PKCS#7 without a certificate for the request gives no chain", () =>
  withEstServer({ authority, answer: () => ({ body: certsOnly(authority.cert) }) }, async (est) => {
    const pem = await enrolled(est);
    await refused(1, "0 of its certificates", () => checkChain(pem, asked, "it"));
  }));

test(`an answer of ${MAX_BYTES} bytes is taken, one byte more is too large`, async () => {
  const padded = (size: number) => async (request: Parameters<typeof issue>[1]) => {
    const { body } = await issue(authority, request);
    return { body: body.padEnd(size, "\n") };
  };
  await withEstServer({ authority, answer: padded(MAX_BYTES) }, async (est) => {
    assert.is(pemBlocks(await enrolled(est)).length, 2);
  });
  await refusedBy(padded(MAX_BYTES + 1), 3, "its answer is too large");
});

test("an answer that breaks off is none", async () => {
  await refusedBy(
    (_, response) => {
      response.writeHead(200, { "Content-Type": "application/pkcs7-mime", "Content-Length": 99 });
      response.write("MIIB", () => response.destroy());
      return undefined;
    },
    3,
    "aborted",
  );
});

test("a server that says nothing is given up while the device still waits", async () => {
  const real = https.request;
  let waitsMs = 0;
  let call: ReturnType<typeof real>;
  const watched = (url: URL, options: https.RequestOptions) => {
    waitsMs = options.timeout!;
    return (call = real(url, options));
  };
  Object.assign(https, { request: watched });
  try {
    // Node would say so by itself when that time is over.
    await refusedBy(() => void call.emit("timeout"), 3, "no answer within 30 s");
    assert.is(waitsMs, 30000);
  } finally {
    Object.assign(https, { request: real });
  }
});

withTool(
  "openssl",
  "OpenSSL takes the request, issues, and its PKCS#7 is read",
  () => {
    const { folder } = opensslPki();
    const answer = ({ body }: { body: string }) => {
      writeFileSync(`${folder}/asked.der`, Buffer.from(body, "base64"));
      openssl("req -inform DER -in asked.der -verify -noout", folder);
      openssl(
        `x509 -req -inform DER -in asked.der -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -out asked.pem`,
        folder,
      );
      return {
        body: openssl("crl2pkcs7 -nocrl -certfile asked.pem -certfile ca.pem", folder).replace(/-----.*-----/g, ""),
      };
    };
    return withEstServer({ authority, answer }, async (est) => {
      const pem = await enrolled(est);
      writeFileSync(`${folder}/installed.pem`, checkChain(pem, asked, "it").text);
      assert.is(openssl("verify -CAfile ca.pem installed.pem", folder).trim(), "installed.pem: OK");
    });
  },
  "version",
);

test.run();
