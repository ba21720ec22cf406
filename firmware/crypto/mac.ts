import type { Bytes } from "../hal/engine.ts";

/** Takes data piece by piece, each filled up to 16 bytes with zeros. */
export interface Mac {
  update(data: Bytes): void;
  /** 16 bytes; wipes all else. */
  finish(): Bytes;
}
