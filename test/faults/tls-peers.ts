// Faults in firmware/tls that peers would meet, or use: each has to turn the independent client, or other people's programs, red.
import type { Fault } from "../../scripts/fault-run.ts";

const ENGINE = "firmware/tls/engine.ts";
const HANDSHAKE = "firmware/tls/handshake.ts";
const HELLO = "firmware/tls/client-hello.ts";
const RECORDS = "firmware/tls/records.ts";
const SERVER = "firmware/tls/server.ts";
const MESSAGES = "firmware/tls/server-messages.ts";
const SCHEDULE = "firmware/tls/key-schedule.ts";
const DERIVATIONS = "firmware/tls/derivations.build.ts";

const hostile = (file: string, find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests: ["e2e/tls-hostile"], why },
});
const peers = (file: string, find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests: ["e2e/tls-peers"], why },
});

export const FAULTS: Fault[] = [
  hostile(
    HANDSHAKE,
    "if (!run(c, D.CLIENT_FINISHED)) return io.fail(c, ALERT.decryptError);",
    "run(c, D.CLIENT_FINISHED);",
    "any Finished will do: nobody is who he was at the start",
  ),
  hostile(
    HANDSHAKE,
    "if (derive(p, c, D.BINDER, [c.transcript, message.subarray(0, offer.covered)])) return true;",
    "return true;",
    "a ticket is enough, without its key",
  ),
  hostile(
    HANDSHAKE,
    "if (isP256 && !curves.p256IsPoint(peer)) return io.fail(c, ALERT.illegalParameter);",
    "",
    "points of other curves get multiplied by our key",
  ),
  hostile(DERIVATIONS, 's = "resumption"(s)', 's = "resumption"(s, e)', "no ticket is ever good"),
  hostile(
    HANDSHAKE,
    "c.transcript = [p.join([MESSAGE.messageHash, 0, 0, 32], p.sha256(message))];",
    "c.transcript = [message];",
    "a retried handshake fails",
  ),
  hostile(ENGINE, "const FATAL = 2;", "const FATAL = 1;", "alerts that say they are warnings"),
  hostile(ENGINE, "else if (!isLast) fail(c, ALERT.unexpectedMessage);", "", "messages lie across a change of keys"),
  hostile(ENGINE, "if (isAsked > 1) return fail(c, ALERT.illegalParameter);", "", "a KeyUpdate that means nothing"),
  hostile(ENGINE, "    c.readKeys!.count = 0;\n", "", "nothing that follows a KeyUpdate can be read"),
  hostile(ENGINE, "derive(parts.p, c, WRITE_UPDATE, []);", "", "our keys stay the old ones behind our KeyUpdate"),
  hostile(
    ENGINE,
    "return c.state > S.AWAIT_HELLO && c.state < S.OPEN && !c.got",
    "return !c.got",
    "change_cipher_spec at any time",
  ),
  hostile(
    RECORDS,
    "if (last < RECORD_HEADER_BYTES) return ALERT.unexpectedMessage;",
    "if (last < RECORD_HEADER_BYTES) return undefined;",
    "records of padding alone are free",
  ),
  hostile(
    RECORDS,
    "if (w.readKeys && type !== RECORD.changeCipherSpec) return ALERT.unexpectedMessage;",
    "",
    "a stranger's close_notify in the clear ends a connection",
  ),
  hostile(HELLO, "if (found[type]) return ALERT.illegalParameter;", "", "of two extensions the last counts"),
  hostile(
    SERVER,
    "        engine!.close(c);",
    "        c.socket.end();",
    "no close_notify: nobody knows whether an answer is whole",
  ),
  peers(HELLO, '=== "http/1.1")', '=== "http/1.0")', "ALPN of today's clients is refused"),
  peers(
    MESSAGES,
    '"TLS 1.3, server CertificateVerify"',
    '"TLS 1.3, Server CertificateVerify"',
    "nobody takes our signature",
  ),
  peers(SCHEDULE, '"tls13 ", label', '"dtls13", label', "keys that nobody else has"),
  peers(
    HELLO,
    "else hello.group = codes & HELLO_CODE.x25519 ? GROUP_X25519 : codes & HELLO_CODE.p256 ? GROUP_P256 : 0;",
    "else hello.group = 0;",
    "no retry for clients that guess another group first",
  ),
];
