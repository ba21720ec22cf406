// Where raw noise comes from. A source gives one raw sample at a call, unjudged and unwhitened.
import type { EnginePin, Hal } from "../hal/engine.ts";
import type { Cutoffs } from "./health.ts";

/** As in the board record, the pin's name resolved. */
export interface SourceConfig {
  kind: string;
  bits: number;
  claim: number;
  from?: string;
  pin?: EnginePin;
  cutoffs: Cutoffs;
}

export type Source = () => number;

/** Bytes of a device of the operating system, read in small blocks. */
function deviceSource(hal: Hal, path: string): Source {
  let block = new Uint8Array(0);
  let at = 0;
  return function () {
    if (at === block.length) {
      const file = hal.E.openFile(path, "r");
      block = hal.E.toUint8Array(file.read(64));
      file.close();
      at = 0;
    }
    const sample = block[at];
    block[at++] = 0;
    return sample;
  };
}

/** Low bits of how many microseconds a little interpreter work takes. */
function timerSource(hal: Hal, mask: number): Source {
  return function () {
    const start = hal.getTime();
    let work = "";
    for (let i = 0; i < 8; i++) work += i;
    return Math.round((hal.getTime() - start) * 1000000 + work.length) & mask;
  };
}

/** Low bits of a conversion; readings come as a fraction of the full scale of 12 bits or more. */
function adcSource(hal: Hal, pin: EnginePin, mask: number): Source {
  return function () {
    return Math.round(hal.analogRead(pin) * 16384) & mask;
  };
}

function registerSource(hal: Hal, address: number, mask: number): Source {
  return function () {
    return hal.peek32(address) & mask;
  };
}

export function createSource(hal: Hal, config: SourceConfig): Source {
  const mask = (1 << config.bits) - 1;
  if (config.kind === "os") return deviceSource(hal, config.from!);
  if (config.kind === "timer") return timerSource(hal, mask);
  if (config.kind === "adc") return adcSource(hal, config.pin!, mask);
  return registerSource(hal, parseInt(config.from!), mask);
}
