// Asks a person for a secret, without echo.
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { usageError } from "./errors.ts";

/** @throws WibError when the input ends, or is broken off with Ctrl-C, before a line has come. */
export function askHidden(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  // Readline echoes into its output: this one swallows everything.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true, historySize: 0 });
  output.write(question);
  return new Promise((resolve, reject) => {
    let answer: string | undefined;
    lines.once("line", (line) => {
      answer = line;
      lines.close();
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      output.write("\n");
      if (answer === undefined) reject(usageError("no serial", "it stands on the device's back"));
      else resolve(answer);
    });
  });
}
