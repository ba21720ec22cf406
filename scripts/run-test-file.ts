// Runs one test file in a process of its own, and adds up what uvu counted.
import { spawn } from "node:child_process";

export interface Outcome {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  /** Needs a fetched program that is not here (test/support/needs.ts). */
  notRun: number;
  timedOut: boolean;
  seconds: number;
  output: string;
}

/** Its own group, so that what a test has started ends with it. */
function kill(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

/** What the output and exit code of a test file mean. */
export function judge(file: string, code: number | null, output: string, timedOut = false): Outcome {
  // The last one counts: a test of the runner prints such lines itself.
  const count = (label: string) =>
    Number([...output.matchAll(new RegExp(`^\\s+${label}:\\s+(\\d+)`, "gm"))].at(-1)?.[1] ?? 0);
  const notRun = [...output.matchAll(/^wib-test: not run here: /gm)].length;
  const [total, passed, skipped] = [count("Total"), count("Passed"), Math.max(0, count("Skipped") - notRun)];
  let failed = total - passed;
  // uvu leaves skipped tests out of its total. No test at all, or a crash after the last one, is a failure too.
  if (total + skipped + notRun === 0 || (code !== 0 && failed === 0)) failed = Math.max(1, failed);
  return { file, passed, failed, skipped, notRun, timedOut, seconds: 0, output };
}

/** @param root of the tree, with node_modules and hook.mjs in it. */
export function runTestFile(
  root: string,
  file: string,
  env: Record<string, string> = {},
  timeoutMs?: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "./hook.mjs", file], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: "0", ...env },
      detached: timeoutMs !== undefined,
    });
    const started = Date.now();
    let output = "";
    let timedOut = false;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const expire = () => {
      timedOut = true;
      kill(child.pid);
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ ...judge(file, code, output, timedOut), seconds: (Date.now() - started) / 1000 });
    });
  });
}
