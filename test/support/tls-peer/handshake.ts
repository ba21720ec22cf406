// The honest handshake (RFC 8446 section 2), in steps that a hostile case can take one by one, leave out or repeat. Everything
// that the server says is checked as section 4 demands of a client.
import type { X509Certificate } from "node:crypto";
import { CONTENT, EXTENSION, HANDSHAKE, TLS13 } from "./codes.ts";
import { certificateMessage, certificateVerifyMessage, checkCertificateVerify } from "./authentication.ts";
import { checkChain, readCertificate, signedContent } from "./authentication.ts";
import type { ClientIdentity } from "./authentication.ts";
import { encodeHello, message, pskExtension, readExtensions, readServerHello, withExtension } from "./hello.ts";
import { withShares } from "./hello.ts";
import type { HelloSpec, ServerHello, Ticket } from "./hello.ts";
import { makeShare } from "./key-exchange.ts";
import { deriveSecret, earlySecret, finishedMac, handshakeSecret, masterSecret, ticketPsk } from "./key-schedule.ts";
import { TlsPeer } from "./peer.ts";
import { Protection } from "./records.ts";
import { equal, Reader, u16 } from "./wire.ts";
import type { Bytes } from "./wire.ts";

/** What EncryptedExtensions may hold of what we offer (4.2). */
const IN_ENCRYPTED: number[] = [
  ...[EXTENSION.serverName, EXTENSION.supportedGroups, EXTENSION.alpn, EXTENSION.recordSizeLimit, EXTENSION.earlyData],
  EXTENSION.maxFragmentLength,
];

export interface Flight {
  encrypted: Map<number, Bytes>;
  leaf: X509Certificate | undefined;
  chain: Bytes[];
  /** Undefined unless the server asks for a client certificate. */
  request: { context: Bytes; extensions: Map<number, Bytes> } | undefined;
  isResumed: boolean;
}

export class Handshake extends TlsPeer {
  spec!: HelloSpec;
  server!: ServerHello;
  flight!: Flight;
  wasRetried = false;
  clientHandshakeSecret!: Bytes;
  serverHandshakeSecret!: Bytes;
  handshakeSecret!: Bytes;
  clientTrafficSecret!: Bytes;
  resumptionSecret!: Bytes;
  tickets: Ticket[] = [];

  static override async open(target: ConstructorParameters<typeof TlsPeer>[1]): Promise<Handshake> {
    const { wire } = await TlsPeer.open(target);
    return new Handshake(wire, target);
  }

  /** The first one's record says 0x0301, for the sake of old middleboxes (5.1). */
  async sendHello(spec: HelloSpec): Promise<Bytes> {
    this.spec = spec;
    const limit = spec.extensions.find(({ type }) => type === EXTENSION.recordSizeLimit);
    if (limit?.data.length === 2) this.recordSizeLimit = (limit.data[0] << 8) + limit.data[1];
    const bytes = encodeHello(spec, this.wasRetried ? this.transcript : undefined);
    this.transcript.add(bytes);
    for (const part of this.fragment(bytes))
      await this.sendPlain(CONTENT.handshake, part, this.wasRetried ? 0x0303 : 0x0301);
    return bytes;
  }

  /** ServerHello or HelloRetryRequest. */
  async readHello(): Promise<ServerHello> {
    const { spec } = this;
    const next = await this.nextMessage();
    if (next.type !== HANDSHAKE.serverHello) throw new Error(`wanted ServerHello, got ${next.type}`);
    const hello = readServerHello(next.body);
    if (!equal(hello.sessionId, spec.sessionId)) throw new Error("the session id is not the one we sent");
    if (!spec.suites.includes(hello.suite)) throw new Error("a suite that was not offered");
    const version = hello.extensions.get(EXTENSION.supportedVersions);
    if (!version || !equal(version, u16(TLS13))) throw new Error("not TLS 1.3");
    const may: number[] = [EXTENSION.supportedVersions, EXTENSION.keyShare];
    may.push(hello.isRetry ? EXTENSION.cookie : EXTENSION.preSharedKey);
    for (const type of hello.extensions.keys())
      if (!may.includes(type)) throw new Error(`extension ${type} has no place in ServerHello`);
    if (hello.isRetry) {
      if (this.wasRetried) throw new Error("a second HelloRetryRequest");
      this.transcript.restart();
      this.wasRetried = true;
    } else if (this.wasRetried && hello.suite !== this.server.suite) throw new Error("another suite than before");
    this.transcript.add(next.raw);
    this.server = hello;
    return hello;
  }

  /** What 4.1.2 lets us change, and no more. */
  retriedSpec(): HelloSpec {
    const group = this.server.extensions.get(EXTENSION.keyShare);
    let spec = this.spec;
    if (group) {
      const id = new Reader(group).uint(2);
      if (spec.shares.some((share) => share.group === id)) throw new Error("a retry for a share that was there");
      spec = withShares(spec, [makeShare(id)]);
    }
    const cookie = this.server.extensions.get(EXTENSION.cookie);
    if (cookie) spec = withExtension(spec, EXTENSION.cookie, cookie);
    if (!group && !cookie) throw new Error("a retry that asks for nothing");
    if (!spec.tickets.length) return spec;
    return { ...spec, extensions: [...spec.extensions.slice(0, -1), pskExtension(spec.tickets)] };
  }

  /** From ServerHello to the keys of the handshake. */
  agree(): void {
    const { server, spec } = this;
    const r = new Reader(server.extensions.get(EXTENSION.keyShare) ?? new Uint8Array(0));
    const group = r.uint(2);
    const theirs = r.vec(2);
    r.end();
    const own = spec.shares.find((share) => share.group === group);
    if (!own) throw new Error(`no share of group ${group} was offered`);
    const chosen = server.extensions.get(EXTENSION.preSharedKey);
    const ticket = chosen && spec.tickets[new Reader(chosen).uint(2)];
    if (chosen && !ticket) throw new Error("a PSK that was not offered");
    this.handshakeSecret = handshakeSecret(earlySecret(ticket?.psk), own.agree(theirs));
    const hash = this.transcript.hash();
    this.clientHandshakeSecret = deriveSecret(this.handshakeSecret, "c hs traffic", hash);
    this.serverHandshakeSecret = deriveSecret(this.handshakeSecret, "s hs traffic", hash);
    this.readWith(new Protection(server.suite, this.serverHandshakeSecret));
  }

  /** EncryptedExtensions to Finished, all verified. */
  async readFlight(): Promise<Flight> {
    const isResumed = this.server.extensions.has(EXTENSION.preSharedKey);
    const encrypted = readExtensions(new Reader(await this.expect(HANDSHAKE.encryptedExtensions)).vec(2));
    for (const type of encrypted.keys()) {
      const wasOffered = this.spec.extensions.some((each) => each.type === type);
      if (!wasOffered || !IN_ENCRYPTED.includes(type))
        throw new Error(`extension ${type} has no place in EncryptedExtensions`);
    }
    const limit = encrypted.get(EXTENSION.recordSizeLimit);
    if (limit) this.maxContentBytes = Math.min(16384, new Reader(limit).uint(2) - 1);
    const flight: Flight = { ...{ encrypted, leaf: undefined, chain: [], request: undefined, isResumed } };
    this.flight = flight;
    if (!isResumed) await this.#readCertificates(flight);
    const expected = finishedMac(this.serverHandshakeSecret, this.transcript.hash());
    if (!equal(await this.expect(HANDSHAKE.finished), expected)) throw new Error("the server's Finished is wrong");
    const master = masterSecret(this.handshakeSecret);
    const hash = this.transcript.hash();
    this.clientTrafficSecret = deriveSecret(master, "c ap traffic", hash);
    this.readWith(new Protection(this.server.suite, deriveSecret(master, "s ap traffic", hash)));
    return flight;
  }

  async #readCertificates(flight: Flight): Promise<void> {
    let next = await this.nextMessage();
    this.transcript.add(next.raw);
    if (next.type === HANDSHAKE.certificateRequest) {
      const r = new Reader(next.body);
      flight.request = { context: r.vec(1), extensions: readExtensions(r.vec(2)) };
      r.end();
      if (flight.request.context.length) throw new Error("a request in the handshake has no context");
      if (!flight.request.extensions.has(EXTENSION.signatureAlgorithms)) throw new Error("a request without schemes");
      next = await this.nextMessage();
      this.transcript.add(next.raw);
    }
    if (next.type !== HANDSHAKE.certificate) throw new Error(`wanted Certificate, got ${next.type}`);
    const { context, chain } = readCertificate(next.body);
    if (context.length) throw new Error("a server's Certificate has no context");
    flight.chain = chain.map(({ der }) => der);
    for (const { extensions } of chain) if (extensions.size) throw new Error("a certificate's extension not asked for");
    flight.leaf = checkChain(flight.chain, this.target.caPem, this.target.servername);
    const hash = this.transcript.hash();
    const schemes = new Reader(
      this.spec.extensions.find((e) => e.type === EXTENSION.signatureAlgorithms)!.data.slice(2),
    );
    const offered: number[] = [];
    while (schemes.left) offered.push(schemes.uint(2));
    checkCertificateVerify(await this.expect(HANDSHAKE.certificateVerify), flight.leaf, hash, offered);
  }

  writeWithHandshakeKeys(): void {
    this.writing = new Protection(this.server.suite, this.clientHandshakeSecret);
  }

  /** The answer to a CertificateRequest; without an identity an empty one. */
  certificateMessages(identity?: ClientIdentity): Bytes[] {
    const certificate = certificateMessage(identity?.chain ?? []);
    if (!identity) return [certificate];
    const { scheme, signature } = identity.sign(signedContent("client", this.transcript.hash(certificate)));
    return [certificate, certificateVerifyMessage(scheme, signature)];
  }

  finishedMessage(): Bytes {
    return message(HANDSHAKE.finished, finishedMac(this.clientHandshakeSecret, this.transcript.hash()));
  }

  writeWithTrafficKeys(): void {
    const master = masterSecret(this.handshakeSecret);
    this.resumptionSecret = deriveSecret(master, "res master", this.transcript.hash());
    this.writing = new Protection(this.server.suite, this.clientTrafficSecret);
  }

  /** Our second flight. */
  async sendFlight(identity?: ClientIdentity, withCcs = true): Promise<void> {
    if (withCcs && !this.wasRetried) await this.sendChangeCipherSpec();
    this.writeWithHandshakeKeys();
    if (this.flight.request) for (const each of this.certificateMessages(identity)) await this.sendHandshake(each);
    await this.sendHandshake(this.finishedMessage());
    this.writeWithTrafficKeys();
  }

  /** Everything up to the server's Finished, a retry too. */
  async toServerFinished(spec: HelloSpec): Promise<Flight> {
    await this.sendHello(spec);
    if ((await this.readHello()).isRetry) {
      await this.sendChangeCipherSpec();
      await this.sendHello(this.retriedSpec());
      if ((await this.readHello()).isRetry) throw new Error("retried twice");
    }
    this.agree();
    return this.readFlight();
  }

  async complete(spec: HelloSpec, identity?: ClientIdentity): Promise<Flight> {
    const flight = await this.toServerFinished(spec);
    await this.sendFlight(identity);
    return flight;
  }

  /** What comes after the handshake beside data: tickets and KeyUpdates (4.6). */
  async takePostHandshake(next: { type: number; body: Bytes }): Promise<void> {
    if (next.type === HANDSHAKE.newSessionTicket) {
      const r = new Reader(next.body);
      const [lifetimeSeconds, ageAdd, nonce, identity] = [r.uint(4), r.uint(4), r.vec(1), r.vec(2)];
      const extensions = [...readExtensions(r.vec(2))].map(([type, data]) => ({ type, data }));
      r.end();
      if (!identity.length) throw new Error("an empty ticket");
      if (lifetimeSeconds > 604800) throw new Error("a ticket of more than seven days (4.6.1)");
      const psk = ticketPsk(this.resumptionSecret, nonce);
      const receivedMs = Date.now();
      this.tickets.push({ identity, psk, suite: this.server.suite, ageAdd, lifetimeSeconds, receivedMs, extensions });
    } else if (next.type === HANDSHAKE.keyUpdate) {
      if (next.body.length !== 1 || next.body[0] > 1) throw new Error("a wrong KeyUpdate");
      this.readWith(this.reading!.next());
      if (next.body[0] === 1) await this.sendKeyUpdate(0);
    } else throw new Error(`message ${next.type} after the handshake`);
  }

  async nextData(timeoutMs?: number): Promise<Bytes> {
    for (;;) {
      const content = await this.nextContent(timeoutMs);
      if (content.type === CONTENT.applicationData) return content.body;
      this.pushHandshake(content.body);
      for (let next = this.bufferedMessage(); next; next = this.bufferedMessage()) await this.takePostHandshake(next);
    }
  }
}
