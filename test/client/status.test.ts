// What a device says of itself: by its greeting while the window is open, by TLS afterwards.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority } from "../../client/ca.ts";
import { startConformance } from "../../client/conformance/start.ts";
import { deviceStatus } from "../../client/status.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { refusal } from "../support/refusal.ts";

const MAX_BYTES = 16384;
let authority: Authority;
let stranger: Authority;
test.before(async () => {
  [authority, stranger] = await Promise.all([createAuthority("Test CA", 1), createAuthority("Other CA", 1)]);
});

interface Device {
  url: string;
  fingerprint: string;
  /** Request lines. */
  seen: string[];
}

async function withDevice(
  answer: RequestListener,
  run: (device: Device) => Promise<void>,
  address = "127.0.0.1",
): Promise<void> {
  const wishes = { commonName: "lamp", kind: "p256", usage: "server", days: 1, ipAddresses: [address] } as const;
  const leaf = await issueLeaf(authority, { ...wishes, ipAddresses: [address] });
  const seen: string[] = [];
  const server = https.createServer({ cert: leaf.cert, key: leaf.key }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.on("tlsClientError", (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await run({ url: `https://127.0.0.1:${port}`, fingerprint: leaf.fingerprint, seen });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const honest: RequestListener = (_, response) => response.end('{"installed":true}\n');

test("an open setup window is told by the greeting, and costs the device nothing", async () => {
  const conformance = await startConformance({ only: ["honest-cpace-x25519"] });
  try {
    const [{ url, suites }] = conformance.cases;
    for (const text of [url, url.replace("http://", "")])
      assert.equal(await deviceStatus(text), {
        ...{ "setup window": "open for 300 s more", "build": "product", "suites": suites.join(", ") },
        ...{ "wrong serials left": "5", "largest body": "9984 bytes" },
      });
    assert.is(conformance.verdicts()[0].why, "has come as far as GET dh");
  } finally {
    await conformance.close();
  }
});

test("a device that is set up is told by its certificate and by what it says", () =>
  withDevice(honest, async ({ url, fingerprint, seen }) => {
    for (const text of [url, `${url.replace("https", "HTTPS")}/`]) {
      const { validTo, ...facts } = await deviceStatus(text, authority.cert);
      assert.equal(facts, { protocol: "TLSv1.3", fingerprint, status: '{"installed":true}' });
      assert.ok(Date.parse(validTo) > Date.now());
    }
    assert.equal(seen, ["GET /status", "GET /status"]);
  }));

test("what it says with another status than 200 is not its status", () =>
  withDevice(
    (_, response) => response.writeHead(404).end("all is well"),
    async ({ url, fingerprint }) => {
      const facts = await deviceStatus(url, authority.cert);
      assert.is(facts["status"], "not told: it answers 404");
      assert.is(facts["fingerprint"], fingerprint);
    },
  ));

for (const [who, ca] of [
  ["the system's roots", () => undefined],
  ["another CA", () => stranger.cert],
  ["rubbish", () => "rubbish"],
] as const)
  test(`a device whose certificate does not come from ${who} is asked for nothing`, () =>
    withDevice(honest, async ({ url, seen }) => {
      const { hint } = await refusal(() => deviceStatus(url, ca()), 3, /^127\.0\.0\.1:\d+: unable to verify/);
      assert.match(hint, "--ca");
      assert.equal(seen, []);
    }));

test("a certificate for another address is not the device's", () =>
  withDevice(
    honest,
    async ({ url, seen }) => {
      await refusal(() => deviceStatus(url, authority.cert), 3, "is not in the cert's list");
      assert.equal(seen, []);
    },
    "127.0.0.2",
  ));

test("a user and password in the address are shown to nobody who is not trusted, nor in the error", () =>
  withDevice(honest, async ({ url, seen }) => {
    const { message, hint } = await refusal(
      () => deviceStatus(url.replace("//", "//me:secret@")),
      3,
      "unable to verify",
    );
    assert.not((message + hint).includes("secret"));
    assert.equal(seen, []);
  }));

test(`an answer of ${MAX_BYTES} bytes is taken, one byte more is too large`, async () => {
  const saying =
    (size: number): RequestListener =>
    (_, response) =>
      response.end("x".repeat(size));
  await withDevice(saying(MAX_BYTES), async ({ url }) => {
    assert.is((await deviceStatus(url, authority.cert))["status"].length, MAX_BYTES);
  });
  await withDevice(saying(MAX_BYTES + 1), async ({ url }) => {
    await refusal(() => deviceStatus(url, authority.cert), 3, "its answer is too large");
  });
});

test("an answer that breaks off, in its header or after it, is none", async () => {
  const cut: RequestListener = (_, response) => {
    response.writeHead(200, { "Content-Length": 99 });
    response.write("half", () => response.destroy());
  };
  for (const answer of [cut, ((_, response) => response.destroy()) as RequestListener])
    await withDevice(answer, async ({ url }) => {
      const { hint } = await refusal(() => deviceStatus(url, authority.cert), 3, /aborted|hang up/);
      assert.match(hint, "is it on");
    });
});

test("a device that says nothing is not waited for for ever", async () => {
  const real = https.get;
  let waitsMs = 0;
  let call: ReturnType<typeof real>;
  const watched = (url: URL, options: https.RequestOptions, callback: never) => {
    waitsMs = options.timeout!;
    return (call = real(url, options, callback));
  };
  Object.assign(https, { get: watched });
  try {
    // Node would say so by itself when that time is over.
    const silent: RequestListener = () => void call.emit("timeout");
    await withDevice(silent, async ({ url }) => {
      await refusal(() => deviceStatus(url, authority.cert), 3, "no answer within 15 s");
    });
    assert.is(waitsMs, 15000);
  } finally {
    Object.assign(https, { get: real });
  }
});

test("nobody there is not reached, and what is no address is wrong use", async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  await refusal(() => deviceStatus(`https://${nobody}`), 3, "ECONNREFUSED");
  await refusal(() => deviceStatus(`http://${nobody}`), 3, "nothing listens");
  for (const text of ["https://", "https://a b", "ftp://a", "http://a/x", ""])
    await refusal(() => deviceStatus(text), 1, /is no address|plain HTTP|only host and port/);
  await refusal(() => deviceStatus("http://127.0.0.1", authority.cert), 1, "--ca is for https://");
});

test.run();
