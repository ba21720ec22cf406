// The interpreter built for 32-bit Thumb, its instructions counted by QEMU. ESPRUINO_ARM_COUNTED names the command: {vars} is the
// number of variables, {count} a file that a QEMU plugin writes the number of instructions into, as 64 bits, low byte first.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Interpreter } from "../interpreter.ts";

const MILLION = 1e6;
export const TIMEOUT_MS = 300000;

/** Why nothing can be counted here, or "". */
export function cannotCount(): string {
  return process.env.ESPRUINO_ARM_COUNTED ? "" : "ESPRUINO_ARM_COUNTED is not set";
}

/** Boots from a flash image. */
export class Machine {
  private readonly interpreter: Interpreter;
  private readonly folder = mkdtempSync(path.join(tmpdir(), "wib-bench-"));
  private readonly counter = path.join(this.folder, "count");

  constructor(variables: number, flash: Uint8Array) {
    const command = process.env.ESPRUINO_ARM_COUNTED!.replace("{vars}", String(variables));
    writeFileSync(this.counter, new Uint8Array(8));
    this.interpreter = new Interpreter(command.replace("{count}", this.counter), flash);
  }

  /** Millions of instructions so far. */
  count(): number {
    return Number(readFileSync(this.counter).readBigUInt64LE()) / MILLION;
  }

  ask(expression: string): Promise<string> {
    return this.interpreter.ask(expression);
  }

  async status(): Promise<{ window: boolean; entropy: string; tls: string }> {
    return JSON.parse(await this.ask("wib.status()"));
  }

  /** After a garbage collection. */
  async variables(): Promise<number> {
    return Number(await this.ask("process.memory().usage"));
  }

  async until(what: string, test: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + TIMEOUT_MS; Date.now() < end;) if (await test()) return;
    throw new Error(`timed out waiting until ${what}`);
  }

  said(): string {
    return this.interpreter.lines.slice(-40).join("\n");
  }

  async stop(): Promise<void> {
    await this.interpreter.stop();
    rmSync(this.folder, { recursive: true });
  }
}
