// What the firmware, the simulator and the flasher need to know of a board. Data only; every number in a
// record carries its source as a comment beside it.

/** `own-server`: Wib's TLS server; `engine-client`: Espruino's TLS client; `none`: no bundle is made. */
export type Tls = "own-server" | "engine-client" | "none";

/**
 * `adc`: a pin that floats or is kept for noise. `temperature`, `vref`: the chip's own channels. `timer`: the engine's clock
 * from sample to sample. `counter`: the same by a register that counts CPU cycles. `register`: the chip's random number
 * generator. `os`: the operating system's. `gpio`, `i2c`: an external noise source.
 */
export const SOURCE_KINDS = [
  ...(["adc", "temperature", "vref", "timer", "counter", "register", "os", "gpio", "i2c"] as const),
];

/** Where raw noise comes from, and the min-entropy claimed for one raw sample. */
export interface SourceRecord {
  kind: (typeof SOURCE_KINDS)[number];
  /** Bits of a raw sample: the alphabet is 0 .. 2^bits - 1. */
  bits: number;
  /** Claimed min-entropy of one raw sample, in bits. */
  claim: number;
  /**
   * `adc`, `gpio`: the pin's name. `os`: a device file. `register`, `counter`: the address in hex. `i2c`: bus, SCL, SDA and
   * device address with a blank between, as in "I2C1 B6 B7 0x48".
   */
  from?: string;
  /** Steps in one unit of the reading, the last of which is a sample's lowest bit: full scale, degree, volt, second. */
  scale?: number;
  /** `register`, `counter`: [address, bits] to set before it runs. */
  enable?: [number, number][];
}

export interface BoardRecord {
  /** Espruino's name of the board (process.env.BOARD), in lower case. */
  name: string;
  title: string;
  /** Names of pins as the engine spells them; null where the board has none. */
  pins: { button: string | null; pressed: 0 | 1; ready: string | null; busy: string | null };
  /** Engine variables, null where the pool grows on demand. */
  variables: number | null;
  /** Whether E.nativeCall can run Thumb-2 code of ARMv7E-M: a Cortex-M4 or M33. Elsewhere it crashes. */
  native?: boolean;
  /**
   * Flash behind the engine's Storage: first address, bytes, bytes of an erase page. `bitwise` where the same 8 bytes may be
   * programmed 64 times between erases, one bit less each time; else they are programmed once and zeroed once. `seedBytes`
   is the size of the seed file where it is not 2,048: docs/ENTROPY.md section 7.
   */
  storage: { start: number; bytes: number; page: number; bitwise?: boolean; seedBytes?: number };
  tls: Tls;
  sources: SourceRecord[];
  /** Suites, in the order they are offered: those whose key agreement the board answers within `waitS`. */
  suites: string[];
  /** Largest key.wib body accepted, in bytes. */
  maxKeyBytes: number;
  /** Seconds: the setup window; a step's answer; DH answer to auth; auth to the end of the session. */
  windowS: number;
  waitS: number;
  authS: number;
  sessionS: number;
  /** Seconds after which a hung firmware is restarted; 0 where the engine has no watchdog. */
  watchdogS: number;
  /** Largest bundle in bytes. */
  bundleBytes: number;
}
