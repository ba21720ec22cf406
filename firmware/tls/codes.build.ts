// The numbers of TLS 1.3 (RFC 8446 appendix B; RFC 7301, 8449). Written out where they are used when a bundle is made.

export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 };

export const MESSAGE = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  certificateRequest: 13,
  certificateVerify: 15,
  finished: 20,
  keyUpdate: 24,
  messageHash: 254,
};

export const EXTENSION = {
  serverName: 0,
  supportedGroups: 10,
  signatureAlgorithms: 13,
  alpn: 16,
  recordSizeLimit: 28,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskModes: 45,
  certificateAuthorities: 47,
  keyShare: 51,
};

export const ALERT = {
  closeNotify: 0,
  unexpectedMessage: 10,
  badRecordMac: 20,
  recordOverflow: 22,
  handshakeFailure: 40,
  badCertificate: 42,
  unsupportedCertificate: 43,
  illegalParameter: 47,
  unknownCa: 48,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  internalError: 80,
  userCanceled: 90,
  missingExtension: 109,
  unsupportedExtension: 110,
  certificateRequired: 116,
  noApplicationProtocol: 120,
};

/** As two characters: lists are searched by the engine (hello.ts). */
export const CODE = {
  tls13: "\x03\x04",
  chacha20: "\x13\x03",
  aes128: "\x13\x01",
  x25519: "\x00\x1d",
  p256: "\x00\x17",
  ecdsa: "\x04\x03",
  rsaPss: "\x08\x04",
};

export const SUITE_AES_128_GCM = 0x1301;
export const SUITE_CHACHA20 = 0x1303;
export const GROUP_X25519 = 29;
export const GROUP_P256 = 23;

/** RFC 8446 5.1, 5.2: of plaintext, and what encryption may add. */
export const PLAIN_MAX_BYTES = 16384;
export const SEALED_MAX_BYTES = PLAIN_MAX_BYTES + 256;

/**
 * What the frame of a ClientHello says (client-hello.ts, native/hello.asm.ts), in a table of words: of each extension where its
 * contents start, or those of the one list that it is, and in the next word where they end; 0 if it is not there. A list whose
 * length is wrong is empty, and noted.
 */
export const HELLO_AT = {
  supportedVersions: 0,
  supportedGroups: 2,
  keyShare: 4,
  signatureAlgorithms: 6,
  pskModes: 8,
  alpn: 10,
  serverName: 12,
  recordSizeLimit: 14,
  earlyData: 16,
  preSharedKey: 18,
  cookie: 20,
  suites: 22,
  extensions: 24,
  lastType: 25,
  /** Which of HELLO_CODE are in their lists. */
  codes: 26,
  /** Lists that are wrong: 1 the versions, 2 any. */
  malformed: 27,
};
export const HELLO_CODE = { tls13: 1, chacha20: 2, aes128: 4, x25519: 8, p256: 16, ecdsa: 32, rsaPss: 64 };
export const HELLO_WORDS = 28;

/** Whole, as a record (RFC 8446 appendix D.4). */
export const CHANGE_CIPHER_SPEC = "\x14\x03\x03\x00\x01\x01";
