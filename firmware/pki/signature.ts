// The signature on a certificate, by its issuer's key: ecdsa-with-SHA256 (RFC 5758) with P-256, which is what the curve
// code can check. It is to show mix-ups and damage: nobody is trusted for it, so a key off the curve is not looked for.
import type { Bytes } from "../hal/engine.ts";
import type { Curves } from "../crypto/curves.ts";
import { createEcdsa } from "../crypto/ecdsa.ts";
import type { Check } from "../crypto/jobs.ts";
import type { Primitives } from "../crypto/primitives.ts";
import type { Certificate, PublicKey } from "./certificate.ts";
import * as Der from "./der.ts";

const OID_ECDSA_SHA256 = "2a8648ce3d040302"; // 1.2.840.10045.4.3.2

export function canVerify(certificate: Certificate, issuer: PublicKey): boolean {
  return certificate.algorithm === OID_ECDSA_SHA256 && issuer.kind === "ec";
}

/** To be asked for where canVerify() says so. */
export function signatureBegin(
  p: Primitives,
  curves: Curves,
  certificate: { signed: Bytes; signature: Bytes },
  issuer: PublicKey,
): Check {
  const document = Der.openDer(certificate.signature);
  const pair = Der.take(document, Der.SEQUENCE);
  Der.close(document);
  const r = Der.takeUnsigned(pair);
  const s = Der.takeUnsigned(pair);
  Der.close(pair);
  const rs = new Uint8Array(64); // zeros are no signature
  if (!pair.fault.bad && r.length < 33 && s.length < 33) {
    rs.set(r, 32 - r.length);
    rs.set(s, 64 - s.length);
  }
  const job = createEcdsa(p, curves).verifyBegin(issuer.value, p.sha256(certificate.signed), rs);
  return {
    step: job.step,
    passes: function () {
      return !!job.finish();
    },
    wipe: function () {}, // nothing secret
  };
}
