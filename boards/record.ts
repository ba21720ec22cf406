// What the firmware, the simulator and the flasher need to know of a board. Data only; every number in a
// record carries its source as a comment beside it.

/** `own-server`: Wib's TLS server; `engine-client`: Espruino's TLS client; `none`: nothing after the setup. */
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

/**
 * How the console is reached for flashing: `usb`, a port of its own; `serial`, a UART, on most boards behind a USB adapter;
 * `terminal`, the program's own input. `also`: consoles over the air or the network that a stock firmware opens by itself
 * and `.boot0` has to shut.
 */
export interface ConsoleRecord {
  by: "usb" | "serial" | "terminal";
  baud?: number;
  also: ("telnet" | "ble-esp32")[];
}

/**
 * How it gets on the network. `wifi`: the engine's module `Wifi`, with an access point of its own for the setup; `wiznet`: an
 * Ethernet chip by the module `WIZnet`; `system`: the operating system's.
 */
export interface NetworkRecord {
  by: "wifi" | "wiznet" | "system";
  /** `wiznet`: [SPI bus, chip select]. */
  pins?: [string, string];
  /** `wifi`: which characters of process.env.SERIAL, the chip's number in hex, stand in the access point's name. */
  idDigits?: [number, number, number, number];
  /** What is needed besides the board and its stock firmware, in a sentence for people. */
  needs?: string;
}

/** Which of the engine's own functions a board's stock firmware has. */
export type EngineCryptoName = "sha256" | "sha512" | "aes";

/** A board that cannot do the job. */
export interface RefusedBoard {
  name: string;
  title: string;
  why: string;
}

export interface BoardRecord {
  /** Name of Espruino's board file, in lower case. */
  name: string;
  title: string;
  /** What process.env.BOARD says on it, where that is not `name` in capitals. */
  reports?: string;
  /** Least version of Espruino, as in "2v29". */
  engine: string;
  /** For estimates only; null where it is not a chip. */
  clockMHz: number | null;
  console: ConsoleRecord;
  network: NetworkRecord;
  /** What else a user has to know, a sentence each, for docs/BOARDS.md. */
  notes: string[];
  /** Names of pins as the engine spells them; null where the board has none. LEDs are lit by 1 unless `lit` says 0. */
  pins: { button: string | null; pressed: 0 | 1; ready: string | null; busy: string | null; lit?: 0 };
  /** Engine variables, null where the pool grows on demand. */
  variables: number | null;
  crypto: EngineCryptoName[];
  /** Whether E.nativeCall can run Thumb-2 code of ARMv7E-M: a Cortex-M4 or M33. Elsewhere it crashes. */
  native?: boolean;
  /**
   * Flash behind the engine's Storage: first address, bytes, bytes of an erase page. `bitwise` where the same 8 bytes may be
   * programmed 64 times between erases, one bit less each time; else they are programmed once and zeroed once. `seedBytes`
   * is the size of the seed file where it is not 2,048: docs/ENTROPY.md section 7. `mapped` where it lies in the address space,
   * so that bodies of functions stay there.
   */
  storage: { start: number; bytes: number; page: number; bitwise?: boolean; seedBytes?: number; mapped: boolean };
  tls: Tls;
  sources: SourceRecord[];
  /** RSA keys are taken, unless flash has no room for what they need. */
  takesRsa?: false;
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
