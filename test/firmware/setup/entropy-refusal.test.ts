// While there is no randomness, HTTP says 503 and why, before anything else is looked at.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Random } from "../../../firmware/entropy/random.ts";
import type { Hal } from "../../../firmware/hal/engine.ts";
import * as P from "../../../firmware/protocol.ts";
import type { Refusal } from "../../../firmware/http/request.ts";
import { createSetup } from "../../../firmware/setup/setup.ts";
import type { SetupConfig, SetupParts } from "../../../firmware/setup/window.ts";
import { hal, primitives } from "../../support/hal.ts";

const CONFIG: SetupConfig = {
  ...{ build: "bench", serial: "0".repeat(16), host: "", maxKeyBytes: 4096, suites: "x25519", hasCsr: false },
  ...{ windowS: 300, waitS: 60, authS: 30, sessionS: 90 },
};

for (const code of [P.ERROR.entropyStarting, P.ERROR.entropyFailed])
  test(`a window whose randomness is gone answers 503 ${code} with Retry-After`, () => {
    let status = "";
    const random = { status: () => status, read: (n: number) => new Uint8Array(n).fill(7) } as unknown as Random;
    const still = { ...hal, getTime: () => 1, setTimeout: () => 1, clearTimeout: () => {} } as unknown as Hal;
    const tries = { count: () => 0 } as SetupParts["tries"];
    const keystore = {} as SetupParts["keystore"];
    const log = {} as SetupParts["log"];
    const nothing = (): void => {};
    const events = { installed: nothing, exhausted: nothing, busy: nothing, note: nothing };
    const setup = createSetup({ hal: still, p: primitives, random, keystore, tries, log }, CONFIG, events);
    const get = {
      method: "GET",
      path: P.PATH_DH,
      host: "a",
      headers: { host: "a" },
      length: 0,
      expectsContinue: false,
    };
    assert.instance(setup.accept(get), Uint8Array);
    status = code;
    const refusal = setup.accept(get) as Refusal;
    assert.is(refusal.status, 503);
    assert.is(refusal.code, code);
    const response = setup.refuse(refusal);
    assert.match(response.headers!, `Wib-Error: ${code}\r\n`);
    assert.match(response.headers!, "Retry-After: ");
  });

test.run();
