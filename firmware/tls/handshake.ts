// The handshake, server side (RFC 8446 section 4): what each message of the client does. Long computations are jobs of one
// lane, one after the other for all connections; while one is under way nothing of its connection is read. A
// HelloRetryRequest needs no cookie: the connection remembers the hash of the first ClientHello, 32 bytes, itself.
import type { Bytes, Hal } from "../hal/engine.ts";
import type { Aead } from "../crypto/aead.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import type { Check } from "../crypto/jobs.ts";
import type { Lane } from "../crypto/lane.ts";
import type { Primitives } from "../crypto/primitives.ts";
import type { Random } from "../entropy/random.ts";
import type { Certificate } from "../pki/certificate.ts";
import { signatureBegin } from "../pki/signature.ts";
import { readClientChain, readVerify } from "./client-certificate.ts";
import type { CertificateLink, Link } from "./client-certificate.ts";
import { parseClientHello } from "./client-hello.ts";
import { ALERT, CHANGE_CIPHER_SPEC, CODE, GROUP_P256, MESSAGE, RECORD, SUITE_AES_128_GCM } from "./codes.build.ts";
import { signBegin } from "./identity.ts";
import type { Identity } from "./identity.ts";
import type { Connection } from "./connection.ts";
import { RETRY_RANDOM } from "./constants.build.ts";
import * as D from "./derivations.build.ts";
import { derive, trafficKeys } from "./key-schedule.ts";
import * as M from "./server-messages.ts";
import * as S from "./states.ts";
import { openTicket, sealTicket, TICKET_LIFE_S } from "./tickets.ts";

/** Our record_size_limit (RFC 8449): a request's header, and the type behind it. */
export const READ_LIMIT = 2049;
/** Early data that is passed over: clients send no more than the max_early_data_size of whoever gave them the ticket. */
const EARLY_MAX_BYTES = 16384 + 512;

export interface TlsParts {
  hal: Hal;
  p: Primitives;
  random: Random;
  identity: Identity;
  /** CAs whose clients are let in; none: everybody is. */
  clientCas: Certificate[];
  ticketKey: Bytes;
  /** Seconds since the start, whatever the clock says. */
  uptime(): number;
}

/** What the handshake does to the world. */
export interface HandshakeIo {
  send(c: Connection, type: number, data: Bytes): void;
  /** Bytes that are a record already. */
  sendRaw(c: Connection, record: string): void;
  fail(c: Connection, alert: number): void;
  /** It is safe to talk now. */
  opened(c: Connection): void;
  /** What has arrived in the meantime may be read. */
  resume(c: Connection): void;
}

/** Of a key exchange, for one connection. */
interface Keys {
  secret: Bytes;
  own?: Bytes;
}

export interface Handshake {
  /** Nobody is connected: what the next handshake needs is made, in the lane. */
  prepare(): void;
  /** Messages, each with its header, when it is their turn. */
  clientHello(c: Connection, message: Bytes): void;
  certificate(c: Connection, message: Bytes): void;
  certificateVerify(c: Connection, message: Bytes): void;
  finished(c: Connection, message: Bytes): void;
  /** Wipes what a handshake that broke off has left. */
  wipe(c: Connection): void;
  /** Wipes what was made ahead. */
  stop(): void;
}

const GOOD = new Uint8Array(0);
const NOTHING: PointJob = {
  step: function () {
    return false;
  },
  finish: function () {
    return undefined;
  },
};

export function createHandshake(parts: TlsParts, aead: Aead, curves: Curves, lane: Lane, io: HandshakeIo): Handshake {
  const hal = parts.hal;
  const p = parts.p;
  const random = parts.random;
  const identity = parts.identity;

  /** For X25519, made while nobody waited. */
  let spare: Keys | undefined;

  function transcriptHash(c: Connection): Bytes {
    return p.sha256(p.join(c.transcript));
  }

  /** A program of derivations.build.ts over the transcript so far. */
  function run(c: Connection, program: string): boolean {
    return derive(p, c, program, c.transcript);
  }

  /** Where a program finds something, or leaves it. */
  function slot(c: Connection, at: number): Bytes {
    return c.secrets.subarray(at, at + 32);
  }

  /** Runs a job in the lane; `done` gets its result, unless the connection is over by then. */
  function compute(c: Connection, begin: () => PointJob, done: (result: Bytes | undefined) => void): void {
    let job = NOTHING;
    c.isBusy = true;
    lane.run(
      function () {
        if (c.state !== S.CLOSED) job = begin();
        return job;
      },
      function () {
        const result = job.finish();
        if (c.state === S.CLOSED) {
          if (result) result.fill(0);
          return;
        }
        c.isBusy = false;
        done(result);
        if (!c.isBusy) io.resume(c);
      },
      function () {
        io.fail(c, ALERT.internalError);
      },
    );
  }

  function wipeAll(c: Connection): void {
    c.secrets.fill(0, 0, D.TRAFFIC_AT);
    if (c.ephemeral) c.ephemeral.fill(0);
    c.ephemeral = c.hello = c.prefix = c.links = undefined;
    c.transcript = [];
  }

  // ---- What the server answers ----

  function sendServerHello(c: Connection, share: Bytes | undefined): void {
    const hello = c.hello!;
    const psk = c.since < 0 ? -1 : hello.offer!.index;
    const message = M.encodeServerHello(p, hello, share ? random.read(32) : RETRY_RANDOM, share, psk);
    c.transcript.push(message);
    io.send(c, RECORD.handshake, message);
    // Middlebox compatibility (appendix D.4): once, after the first message.
    if (hello.sessionId.length && (!share || c.prefix === undefined)) io.sendRaw(c, CHANGE_CIPHER_SPEC);
  }

  function sendFinished(c: Connection, flight: Bytes[]): void {
    run(c, D.FINISHED);
    const finished = M.encodeMessage(p, MESSAGE.finished, slot(c, D.MOMENT_AT));
    c.transcript.push(finished);
    flight.push(finished);
    io.send(c, RECORD.handshake, p.join(flight));
    run(c, D.TRAFFIC);
    c.writeKeys!.count = 0;
    c.state = parts.clientCas.length && c.since < 0 ? S.AWAIT_CERTIFICATE : S.AWAIT_FINISHED;
  }

  /** Server hello to Finished, with a signature unless it is a resumption. in: our share, and what both have in common, which is wiped. */
  function answer(c: Connection, share: Bytes, shared: Bytes): void {
    const hello = c.hello!;
    sendServerHello(c, share);
    c.secrets.set(shared.subarray(0, 32), D.MOMENT_AT); // of a point only X
    shared.fill(0);
    run(c, D.HELLOS);
    c.readKeys = trafficKeys(c, D.READ_AT);
    c.writeKeys = trafficKeys(c, D.WRITE_AT);
    const flight = [M.encodeEncryptedExtensions(p, !!hello.takesHttp, hello.limit && READ_LIMIT)];
    c.transcript.push(flight[0]);
    if (c.since >= 0) return sendFinished(c, flight);
    if (parts.clientCas.length) {
      const names = parts.clientCas.map(function (ca) {
        return ca.subject;
      });
      flight.push(M.encodeCertificateRequest(p, CODE.ecdsa, names));
    }
    flight.push(identity.certificate);
    c.transcript = c.transcript.concat(flight.slice(1));
    compute(
      c,
      function () {
        return signBegin(parts, curves, M.signedContent(p, true, transcriptHash(c)));
      },
      function (signature) {
        if (!signature) return io.fail(c, ALERT.internalError);
        const verify = M.encodeCertificateVerify(p, identity.scheme, signature);
        flight.push(verify);
        c.transcript.push(verify);
        sendFinished(c, flight);
      },
    );
  }

  /** A secret of our own, and its public value. */
  function drawKeys(isP256: boolean): Keys {
    let secret = random.read(32);
    while (isP256 && !curves.p256IsScalar(secret)) secret = random.read(32);
    return { secret: secret };
  }

  function publicBegin(isP256: boolean, secret: Bytes): PointJob {
    if (isP256) return curves.p256Begin(secret);
    const base = new Uint8Array(32);
    base[0] = 9;
    return curves.x25519Begin(secret, base);
  }

  /** Fresh keys, or those that were made ahead; and the secret that they have with the client's share. */
  function exchangeKeys(c: Connection): void {
    const isP256 = c.hello!.group === GROUP_P256;
    const peer = c.hello!.share!;
    if (isP256 && !curves.p256IsPoint(peer)) return io.fail(c, ALERT.illegalParameter);
    const ahead = !isP256 && spare && spare.own ? spare : undefined;
    if (ahead) spare = undefined;
    const keys = ahead || drawKeys(isP256);
    const secret = (c.ephemeral = keys.secret);
    const withPeer = function (): PointJob {
      return isP256 ? curves.p256Begin(secret, peer) : curves.x25519Begin(secret, peer);
    };
    const finish = function (shared: Bytes | undefined): void {
      secret.fill(0);
      if (!shared) return io.fail(c, ALERT.illegalParameter); // a point of low order
      answer(c, isP256 ? p.join([4], keys.own!) : keys.own!, shared);
    };
    if (keys.own) return compute(c, withPeer, finish);
    compute(
      c,
      function () {
        return publicBegin(isP256, secret);
      },
      function (own) {
        keys.own = own;
        compute(c, withPeer, finish);
      },
    );
  }

  // ---- What the client says ----

  /** A PSK of ours, if its binder is right. @returns false if it is not, and the connection has failed. */
  function takeTicket(c: Connection, message: Bytes): boolean {
    const offer = c.hello!.offer;
    if (!offer || !c.hello!.takesTickets) return true;
    c.since = openTicket(aead, parts.ticketKey, offer.ticket, parts.uptime(), slot(c, D.SECRET_AT));
    if (c.since < 0) return true; // a ticket of another boot is no reason to refuse
    if (offer.binder.length === D.CLAIM_BYTES) c.secrets.set(offer.binder, D.CLAIM_AT);
    if (derive(p, c, D.BINDER, [c.transcript, message.subarray(0, offer.covered)])) return true;
    io.fail(c, ALERT.decryptError);
    return false;
  }

  /** Asks for a share of a group of ours. The first ClientHello lives on as its hash (4.4.1). */
  function retry(c: Connection, message: Bytes): void {
    c.transcript = [p.join([MESSAGE.messageHash, 0, 0, 32], p.sha256(message))];
    sendServerHello(c, undefined);
    c.prefix = hal.E.toString(p.sha256(c.hello!.prefix));
    c.state = S.AWAIT_SECOND_HELLO;
  }

  /** The handshake is over, in good order. */
  function secure(c: Connection): void {
    run(c, D.RESUMPTION);
    c.readKeys!.count = 0;
    c.state = S.OPEN;
    if (c.hello!.takesTickets) {
      const since = c.since < 0 ? parts.uptime() : c.since;
      const life = TICKET_LIFE_S - (parts.uptime() - since);
      const drawn = random.read(16);
      const ticket = sealTicket(p, aead, parts.ticketKey, drawn.subarray(4), slot(c, D.SECRET_AT), since);
      io.send(c, RECORD.handshake, M.encodeTicket(p, life, drawn.subarray(0, 4), ticket));
    }
    wipeAll(c);
    io.opened(c);
  }

  /** One signature after the other: those of the chain, then the client's own. */
  function verify(c: Connection, links: Link[]): void {
    const link = links.shift();
    if (!link) return secure(c);
    let check: Check;
    compute(
      c,
      function () {
        check = signatureBegin(p, curves, link, link.issuer);
        return {
          step: check.step,
          finish: function () {
            return check.passes() ? GOOD : undefined;
          },
        };
      },
      function (isGood) {
        if (isGood) verify(c, links);
        else io.fail(c, links.length ? ALERT.badCertificate : ALERT.decryptError);
      },
    );
  }

  return {
    clientHello: function (c, message) {
      const before = c.hello;
      const hello = parseClientHello(hal, message, identity.scheme, p.native);
      if (typeof hello === "number") return io.fail(c, hello);
      if (before) {
        const isSame = hal.E.toString(p.sha256(hello.prefix)) === c.prefix && hello.group === before.group;
        if (!isSame || !hello.share || hello.shares !== 1 || hello.hasEarlyData)
          return io.fail(c, ALERT.illegalParameter);
      }
      if (!hello.suite || !hello.group) return io.fail(c, ALERT.handshakeFailure);
      if (hello.takesHttp === false) return io.fail(c, ALERT.noApplicationProtocol);
      c.hello = hello;
      c.isAes = hello.suite === SUITE_AES_128_GCM;
      c.early = hello.hasEarlyData ? EARLY_MAX_BYTES : 0; // it is refused, and passed over (4.2.10)
      if (hello.limit) {
        c.maxRead = READ_LIMIT;
        c.maxWrite = Math.min(c.maxWrite, hello.limit - 1);
      }
      if (!hello.share) return retry(c, message);
      if (!takeTicket(c, message)) return;
      if (c.since < 0 && !hello.takesScheme) return io.fail(c, ALERT.handshakeFailure);
      c.transcript.push(message);
      exchangeKeys(c);
    },

    finished: function (c, message) {
      c.secrets.set(message.subarray(4), D.CLAIM_AT);
      if (!run(c, D.CLIENT_FINISHED)) return io.fail(c, ALERT.decryptError);
      c.transcript.push(message);
      verify(c, c.links || []);
    },

    certificate: function (c, message) {
      const links = readClientChain(hal, message, parts.clientCas);
      if (typeof links === "number") return io.fail(c, links);
      if (!curves.p256IsPoint(links[0].publicKey.value)) return io.fail(c, ALERT.badCertificate);
      c.links = links;
      c.transcript.push(message);
      c.state = S.AWAIT_VERIFY;
    },

    certificateVerify: function (c, message) {
      const signature = readVerify(message);
      if (typeof signature === "number") return io.fail(c, signature);
      const links = c.links!;
      const own = links[0] as CertificateLink;
      const content = M.signedContent(p, false, transcriptHash(c));
      links.push({ signed: content, signature: signature, issuer: own.publicKey });
      c.transcript.push(message);
      c.state = S.AWAIT_FINISHED;
    },

    wipe: wipeAll,

    prepare: function () {
      if (lane.isBusy() || (spare && spare.own)) return;
      const keys = (spare = drawKeys(false));
      let job = NOTHING;
      lane.runAhead(
        function () {
          return (job = publicBegin(false, keys.secret));
        },
        function () {
          keys.own = job.finish();
        },
      );
    },

    stop: function () {
      if (spare) spare.secret.fill(0);
      spare = undefined;
    },
  };
}
