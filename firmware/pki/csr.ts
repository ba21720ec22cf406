// A certification request (PKCS#10, RFC 2986) for a P-256 key of the device's own: common name and a DNS name from the
// owner's wish, nothing of the device's own knowledge.
import type { Bytes } from "../hal/engine.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import { createEcdsa } from "../crypto/ecdsa.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { encodeDer, encodeUnsigned } from "./der-writer.ts";
import * as Der from "./der.ts";

const UTF8_STRING = 0x0c;
const DNS_NAME = 0x82;
const CSR_ATTRIBUTES = 0xa0;
// Strings of bytes, whole elements: OIDs, and SubjectPublicKeyInfo of P-256 before x and y (RFC 5480).
const COMMON_NAME = "\x06\x03\x55\x04\x03";
const SUBJECT_ALT_NAME = "\x06\x03\x55\x1d\x11";
const EXTENSION_REQUEST = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"; // RFC 2985 section 5.4.2
const ECDSA_WITH_SHA256 = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"; // RFC 5758
const P256_SPKI =
  "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
/**
 * @param key 0 < d < n, kept by the caller until the end; value: its x and y; name: 1 to 64 of [A-Za-z0-9.-].
 * @returns a job whose `finish` gives the request in DER.
 */
export function csrBegin(p: Primitives, curves: Curves, key: Bytes, value: Bytes, name: string): PointJob {
  const subject = encodeDer(p, Der.SEQUENCE, COMMON_NAME, encodeDer(p, UTF8_STRING, name));
  const names = encodeDer(p, Der.OCTET_STRING, encodeDer(p, Der.SEQUENCE, encodeDer(p, DNS_NAME, name)));
  const extensions = encodeDer(p, Der.SEQUENCE, encodeDer(p, Der.SEQUENCE, SUBJECT_ALT_NAME, names));
  const attribute = encodeDer(p, Der.SEQUENCE, EXTENSION_REQUEST, encodeDer(p, Der.SET, extensions));
  const info = encodeDer(
    p,
    Der.SEQUENCE,
    [Der.INTEGER, 1, 0],
    encodeDer(p, Der.SEQUENCE, encodeDer(p, Der.SET, subject)),
    P256_SPKI,
    value,
    encodeDer(p, CSR_ATTRIBUTES, attribute),
  );
  const job = createEcdsa(p, curves).signBegin(key, p.sha256(info));
  return {
    step: job.step,
    wipe: job.wipe,
    finish: function () {
      const rs = job.finish()!;
      const signature = encodeDer(
        p,
        Der.SEQUENCE,
        encodeUnsigned(p, rs.subarray(0, 32)),
        encodeUnsigned(p, rs.subarray(32, 64)),
      );
      return encodeDer(p, Der.SEQUENCE, info, ECDSA_WITH_SHA256, encodeDer(p, Der.BIT_STRING, [0], signature));
    },
  };
}
