// A terminal at a console's TCP port: types, and says what comes back.
import net from "node:net";
import * as assert from "uvu/assert";
import { DIALOGUES, withoutTrace } from "./console-dialogues.ts";
import { sleep } from "./targets.ts";

const ANSWER_MS = 4000;

export interface Terminal {
  /** @param until what has to come before silence counts. */
  type(text: string, until?: string): Promise<string>;
  close(): void;
}

/** @param silenceMs after which nothing more is expected. */
export async function openTerminal(port: number, silenceMs = 120): Promise<Terminal> {
  const socket = net.connect(port, "127.0.0.1");
  let text = "";
  let last = Date.now();
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket
    .on("error", () => {})
    .on("data", (data) => {
      text += data.toString("latin1");
      last = Date.now();
    });
  return {
    async type(typed, until = "") {
      text = "";
      last = Date.now();
      socket.write(typed, "latin1");
      const end = Date.now() + ANSWER_MS;
      while (Date.now() < end && (Date.now() - last < silenceMs || !withoutTrace(text).includes(until)))
        await sleep(10);
      return text;
    },
    close: () => void socket.destroy(),
  };
}

/** Every dialogue, each with a console of its own. @param connect the port of a console that has just been started. */
export async function checkDialogues(
  connect: () => Promise<{ port: number; stop(): Promise<void> }>,
  silenceMs?: number,
): Promise<void> {
  for (const [name, exchanges] of Object.entries(DIALOGUES)) {
    const { port, stop } = await connect();
    try {
      const terminal = await openTerminal(port, silenceMs);
      await terminal.type("", ">");
      for (const { typed, answer } of exchanges) {
        const came = withoutTrace(await terminal.type(typed, answer));
        assert.is(JSON.stringify(came), JSON.stringify(answer), `${name}: ${JSON.stringify(typed)}`);
      }
      terminal.close();
    } finally {
      await stop();
    }
  }
}
