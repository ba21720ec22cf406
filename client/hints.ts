// What to do about each refusal. The device has room for one line; the advice is here.
import { ERROR } from "../firmware/protocol.ts";

const NOT_A_DEVICE = "is this really a Wib device in setup mode?";
const MISUNDERSTANDING = "device and client do not understand each other: is one of them older than the other?";

const HINTS: Record<string, string> = {
  [ERROR.unauthenticated]:
    "wrong serial, or the session has timed out, or somebody is in between; check the label and start again",
  [ERROR.triesUsedUp]:
    "too many wrong serials: hold the button for 10 seconds for a factory reset, then set it up anew",
  [ERROR.busy]: "somebody else is at it, or you were too quick; wait a moment and start again",
  [ERROR.noSlot]: "all sessions are taken; wait a minute, or close and open the window with the button",
  [ERROR.entropyStarting]: "the device is still gathering randomness; wait half a minute and start again",
  [ERROR.entropyFailed]: "the device's noise source has failed; restart it, and do not trust it if that does not help",
  [ERROR.storeFailed]: "the device's flash does not take what is written to it; restart it, and start again",
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
  [ERROR.keyNotWanted]: "the device has made its own key: leave out --key",
  [ERROR.bodyTooLarge]: "leave out the root certificate, or use a P-256 key",
  [ERROR.malformedWishes]: "a name has 1 to 64 letters, digits, hyphens and dots",
  // The client picks one of those offered: no advice to pick another, or anybody could give it.
  [ERROR.suiteNotOffered]:
    "it was in the greeting: somebody interferes, or device and client do not understand each other",
  [ERROR.malformedRequest]: MISUNDERSTANDING,
  [ERROR.lengthRequired]: MISUNDERSTANDING,
  [ERROR.malformedPublicKey]: MISUNDERSTANDING,
  [ERROR.unusablePublicKey]: "the keys were unlucky, or somebody interferes; start again",
  [ERROR.headerTooLarge]: "give the device's IP address in place of a long name",
  [ERROR.typeRefused]: MISUNDERSTANDING,
  [ERROR.wrongOrder]: "the session is in another state; start again",
  [ERROR.notFound]: NOT_A_DEVICE,
  [ERROR.methodNotAllowed]: NOT_A_DEVICE,
  [ERROR.csrUnsupported]: "this device cannot make its own key; send one with --cert and --key",
};

export function hintFor(code: string | undefined, status: number): string {
  const hint = code && Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
  if (hint) return hint;
  if (status < 400 || status === 404 || status === 405) return NOT_A_DEVICE;
  return "start again; if it stays like this, close and open the window with the button";
}
