// What a bundle has besides the engine's own functions. Everything, unless the bundler says what a board needs; what
// is false is left out.

/** Plain ES5 routines. */
export const ES5 = {
  field: true,
  sha256: true,
  sha512: true,
  aes: true,
  chacha: true,
  poly: true,
  ghash: true,
  hello: true,
  hmac: true,
};

/** Does the board run native code? Which routines is in native/code.build.ts. */
export const THUMB = { runs: true };

/** Does it verify the signatures in a chain? */
export const CHAIN = { isVerified: true };

/** Are RSA keys taken? Not where flash has no room for them. */
export const RSA = { isTaken: true };

/** Suites that the board offers. */
export const SUITES = { cpace: true, x25519: true, p256: true, ffdhe2048: true };
