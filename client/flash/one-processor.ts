// What keeps the interpreter for Linux hearing.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Numbers of "0-2,5". */
function processors(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/**
 * Both threads of the interpreter for Linux on one processor, if the machine has `taskset`. They share its input buffer without a
 * lock: what comes while both are at it is at times heard again, and now and then it hears nothing any more (docs/SIMULATOR.md).
 */
export function holdOnOneProcessor(pid: number): void {
  if (process.platform !== "linux") return;
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"));
  if (!allowed) return;
  const all = processors(allowed[1]);
  const one = String(all[pid % all.length]); // not all on the same one
  spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", one, String(pid)], { stdio: "ignore" });
}
