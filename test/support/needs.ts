// Tests that need something which may be absent: they say so and are skipped. The runner tells the two kinds apart:
// what can be installed (a skip, which CI does not accept) and what must be fetched (not run here).
import { execFileSync } from "node:child_process";
import { test } from "uvu";

type Callback = () => void | Promise<void>;

export function hasTool(command: string, ...args: string[]): boolean {
  try {
    const probe = command === "openssl" ? "version" : "--version";
    execFileSync(command, args.length ? args : [probe], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A test that needs an installed program, such as openssl. */
export function withTool(command: string, name: string, callback: Callback, ...probe: string[]): void {
  if (hasTool(command, ...probe)) test(name, callback);
  else test.skip(`${name} (needs ${command})`);
}

/** A test that needs a fetched program, named by an environment variable. */
export function withProgram(variable: string, name: string, callback: Callback): void {
  if (process.env[variable]) return void test(name, callback);
  process.stdout.write(`wib-test: not run here: ${name} (needs ${variable})\n`);
  test.skip(name);
}

/** A Python that has `cryptography`, or "" where there is none. */
export function pythonWithCryptography(): string {
  return ["python3", "/usr/bin/python3"].find((python) => hasTool(python, "-c", "import cryptography")) ?? "";
}

/** A test that needs Python's `cryptography` (Debian's python3-cryptography). */
export function withPython(name: string, callback: (python: string) => void | Promise<void>): void {
  const python = pythonWithCryptography();
  if (python) test(name, () => callback(python));
  else test.skip(`${name} (needs python3 with cryptography)`);
}
