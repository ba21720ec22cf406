// The request reader fed with pieces, on the simulator's natives and under the engine's string functions.
import type { Bytes } from "../../firmware/hal/engine.ts";
import { createRequestReader } from "../../firmware/http/request.ts";
import type { BodyPolicy, Refusal, RequestHead } from "../../firmware/http/request.ts";
import { indexOfAsEspruino } from "../../host-sim/language.ts";
import { E } from "./hal.ts";

export interface Fed {
  /** Of the last piece; undefined for a refusal. */
  result: boolean | undefined;
  /** Status and code, or "". */
  refusal: string;
  head: RequestHead | undefined;
  body: Bytes;
  /** Pieces taken: all, unless it was refused or complete before. */
  fed: number;
}

/** Runs `work` while indexOf finds what is not there, as the engine's does. */
function oddly<T>(work: () => T): T {
  const original = Object.getOwnPropertyDescriptor(String.prototype, "indexOf")!;
  const indexOf = function (this: string, needle: string, from?: number) {
    return indexOfAsEspruino(String(this), String(needle), from);
  };
  Object.defineProperty(String.prototype, "indexOf", { ...original, value: indexOf });
  try {
    return work();
  } finally {
    Object.defineProperty(String.prototype, "indexOf", original);
  }
}

export function feedAll(pieces: string[], policy?: BodyPolicy): Fed {
  let body: Bytes = new Uint8Array(0);
  const keep = (head: RequestHead) => (body = new Uint8Array(head.length));
  return oddly(() => {
    const reader = createRequestReader(E.toUint8Array, policy ?? keep);
    let result: boolean | Refusal = false;
    let fed = 0;
    for (const piece of pieces) {
      if (result) break;
      result = reader.feed(piece);
      fed++;
    }
    const refused = typeof result === "object" ? result : undefined;
    const refusal = refused ? `${refused.status} ${refused.code}` : "";
    return { result: refused ? undefined : (result as boolean), refusal, head: reader.head, body, fed };
  });
}

export function read(text: string): Fed {
  return feedAll([text]);
}

export function refusalOf(text: string): string {
  return read(text).refusal;
}
