// The bench's second bundle: the crypto of a board's product build, by the same records and back ends, and nothing else, so
// that the console can ask for one primitive at a time (client/bench/crypto-cases.ts has the questions and their answers).
// Global `wib`: names() of what this board has; begin(name, arguments in base64, with commas), then go(milliseconds, watch)
// until it says more than "": "<hex, or none> <microseconds> <variables above those before begin> <least free stack, or ->".
// The last two are looked for between calls of go, and with `watch` at every step and where bytes are joined, which costs time.
import { AEAD_SEAL, AEAD_TAG_BYTES, createAead } from "./crypto/aead.ts";
import { aesCtrXor } from "./crypto/aes-ctr.ts";
import { ES5, SUITES, THUMB, CHAIN } from "./crypto/back-ends.build.ts";
import { cpaceGeneratorInput, cpaceSessionKey } from "./crypto/cpace.ts";
import { createCurves } from "./crypto/curves.ts";
import type { PointJob } from "./crypto/curves.ts";
import { createEcdsa } from "./crypto/ecdsa.ts";
import { createFfdhe2048 } from "./crypto/ffdhe2048.ts";
import { hkdfSha256, hmac, hmacSha256Key, hmacSha512Key } from "./crypto/hmac.ts";
import { NATIVE } from "./crypto/native/code.build.ts";
import { createNative } from "./crypto/native/native.ts";
import { nativePrimitives } from "./crypto/native/primitives-native.ts";
import { es5Primitives } from "./crypto/primitives-es5.ts";
import { createPrimitives, hex } from "./crypto/primitives.ts";
import { createDrbg } from "./entropy/drbg.ts";
import type { Bytes } from "./hal/engine.ts";
import { createHal } from "./hal/hal.ts";

declare const BOARD: { name: string; build: string; version: string; variables: number };

/** `texts`: the arguments as strings of bytes. */
type Operation = (args: Bytes[], texts: string[]) => PointJob;

function start(): void {
  let isWatching = false;
  let most = 0;
  let leastStack = -1;

  function look(): void {
    const memory = process.memory(false) as unknown as { [name: string]: number };
    most = Math.max(most, memory["usage"]);
    const stack = memory["stackFree"];
    if (stack >= 0 && (leastStack < 0 || stack < leastStack)) leastStack = stack;
  }

  const engine = E as unknown as { [name: string]: (...parts: unknown[]) => Bytes };
  const joined = engine["toUint8Array"];
  engine["toUint8Array"] = function () {
    if (isWatching) look();
    // eslint-disable-next-line prefer-rest-params
    return joined.apply(E, arguments as unknown as unknown[]);
  };

  const hal = createHal();
  if (!BOARD.variables) hal.growMemory();
  const p = createPrimitives(
    hal,
    THUMB.runs ? nativePrimitives(hal, createNative(hal)) : undefined,
    es5Primitives(hal),
  );
  const curves = createCurves(hal, p.native);

  /** What has no slices. */
  function now(run: () => Bytes): PointJob {
    let out: Bytes | undefined;
    return {
      step: function () {
        out = run();
        return false;
      },
      finish: function () {
        return out;
      },
    };
  }

  function sealed(isAes: boolean, a: Bytes[]): PointJob {
    return now(function () {
      const data = p.join(a[2], a[3], new Uint8Array(AEAD_TAG_BYTES));
      createAead(hal, p)(AEAD_SEAL, isAes, { key: a[0], iv: a[1], count: 0 }, data, a[2].length);
      return data.subarray(a[2].length);
    });
  }

  const known: { [name: string]: Operation } = {
    "sha256": function (a) {
      return now(function () {
        return p.sha256(a[0]);
      });
    },
    "sha512": function (a) {
      return now(function () {
        return p.sha512(a[0]);
      });
    },
    "hmac-sha256": function (a) {
      return now(function () {
        return hmac(p, hmacSha256Key(p, a[0]), a[1]);
      });
    },
    "hmac-sha512": function (a) {
      return now(function () {
        return hmac(p, hmacSha512Key(p, a[0]), a[1]);
      });
    },
    // input, salt, info, [length]
    "hkdf-sha256": function (a, texts) {
      return now(function () {
        return hkdfSha256(p, a[0], a[1], texts[2], a[3][0]);
      });
    },
    "aes256-block": function (a) {
      return now(function () {
        return p.aes256Blocks(a[0], a[1]);
      });
    },
    // key, [step], data
    "aes256-ctr": function (a) {
      return now(function () {
        aesCtrXor(p, a[0], a[1][0], a[2]);
        return a[2];
      });
    },
    // key, [counter], nonce, [blocks of 64]
    "chacha20": function (a) {
      return now(function () {
        const out = new Uint8Array(64 * a[3][0]);
        p.chacha20(out, a[0], a[1][0], new Int32Array(a[2].buffer));
        return out;
      });
    },
    // material of the first seed, [bytes]
    "drbg": function (a) {
      return now(function () {
        const drbg = createDrbg(p, function () {
          return a[0];
        });
        drbg.reseed();
        return drbg.read(a[1][0]);
      });
    },
    // scalar, u
    "x25519": function (a) {
      return curves.x25519Begin(a[0], a[1]);
    },
    // scalar, and a point or nothing
    "p256": function (a) {
      return curves.p256Begin(a[0], a[1]);
    },
    // key, digest
    "ecdsa-sign": function (a) {
      return createEcdsa(p, curves).signBegin(a[0], a[1]);
    },
  };
  if (SUITES.cpace) {
    // password, channel, session
    known["cpace-generator"] = function (a) {
      return curves.elligator2Begin(cpaceGeneratorInput(p, a[0], a[1], a[2]));
    };
    // session, shared point, Ya, ADa, Yb, ADb
    known["cpace-key"] = function (a) {
      return now(function () {
        return cpaceSessionKey(p, a[0], a[1], a[2], a[3], a[4], a[5]);
      });
    };
  }
  if (CHAIN.isVerified)
    // public key, digest, signature
    known["ecdsa-verify"] = function (a) {
      const job = createEcdsa(p, curves).verifyBegin(a[0], a[1], a[2]);
      return {
        step: job.step,
        finish: function () {
          return job.finish() && new Uint8Array([1]);
        },
      };
    };
  if (SUITES.ffdhe2048)
    // secret, and a value or nothing
    known["ffdhe2048"] = function (a) {
      return createFfdhe2048(hal, p.native).powerBegin(a[0], a[1]);
    };
  if (THUMB.runs ? NATIVE.aead : ES5.ghash) {
    // key, nonce, associated data, text
    known["chacha20-poly1305"] = function (a) {
      return sealed(false, a);
    };
    known["aes128-gcm"] = function (a) {
      return sealed(true, a);
    };
  }

  let job: PointJob | undefined;
  let seconds = 0;
  let before = 0;

  global["wib"] = {
    "names": function (): string {
      return Object.keys(known).join();
    },
    // By itself: the line that brings a case's arguments is in memory while it runs.
    "rest": function (): number {
      before = process.memory().usage;
      return before;
    },
    "begin": function (name: string, base64: string): number {
      seconds = most = 0;
      leastStack = -1;
      job = undefined;
      const texts: string[] = [];
      const args: Bytes[] = [];
      const parts = base64 ? base64.split(",") : [];
      for (let i = 0; i < parts.length; i++) {
        texts.push(hal.atob(parts[i]));
        args.push(joined.call(E, texts[i]));
      }
      job = known[name](args, texts);
      return 1;
    },
    "go": function (ms: number, watch: boolean): string {
      const from = hal.getTime();
      let isLeft = true;
      let out: Bytes | undefined;
      isWatching = watch;
      while (isLeft && (hal.getTime() - from) * 1000 < ms) {
        isLeft = job!.step();
        if (watch) look();
      }
      if (!isLeft) out = job!.finish();
      seconds += hal.getTime() - from;
      isWatching = false;
      if (isLeft || watch) look();
      if (isLeft) return "";
      job = undefined;
      const figures = [Math.round(seconds * 1e6), most ? most - before : "-", leastStack < 0 ? "-" : leastStack];
      return (out ? hex(hal, out) || "empty" : "none") + " " + figures.join(" ");
    },
    "status": function (): string {
      return JSON.stringify({ "firmware": BOARD.version, "board": BOARD.name, "build": BOARD.build });
    },
  };
}

start();
