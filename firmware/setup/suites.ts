// The suites of docs/PROTOCOL.md section 4, each behind the same few functions. What does not depend on the request is
// made ahead, while nothing else is to be done, and used once.
import type { Bytes, Hal } from "../hal/engine.ts";
import { SUITES } from "../crypto/back-ends.build.ts";
import { wipe } from "../crypto/bytes.ts";
import { cpaceGeneratorInput, cpaceSessionKey } from "../crypto/cpace.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import { FFDHE2048_BYTES, FFDHE2048_SECRET_BYTES } from "../crypto/ffdhe2048.ts";
import type { Ffdhe2048 } from "../crypto/ffdhe2048.ts";
import type { Job } from "../crypto/field.ts";
import { chain } from "../crypto/jobs.ts";
import type { Primitives } from "../crypto/primitives.ts";
import * as Der from "../pki/der.ts";
import { encodeDer, encodeUnsigned } from "../pki/der-writer.ts";
import { encodePem, parsePem } from "../pki/pem.ts";
import * as P from "../protocol.ts";
import { p256Pair } from "./prepared.ts";
import type { Prepared } from "./prepared.ts";
import { lp } from "./schedule.ts";

const NONCE_BYTES = 16;

/** Both sides' agreement: `finish` gives what is sent back and the input of the key schedule, or undefined. */
export interface Agreement extends Job {
  finish(): { answer: string; ikm: Bytes } | undefined;
}

export interface Suite extends Prepared {
  name: string;
  /** Is its pair made ahead? Not where that would keep a request waiting for long. */
  isAhead: boolean;
  /** Media type of both bodies. */
  type: string;
  /** The peer's value from a POST body, or undefined if it is not of this suite's form. */
  read(body: string): Bytes | undefined;
  /** Is it worth a computation? Cheap. */
  isUsable(value: Bytes): boolean;
  /** Once a pair is ready. cookie: the session's. */
  agreeBegin(peer: Bytes, cookie: string): Agreement;
}

/** Groups whose public values are the same for everybody, sent as PEM. */
interface Group {
  name: string;
  isAhead: boolean;
  readDer(der: Bytes): Bytes | undefined;
  writeDer(value: Bytes): Bytes;
  isUsable(value: Bytes): boolean;
  drawSecret(): Bytes;
  begin(secret: Bytes, value?: Bytes): PointJob;
  /** Bytes of the result that are the input of the key schedule. */
  ikmBytes: number;
}

export interface SuiteParts {
  hal: Hal;
  p: Primitives;
  curves: Curves;
  /** Where the suite is in the bundle. */
  ffdhe2048?: Ffdhe2048;
  draw(length: number): Bytes;
  serial: string;
  salt: Bytes;
  /** Names, in the order they are offered. */
  names: string[];
}

export function createSuites(parts: SuiteParts): Suite[] {
  const hal = parts.hal;
  const p = parts.p;
  const curves = parts.curves;
  const offered = parts.names.join(",");
  const draw = parts.draw;

  function same(a: Bytes, b: Bytes): boolean {
    return hal.E.toString(a) === hal.E.toString(b);
  }

  function pemSuite(group: Group): Suite {
    const suite: Suite = {
      name: group.name,
      isAhead: group.isAhead,
      type: P.TYPE_PEM,
      read: function (body) {
        const blocks = body.indexOf("-----BEGIN PUBLIC KEY-----") ? undefined : parsePem(hal, body);
        return blocks && blocks.length === 1 ? group.readDer(blocks[0].bytes) : undefined;
      },
      isUsable: group.isUsable,
      prepareBegin: group.begin,
      drawSecret: group.drawSecret,
      agreeBegin: function (peer) {
        const own = suite.value!;
        const isOurs = same(own, peer); // our own value sent back
        const job = isOurs ? undefined : group.begin(suite.secret!, peer);
        return {
          step: function () {
            return !!job && job.step();
          },
          wipe: job && job.wipe,
          finish: function () {
            const result = job && job.finish();
            if (!result) return undefined;
            const ikm = new Uint8Array(result.subarray(0, group.ikmBytes));
            wipe(result);
            return { answer: encodePem(hal, "PUBLIC KEY", group.writeDer(own)), ikm: ikm };
          },
        };
      },
    };
    return suite;
  }

  /** DER that is a constant prefix and the key. */
  function afterPrefix(prefix: string, bytes: number, der: Bytes): Bytes | undefined {
    const at = prefix.length;
    const good = der.length === at + bytes && hal.E.toString(der.subarray(0, at)) === prefix;
    return good ? new Uint8Array(der.subarray(at, der.length)) : undefined;
  }

  function x25519(): Suite {
    const prefix = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x6e\x03\x21\x00"; // RFC 8410 section 4
    const basePoint = new Uint8Array(32);
    basePoint[0] = 9;
    return pemSuite({
      name: P.SUITE_X25519,
      isAhead: true,
      readDer: function (der) {
        return afterPrefix(prefix, 32, der);
      },
      writeDer: function (value) {
        return p.join(prefix, value);
      },
      isUsable: function () {
        return true; // any 32 bytes; an all-zero result is refused afterwards
      },
      drawSecret: function () {
        return draw(32);
      },
      begin: function (secret, value) {
        return curves.x25519Begin(secret, value || basePoint);
      },
      ikmBytes: 32,
    });
  }

  function p256(): Suite {
    // RFC 5480, named curve, uncompressed point.
    const prefix =
      "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
    return pemSuite({
      name: P.SUITE_P256,
      isAhead: true,
      readDer: function (der) {
        return afterPrefix(prefix, 64, der);
      },
      writeDer: function (value) {
        return p.join(prefix, value);
      },
      isUsable: curves.p256IsPoint,
      drawSecret: p256Pair(curves, draw).drawSecret,
      begin: curves.p256Begin,
      ikmBytes: 32,
    });
  }

  function ffdhe(ffdhe2048: Ffdhe2048): Suite {
    // PKCS#3: SEQUENCE { dhKeyAgreement, SEQUENCE { p, 2 } }
    const algorithm = p.join(
      "\x30\x82\x01\x17\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01\x30\x82\x01\x08\x02\x82\x01\x01\x00",
      ffdhe2048.prime(),
      "\x02\x01\x02",
    );
    return pemSuite({
      name: P.SUITE_FFDHE2048,
      isAhead: ffdhe2048.isFast,
      readDer: function (der) {
        const document = Der.openDer(der);
        const spki = Der.take(document, Der.SEQUENCE);
        const named = Der.takeRaw(spki, Der.SEQUENCE);
        const bits = Der.takeBits(spki);
        const y = Der.takeUnsigned(bits);
        Der.close(bits);
        Der.close(spki);
        Der.close(document);
        if (document.fault.bad || y.length > FFDHE2048_BYTES || !same(named, algorithm)) return undefined;
        return p.join(new Uint8Array(FFDHE2048_BYTES - y.length), y);
      },
      writeDer: function (value) {
        const bits = encodeDer(p, Der.BIT_STRING, [0], encodeUnsigned(p, value));
        return encodeDer(p, Der.SEQUENCE, algorithm, bits);
      },
      isUsable: ffdhe2048.isUsable,
      drawSecret: function () {
        return draw(FFDHE2048_SECRET_BYTES);
      },
      begin: ffdhe2048.powerBegin,
      ikmBytes: FFDHE2048_BYTES,
    });
  }

  /** Its generator comes from the serial and the session: nothing but the scalar can be made ahead. */
  function cpace(): Suite {
    const suite: Suite = {
      name: P.SUITE_CPACE,
      isAhead: true,
      type: P.TYPE_BYTES,
      read: function (body) {
        return body.length === NONCE_BYTES + 32 ? p.join(body) : undefined;
      },
      isUsable: function () {
        return true;
      },
      prepareBegin: function () {
        return undefined;
      },
      drawSecret: function () {
        return draw(32);
      },
      agreeBegin: function (peer, cookie) {
        const ya = new Uint8Array(peer.subarray(NONCE_BYTES, NONCE_BYTES + 32));
        const prs = p.join(parts.serial);
        const sid = p.sha512(p.join(lp(P.LABEL_SID), lp(parts.salt), lp(cookie), lp(peer.subarray(0, NONCE_BYTES))));
        const input = cpaceGeneratorInput(p, prs, p.join(P.CPACE_CI), sid);
        const results: (Bytes | undefined)[] = []; // g, Yb, K
        const job = chain(curves.elligator2Begin(input), function (result) {
          results.push(result);
          if (results.length === 1) return curves.x25519Begin(suite.secret!, result!);
          return results.length === 2 ? curves.x25519Begin(suite.secret!, ya) : undefined;
        });
        wipe(prs);
        return {
          step: job.step,
          wipe: job.wipe,
          finish: function () {
            wipe(input, results[0]);
            const yb = results[1];
            const k = results[2];
            if (!yb || !k) return undefined;
            const isk = cpaceSessionKey(p, sid, k, ya, p.join(offered), yb, new Uint8Array(0));
            wipe(k);
            return { answer: hal.E.toString(yb), ikm: isk };
          },
        };
      },
    };
    return suite;
  }

  return parts.names.map(function (name) {
    if (SUITES.cpace && name === P.SUITE_CPACE) return cpace();
    if (SUITES.x25519 && name === P.SUITE_X25519) return x25519();
    if (SUITES.p256 && name === P.SUITE_P256) return p256();
    if (SUITES.ffdhe2048 && name === P.SUITE_FFDHE2048) return ffdhe(parts.ffdhe2048!);
    throw new Error("no suite " + name);
  });
}
