// What the server says (RFC 8446 sections 4.1.3 to 4.6), as bytes with the header of a handshake message. Pure.
import type { Bytes } from "../hal/engine.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { be32 } from "../crypto/bytes.ts";
import { EXTENSION, MESSAGE } from "./codes.build.ts";

const SIGNED_BY_SERVER = "TLS 1.3, server CertificateVerify";
const SIGNED_BY_CLIENT = "TLS 1.3, client CertificateVerify";

/** Big-endian, 2 bytes. */
function be16(n: number): number[] {
  return [n >> 8, n & 255];
}

/** Bytes, arrays of numbers and strings of bytes behind their length in 2 bytes. */
function vector16(p: Primitives, parts: unknown): unknown[] {
  const contents = p.join(parts);
  return [be16(contents.length), contents];
}

/** Of less than 64 kB. */
export function encodeMessage(p: Primitives, type: number, parts: unknown): Bytes {
  const contents = p.join(parts);
  return p.join([type, 0, be16(contents.length)], contents);
}

function extension(p: Primitives, type: number, parts: unknown): unknown[] {
  return [be16(type), vector16(p, parts)];
}

/** What of a ClientHello its answer depends on. */
export interface Answered {
  sessionId: Bytes;
  suite: number;
  group: number;
}

/**
 * in: random 32 bytes, or those of a HelloRetryRequest, which has no share; psk index of the one that was chosen, or -1.
 * Lengths are below 256 here: a call for each vector would cost more than what is in it.
 */
export function encodeServerHello(
  p: Primitives,
  hello: Answered,
  random: Bytes | string,
  share: Bytes | undefined,
  psk: number,
): Bytes {
  const bytes = share ? share.length : -2; // without a share its length is missing too
  const chosen = psk < 0 ? [] : [0, EXTENSION.preSharedKey, 0, 2, be16(psk)];
  return encodeMessage(p, MESSAGE.serverHello, [
    [3, 3, random, hello.sessionId.length, hello.sessionId, be16(hello.suite), 0, 0, bytes + (psk < 0 ? 14 : 20)],
    [0, EXTENSION.keyShare, 0, bytes + 4, 0, hello.group, share ? [0, bytes, share] : []],
    [0, EXTENSION.supportedVersions, 0, 2, 3, 4, chosen],
  ]);
}

/** @param limit our record_size_limit, or 0 where the client has none. */
export function encodeEncryptedExtensions(p: Primitives, takesHttp: boolean, limit: number): Bytes {
  return encodeMessage(
    p,
    MESSAGE.encryptedExtensions,
    vector16(p, [
      takesHttp ? extension(p, EXTENSION.alpn, "\x00\x09\x08http/1.1") : [],
      limit ? extension(p, EXTENSION.recordSizeLimit, be16(limit)) : [],
    ]),
  );
}

/** @param authorities those whose certificates are taken: Names in DER. */
export function encodeCertificateRequest(p: Primitives, scheme: string, authorities: Bytes[]): Bytes {
  const names = authorities.map(function (name) {
    return vector16(p, name);
  });
  return encodeMessage(p, MESSAGE.certificateRequest, [
    [0],
    vector16(p, [
      extension(p, EXTENSION.signatureAlgorithms, vector16(p, scheme)),
      extension(p, EXTENSION.certificateAuthorities, vector16(p, names)),
    ]),
  ]);
}

/** in: DER, leaf first; less than 64 kB. */
export function encodeCertificate(p: Primitives, chain: Bytes[]): Bytes {
  const list = p.join(
    chain.map(function (certificate) {
      return [[0], vector16(p, certificate), [0, 0]];
    }),
  );
  return encodeMessage(p, MESSAGE.certificate, [[0, 0], be16(list.length), list]);
}

/** What a CertificateVerify is a signature of (4.4.3). */
export function signedContent(p: Primitives, isServer: boolean, transcriptHash: Bytes): Bytes {
  const blanks = new Uint8Array(64).fill(32);
  return p.join(blanks, isServer ? SIGNED_BY_SERVER : SIGNED_BY_CLIENT, [0], transcriptHash);
}

export function encodeCertificateVerify(p: Primitives, scheme: string, signature: Bytes): Bytes {
  return encodeMessage(p, MESSAGE.certificateVerify, [scheme, vector16(p, signature)]);
}

/** Its nonce is empty, as it is the only one. @param ageAdd 4 random bytes. */
export function encodeTicket(p: Primitives, lifeS: number, ageAdd: Bytes, ticket: Bytes): Bytes {
  return encodeMessage(p, MESSAGE.newSessionTicket, [be32(lifeS), ageAdd, [0], vector16(p, ticket), [0, 0]]);
}
