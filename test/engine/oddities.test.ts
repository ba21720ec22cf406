// The examples that the simulator is held to, on the real interpreter.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runScript } from "../../scripts/interpreter.ts";
import { withProgram } from "../support/needs.ts";
import { ODDITIES } from "../support/oddities.ts";

const examples = ODDITIES.flatMap(({ simulated = [] }) => simulated);

withProgram("ESPRUINO_BIN", `${examples.length} examples of odd language`, async () => {
  const script = examples
    .map(({ code }, i) => `var r;try{r=String(${code})}catch(e){r="throws"}print("#${i} "+JSON.stringify(r));`)
    .join("\n");
  const { lines } = await runScript(process.env.ESPRUINO_BIN!, script);
  examples.forEach(({ code, engine }, i) => {
    const line = lines.find((l) => l.startsWith(`#${i} `));
    assert.is(line, `#${i} ${JSON.stringify(engine)}`, code);
  });
});

test.run();
