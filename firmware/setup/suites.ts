// The Diffie-Hellman suites (docs/PROTOCOL.md section 4), each behind the same few functions. Ephemeral keys are made
// ahead, while nothing else is to be done, and used once.
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import type { Lane } from "../crypto/lane.ts";
import { encodePem, parsePem } from "../pki/pem.ts";
import { hex } from "../crypto/primitives.ts";
import { SUITE_P256, SUITE_X25519 } from "../protocol.ts";

/** A key pair of ours. */
export interface Ephemeral {
  secret: Bytes;
  /** What the peer gets: for x25519 u, for p256 x and y. */
  value: Bytes;
}

export interface Suite {
  name: string;
  /** DER before the key, in hex. */
  prefix: string;
  valueBytes: number;
  /** Is it worth a computation? Cheap. */
  isUsable(value: Bytes): boolean;
  begin(secret: Bytes, value?: Bytes): PointJob;
  /** The input of the key schedule, from the result of `begin`. */
  ikm(result: Bytes): Bytes;
  drawSecret(): Bytes;
  ready?: Ephemeral;
}

/** @param draw that many random bytes. */
export function createSuites(curves: Curves, draw: (length: number) => Bytes): Suite[] {
  const basePoint = new Uint8Array(32);
  basePoint[0] = 9;
  return [
    {
      name: SUITE_X25519,
      prefix: "302a300506032b656e032100", // RFC 8410 section 4
      valueBytes: 32,
      isUsable: function () {
        return true; // any 32 bytes; an all-zero result is refused afterwards
      },
      begin: function (secret, value) {
        return curves.x25519Begin(secret, value || basePoint);
      },
      ikm: function (result) {
        return result;
      },
      drawSecret: function () {
        return draw(32);
      },
    },
    {
      name: SUITE_P256,
      prefix: "3059301306072a8648ce3d020106082a8648ce3d03010703420004", // RFC 5480, named curve, uncompressed point
      valueBytes: 64,
      isUsable: curves.p256IsPoint,
      begin: function (secret, value) {
        return curves.p256Begin(secret, value);
      },
      ikm: function (result) {
        return result.subarray(0, 32);
      },
      drawSecret: function () {
        let secret = draw(32);
        while (!curves.p256IsScalar(secret)) secret = draw(32);
        return secret;
      },
    },
  ];
}

/** Makes the suite's next key pair, unless there is one. `done` is called at once or when it is there. */
export function prepare(lane: Lane, suite: Suite, done: () => void): void {
  if (suite.ready) return done();
  let secret: Bytes;
  let job: PointJob;
  lane.run(
    function () {
      secret = suite.drawSecret();
      job = suite.begin(secret);
      return job;
    },
    function () {
      if (suite.ready)
        wipe(secret); // two waited for one
      else suite.ready = { secret: secret, value: job.finish()! };
      done();
    },
  );
}

/** in: the POST body. @returns the suite that it is for and the peer's value, or undefined if it is none of these. */
export function parsePublicKey(hal: Hal, suites: Suite[], text: string): { suite: Suite; value: Bytes } | undefined {
  const blocks = text.indexOf("-----BEGIN PUBLIC KEY-----") ? undefined : parsePem(hal, text);
  if (!blocks || blocks.length !== 1) return undefined;
  const der = blocks[0].bytes;
  for (let i = 0; i < suites.length; i++) {
    const at = suites[i].prefix.length / 2;
    if (der.length === at + suites[i].valueBytes && hex(hal, der.subarray(0, at)) === suites[i].prefix)
      return { suite: suites[i], value: new Uint8Array(der.subarray(at, der.length)) };
  }
  return undefined;
}

/** Our public key as the peer gets it. */
export function publicKeyPem(hal: Hal, suite: Suite, value: Bytes): string {
  const at = suite.prefix.length / 2;
  const der = new Uint8Array(at + value.length);
  for (let i = 0; i < at; i++) der[i] = parseInt(suite.prefix.substr(i * 2, 2), 16);
  der.set(value, at);
  return encodePem(hal, "PUBLIC KEY", der);
}
