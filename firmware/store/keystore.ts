// The installed pair: two slots, each a Storage file. A slot counts once its commit word has been programmed, which
// is the last thing done; until then the other slot is the one in use. Of two committed slots the younger counts.
//
//   0  generation, 4 bytes little-endian      8  SHA-256 of the payload
//   4  bytes of payload                       40 commit word, 8 bytes: all zero when committed
//   48 payload: fields of 1 byte kind, 2 bytes length, data; the private key first, so that it can be zeroed
import type { Bytes, Hal } from "../hal/engine.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { wipe } from "../crypto/bytes.ts";
import { findFile, le32, program } from "./flash-file.ts";
import type { StorageArea } from "./flash-file.ts";

const FILES = ["wib.k0", "wib.k1"];
const SLOT_HEADER_BYTES = 48;
const SUM_AT = 8;
const COMMIT_AT = 40;

const FIELD_KEY = 1; // private key, DER as it came
const FIELD_CERTIFICATE = 2; // DER, leaf first
const FIELD_SETTINGS = 3; // JSON

export interface Pair {
  key: Bytes;
  chain: Bytes[];
  settings: string;
}

export interface Keystore {
  /** The pair in use, read anew from flash. The caller wipes the key. */
  current(): Pair | undefined;
  /** Is there one? Reads no key. */
  isInstalled(): boolean;
  /** Writes, reads back, switches, zeroes the old key. @returns false if flash did not take it: the old pair stays. */
  install(pair: Pair): boolean;
  /** Zeroes and removes everything: the factory reset. */
  erase(): void;
}

export function createKeystore(hal: Hal, area: StorageArea, p: Primitives): Keystore {
  /** Reads through the Flash module: what Storage.read gives is a string, which cannot be wiped. */
  function slot(name: string): Bytes | undefined {
    const file = findFile(hal, area, name);
    return file && file.size > SLOT_HEADER_BYTES ? hal.flash.read(file.size, file.address) : undefined;
  }

  /** Generation of a slot whose payload is whole (and, unless `anyway`, committed), else 0. */
  function generation(name: string, anyway?: boolean): number {
    const bytes = slot(name);
    if (!bytes) return 0;
    let committed = true;
    for (let i = COMMIT_AT; i < SLOT_HEADER_BYTES; i++) if (bytes[i]) committed = false;
    const length = le32(bytes, 4);
    const whole =
      (committed || anyway) &&
      length > 0 &&
      length <= bytes.length - SLOT_HEADER_BYTES &&
      hal.E.toString(p.sha256(bytes.subarray(SLOT_HEADER_BYTES, SLOT_HEADER_BYTES + length))) ===
        hal.E.toString(bytes.subarray(SUM_AT, SUM_AT + 32));
    const result = whole ? le32(bytes, 0) : 0;
    wipe(bytes);
    return result;
  }

  /** Index of the slot in use, or -1. */
  function inUse(): number {
    const first = generation(FILES[0]);
    const second = generation(FILES[1]);
    return first || second ? (second > first ? 1 : 0) : -1;
  }

  /** Zeroes a slot's payload in flash, then drops the file. A compaction that was cut can leave it there twice. */
  function destroy(name: string): void {
    for (let i = 0; i < 2; i++) {
      const file = findFile(hal, area, name);
      if (!file) return;
      const payload = ((file.size + 7) & ~7) - SLOT_HEADER_BYTES;
      if (payload > 0) program(hal, file.address + SLOT_HEADER_BYTES, new Uint8Array(payload));
      hal.storage.erase(name);
    }
  }

  /** Builds a slot's file, its commit word still blank. The caller wipes it. */
  function encode(pair: Pair, next: number): Bytes {
    const settings = p.join(pair.settings);
    let length = 3 + pair.key.length + (settings.length ? 3 + settings.length : 0);
    for (let i = 0; i < pair.chain.length; i++) length += 3 + pair.chain[i].length;
    const file = new Uint8Array((SLOT_HEADER_BYTES + length + 7) & ~7);
    let at = SLOT_HEADER_BYTES;
    function put(kind: number, data: Bytes): void {
      file.set([kind, data.length >> 8, data.length & 255], at);
      file.set(data, at + 3);
      at += 3 + data.length;
    }
    put(FIELD_KEY, pair.key);
    for (let i = 0; i < pair.chain.length; i++) put(FIELD_CERTIFICATE, pair.chain[i]);
    if (settings.length) put(FIELD_SETTINGS, settings);
    file.fill(255, 0, SLOT_HEADER_BYTES);
    file.set([next, next >> 8, next >> 16, next >> 24, length, length >> 8, length >> 16, 0]);
    file.set(p.sha256(file.subarray(SLOT_HEADER_BYTES, SLOT_HEADER_BYTES + length)), SUM_AT);
    return file;
  }

  // After a power cut the old key, or one that was never switched to, is still there.
  const atBoot = inUse();
  for (let i = 0; i < FILES.length; i++) if (i !== atBoot) destroy(FILES[i]);

  return {
    current: function () {
      const index = inUse();
      const bytes = index < 0 ? undefined : slot(FILES[index]);
      if (!bytes) return undefined;
      const pair: Pair = { key: new Uint8Array(0), chain: [], settings: "" };
      const end = SLOT_HEADER_BYTES + le32(bytes, 4);
      for (let at = SLOT_HEADER_BYTES; at < end;) {
        const length = (bytes[at + 1] << 8) | bytes[at + 2];
        const data = new Uint8Array(bytes.subarray(at + 3, at + 3 + length));
        if (bytes[at] === FIELD_KEY) pair.key = data;
        else if (bytes[at] === FIELD_CERTIFICATE) pair.chain.push(data);
        else pair.settings = hal.E.toString(data);
        at += 3 + length;
      }
      wipe(bytes);
      return pair;
    },

    isInstalled: function () {
      return inUse() >= 0;
    },

    install: function (pair) {
      const old = inUse();
      const name = FILES[old === 0 ? 1 : 0];
      const next = (old < 0 ? 0 : generation(FILES[old])) + 1;
      const file = encode(pair, next);
      let committed = false;
      try {
        destroy(name);
        hal.storage.write(name, file);
        committed =
          generation(name, true) === next &&
          program(hal, findFile(hal, area, name)!.address + COMMIT_AT, new Uint8Array(8));
      } catch {
        // No room, or flash refused: the slot in use is untouched.
      }
      wipe(file);
      if (!committed) destroy(name);
      else if (old >= 0) destroy(FILES[old]);
      return committed;
    },

    erase: function () {
      destroy(FILES[0]);
      destroy(FILES[1]);
    },
  };
}
