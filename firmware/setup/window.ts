// What the steps of one setup window share. It dies with the window.
import type { Hal } from "../hal/engine.ts";
import type { Curves } from "../crypto/curves.ts";
import type { Lane } from "../crypto/lane.ts";
import type { Primitives } from "../crypto/primitives.ts";
import type { Random } from "../entropy/random.ts";
import type { SetupLog } from "../store/setup-log.ts";
import type { Keystore } from "../store/keystore.ts";
import type { Tries } from "../store/tries.ts";
import type { Sessions } from "./sessions.ts";

export interface SetupConfig {
  build: string;
  serial: string;
  /** A host name written at flashing, or "". */
  host: string;
  maxKeyBytes: number;
  /** Names of the suites, in the order they are offered, joined by commas. */
  suites: string;
  /** Can the board use a P-256 key of its own? */
  hasCsr: boolean;
  windowS: number;
  waitS: number;
  authS: number;
  sessionS: number;
}

export interface SetupParts {
  hal: Hal;
  p: Primitives;
  random: Random;
  keystore: Keystore;
  tries: Tries;
  log: SetupLog;
}

export interface SetupEvents {
  /** The pair has been switched and the answer has left the device. */
  installed(): void;
  /** The window's tries are used up, the answer has gone: it must close. */
  exhausted(): void;
  /** Is there a session under way? */
  busy(isBusy: boolean): void;
  /** Something happened that an owner may want to see; never a secret. */
  note(text: string): void;
}

export interface SetupWindow {
  parts: SetupParts;
  config: SetupConfig;
  events: SetupEvents;
  curves: Curves;
  /** Long computations, one after the other. */
  lane: Lane;
  sessions: Sessions;
}
