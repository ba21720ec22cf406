// The wire through a console: requests of any size and shape reach a server on the board as by a network, nothing listens while
// the board does not, and a board that is lost takes its connections with it.
import net from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../../boards/index.ts";
import { harness, WIRE_NEWS } from "../../../client/bench/harness.ts";
import { rawExchange } from "../../../client/bench/raw-http.ts";
import { sleep, until } from "../../../client/bench/target.ts";
import { Wire } from "../../../client/bench/wire.ts";
import { checkBundle } from "../../../scripts/check-bundle.ts";
import { SimBoard } from "../../../host-sim/board.ts";
import { RealClock } from "../../../host-sim/clock.ts";
import { MemoryNetwork } from "../../../host-sim/network.ts";
import { preparedFlash, storageOf } from "../../../host-sim/prepare.ts";

/** Answers with what it got, twice, once a request ends in "."; and hangs up at the end of a connection. */
const ECHO =
  'var seen="",server=require("net").createServer(function(s){var t="";s.on("data",function(d){t+=d;' +
  'if(t.substr(t.length-1)!==".")return;seen+=t;s.write(t);s.write(t);s.end()})});server.listen(80);';

interface Bench {
  board: SimBoard;
  wire: Wire;
  errors: Error[];
  /** Questions so far. */
  asked(): number;
  /** From now on the console fails. */
  lose(): void;
}

async function withWire(run: (bench: Bench) => Promise<void>): Promise<void> {
  const record = boardNamed("linux");
  const flash = preparedFlash(record, ECHO, { serial: "0".repeat(16) });
  storageOf(record, flash).write(".boot1", harness(true));
  let wire: Wire | undefined;
  const onConsole = (line: string) => void (line === WIRE_NEWS && wire?.news());
  const board = new SimBoard({ record, flash, clock: new RealClock(1), network: new MemoryNetwork(), onConsole });
  board.boot();
  let isLost = false;
  const errors: Error[] = [];
  let asked = 0;
  const ask = async (expression: string) => {
    asked++;
    await new Promise((next) => setTimeout(next, 1));
    if (isLost) throw new Error("gone");
    return String(board.evaluate(expression));
  };
  const cable = (wire = new Wire(ask, (error) => void errors.push(error)));
  await cable.start();
  try {
    await until("it listens", () => listens(cable.port), 5000);
    await run({ board, wire: cable, errors, asked: () => asked, lose: () => (isLost = true) });
  } finally {
    await cable.pause();
    board.powerOff();
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true))).once("error", () => resolve(false));
  });
}

test("the engine can run the harness", () => {
  for (const hasWire of [true, false]) assert.equal(checkBundle(harness(hasWire)), []);
});

test("texts of all sizes, all bytes, in any pieces, several at once, come back whole", () =>
  withWire(async ({ wire }) => {
    const every = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)).replace(".", "");
    const texts = ["", "a", "b".repeat(511), "c".repeat(512), "d".repeat(513), every, "e".repeat(5000)];
    const answers = await Promise.all(
      texts.map((text, i) => rawExchange(wire.port, `${text}.`, { chunk: i % 2 ? 100 : undefined, timeoutMs: 8000 })),
    );
    texts.forEach((text, i) => assert.ok(answers[i] === `${text}.`.repeat(2), `text ${i}`));
    assert.is(wire.seconds.length, texts.length);
    assert.ok(wire.seconds.every((seconds) => seconds > 0 && seconds < 1));
  }));

test("a peer that ends without an answer is let go on the board, too", () =>
  withWire(async ({ board, wire }) => {
    assert.is(await rawExchange(wire.port, "half", { endAfterWrite: true, timeoutMs: 8000 }), "");
    await until("the board has closed it", () => board.openSockets() === 0, 5000);
    assert.is(await rawExchange(wire.port, "whole.", { timeoutMs: 8000 }), "whole.whole.");
    assert.is(String(board.evaluate("seen")), "whole.");
  }));

test("while the board does not listen, nobody is let in here; later again at the same port", () =>
  withWire(async ({ board, wire }) => {
    const { port } = wire;
    board.evaluate("server.close()");
    await until("it is shut", async () => !(await listens(port)), 5000);
    board.evaluate("server.listen(80)");
    await until("it is open", () => listens(port), 5000);
    assert.is(await rawExchange(port, "x.", { timeoutMs: 8000 }), "x.x.");
  }));

test("a board that has nothing to say is left alone, and heard when it has", () =>
  withWire(async ({ board, wire, asked }) => {
    await until(
      "it is quiet",
      async () => {
        const before = asked();
        await sleep(300);
        return asked() - before <= 1;
      },
      3000,
    );
    const before = asked();
    for (let i = 0; i < 5; i++) assert.is(await rawExchange(wire.port, "x.", { timeoutMs: 8000 }), "x.x.");
    assert.ok(asked() - before <= 5 * 8, `${asked() - before} questions`);
    await sleep(200); // the last one is quite over
    board.evaluate("server.close()");
    await sleep(500); // it would be asked by itself after a second of silence
    assert.not(await listens(wire.port));
  }));

test("a lost board is told once, and its connections end", () =>
  withWire(async ({ wire, errors, lose }) => {
    const hanging = rawExchange(wire.port, "no end", { timeoutMs: 8000 });
    await new Promise((next) => setTimeout(next, 100));
    lose();
    assert.is(await hanging, "");
    await until("it is told", () => errors.length > 0, 5000);
    assert.is(errors.length, 1);
    assert.not(await listens(wire.port));
  }));

test.run();
