// Counts instructions of scripts on the real interpreter that ESPRUINO_BIN names, by callgrind: the same whatever else the
// machine does.
import { execFileSync } from "node:child_process";
import { runScript } from "../interpreter.ts";

const CALLGRIND = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
const TIMEOUT_MS = 7_200_000; // tweetnacl's nacl.js takes many minutes

export function hasInterpreter(): boolean {
  return !!process.env.ESPRUINO_BIN;
}

export function hasValgrind(): boolean {
  try {
    execFileSync("valgrind", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Instructions of `work` alone: those of a run with it less those of a run without. */
export async function countInstructions(prelude: string, work: string): Promise<number> {
  const count = async (script: string) => {
    const command = `${CALLGRIND} ${process.env.ESPRUINO_BIN!}`;
    const { errors } = await runScript(command, script, { timeoutMs: TIMEOUT_MS });
    return Number(/Collected : (\d+)/.exec(errors)![1]);
  };
  const [withWork, without] = await Promise.all([count(`${prelude}\n${work}`), count(prelude)]);
  return withWork - without;
}
