// The primitives on native code, as createPrimitives takes them; only those whose routines are in the bundle.
import type { Bytes, Hal } from "../../hal/engine.ts";
import { wipe } from "../bytes.ts";
import { hex } from "../primitives.ts";
import type { Primitives } from "../primitives.ts";
import { P256_N_NATIVE } from "../primes.build.ts";
import { NATIVE } from "./code.build.ts";
import { createFieldNative } from "./field-native.ts";
import type { Native } from "./native.ts";

const AES_ECB = 256; // beside the bytes of the key
const NATIVE_CONTEXT_BYTES = 48;
const NATIVE_BLOCK_AT = 32;

/**
 * Calls `use` with the address of the data, or of a copy that is written back: an array of 10 to 21 bytes has none,
 * because the engine scatters it (PLATFORM section 4.5).
 */
export function withAddress(hal: Hal, native: Native, data: Bytes, use: (address: number) => void): void {
  const address = hal.E.getAddressOf(data, true);
  if (address) return use(address);
  const copy = native.piece(function () {
    return hal.E.toUint8Array(data, new Uint8Array(NATIVE_CONTEXT_BYTES));
  });
  use(native.at(copy));
  data.set(copy.subarray(0, data.length));
  wipe(copy);
}

function check(hal: Hal, name: string, out: Bytes, answer: string): void {
  if (hex(hal, out.subarray(0, 4)) !== answer) throw new Error(name + " wrong");
}

/** Powers, a product, a sum and a difference, in four rounds: a = b - (a^16 b + b). */
const FIELD_PROGRAM = "8000" + "6004" + "0001" + "3001" + "4010" + ":000" + "@00-";

function runField(hal: Hal, native: Native): Bytes {
  const pangrams = hal.E.toUint8Array("Sphinx of black quartz, judge my" + "Pack my box with five dozen jugs");
  const machine = createFieldNative(hal, native, 32, 2);
  machine.constants(-2, hal.E.toArrayBuffer(P256_N_NATIVE)); // 1 in register 0
  machine.load(0, pangrams);
  machine.run(FIELD_PROGRAM, pangrams.subarray(0, 2)).step();
  return machine.store(0);
}

/** 32 zeros sealed by ChaCha20-Poly1305, and these by AES-128-GCM, keys and nonces zero: the answer is OpenSSL's. */
function runAead(native: Native): Bytes {
  const context = new Uint8Array(48);
  const data = new Uint8Array(64);
  const at = native.at(data);
  native.aead(native.at(context), at, 48, 0);
  native.aead(native.at(context), at, 64, 2);
  return data.subarray(48);
}

/** TLS's secret of a handshake without a PSK before the key exchange (RFC 8448 section 3): slot 3 = "derived"(mac(2, 2), 0). */
const DERIVE_PROGRAM = "322\x00" + "330\x0d\x20derived" + "\x00";

function runDerive(hal: Hal, native: Native): Bytes {
  const slots = new Uint8Array(192); // of which it compares two
  const program = hal.E.toUint8Array(DERIVE_PROGRAM, slots);
  native.derive(native.at(slots), native.at(program), 0, 0);
  return slots.subarray(96);
}

/** @throws Error if the field machine, an AEAD or the key schedule computes wrongly; what else does is left to createPrimitives. */
export function nativePrimitives(hal: Hal, native: Native): Partial<Primitives> {
  if (NATIVE.field) check(hal, "native field", runField(hal, native), "a8f8fa64");
  if (NATIVE.aead) check(hal, "native AEAD", runAead(native), "d6c8285f");
  if (NATIVE.derive) check(hal, "native HMAC", runDerive(hal, native), "6f2615a1");

  function aes(key: Bytes, counter: Bytes | undefined, data: Bytes, mode: number): void {
    const context = new Uint8Array(NATIVE_CONTEXT_BYTES);
    context.set(key);
    if (counter) context.set(counter.subarray(0, 16), NATIVE_BLOCK_AT);
    withAddress(hal, native, data, function (address) {
      native.aes(native.at(context), address, data.length, key.length + mode);
    });
    wipe(context);
  }

  const primitives: Partial<Primitives> = { native: native };
  if (NATIVE.sha256)
    primitives.sha256 = function (data) {
      const out = new Uint8Array(32);
      withAddress(hal, native, data, function (address) {
        native.sha256(native.at(out), address, data.length, 0);
      });
      return out;
    };
  if (NATIVE.sha512)
    primitives.sha512 = function (data) {
      const out = new Uint8Array(64);
      withAddress(hal, native, data, function (address) {
        native.sha512(native.at(out), address, data.length, 0);
      });
      return out;
    };
  if (NATIVE.aes) {
    primitives.aes256Blocks = function (key, blocks) {
      const out = new Uint8Array(blocks);
      if (out.length) aes(key, undefined, out, AES_ECB);
      return out;
    };
    primitives.aes256Ctr = function (key, counter, data) {
      aes(key, counter, data, 0);
    };
  }
  if (NATIVE.chacha) {
    primitives.chacha20Xor = function (data, key, counter, nonce) {
      const context = new Uint8Array(NATIVE_CONTEXT_BYTES);
      context.set(key);
      const words = new Int32Array(context.buffer, NATIVE_BLOCK_AT, 4);
      words[0] = counter;
      words.set(nonce, 1);
      withAddress(hal, native, data, function (address) {
        native.chacha(address, data.length, native.at(context), 0);
      });
      context.fill(0);
    };
    primitives.chacha20 = function (out, key, counter, nonce) {
      out.fill(0);
      primitives.chacha20Xor!(out, key, counter, nonce);
    };
  }
  return primitives;
}
