// Runs scripts on the real interpreter that ESPRUINO_BIN names, plainly or under callgrind, which counts instructions
// whatever else the machine does.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const DONE = "#bench-done";

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

/** @returns everything printed. stdin stays open and silent: at its end the interpreter reads junk without end. */
function run(command: string[], script: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-bench-"));
  writeFileSync(path.join(folder, "bench.js"), `${script}\nprint("${DONE}");quit();\n`, "latin1");
  const [program, ...args] = [...command, "bench.js"];
  const child = spawn(program, args, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      rmSync(folder, { recursive: true, force: true });
      if (output.includes(DONE)) resolve(output);
      else reject(new Error(`the script did not end:\n${output.slice(-500)}`));
    });
  });
}

export function interpret(script: string): Promise<string> {
  return run(process.env.ESPRUINO_BIN!.split(" "), script);
}

/** Instructions of `work` alone: those of a run with it less those of a run without. */
export async function countInstructions(prelude: string, work: string): Promise<number> {
  const count = async (script: string) => {
    const callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    const output = await run([...callgrind, ...process.env.ESPRUINO_BIN!.split(" ")], script);
    return Number(/Collected : (\d+)/.exec(output)![1]);
  };
  const [withWork, without] = await Promise.all([count(`${prelude}\n${work}`), count(prelude)]);
  return withWork - without;
}
