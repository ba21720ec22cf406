// What an honest device says to the text of key.wib: as much of docs/PROTOCOL.md 6.4 as says something about a client.
// Whether keys and certificates are well made is between the user and her CA; here they only must fit together.
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { ERROR } from "../../firmware/protocol.ts";
import { encodePem, pemBlocks } from "../pem.ts";

const KEY_LABELS = ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"];
const OTHER_LABELS = ["CERTIFICATE", "EC PARAMETERS", "WIB SETTINGS"];

interface Fault {
  code: string;
  why: string;
}

/** @param ownPublic of the key made for this session's CSR, if there was one: 04 x y. */
export function installFault(text: string, ownPublic?: Uint8Array): Fault | undefined {
  const blocks = pemBlocks(text);
  const fault = (code: string, why: string) => ({ code, why });
  if (!blocks.length) return fault(ERROR.malformedPem, "no PEM block");
  const odd = blocks.find(({ label }) => ![...KEY_LABELS, ...OTHER_LABELS].includes(label));
  if (odd) return fault(ERROR.malformedPem, `a block ${odd.label}`);
  const keys = blocks.filter(({ label }) => KEY_LABELS.includes(label));
  const certificates = blocks.filter(({ label }) => label === "CERTIFICATE");
  if (!certificates.length) return fault(ERROR.noCertificate, "no certificate");
  if (certificates.length > 4) return fault(ERROR.tooLarge, "more than four certificates");
  if (keys.length > 1) return fault(ERROR.twoPrivateKeys, "more than one private key");
  if (keys.length && ownPublic) return fault(ERROR.keyNotWanted, "a private key, though the device has made one");
  if (!keys.length && !ownPublic) return fault(ERROR.noPrivateKey, "no private key");
  try {
    const leaf = certificates.map(({ der }) => new X509Certificate(der)).find(({ ca }) => !ca);
    if (!leaf) return fault(ERROR.leafIsCa, "all certificates are of CAs");
    const key = keys[0] && createPublicKey(createPrivateKey(encodePem(keys[0].label, keys[0].der)));
    const spki = leaf.publicKey.export({ type: "spki", format: "der" });
    const fits = key ? key.equals(leaf.publicKey) : spki.subarray(-65).equals(ownPublic!);
    return fits ? undefined : fault(ERROR.mismatch, "certificate and key are not of one pair");
  } catch {
    return fault(ERROR.malformedDer, "a block's contents are not what its label says");
  }
}
