// The dialogues that the virtual board is held to are the real interpreter's.
import { boardNamed } from "../../boards/index.ts";
import { NorFlash } from "../../host-sim/flash.ts";
import { Interpreter } from "../../scripts/interpreter.ts";
import { test } from "uvu";
import { withProgram } from "../support/needs.ts";
import { openTerminal, checkDialogues } from "../support/raw-console.ts";
import { until } from "../support/targets.ts";

const TELNET_PORT = 2323; // targets/linux

withProgram("ESPRUINO_BIN", "the console answers as the virtual board does", () =>
  checkDialogues(async () => {
    const flash = new NorFlash([boardNamed("linux").storage]);
    const engine = new Interpreter(`${process.env.ESPRUINO_BIN!} --telnet`, flash.snapshot());
    await until("it listens", async () =>
      openTerminal(TELNET_PORT).then(
        (terminal) => (terminal.close(), true),
        () => false,
      ),
    );
    return { port: TELNET_PORT, stop: () => engine.stop() };
  }),
);

test.run();
