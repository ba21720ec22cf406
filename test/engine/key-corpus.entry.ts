// What test/engine/key-corpus.test.ts runs on the interpreter: files of the corpus through the judge of key.wib, each
// with its code and the variables in use when it is done with.
import { createCurves } from "../../firmware/crypto/curves.ts";
import type { Primitives } from "../../firmware/crypto/primitives.ts";
import type { Bytes, EngineCrypto, EngineE, Hal } from "../../firmware/hal/engine.ts";
import { keyBodyBegin } from "../../firmware/setup/key-body.ts";

declare const E: EngineE;
declare const atob: (base64: string) => string;
declare const print: (text: string) => void;
declare const quit: () => void;
declare const require: (name: string) => unknown;
/** Files are numbered from 100. */
declare const CORPUS: { end: number };
declare const process: Record<string, () => Record<string, number>>;

function main(): void {
  const hal = { E: E, atob: atob, crypto: require("crypto") as EngineCrypto } as Hal;
  const fs = require("fs") as Record<string, (name: string) => string>;
  // As much of them as is needed here: createPrimitives would ask for the ciphers too.
  const p = {
    sha256: function (data: Bytes) {
      return new Uint8Array(hal.crypto.SHA256!(data));
    },
    join: E.toUint8Array,
  } as unknown as Primitives;
  const curves = createCurves(hal);
  const tools = { hal: hal, p: p, curves: curves };

  function unhex(text: string): Bytes {
    const bytes = new Uint8Array(text.length / 2);
    for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.substr(2 * i, 2), 16);
    return bytes;
  }

  function judge(name: string, own: string): string {
    const bytes = E.toUint8Array(fs["readFileSync"](name));
    // A part of a buffer, as in a setup: of a whole one E.toString would give the very memory that is wiped.
    const buffer = new Uint8Array(bytes.length + 1);
    buffer.set(bytes, 1);
    const body = keyBodyBegin(tools, buffer.subarray(1, buffer.length), true, own ? unhex(own) : undefined);
    while (body.step());
    body.wipe();
    return body.code();
  }

  for (let i = 100; i < CORPUS.end; i++) {
    const code = judge(i + ".pem", fs["readFileSync"](i + ".own"));
    print("@" + (code || "installed") + " " + process["memory"]()["usage"]);
  }
  quit();
}

main();
