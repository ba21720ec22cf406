// A device that has only the engine's TLS client, after setup with a `server`: the same for the simulator and for the
// interpreter.
import * as assert from "uvu/assert";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { LeafKind } from "../../client/ca.ts";
import { encodePem } from "../../client/pem.ts";
import { provision } from "../../client/provision.ts";
import { serveReports } from "../../client/report-server.ts";
import type { Report, ReportServer } from "../../client/report-server.ts";
import { SERIAL, until } from "./targets.ts";
import type { Target } from "./targets.ts";

type Start = () => Promise<Target>;

interface Scene {
  target: Target;
  server: ReportServer;
  reports: Report[];
  refusals: string[];
  /** SHA-256 of the certificate that was installed. */
  installed: string;
}

/** Sets a device up with a fresh certificate and the owner's server, which lets in certificates of `ownCa` only. */
async function afterSetup(
  start: Start,
  wishes: { kind: LeafKind; ofStranger?: boolean },
  check: (scene: Scene) => Promise<void>,
): Promise<void> {
  const [authority, stranger] = await Promise.all([createAuthority("Owner CA", 1), createAuthority("Stranger CA", 1)]);
  const [leaf, own] = await Promise.all([
    issueLeaf(wishes.ofStranger ? stranger : authority, {
      ...{ commonName: "device.local", days: 1, usage: "client", kind: wishes.kind },
    }),
    issueLeaf(authority, { commonName: "owner", days: 1, usage: "server", kind: "rsa2048" }),
  ]);
  const reports: Report[] = [];
  const refusals: string[] = [];
  const server = await serveReports({
    ...{ cert: own.cert, key: own.key, ca: authority.cert, host: "127.0.0.1", port: 0 },
    onReport: (report) => void reports.push(report),
    onRefused: (reason) => void refusals.push(reason),
  });
  const target = await start();
  try {
    await target.openWindow();
    const settings = JSON.stringify({ server: `127.0.0.1:${server.port}` });
    const text = leaf.cert + leaf.key + encodePem("WIB SETTINGS", new TextEncoder().encode(settings));
    const keyText = new TextEncoder().encode(text);
    await provision({ url: target.url, serial: SERIAL, suite: "x25519", allowBench: true, keyText });
    await check({ target, server, reports, refusals, installed: leaf.fingerprint });
  } finally {
    await target.stop();
    await server.close();
  }
}

const uncaught = (target: Target) => target.console.filter((line) => line.startsWith("Uncaught "));

async function checkReport({ target, reports, installed }: Scene, count: number): Promise<void> {
  await until("the device has reported", () => reports.length >= count);
  const report = reports[count - 1];
  assert.is(report.fingerprint, installed);
  assert.is(report.commonName, "device.local");
  assert.match(report.cipher, /^TLS_DHE_RSA_/);
  const status = JSON.parse(report.text);
  assert.equal(status, await target.status(), "what it says on its console");
  assert.ok(status.installed);
  assert.not(status.window);
  assert.equal(uncaught(target), []);
}

export const REPORT_CASES: { name: string; run(start: Start): Promise<void> }[] = [
  {
    name: "a device with an RSA pair reports to its owner's server with the certificate that was installed",
    run: (start) =>
      afterSetup(start, { kind: "rsa2048" }, async (scene) => {
        await checkReport(scene, 1);
        await scene.target.restart();
        await checkReport(scene, 2);
        assert.equal(scene.refusals, []);
      }),
  },
  {
    name: "a device whose certificate is of another CA is not let in",
    run: (start) =>
      afterSetup(start, { kind: "rsa2048", ofStranger: true }, async ({ reports, refusals }) => {
        await until("the server has refused", () => refusals.length > 0);
        assert.equal(reports, []);
      }),
  },
  {
    name: "a device with an EC pair serves TLS itself: it does not report, and says so",
    run: (start) =>
      afterSetup(start, { kind: "p256" }, async ({ target, reports, refusals }) => {
        await until("it says so", () => target.console.some((line) => line.endsWith("this device serves TLS itself")));
        assert.equal(uncaught(target), []);
        assert.equal([reports, refusals], [[], []]);
        assert.ok((await target.status()).installed, "it lives on");
      }),
  },
];
