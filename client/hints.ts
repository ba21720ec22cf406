// What to do about each refusal. The device has room for one line; the advice is here.
import { ERROR } from "../firmware/protocol.ts";

const HINTS: Record<string, string> = {
  [ERROR.unauthenticated]: "wrong serial, or the session has timed out; check the label and start again",
  [ERROR.triesUsedUp]:
    "too many wrong serials: hold the button for 10 seconds for a factory reset, then set it up anew",
  [ERROR.busy]: "somebody else is at it, or you were too quick; wait a moment and start again",
  [ERROR.noSlot]: "all sessions are taken; wait a minute, or close and open the window with the button",
  [ERROR.entropyStarting]: "the device is still gathering randomness; wait half a minute and start again",
  [ERROR.entropyFailed]: "the device's noise source has failed; restart it, and do not trust it if that does not help",
  [ERROR.hostRefused]: "use the device's IP address, or a name that ends in .local",
  [ERROR.originRefused]: "setup works from this client, not from a web page",
  [ERROR.malformedPem]: "the files are not clean PEM; look at them with: openssl x509 -in FILE -text",
  [ERROR.malformedDer]: "a certificate or key is damaged, or not in strict DER",
  [ERROR.noCertificate]: "the file given with --cert holds no certificate",
  [ERROR.noPrivateKey]: "give the private key with --key",
  [ERROR.twoPrivateKeys]: "leave exactly one private key in the files",
  [ERROR.encryptedKey]: "decrypt it first: openssl pkey -in KEY -out PLAIN",
  [ERROR.unsupportedKey]: "the device takes P-256 and RSA keys",
  [ERROR.badKey]: "the private key's numbers do not fit together; it is damaged",
  [ERROR.mismatch]: "certificate and private key are not of the same pair",
  [ERROR.leafIsCa]: "give the device's own certificate, not the CA's; a self-signed one needs CA:FALSE",
  [ERROR.badChain]: "give the device's certificate and its issuers, and nothing else",
  [ERROR.tooLarge]: "leave out the root certificate, or use a P-256 key",
  [ERROR.malformedSettings]: "the device does not know one of the settings",
  [ERROR.csrUnsupported]: "this device cannot make its own key; send one with --cert and --key",
};

export function hintFor(code: string | undefined, status: number): string {
  const hint = code && HINTS[code];
  if (hint) return hint;
  if (status === 409) return "the session is in another state; start again";
  if (status === 404 || status === 405) return "is this a Wib device?";
  return "start again; if it stays like this, close and open the window with the button";
}
