// Clients that show a certificate, and lie (RFC 8446 sections 4.4.2, 4.4.3 and 4.3.2). For a server that asks for one.
import { HANDSHAKE, SCHEME } from "../tls-peer/codes.ts";
import { certificateMessage, certificateVerifyMessage, signedContent } from "../tls-peer/authentication.ts";
import type { ClientIdentity } from "../tls-peer/authentication.ts";
import { message } from "../tls-peer/hello.ts";
import type { Handshake } from "../tls-peer/handshake.ts";
import { flipBit, join, u8, vec16, vec24, vec8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { rawCase } from "./case.ts";
import type { Answer, Context, HostileCase } from "./case.ts";

export interface Identities {
  /** Of another CA, of a name that is the same. */
  stranger: ClientIdentity;
  /** From the right CA: for servers alone; expired; not a key of ours (the signature is the good one's). */
  serverOnly?: ClientIdentity;
  expired?: ClientIdentity;
}

const BAD: Answer[] = [
  "badCertificate",
  "unknownCa",
  "certificateUnknown",
  "unsupportedCertificate",
  "certificateExpired",
  "decodeError",
];
const UNEXPECTED: Answer[] = ["unexpectedMessage"];
const MISSING: Answer[] = ["certificateRequired"];

/** Certificate, CertificateVerify and Finished, each as a case likes them. A server may look at signatures behind Finished only. */
async function send(peer: Handshake, certificate: Bytes | undefined, verify: Bytes | undefined, withFinished = true) {
  if (certificate) await peer.sendHandshake(certificate);
  if (verify) await peer.sendHandshake(verify);
  if (!withFinished) return;
  await peer.sendHandshake(peer.finishedMessage());
  peer.writeWithTrafficKeys();
}

type Make = (peer: Handshake, good: ClientIdentity, context: Context) => Promise<void>;

const authCase = (name: string, section: string, expect: Answer[], make: Make): HostileCase =>
  rawCase(name, section, expect, async (peer, context) => {
    // No ticket: who resumes is not asked again.
    await peer.toServerFinished(context.hello());
    peer.writeWithHandshakeKeys();
    if (!peer.flight.request) throw new Error("the server did not ask for a certificate");
    await make(peer, context.target.identity!, context);
  });

function verifyOver(
  peer: Handshake,
  identity: ClientIdentity,
  certificate: Bytes,
  side: "client" | "server" = "client",
) {
  return identity.sign(signedContent(side, peer.transcript.hash(certificate)));
}

export function clientAuthCases({ stranger, serverOnly, expired }: Identities, isOptional: boolean): HostileCase[] {
  const foreign = (name: string, identity: ClientIdentity | undefined, expect: Answer[]) =>
    identity
      ? [
          authCase(name, "4.4.2.4", expect, (peer) =>
            send(peer, ...(peer.certificateMessages(identity) as [Bytes, Bytes])),
          ),
        ]
      : [];
  return [
    authCase("the good certificate", "4.4.2", ["served"], (peer, good) =>
      send(peer, ...(peer.certificateMessages(good) as [Bytes, Bytes])),
    ),
    authCase("no certificate", "4.4.2.4", isOptional ? ["served"] : ["certificateRequired"], (peer) =>
      send(peer, certificateMessage([]), undefined),
    ),
    ...foreign("a certificate of another CA", stranger, BAD),
    ...foreign("a certificate for servers", serverOnly, [...BAD, "served"]),
    ...foreign("a certificate that has expired", expired, [...BAD, "served"]),
    authCase("no answer to the request", "4.4.2", UNEXPECTED, (peer) => send(peer, undefined, undefined)),
    authCase("no CertificateVerify", "4.4.3", UNEXPECTED, (peer, good) =>
      send(peer, certificateMessage(good.chain), undefined),
    ),
    authCase("no Finished: data", "4.4.4", UNEXPECTED, async (peer, good) => {
      await send(peer, ...(peer.certificateMessages(good) as [Bytes, Bytes]), false);
      await peer.sendRecord(23, new Uint8Array(20));
    }),
    authCase("CertificateVerify first", "4.4", UNEXPECTED, async (peer, good) => {
      const [certificate, verify] = peer.certificateMessages(good);
      await send(peer, verify, certificate, false);
    }),
    authCase("Certificate twice", "4.4", UNEXPECTED, async (peer, good) => {
      const [certificate] = peer.certificateMessages(good);
      await send(peer, certificate, certificate, false);
    }),
    authCase("CertificateVerify twice", "4.4", UNEXPECTED, async (peer, good) => {
      const [certificate, verify] = peer.certificateMessages(good);
      await send(peer, certificate, verify, false);
      await send(peer, undefined, verify, false);
    }),
    authCase(
      "no certificate, and a CertificateVerify",
      "4.4.3",
      [...UNEXPECTED, ...(isOptional ? [] : MISSING)],
      async (peer, good) => {
        const none = certificateMessage([]);
        const { scheme, signature } = verifyOver(peer, good, none);
        await send(peer, none, certificateVerifyMessage(scheme, signature));
      },
    ),
    authCase("another key's signature", "4.4.3", ["decryptError"], async (peer, good) => {
      const certificate = certificateMessage(good.chain);
      const { scheme, signature } = verifyOver(peer, stranger, certificate);
      await send(peer, certificate, certificateVerifyMessage(scheme, signature));
    }),
    authCase("a signature over the server's text", "4.4.3", ["decryptError"], async (peer, good) => {
      const certificate = certificateMessage(good.chain);
      const { scheme, signature } = verifyOver(peer, good, certificate, "server");
      await send(peer, certificate, certificateVerifyMessage(scheme, signature));
    }),
    authCase("a signature over an older transcript", "4.4.3", ["decryptError"], async (peer, good) => {
      const { scheme, signature } = good.sign(signedContent("client", peer.transcript.hash()));
      await send(peer, certificateMessage(good.chain), certificateVerifyMessage(scheme, signature));
    }),
    ...[-1, -20, -40, 8].map((at) =>
      authCase(
        `a CertificateVerify with byte ${at} wrong`,
        "4.4.3",
        ["decryptError", "decodeError"],
        async (peer, good) => {
          const [certificate, verify] = peer.certificateMessages(good);
          await send(peer, certificate, flipBit(verify, at));
        },
      ),
    ),
    ...[SCHEME.ecdsaSha1, SCHEME.ecdsaP384Sha384, SCHEME.ed25519, SCHEME.rsaPkcs1Sha256, 0x0a0a].map((scheme) =>
      authCase(
        `a CertificateVerify that says scheme ${scheme.toString(16)}`,
        "4.4.3",
        ["illegalParameter", "decryptError", "handshakeFailure"],
        async (peer, good) => {
          const certificate = certificateMessage(good.chain);
          await send(
            peer,
            certificate,
            certificateVerifyMessage(scheme, verifyOver(peer, good, certificate).signature),
            false,
          );
        },
      ),
    ),
    authCase("an empty signature", "4.4.3", ["decryptError", "decodeError"], (peer, good) =>
      send(peer, certificateMessage(good.chain), certificateVerifyMessage(SCHEME.ecdsaP256Sha256, new Uint8Array(0))),
    ),
    authCase("a signature of zeros", "4.4.3", ["decryptError", "decodeError"], (peer, good) =>
      send(
        peer,
        certificateMessage(good.chain),
        certificateVerifyMessage(0x0403, Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0)),
      ),
    ),
    authCase("a context that nobody asked for", "4.4.2", ["illegalParameter", "decodeError"], (peer, good) =>
      send(peer, certificateMessage(good.chain, Uint8Array.of(1)), undefined, false),
    ),
    authCase("a certificate that is no DER", "4.4.2.4", [...BAD], (peer, _, { random }) =>
      send(peer, certificateMessage([random.bytes(300)]), undefined, false),
    ),
    authCase("a certificate cut short", "4.4.2.4", [...BAD], (peer, good) =>
      send(peer, certificateMessage([good.chain[0].slice(0, -7)]), undefined, false),
    ),
    authCase("an empty certificate in the list", "4.4.2", [...BAD, "illegalParameter"], (peer) =>
      send(peer, certificateMessage([new Uint8Array(0)]), undefined, false),
    ),
    authCase("a list that ends early", "4.4.2", ["decodeError", "badCertificate"], (peer, good) =>
      send(peer, message(HANDSHAKE.certificate, vec8(), vec24(vec24(good.chain[0]))), undefined, false),
    ),
    authCase("a byte behind the list", "4.4.2", ["decodeError", "badCertificate"], (peer, good) =>
      send(peer, message(HANDSHAKE.certificate, vec8(), vec24(vec24(good.chain[0]), vec16()), u8(0)), undefined, false),
    ),
    authCase(
      "a chain of 60 kB",
      "4.4.2",
      [...BAD, "illegalParameter", "recordOverflow", "internalError"],
      (peer, good) =>
        send(peer, certificateMessage(Array.from({ length: 100 }, () => join(good.chain[0]))), undefined, false),
    ),
  ];
}
