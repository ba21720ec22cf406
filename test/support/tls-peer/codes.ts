// The numbers of TLS 1.3 that the test client speaks with (RFC 8446 appendix B, RFC 8449, RFC 7301), by their names there.

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

export const HANDSHAKE = {
  ...{ helloRequest: 0, clientHello: 1, serverHello: 2, newSessionTicket: 4, endOfEarlyData: 5 },
  ...{ encryptedExtensions: 8, certificate: 11, serverKeyExchange: 12, certificateRequest: 13, serverHelloDone: 14 },
  ...{ certificateVerify: 15, clientKeyExchange: 16, finished: 20, keyUpdate: 24, messageHash: 254 },
} as const;

export const EXTENSION = {
  ...{ serverName: 0, maxFragmentLength: 1, statusRequest: 5, supportedGroups: 10, ecPointFormats: 11 },
  ...{ signatureAlgorithms: 13, alpn: 16, padding: 21, extendedMasterSecret: 23, recordSizeLimit: 28 },
  ...{ sessionTicket: 35, preSharedKey: 41, earlyData: 42, supportedVersions: 43, cookie: 44, pskModes: 45 },
  ...{ certificateAuthorities: 47, oidFilters: 48, postHandshakeAuth: 49, signatureAlgorithmsCert: 50, keyShare: 51 },
  ...{ renegotiationInfo: 0xff01 },
} as const;

export const ALERT = {
  ...{ closeNotify: 0, unexpectedMessage: 10, badRecordMac: 20, recordOverflow: 22, handshakeFailure: 40 },
  ...{ badCertificate: 42, unsupportedCertificate: 43, certificateRevoked: 44, certificateExpired: 45 },
  ...{ certificateUnknown: 46, illegalParameter: 47, unknownCa: 48, accessDenied: 49, decodeError: 50 },
  ...{ decryptError: 51, protocolVersion: 70, insufficientSecurity: 71, internalError: 80, inappropriateFallback: 86 },
  ...{ userCanceled: 90, missingExtension: 109, unsupportedExtension: 110, unrecognizedName: 112 },
  ...{ badCertificateStatusResponse: 113, unknownPskIdentity: 115, certificateRequired: 116 },
  ...{ noApplicationProtocol: 120 },
} as const;

export function alertName(code: number): string {
  return Object.entries(ALERT).find(([, value]) => value === code)?.[0] ?? `alert ${code}`;
}

export const SUITE = { aes128Gcm: 0x1301, aes256Gcm: 0x1302, chacha20: 0x1303 } as const;

export const GROUP = {
  ...{ p256: 23, p384: 24, p521: 25, x25519: 29, x448: 30, ffdhe2048: 256, x25519MlKem768: 4588 },
} as const;

export const SCHEME = {
  ...{ rsaPkcs1Sha256: 0x0401, ecdsaP256Sha256: 0x0403, ecdsaP384Sha384: 0x0503, ecdsaSha1: 0x0203 },
  ...{ rsaPssRsaeSha256: 0x0804, rsaPssRsaeSha384: 0x0805, rsaPssRsaeSha512: 0x0806, ed25519: 0x0807 },
} as const;

export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

/** 2^14 bytes of content, one of type and padding, 255 of the cipher (RFC 8446 5.2). */
export const MAX_PLAINTEXT_BYTES = 16384;
export const MAX_CIPHERTEXT_BYTES = MAX_PLAINTEXT_BYTES + 256;
