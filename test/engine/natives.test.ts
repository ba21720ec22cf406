// The simulator's natives, Storage, crypto module and language against the interpreter's: the same expressions, line by
// line. Without an interpreter the simulator is held to the values of one seed that the interpreter once printed.
import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import { SimBoard } from "../../host-sim/board.ts";
import { ManualClock } from "../../host-sim/clock.ts";
import { MemoryNetwork } from "../../host-sim/network.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { runScript } from "../../scripts/interpreter.ts";
import { expressions, LAST_LINE, scriptOf, valuesIn } from "../support/native-expressions.ts";
import { withProgram } from "../support/needs.ts";
import { testRandom, times } from "../support/random.ts";

const COUNT = 400;
const record = boardNamed("linux");

function onSimulator(list: readonly string[]): string[] {
  const lines: string[] = [];
  const flash = preparedFlash(record, scriptOf(list), { serial: "" });
  const board = new SimBoard({
    ...{ record, flash, clock: new ManualClock(), network: new MemoryNetwork() },
    onConsole: (line) => void lines.push(line),
  });
  board.boot();
  assert.is(lines.at(-1), LAST_LINE, lines.at(-1));
  return valuesIn(lines);
}

async function onInterpreter(list: readonly string[]): Promise<string[]> {
  return valuesIn((await runScript(process.env.ESPRUINO_BIN!, scriptOf(list))).lines);
}

withProgram("ESPRUINO_BIN", "simulator and interpreter give the same values, expression by expression", async () => {
  for (let i = 0; i < times(1); i++) {
    const { seed } = testRandom();
    const list = expressions((seed + i) >>> 0, COUNT);
    const [simulated, real] = [onSimulator(list), await onInterpreter(list)];
    assert.is(real.length, list.length);
    const different = list.flatMap((code, n) =>
      simulated[n] === real[n] ? [] : [`${code}\n  simulator ${simulated[n]}\n  engine    ${real[n]}`],
    );
    assert.is(different.length, 0, `[WIB_SEED=${seed}]\n${different.join("\n")}`);
  }
});

test("the values of one seed are those that the interpreter printed", () => {
  const values = onSimulator(expressions(1, COUNT));
  assert.ok(values.length > 400 && values.every((value) => value !== undefined));
  assert.is(createHash("sha256").update(values.join("\n")).digest("hex"), VALUES_OF_SEED_1);
});

/** SHA-256 of the values, one a line, as the interpreter (2v29.277) printed them. */
const VALUES_OF_SEED_1 = "6dac7926be058ed8e75a9f00d0a4bce33742501d7571110331db42d9b87cb165";

test.run();
