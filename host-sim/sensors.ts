// What a noise source reads beside pins and files: registers through peek32 and poke32, the chip's temperature and
// reference, a device on I2C, and how long interpreted code takes. Only what the board's record names is there; a read
// of anything else throws. Readings end in the source's noise; what is above its low bits is made up.
import type { BoardRecord, SourceRecord } from "../boards/index.ts";
import { notModelled, strict } from "./strict.ts";

/** Draws a raw sample of a kind of source. */
export type Sampler = (kind: string, bits: number) => number;

const SYSTICK = 0xe000e018; // counts down, 24 bits (PLATFORM section 6)
const SYSTICK_MASK = 0xffffff;
const CYCLES_A_SAMPLE = 40960; // a multiple of every sample's range, so that the noise alone decides
const ROOM_DEGREES = 25;
const SUPPLY_VOLTS = 3.3;

export interface Sensors {
  globals: Record<string, unknown>;
  temperature(): number;
  analogVRef(): number;
  /** A conversion of a pin that the record names, else undefined. */
  analog(pin: string): number | undefined;
  /** The level of an external source's pin, else undefined. */
  digital(pin: string): number | undefined;
  /** Seconds that have passed since boot only because code ran; more at every call. */
  elapsed(): number;
}

export function createSensors(record: BoardRecord, sample: Sampler): Sensors {
  const { sources } = record;
  const registers = new Map<number, number>();
  let elapsed = 0;

  const of = (kind: string, from?: string): SourceRecord | undefined =>
    sources.find((source) => source.kind === kind && (from === undefined || source.from === from));
  /** A reading of about `level`, with the noise in the lowest of its `scale` steps. */
  const reading = (source: SourceRecord | undefined, level: number): number => {
    if (!source) return NaN;
    const steps = Math.round(level * source.scale!) & ~((1 << source.bits) - 1);
    return (steps + sample(source.kind, source.bits)) / source.scale!;
  };

  function peek32(address: number): number {
    const source = sources.find(({ kind, from }) => /^(register|counter)$/.test(kind) && Number(from) === address);
    if (!source) {
      if (sources.some(({ enable }) => enable?.some(([at]) => at === address))) return registers.get(address) ?? 0;
      throw notModelled(`peek32(0x${address.toString(16)})`);
    }
    const isOn = (source.enable ?? []).every(([at, bits]) => ((registers.get(at) ?? 0) & bits) === bits);
    const noise = isOn ? sample(source.kind, source.bits) : 0;
    if (source.kind === "register") return noise;
    const steps = isOn ? CYCLES_A_SAMPLE + (address === SYSTICK ? noise : -noise) : 0;
    const now = registers.get(address) ?? 0;
    const next = address === SYSTICK ? (now - steps) & SYSTICK_MASK : (now + steps) >>> 0;
    registers.set(address, next);
    return next;
  }

  function poke32(address: number, value: number): void {
    if (!sources.some(({ enable }) => enable?.some(([at]) => at === address)))
      throw notModelled(`poke32(0x${address.toString(16)})`);
    registers.set(address, value >>> 0);
  }

  const globals: Record<string, unknown> = { peek32, poke32 };
  for (const source of sources.filter(({ kind }) => kind === "i2c")) {
    const [bus, , , at] = source.from!.split(" ");
    globals[bus] = strict(bus, {
      setup: () => {},
      readFrom: (address: number, bytes: number) => {
        if (address !== Number(at)) throw new Error(`I2C got NACK`);
        return Uint8Array.from({ length: bytes }, () => sample("i2c", source.bits));
      },
    });
  }

  return {
    globals,
    temperature: () => reading(of("temperature"), ROOM_DEGREES),
    analogVRef: () => reading(of("vref"), SUPPLY_VOLTS),
    analog: (pin) => (of("adc", pin) ? reading(of("adc", pin), 0.5) : undefined),
    digital: (pin) => (of("gpio", pin) ? sample("gpio", 1) : undefined),
    elapsed: () => {
      const timer = of("timer");
      if (timer) elapsed += sample("timer", timer.bits) / timer.scale!;
      return elapsed;
    },
  };
}
