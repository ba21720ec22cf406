// What the firmware, the simulator and the flasher need to know of a board. Data only; every number in a
// record carries its source as a comment beside it.

/** `own-server`: Wib's TLS server; `engine-client`: Espruino's TLS client; `none`: no bundle is made. */
export type Tls = "own-server" | "engine-client" | "none";

/** Where raw noise comes from, and the min-entropy claimed for one raw sample. */
export interface SourceRecord {
  kind: "adc" | "timer" | "os" | "register";
  /** Bits of a raw sample: the alphabet is 0 .. 2^bits - 1. */
  bits: number;
  /** Claimed min-entropy of one raw sample, in bits. */
  claim: number;
  /** `adc`: the pin's name. `os`: a device file. `register`: the address in hex. */
  from?: string;
}

export interface BoardRecord {
  /** Espruino's name of the board (process.env.BOARD), in lower case. */
  name: string;
  title: string;
  /** Names of pins as the engine spells them; null where the board has none. */
  pins: { button: string | null; pressed: 0 | 1; ready: string | null; busy: string | null };
  /** Engine variables, null where the pool grows on demand. */
  variables: number | null;
  /** Flash behind the engine's Storage: first address, bytes, bytes of an erase page. */
  storage: { start: number; bytes: number; page: number };
  tls: Tls;
  sources: SourceRecord[];
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
