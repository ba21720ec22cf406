// The protocol's constants (docs/PROTOCOL.md; section numbers beside them). The one file of the firmware that
// client and tests may import: it holds names and numbers, and no logic.

// 2.1 Paths.
export const PATH_DH = "/setup/dh.wib";
export const PATH_AUTH = "/setup/auth.wib";
export const PATH_CSR = "/setup/csr.wib";
export const PATH_KEY = "/setup/key.wib";

// 2.2 Media types, compared exactly.
export const TYPE_BYTES = "application/octet-stream";
export const TYPE_PEM = "application/x-pem-file";

// 2.3 Sizes of request bodies, in bytes.
export const HEADER_MAX_BYTES = 1024;
export const DH_MAX_BYTES = 1024;
export const AUTH_BYTES = 80;
export const CSR_MAX_BYTES = 320;
export const TAG_BYTES = 64;
export const SALT_BYTES = 32;

// 3.2 Cookies: 16 random bytes, 4 bytes of seconds since the window opened, 16 bytes of MAC; in hex.
export const COOKIE_NAME = "wib";
export const COOKIE_HEX_CHARS = 72;
export const COOKIE_LIFE_S = 60;

// 4. Suites.
export const SUITE_CPACE = "cpace-x25519";
export const SUITE_X25519 = "x25519";
export const SUITE_P256 = "p256";
export const SUITE_FFDHE2048 = "ffdhe2048";

// 5. Key schedule labels and lengths.
export const LABEL_TRANSCRIPT = "wib/1";
export const LABEL_KEYS = "wib/1 keys";
export const LABEL_PROOF = "wib/1 proof";
export const LABEL_SID = "wib/1 sid";
export const CPACE_CI = "wib/1 client device";
export const ENC_KEY_BYTES = 32;
export const MAC_KEY_BYTES = 64;
export const KEYS_BYTES = ENC_KEY_BYTES + 2 * MAC_KEY_BYTES;

// 6. Steps; the number is the first byte of a step's counter block.
export const STEP_AUTH = 1;
export const STEP_CSR = 2;
export const STEP_KEY = 3;

// 7. Window, sessions, tries.
export const SESSION_SLOTS = 4;
export const TRIES_PER_WINDOW = 5;
export const TRIES_IN_ALL = 50;
export const BAD_SEALS_PER_SESSION = 8;
export const GETS_PER_SECOND = 2;
export const REQUEST_TIMEOUT_MS = 10000;

// 8. The serial: Crockford base32, 80 bits.
export const SERIAL_CHARS = 16;
export const SERIAL_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// 9. Refusals. A code is its own English sentence: the body is the code with blanks for hyphens, and a line end.
export const ERROR = {
  // 400 of the request itself
  malformedRequest: "malformed-request",
  lengthRequired: "content-length-required",
  // 400 of POST dh
  malformedPublicKey: "malformed-public-key",
  unusablePublicKey: "unusable-public-key",
  suiteNotOffered: "suite-not-offered",
  // 400 of POST csr
  malformedWishes: "malformed-wishes",
  csrUnsupported: "csr-unsupported",
  // 400 of POST key
  malformedPem: "malformed-pem",
  malformedDer: "malformed-der",
  noCertificate: "no-certificate",
  noPrivateKey: "no-private-key",
  twoPrivateKeys: "more-than-one-private-key",
  keyNotWanted: "private-key-not-wanted-after-csr",
  encryptedKey: "encrypted-private-key",
  unsupportedKey: "unsupported-key-type",
  badKey: "inconsistent-private-key",
  mismatch: "certificate-does-not-match-key",
  leafIsCa: "certificate-is-a-ca",
  badChain: "certificates-are-not-a-chain",
  tooLarge: "too-large-to-store",
  malformedSettings: "malformed-settings",
  storeFailed: "storage-failed",
  // 401, never saying which
  unauthenticated: "not-authenticated",
  // 403
  hostRefused: "host-not-allowed",
  originRefused: "origin-not-allowed",
  // 404, 405
  notFound: "not-found",
  methodNotAllowed: "method-not-allowed",
  // 409
  wrongOrder: "wrong-order",
  // 413
  headerTooLarge: "header-too-large",
  bodyTooLarge: "body-too-large",
  // 415
  typeRefused: "content-type-not-accepted",
  // 429
  triesUsedUp: "tries-used-up",
  // 503
  busy: "busy",
  noSlot: "no-session-free",
  entropyStarting: "entropy-not-ready-yet",
  entropyFailed: "entropy-source-failed",
} as const;
