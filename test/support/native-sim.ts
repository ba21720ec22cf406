// The simulator's E, as far as native code goes, in a fresh context with a few more of the engine's globals.
import vm from "node:vm";
import { createNativeCall } from "../../host-sim/native-call.ts";
import type { NativeCall, NativeCallOptions } from "../../host-sim/native-call.ts";
import { createE, realmOf } from "../../host-sim/natives.ts";
import type { NativesHost } from "../../host-sim/natives.ts";

export interface NativeSim {
  native: NativeCall;
  /** @returns what the code printed, line by line */
  run(code: string): string[];
  evaluate(expression: string): unknown;
}

export function nativeSim(options: Partial<NativeCallOptions> = {}): NativeSim {
  const context = vm.createContext({});
  const realm = realmOf(context);
  const native = createNativeCall(realm, { native: true, variables: 8190, ...options });
  const lines: string[] = [];
  Object.assign(context, {
    E: createE(realm, { native: native.members } as Partial<NativesHost> as NativesHost),
    print: (line: string) => void lines.push(line),
    atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
    btoa: (text: string) => Buffer.from(text, "latin1").toString("base64"),
  });
  return {
    native,
    run: (code) => {
      lines.length = 0;
      vm.runInContext(code, context);
      return [...lines];
    },
    evaluate: (expression) => vm.runInContext(expression, context),
  };
}
