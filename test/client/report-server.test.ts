import net from "node:net";
import tls from "node:tls";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Leaf } from "../../client/ca.ts";
import { serveReports } from "../../client/report-server.ts";
import type { Report, ReportServer } from "../../client/report-server.ts";
import { until } from "../support/targets.ts";

let server: ReportServer;
let device: Leaf;
let own: Leaf;
let stranger: Leaf;
let ca: string;
const reports: Report[] = [];
const refusals: string[] = [];

test.before(async () => {
  const [authority, other] = await Promise.all([createAuthority("Owner CA", 1), createAuthority("Other CA", 1)]);
  const wishes = { commonName: "device", days: 1, usage: "client" as const, kind: "p256" as const };
  [device, stranger] = await Promise.all([issueLeaf(authority, wishes), issueLeaf(other, wishes)]);
  const rsa = { kind: "rsa2048" as const, days: 1, usage: "server" as const, ipAddresses: ["127.0.0.1"] };
  own = await issueLeaf(authority, { ...rsa, commonName: "owner" });
  ca = authority.cert;
  server = await serveReports({
    ...{ cert: own.cert, key: own.key, ca, host: "127.0.0.1", port: 0 },
    onReport: (report) => void reports.push(report),
    onRefused: (reason) => void refusals.push(reason),
  });
});
test.before.each(() => void (reports.length = refusals.length = 0));
test.after(() => server.close());

/** @returns how it ended for the client. */
function report(leaf: Leaf | undefined, text: string, options: tls.ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const pair = leaf ? { cert: leaf.cert, key: leaf.key } : {};
    const socket = tls.connect({ port: server.port, host: "127.0.0.1", ca, ...pair, ...options });
    socket.once("secureConnect", () => socket.end(text));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("close", () => resolve("closed"));
    socket.resume();
  });
}

test("who has a certificate of the CA is heard, to the end of what he says", async () => {
  assert.is(await report(device, '{"a":1}\n'), "closed");
  await until("the report is there", () => reports.length > 0, 5000);
  const [{ fingerprint, commonName, text }] = reports;
  assert.equal(
    { fingerprint, commonName, text },
    { fingerprint: device.fingerprint, commonName: "device", text: '{"a":1}\n' },
  );
});

test("who has none, or a stranger's, is not heard", async () => {
  for (const leaf of [undefined, stranger]) {
    await report(leaf, "hello");
    await until("it is refused", () => refusals.length > 0, 5000);
    assert.equal(reports, []);
    refusals.length = 0;
  }
});

test("what the engine's client does not speak is not spoken", async () => {
  assert.match(await report(device, "x", { minVersion: "TLSv1.3" }), /PROTOCOL|ALERT/);
  assert.match(
    await report(device, "x", { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }),
    /HANDSHAKE|ALERT/,
  );
});

test("a report has 4096 characters at most", async () => {
  await report(device, "x".repeat(4096));
  await until("the report is there", () => reports.length > 0, 5000);
  assert.is(reports[0].text.length, 4096);
  await report(device, "x".repeat(4097));
  await report(device, "after");
  await until("the next one is there", () => reports.length > 1, 5000);
  assert.equal(
    reports.map(({ text }) => text.length),
    [4096, 5],
  );
});

test("who says nothing is thrown out, and does not keep the server from closing", async () => {
  const connect = (to: ReportServer) => {
    const socket = net.connect(to.port, "127.0.0.1");
    return { socket, closed: new Promise<void>((resolve) => socket.once("close", () => resolve())) };
  };
  const reasons: string[] = [];
  const strict = await serveReports({
    ...{ ...own, ca, host: "127.0.0.1", port: 0, timeoutMs: 50, onReport: () => {} },
    onRefused: (reason) => void reasons.push(reason),
  });
  await connect(strict).closed;
  assert.equal(reasons, ["ERR_TLS_HANDSHAKE_TIMEOUT"]);
  await strict.close();
  const patient = await serveReports({ ...own, ca, host: "127.0.0.1", port: 0, onReport: () => {} });
  const silent = connect(patient);
  await new Promise((resolve) => silent.socket.once("connect", resolve));
  await Promise.all([patient.close(), silent.closed]);
});

test("a port that is taken is an error at once", async () => {
  const taken = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as net.AddressInfo;
  try {
    await serveReports({ cert: device.cert, key: device.key, ca, host: "127.0.0.1", port, onReport: () => {} });
    assert.unreachable();
  } catch (error) {
    assert.is((error as NodeJS.ErrnoException).code, "EADDRINUSE");
  } finally {
    taken.close();
  }
});

test.run();
