// Hellos of older protocols, and what is no TLS at all (RFC 8446 appendices D.2 and D.5).
import { ascii, fromHex, join, u16, u8, vec16, vec8 } from "../tls-peer/wire.ts";
import { message, sniData } from "../tls-peer/hello.ts";
import { plainRecord } from "../tls-peer/records.ts";
import { rawCase } from "./case.ts";
import type { Answer, HostileCase } from "./case.ts";

const REFUSED: Answer[] = ["protocolVersion"];
/** No version can be named to one who speaks no TLS. */
const ANY: Answer[] = [
  "protocolVersion",
  "unexpectedMessage",
  "decodeError",
  "recordOverflow",
  "handshakeFailure",
  "closed",
];

function oldHello(version: number, withExtensions: boolean): Uint8Array {
  const suites = vec16(u16(0xc02b), u16(0xc02f), u16(0xc009), u16(0xc013), u16(0x009c), u16(0x002f), u16(0x00ff));
  const extensions = [
    ...[u16(0), vec16(sniData("device.local")), u16(10), vec16(vec16(u16(23), u16(29)))],
    ...[u16(11), vec16(vec8(u8(0))), u16(13), vec16(vec16(u16(0x0403), u16(0x0401)))],
  ];
  const body = [u16(version), new Uint8Array(32).fill(7), vec8(), suites, vec8(u8(0))];
  return message(1, ...body, ...(withExtensions ? [vec16(...extensions)] : []));
}

const HELLOS: HostileCase[] = [
  ...[0x0303, 0x0302, 0x0301, 0x0300].flatMap((version) =>
    [true, false].map((full) =>
      rawCase(
        `a ClientHello of version ${version.toString(16)}, ${full ? "with" : "without"} extensions`,
        "D.2",
        REFUSED,
        (peer) => peer.sendRaw(plainRecord(22, oldHello(version, full), version === 0x0300 ? 0x0300 : 0x0301)),
      ),
    ),
  ),
];

// RFC 5246 appendix E.2: two bytes of length, type 1, version, three lengths, cipher specs of three bytes, challenge.
const SSLV2 = join(
  fromHex("802e010002001500000010"),
  fromHex("0100800200800300800400800500800600400700c0"),
  new Uint8Array(16).fill(9),
);

const FOREIGN: HostileCase[] = [
  rawCase("a hello of SSL 2.0", "D.5", ANY, (peer) => peer.sendRaw(SSLV2)),
  rawCase("a hello of SSL 2.0 that offers TLS 1.0", "D.5", ANY, (peer) =>
    peer.sendRaw(join(SSLV2.slice(0, 3), u16(0x0301), SSLV2.slice(5))),
  ),
  rawCase("plain HTTP", "5", ANY, (peer) => peer.sendRaw(ascii("GET / HTTP/1.1\r\nHost: device.local\r\n\r\n"))),
  rawCase("the greeting of SSH", "5", ANY, (peer) => peer.sendRaw(ascii("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))),
  rawCase("a kilobyte of noise", "5", ANY, (peer, { random }) => peer.sendRaw(join(u8(200), random.bytes(1023)))),
  rawCase("a kilobyte of zeros", "5", ANY, (peer) => peer.sendRaw(new Uint8Array(1024))),
  rawCase("a heartbeat", "5", ANY, (peer) => peer.sendRaw(fromHex("1803030003014000"))),
];

export const OLD_CASES: HostileCase[] = [...HELLOS, ...FOREIGN];
