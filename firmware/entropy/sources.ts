// Where raw noise comes from. A source gives one raw sample at a call, unjudged and unwhitened: the lowest bits of a
// reading. One function a kind of the board records (boards/record.ts says what `from`, `scale` and `enable` mean);
// main.ts names those its board uses, and the bundler drops the others.
import type { Bytes, EngineI2c, EnginePin, Hal } from "../hal/engine.ts";

/** As in the board record. */
export interface SourceConfig {
  kind: string;
  bits: number;
  claim: number;
  from?: string;
  scale?: number;
  enable?: number[][];
}

export type Source = () => number;
export type SourceMaker = (hal: Hal, config: SourceConfig) => Source;

const OS_BLOCK_BYTES = 64;

function maskOf(config: SourceConfig): number {
  return (1 << config.bits) - 1;
}

/** Bytes of a device of the operating system, read in small blocks. */
export function osSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  let block: Bytes = new Uint8Array(0);
  let at = 0;
  return function () {
    if (at === block.length) {
      const file = hal.E.openFile(config.from!, "r");
      block = hal.E.toUint8Array(file.read(OS_BLOCK_BYTES));
      file.close();
      at = 0;
    }
    const sample = block[at] & mask;
    block[at++] = 0;
    return sample;
  };
}

/** How long it took since the last sample, by the engine's clock: a round of interpreted code, interrupts included. */
export function timerSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const scale = config.scale!;
  let last = hal.getTime();
  return function () {
    const now = hal.getTime();
    const sample = ((now - last) * scale + 0.5) & mask;
    last = now;
    return sample;
  };
}

/** Sets the bits that switch a peripheral on. @returns the register's address. */
function registerOf(hal: Hal, config: SourceConfig): number {
  const enable = config.enable || [];
  for (let i = 0; i < enable.length; i++) hal.poke32(enable[i][0], hal.peek32(enable[i][0]) | enable[i][1]);
  return parseInt(config.from!);
}

/** As the timer, by a counter of CPU cycles, up or down. */
export function counterSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const address = registerOf(hal, config);
  let last = hal.peek32(address);
  return function () {
    const now = hal.peek32(address);
    const sample = (last - now) & mask;
    last = now;
    return sample;
  };
}

/** A register in which the chip's own generator puts its words. */
export function registerSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const address = registerOf(hal, config);
  return function () {
    return hal.peek32(address) & mask;
  };
}

/** A conversion of a pin. */
export function adcSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const scale = config.scale!;
  const pin = hal.named(config.from!) as EnginePin;
  return function () {
    return (hal.analogRead(pin) * scale + 0.5) & mask;
  };
}

export function temperatureSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const scale = config.scale!;
  return function () {
    return (hal.E.getTemperature() * scale + 0.5) & mask;
  };
}

/** The supply, measured against the internal reference. */
export function vrefSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const scale = config.scale!;
  return function () {
    return (hal.E.getAnalogVRef() * scale + 0.5) & mask;
  };
}

/** An external noise source on one pin: one bit a sample. */
export function gpioSource(hal: Hal, config: SourceConfig): Source {
  const pin = hal.named(config.from!) as EnginePin;
  return function () {
    return hal.digitalRead(pin) ? 1 : 0;
  };
}

/** An external noise source that gives a byte when it is read. */
export function i2cSource(hal: Hal, config: SourceConfig): Source {
  const mask = maskOf(config);
  const parts = config.from!.split(" "); // bus, SCL, SDA, address
  const bus = hal.named(parts[0]) as EngineI2c;
  const address = parseInt(parts[3]);
  bus.setup({ scl: hal.named(parts[1]) as EnginePin, sda: hal.named(parts[2]) as EnginePin });
  return function () {
    return bus.readFrom(address, 1)[0] & mask;
  };
}
