// Strange and wrong ClientHellos (RFC 8446 sections 4.1.2, 4.2, 9.2 and appendix D).
import { EXTENSION, GROUP, SCHEME, SUITE } from "../tls-peer/codes.ts";
import { sniData, u16list, withExtension } from "../tls-peer/hello.ts";
import type { HelloSpec } from "../tls-peer/hello.ts";
import { ascii, join, u16, u8, vec16, vec8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { helloCase, replaced } from "./case.ts";
import type { HostileCase } from "./case.ts";

const GREASE = [0x0a0a, 0x5a5a, 0xfafa];
const none = new Uint8Array(0);

const versions = (...list: number[]) => replaced(EXTENSION.supportedVersions, vec8(u16list(list)));
const legacy = (legacyVersion: number) => (spec: HelloSpec) => ({ ...spec, legacyVersion });
const suites =
  (...list: number[]) =>
  (spec: HelloSpec) => ({ ...spec, suites: list });
const compression =
  (...list: number[]) =>
  (spec: HelloSpec) => ({ ...spec, compression: Uint8Array.from(list) });

/** An extension put first, which is where a repeated one is nearest to its twin's reader. */
const also = (type: number, data: Bytes) => (spec: HelloSpec) => ({
  ...{ ...spec, extensions: [{ type, data }, ...spec.extensions] },
});

function repeated(type: number) {
  return (spec: HelloSpec) => also(type, spec.extensions.find((each) => each.type === type)!.data)(spec);
}

const VERSIONS: HostileCase[] = [
  ...[0x0301, 0x0302, 0x0304, 0x0305, 0xfefd].map((version) =>
    helloCase(`legacy_version ${version.toString(16)} is not looked at`, "4.2.1", ["served"], legacy(version)),
  ),
  helloCase("legacy_version of SSL 3.0", "D.5", ["protocolVersion"], legacy(0x0300)),
  helloCase("no supported_versions: a ClientHello of TLS 1.2", "D.2", ["protocolVersion"], replaced(43, undefined)),
  helloCase("supported_versions of TLS 1.2 alone", "4.2.1", ["protocolVersion"], versions(0x0303)),
  helloCase("supported_versions of drafts alone", "4.2.1", ["protocolVersion"], versions(0x7f1c, 0x7f17)),
  helloCase("supported_versions of GREASE alone", "4.2.1", ["protocolVersion"], versions(...GREASE)),
  helloCase("TLS 1.3 behind versions nobody knows", "4.2.1", ["served"], versions(...GREASE, 0x0305, 0x0304)),
  helloCase("127 versions, TLS 1.3 last", "4.2.1", ["served"], versions(...Array(126).fill(0x0a0a), 0x0304)),
  helloCase("supported_versions: an empty list", "4.2.1", ["decodeError", "illegalParameter"], versions()),
  helloCase(
    "supported_versions of an odd length",
    "4.2.1",
    ["decodeError"],
    replaced(EXTENSION.supportedVersions, vec8(Uint8Array.of(3, 4, 3))),
  ),
];

const FIELDS: HostileCase[] = [
  ...[0, 1, 31].map((length) =>
    helloCase(`a session id of ${length} bytes comes back`, "4.1.3", ["served"], (spec, { random }) => ({
      ...{ ...spec, sessionId: random.bytes(length) },
    })),
  ),
  helloCase("a session id of 33 bytes", "4.1.2", ["decodeError", "illegalParameter"], (spec, { random }) => ({
    ...{ ...spec, sessionId: random.bytes(33) },
  })),
  helloCase("compression: deflate", "4.1.2", ["illegalParameter"], compression(1)),
  helloCase("compression: none and deflate", "4.1.2", ["illegalParameter"], compression(0, 1)),
  helloCase("compression: none twice", "4.1.2", ["illegalParameter"], compression(0, 0)),
  helloCase("compression: an empty list", "4.1.2", ["illegalParameter", "decodeError"], compression()),
  helloCase("only suites of TLS 1.2", "4.1.1", ["handshakeFailure"], suites(0xc02b, 0xc02f, 0xcca9)),
  helloCase("only a suite of SHA-384", "4.1.1", ["handshakeFailure"], suites(SUITE.aes256Gcm)),
  helloCase("only CCM suites", "4.1.1", ["handshakeFailure"], suites(0x1304, 0x1305)),
  helloCase("only suites of GREASE", "4.1.1", ["handshakeFailure"], suites(...GREASE)),
  helloCase("known suites behind GREASE, SCSVs and TLS 1.2's", "4.1.2", ["served"], (spec) => ({
    ...{ ...spec, suites: [...GREASE, 0x00ff, 0x5600, 0xc02b, ...spec.suites] },
  })),
  helloCase("a suite twice", "4.1.2", ["served", "illegalParameter"], suites(SUITE.chacha20, SUITE.chacha20)),
  helloCase("no suites", "4.1.2", ["decodeError", "illegalParameter"], suites()),
  helloCase("200 suites", "4.1.2", ["served"], suites(...Array(199).fill(0x0a0a), SUITE.aes128Gcm)),
];

const MISSING: HostileCase[] = [
  helloCase("no supported_groups", "9.2", ["missingExtension"], replaced(EXTENSION.supportedGroups, undefined)),
  helloCase("no key_share", "9.2", ["missingExtension"], replaced(EXTENSION.keyShare, undefined)),
  helloCase(
    "no signature_algorithms",
    "4.2.3",
    ["missingExtension"],
    replaced(EXTENSION.signatureAlgorithms, undefined),
  ),
  helloCase("no psk_key_exchange_modes, and no PSK", "4.2.9", ["served"], replaced(EXTENSION.pskModes, undefined)),
  helloCase("no server_name", "9.2", ["served", "missingExtension"], replaced(EXTENSION.serverName, undefined)),
  helloCase("no extension at all", "D.2", ["protocolVersion", "decodeError"], (spec) => ({ ...spec, extensions: [] })),
];

const schemes = (...list: number[]) => replaced(EXTENSION.signatureAlgorithms, vec16(u16list(list)));

const SCHEMES: HostileCase[] = [
  helloCase("only Ed25519 signatures", "4.4.2.2", ["handshakeFailure"], schemes(SCHEME.ed25519)),
  helloCase("only PKCS #1 signatures", "4.2.3", ["handshakeFailure"], schemes(SCHEME.rsaPkcs1Sha256)),
  helloCase("only SHA-1 signatures", "4.2.3", ["handshakeFailure"], schemes(SCHEME.ecdsaSha1)),
  helloCase("signature_algorithms: an empty list", "4.2.3", ["decodeError", "illegalParameter"], schemes()),
  helloCase(
    "a known scheme behind a hundred others",
    "4.2.3",
    ["served"],
    schemes(...Array(100).fill(0x7a7a), SCHEME.ecdsaP256Sha256, SCHEME.rsaPssRsaeSha256),
  ),
];

/** status_request, ec_point_formats, encrypt_then_mac, extended_master_secret, session_ticket, renegotiation_info. */
const OF_TLS12: Record<number, Bytes> = {
  ...{ 5: Uint8Array.of(1, 0, 0, 0, 0), 11: vec8(u8(0)), 22: none, 23: none, 35: none, 0xff01: u8(0) },
};

const TWICE = ["illegalParameter", "decodeError"] as HostileCase["expect"];

/** Browsers send some 20; a server that keeps a list of what it saw, to refuse what comes twice, has to end it somewhere. */
const unknown = (count: number) => (spec: HelloSpec) => ({
  ...spec,
  extensions: [...Array.from({ length: count }, (_, i) => ({ type: 0x4000 + i, data: none })), ...spec.extensions],
});

const EXTENSIONS: HostileCase[] = [
  helloCase("unknown extensions, of GREASE and of nobody", "4.2", ["served"], (spec) =>
    GREASE.reduce((all, type, i) => also(type, new Uint8Array(i))(all), also(0x1234, ascii("whatever"))(spec)),
  ),
  helloCase("extensions in the reverse order", "4.2", ["served"], (spec) => ({
    ...{ ...spec, extensions: spec.extensions.slice().reverse() },
  })),
  helloCase("48 empty extensions nobody knows", "4.2", ["served"], unknown(48)),
  helloCase("150 empty extensions nobody knows", "4.2", ["illegalParameter"], unknown(150)),
  helloCase("900 empty extensions nobody knows", "4.2", ["illegalParameter"], unknown(900)),
  ...[
    ["supported_versions", EXTENSION.supportedVersions],
    ["supported_groups", EXTENSION.supportedGroups],
    ["signature_algorithms", EXTENSION.signatureAlgorithms],
    ["key_share", EXTENSION.keyShare],
    ["psk_key_exchange_modes", EXTENSION.pskModes],
    ["server_name", EXTENSION.serverName],
  ].map(([name, type]) => helloCase(`${name} twice`, "4.2", TWICE, repeated(Number(type)))),
  helloCase("an unknown extension twice", "4.2", ["served", ...TWICE], (spec) =>
    also(0x1234, none)(also(0x1234, none)(spec)),
  ),
  helloCase("a cookie that nobody gave", "4.2.2", ["served", "illegalParameter", "unsupportedExtension"], (spec) =>
    withExtension(spec, EXTENSION.cookie, vec16(ascii("cookie"))),
  ),
  helloCase("an extension of CertificateRequest", "4.2", ["served", "illegalParameter"], replaced(48, vec16())),
  helloCase("post_handshake_auth", "4.2.6", ["served"], replaced(EXTENSION.postHandshakeAuth, none)),
  helloCase("early_data without a PSK", "4.2.10", ["served", "illegalParameter"], replaced(EXTENSION.earlyData, none)),
  helloCase("TLS 1.2's extensions beside", "4.2", ["served"], (spec) =>
    Object.entries(OF_TLS12).reduce((all, [type, data]) => also(Number(type), data)(all), spec),
  ),
  helloCase("max_fragment_length of 512", "RFC 8449 5", ["served"], replaced(EXTENSION.maxFragmentLength, u8(1))),
];

const NAMES: HostileCase[] = [
  helloCase(
    "another server's name",
    "RFC 6066 3",
    ["served", "unrecognizedName"],
    replaced(0, sniData("elsewhere.example")),
  ),
  helloCase(
    "server_name: a list of none",
    "RFC 6066 3",
    ["served", "decodeError", "illegalParameter"],
    replaced(0, vec16()),
  ),
  helloCase(
    "server_name with a byte too much",
    "RFC 6066 3",
    ["served", "decodeError", "illegalParameter", "unrecognizedName"],
    replaced(0, join(sniData("device.local"), u8(0))),
  ),
  helloCase("ALPN: http/1.1 behind h2", "RFC 7301 3", ["served"], (s) => s, { alpn: ["h2", "http/1.1"] }),
  helloCase("ALPN: h2 alone", "RFC 7301 3.2", ["noApplicationProtocol"], (s) => s, { alpn: ["h2"] }),
  helloCase("ALPN: a name that begins like ours", "RFC 7301 3.2", ["noApplicationProtocol"], (s) => s, {
    alpn: ["http/1.1x", "http/1"],
  }),
  helloCase("ALPN: an empty list", "RFC 7301 3.1", ["decodeError", "illegalParameter"], replaced(16, vec16())),
  helloCase("ALPN: an empty name", "RFC 7301 3.1", ["decodeError", "illegalParameter"], replaced(16, vec16(vec8()))),
];

const LIMITS: HostileCase[] = [
  ...[64, 65, 100, 1000, 16385, 65535].map((limit) =>
    helloCase(`record_size_limit of ${limit}`, "RFC 8449 4", ["served"], (s) => s, { recordSizeLimit: limit }),
  ),
  helloCase(
    "record_size_limit of 63",
    "RFC 8449 4",
    ["illegalParameter"],
    replaced(EXTENSION.recordSizeLimit, u16(63)),
  ),
  helloCase("record_size_limit of 0", "RFC 8449 4", ["illegalParameter"], replaced(EXTENSION.recordSizeLimit, u16(0))),
  helloCase(
    "record_size_limit of one byte",
    "RFC 8449 4",
    ["decodeError"],
    replaced(EXTENSION.recordSizeLimit, u8(64)),
  ),
];

const groupsOnly = (groups: number[]) => replaced(EXTENSION.supportedGroups, vec16(u16list(groups)));

const GROUPS: HostileCase[] = [
  helloCase("supported_groups: an empty list", "4.2.7", ["decodeError", "illegalParameter"], groupsOnly([])),
  helloCase("supported_groups behind GREASE", "4.2.7", ["served"], groupsOnly([...GREASE, GROUP.x25519])),
  helloCase(
    "supported_groups of an odd length",
    "4.2.7",
    ["decodeError"],
    replaced(EXTENSION.supportedGroups, vec16(Uint8Array.of(0, 29, 0))),
  ),
];

export const HELLO_CASES: HostileCase[] = [
  ...[...VERSIONS, ...FIELDS, ...MISSING, ...SCHEMES, ...EXTENSIONS, ...NAMES, ...LIMITS, ...GROUPS],
];
