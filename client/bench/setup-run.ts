// Whole setups of a board on the bench: one for the time, phase by phase, and one with an eye on variables and stack, which
// costs time. The board makes its own key where it will serve TLS with it; else it is given one.
import type { BoardRecord } from "../../boards/index.ts";
import { certify, createAuthority, issueLeaf } from "../ca.ts";
import type { LeafWishes } from "../ca.ts";
import { provision } from "../provision.ts";
import type { Material } from "../provision.ts";
import { SUITE_CPACE } from "../../firmware/protocol.ts";
import type { BenchDevice } from "./device.ts";
import type { SetupPhase, SetupRow } from "./report.ts";

const NAME = "bench.local";
/** Phases that are a request each, in their order. */
const REQUESTS = ["greeting", "key agreement", "serial", "request", "certificate"];

async function materialFor(path: SetupRow["path"]): Promise<Material> {
  const authority = await createAuthority("Bench CA", 1);
  const wishes: LeafWishes = { commonName: NAME, kind: "p256", days: 1, usage: "both", dnsNames: [NAME] };
  if (path === "csr")
    return {
      csr: {
        name: NAME,
        certifier: {
          name: "the bench's CA",
          certify: async (request) => (await certify(authority, request.publicKey, wishes)) + authority.cert,
        },
      },
    };
  const { cert, key } = await issueLeaf(authority, { ...wishes, kind: "rsa2048" });
  return { keyText: new TextEncoder().encode(cert + key) };
}

async function setUpOnce(
  device: BenchDevice,
  suite: string,
  path: SetupRow["path"],
  onStep: (step: string) => void,
): Promise<{ phases: SetupPhase[]; seconds: number; open: number | null }> {
  const material = await materialFor(path);
  await device.openWindow();
  const open = await device.variables();
  const first = device.wire?.seconds.length ?? 0;
  const phases: SetupPhase[] = [];
  const started = performance.now();
  let since = started;
  await provision({
    ...{ ...material, url: device.url, serial: device.serial, suite, allowBench: true },
    onProgress(name, isDone) {
      if (!isDone) onStep(name);
      else phases.push({ name, seconds: (performance.now() - since) / 1000, boardSeconds: null });
      since = performance.now();
    },
  });
  const seconds = (performance.now() - started) / 1000;
  await device.hasShut();
  const byBoard = device.wire?.seconds.slice(first) ?? [];
  const requests = phases.filter(({ name }) => REQUESTS.includes(name));
  if (byBoard.length === requests.length) requests.forEach((phase, i) => (phase.boardSeconds = byBoard[i]));
  return { phases, seconds, open };
}

/** @param bootSeconds of the build that runs now. */
export async function runSetup(
  device: BenchDevice,
  record: BoardRecord,
  bootSeconds: number,
  onStep: (step: string) => void,
): Promise<SetupRow> {
  const suite = record.suites.includes(SUITE_CPACE) ? SUITE_CPACE : record.suites[0];
  const path = record.tls === "own-server" ? "csr" : "key";
  const total = await device.totalVariables();
  const rest = await device.variables();
  onStep("a setup, timed");
  const { phases, seconds, open } = await setUpOnce(device, suite, path, (step) => onStep(`timed: ${step}`));
  onStep("a setup, watched");
  await device.watch(true);
  await setUpOnce(device, suite, path, (step) => onStep(`watched: ${step}`));
  const { variables: peak, stackFree } = await device.watch(false);
  const after = await device.variables();
  return {
    ...{ by: device.wire ? "console" : "network", suite, path, bootSeconds, phases, seconds, stackFree },
    variables: { total, rest, open, peak, after },
  };
}
