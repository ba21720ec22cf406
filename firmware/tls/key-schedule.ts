// Runs the key schedule's programs (derivations.build.ts) over a connection's secrets: slots of 32 bytes, one behind the other.
// Native code, or plain ES5.
import type { Bytes } from "../hal/engine.ts";
import { ES5, THUMB } from "../crypto/back-ends.build.ts";
import { equalCt } from "../crypto/bytes.ts";
import { hmac, hmacSha256Key, wipeHmacKey } from "../crypto/hmac.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { CLAIM_AT, MOMENT_AT } from "./derivations.build.ts";

export interface KeySchedule {
  isAes: boolean;
  /** In slots as derivations.build.ts has them. */
  secrets: Bytes;
}

/** One direction's keys; they lie among the secrets. */
export interface TrafficKeys {
  key: Bytes;
  iv: Bytes;
  /** Records so far; bounded (records.ts). */
  count: number;
}

/** Keys as they are and will be at a place of the secrets, until these are wiped. */
export function trafficKeys(c: KeySchedule, at: number): TrafficKeys {
  return {
    key: c.secrets.subarray(at, at + (c.isAes ? 16 : 32)),
    iv: c.secrets.subarray(at + 32, at + 44),
    count: 0,
  };
}

function deriveEs5(p: Primitives, secrets: Bytes, program: string, transcript: Bytes, keyBytes: number): boolean {
  function slotAt(at: number): Bytes {
    const n = program.charCodeAt(at) - 48;
    return secrets.subarray(n * 32, n * 32 + 32);
  }
  secrets.set(p.sha256(new Uint8Array(0)));
  secrets.set(p.sha256(transcript), 32);
  for (let at = 0; at < program.length;) {
    const key = hmacSha256Key(p, slotAt(at + 1));
    const context = program[at + 2] === " " ? new Uint8Array(0) : slotAt(at + 2);
    const labelBytes = program.charCodeAt(at + 3);
    const label = program.substr(at + 5, labelBytes - 6);
    const length = program.charCodeAt(at + 4) || keyBytes;
    const info = [[0, length, labelBytes], "tls13 ", label, [context.length], context, [1]];
    const made = hmac(p, key, labelBytes ? info : context);
    slotAt(at).set(made);
    made.fill(0);
    wipeHmacKey(key);
    at += labelBytes ? labelBytes - 1 : 4;
  }
  return equalCt(secrets.subarray(MOMENT_AT, CLAIM_AT), secrets.subarray(CLAIM_AT, CLAIM_AT + 32));
}

/**
 * @param transcript bytes, and arrays of such.
 * @returns whether slot k is in the end what slot v has, in a time that does not depend on them.
 */
export function derive(p: Primitives, c: KeySchedule, program: string, transcript: unknown): boolean {
  const native = p.native;
  const keyBytes = c.isAes ? 16 : 32;
  if (ES5.hmac && !(THUMB.runs && native)) return deriveEs5(p, c.secrets, program, p.join(transcript), keyBytes);
  const behind = program.length + 1;
  const data = native!.piece(function () {
    return p.join(program, [0], transcript);
  });
  const at = native!.at(data);
  return !native!.derive(native!.at(c.secrets), at, at + behind, (data.length - behind) | (keyBytes << 24));
}
