// Which of tlsfuzzer's scripts for TLS 1.3 judge a server of our kind, which of their conversations do not apply to it, and why.

export interface Script {
  name: string;
  args?: string[];
  /** Conversations that are about something else than this server; each of these must fail, or it is no longer true. */
  excused?: { conversations: RegExp; because: string }[];
}

const OTHER_GROUPS = "it knows X25519 and P-256, and refuses before it looks at a share of another group";
const OTHER_SUITES = "it has no suite of SHA-384 and none of CCM";
const NO_TLS12 = "TLS 1.3 alone";
const OVER_4_KB = "a ClientHello over 4 kB is refused";

export const SCRIPTS: Script[] = [
  { name: "0rtt-garbage", excused: [{ conversations: /downgrade to TLS 1\.2/, because: NO_TLS12 }] },
  { name: "ccs" },
  {
    name: "connection-abort",
    args: ["-n", "40"],
    excused: [
      {
        conversations: /^After NewSessionTicket$/,
        because: "no psk_key_exchange_modes, so no ticket (RFC 8446 4.2.9 lets it be)",
      },
    ],
  },
  { name: "conversation" },
  { name: "count-tickets" },
  {
    name: "crfg-curves",
    excused: [
      { conversations: /x448/, because: OTHER_GROUPS },
      {
        conversations: /^empty x25519 key share$/,
        because: "decode_error: key_exchange<1..2^16-1> is not empty (4.2.8)",
      },
    ],
  },
  { name: "ecdhe-curves", excused: [{ conversations: /secp384r1|secp521r1|x448/, because: OTHER_GROUPS }] },
  {
    name: "ecdsa-support",
    excused: [
      { conversations: /brainpool|secp384r1|secp521r1/, because: "its key is of P-256, and so is its signature" },
    ],
  },
  { name: "empty-alert" },
  { name: "finished-plaintext" },
  { name: "finished", excused: [{ conversations: /AES_256_GCM_SHA384/, because: OTHER_SUITES }] },
  { name: "hrr" },
  { name: "invalid-ciphers" },
  { name: "keyshare-omitted" },
  { name: "keyupdate" },
  {
    name: "large-number-of-extensions",
    args: ["-n", "20"],
    excused: [{ conversations: /range from|unassigned/, because: OVER_4_KB }],
  },
  { name: "legacy-version" },
  {
    name: "multiple-ccs-messages",
    excused: [
      { conversations: /second CCS|multiple CCS/, because: "RFC 8446 5 sets no number of them before Finished" },
    ],
  },
  { name: "no-unknown-groups", args: ["--groups", "x25519,secp256r1", "-n", "60"] },
  { name: "nociphers" },
  {
    name: "record-layer-limits",
    excused: [{ conversations: /max size of ClientHello msg/, because: OVER_4_KB }],
  },
  { name: "record-padding" },
  {
    name: "serverhello-random",
    args: ["--repeat", "4"],
    excused: [{ conversations: /ffdhe|secp384r1|secp521r1|x448/, because: OTHER_GROUPS }],
  },
  {
    name: "session-resumption",
    excused: [
      { conversations: /TLS 1\.2/, because: NO_TLS12 },
      {
        conversations: /PSK_ONLY/,
        because: "to a client of psk_ke alone no ticket is of use, and none is given (4.2.9)",
      },
    ],
  },
  {
    name: "shuffled-extentions",
    excused: [
      { conversations: /ids in range/, because: OVER_4_KB },
      {
        conversations: /^HRR reversed order/,
        because:
          "RFC 8446 4.1.2 binds the client; of its first hello a hash of what stands before the extensions is kept",
      },
    ],
  },
  { name: "symetric-ciphers", excused: [{ conversations: /CCM|AES_256/, because: OTHER_SUITES }] },
  {
    name: "unencrypted-alert",
    excused: [
      {
        conversations: /^unencrypted Alert$/,
        because: "it answers with unexpected_message (section 5) where the script wants silence",
      },
    ],
  },
  {
    name: "unrecognised-groups",
    excused: [{ conversations: /ffdhe2048|key_share of size/, because: `${OTHER_GROUPS}; ${OVER_4_KB}` }],
  },
  {
    name: "version-negotiation",
    excused: [{ conversations: /fallback|1\.2|downgrade|hello legacy field/, because: NO_TLS12 }],
  },
  { name: "zero-content-type" },
  { name: "zero-length-data" },
];

/** Scripts that are about something else altogether. */
export const NOT_FOR_US: Record<string, string> = {
  "certificate-compression": "RFC 8879 is not spoken",
  "client-certificate-compression": "RFC 8879 is not spoken",
  "certificate-request": "for a server that asks for client certificates",
  "certificate-verify": "for RSA client certificates",
  "dhe-shared-secret-padding": "no finite-field groups",
  "ecdhe-brainpool-curves": "no Brainpool",
  "ecdsa-brainpool-in-certificate-verify": "no Brainpool",
  "ecdsa-in-certificate-verify": "its client certificates are of P-384 and P-521 too",
  "eddsa-in-certificate-verify": "no EdDSA",
  "eddsa": "no EdDSA",
  "ffdhe-groups": "no finite-field groups",
  "ffdhe-sanity": "no finite-field groups",
  "keyupdate-from-server": "this server never sends a KeyUpdate unasked",
  "lengths": "for a server that echoes",
  "minerva": "measures time, of a simulator",
  "mldsa-in-certificate-verify": "no ML-DSA",
  "mlkem": "no ML-KEM",
  "non-support": "for a server without TLS 1.3",
  "obsolete-curves":
    "wants obsolete groups refused where RFC 8446 4.2.7 has only clients not offer them; OpenSSL fails it too",
  "pkcs-signature": "for an RSA certificate",
  "post-handshake-auth": "post-handshake authentication is not spoken",
  "psk_dhe_ke": "for external PSKs",
  "psk_ke": "for external PSKs",
  "rsa-signatures": "for an RSA certificate",
  "rsapss-signatures": "for an RSA-PSS certificate",
  "signature-algorithms": "changes bytes at places of an RSA client's hello; with ECDSA added they lie elsewhere",
};
