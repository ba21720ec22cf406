// One connection of the test client: records under the right keys, handshake messages out of them, and the transcript. Nothing
// here decides what comes next: handshake.ts does for the honest client, a hostile case for itself.
import { ALERT, alertName, CONTENT, HANDSHAKE, MAX_CIPHERTEXT_BYTES, TLS12 } from "./codes.ts";
import { Transcript } from "./key-schedule.ts";
import { message } from "./hello.ts";
import { plainRecord, Protection, TAG_BYTES } from "./records.ts";
import { join } from "./wire.ts";
import type { Bytes } from "./wire.ts";
import { WireEnd } from "./wire-end.ts";

export interface PeerTarget {
  host: string;
  port: number;
  caPem: string;
  /** Sent as SNI and looked for in the certificate. */
  servername: string;
  timeoutMs?: number;
}

/** The server sent an alert. */
export class PeerAlert extends Error {
  level: number;
  code: number;
  isProtected: boolean;
  constructor(level: number, code: number, isProtected: boolean) {
    super(`the server sent ${alertName(code)}`);
    this.level = level;
    this.code = code;
    this.isProtected = isProtected;
  }
}

export interface Message {
  type: number;
  body: Bytes;
  raw: Bytes;
}

export interface Content {
  type: number;
  body: Bytes;
}

const DEFAULT_TIMEOUT_MS = 20000;

export class TlsPeer {
  wire: WireEnd;
  target: PeerTarget;
  transcript = new Transcript();
  reading: Protection | undefined;
  writing: Protection | undefined;
  /** What we told the server (RFC 8449): its records may hold no more. */
  recordSizeLimit = MAX_CIPHERTEXT_BYTES;
  /** What it told us, less one for the type. */
  maxContentBytes = 16384;
  /** Cuts a handshake message into the parts that go into records of their own. */
  fragment: (bytes: Bytes) => Bytes[] = (bytes) => [bytes];
  /** How the bytes of a record go out. */
  transmit: (bytes: Bytes) => Promise<void> = (bytes) => this.wire.send(bytes);
  #handshake: Bytes = new Uint8Array(0);
  /** Records the server sent, by outer type, and the size of the largest. */
  seen = { changeCipherSpecs: 0, records: 0, largestBytes: 0 };

  constructor(wire: WireEnd, target: PeerTarget) {
    this.wire = wire;
    this.target = target;
  }

  static async open(target: PeerTarget): Promise<TlsPeer> {
    const wire = await WireEnd.open(target.host, target.port, target.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return new TlsPeer(wire, target);
  }

  // ---- out

  async sendRaw(bytes: Bytes): Promise<void> {
    await this.transmit(bytes);
  }

  /** A record under the present keys, if there are any. */
  async sendRecord(type: number, body: Bytes, padding = 0): Promise<void> {
    await this.transmit(this.writing ? this.writing.seal(type, body, padding) : plainRecord(type, body));
  }

  async sendPlain(type: number, body: Bytes, version = TLS12): Promise<void> {
    await this.transmit(plainRecord(type, body, version));
  }

  /** Messages as they are, in records of their own or together; the transcript has each. */
  async sendHandshake(...messages: Bytes[]): Promise<void> {
    for (const each of messages) this.transcript.add(each);
    await this.sendFragments(join(...messages));
  }

  async sendFragments(bytes: Bytes): Promise<void> {
    for (const part of this.fragment(bytes))
      for (let at = 0; at === 0 || at < part.length; at += this.maxContentBytes)
        await this.sendRecord(CONTENT.handshake, part.slice(at, at + this.maxContentBytes));
  }

  async sendAlert(code: number, level = 2): Promise<void> {
    await this.sendRecord(CONTENT.alert, Uint8Array.of(level, code));
  }

  async sendChangeCipherSpec(body: Bytes = Uint8Array.of(1)): Promise<void> {
    await this.sendPlain(CONTENT.changeCipherSpec, body);
  }

  /** Own keys step on behind a KeyUpdate (4.6.3). */
  async sendKeyUpdate(request: number): Promise<void> {
    await this.sendFragments(message(HANDSHAKE.keyUpdate, Uint8Array.of(request)));
    this.writing = this.writing!.next();
  }

  // ---- in

  /** The next record that is no dummy change_cipher_spec. Alerts throw. */
  async nextContent(timeoutMs?: number): Promise<Content> {
    for (;;) {
      const record = await this.wire.nextRecord(timeoutMs);
      this.seen.records++;
      this.seen.largestBytes = Math.max(this.seen.largestBytes, record.body.length);
      // 5.1 has it ignored; a server of TLS 1.3 alone has no reason to write another. To an old hello it may.
      if (record.version !== TLS12 && record.type !== CONTENT.alert)
        throw new Error(`a record of version ${record.version.toString(16)}`);
      if (record.type === CONTENT.changeCipherSpec) {
        if (record.body.length !== 1 || record.body[0] !== 1) throw new Error("a wrong change_cipher_spec");
        this.seen.changeCipherSpecs++;
        continue;
      }
      const isProtected = record.type === CONTENT.applicationData;
      if (isProtected !== (this.reading !== undefined)) {
        // A server that had not our key yet answers a broken flight in the clear.
        if (record.type === CONTENT.alert) throw new PeerAlert(record.body[0], record.body[1], false);
        throw new Error(`a ${isProtected ? "protected" : "plain"} record of type ${record.type} out of place`);
      }
      if (record.body.length > MAX_CIPHERTEXT_BYTES) throw new Error("a record over 2^14 + 256 bytes");
      if (isProtected && record.body.length - TAG_BYTES > this.recordSizeLimit)
        throw new Error(`a record of ${record.body.length - TAG_BYTES} bytes, the limit is ${this.recordSizeLimit}`);
      const content = this.reading ? this.reading.open(record) : { type: record.type, body: record.body };
      if (content.type === CONTENT.alert) {
        if (content.body.length !== 2) throw new Error("an alert that is not of two bytes");
        throw new PeerAlert(content.body[0], content.body[1], isProtected);
      }
      if (content.type !== CONTENT.applicationData && !content.body.length) throw new Error("an empty fragment");
      return content;
    }
  }

  /** Takes handshake bytes that came with something else. */
  pushHandshake(bytes: Bytes): void {
    this.#handshake = join(this.#handshake, bytes);
  }

  /** A message that is there in full already. */
  bufferedMessage(): Message | undefined {
    const bytes = this.#handshake;
    const end = 4 + (bytes[1] << 16) + (bytes[2] << 8) + bytes[3];
    if (bytes.length < 4 || bytes.length < end) return undefined;
    this.#handshake = bytes.slice(end);
    return { type: bytes[0], body: bytes.slice(4, end), raw: bytes.slice(0, end) };
  }

  async nextMessage(timeoutMs?: number): Promise<Message> {
    for (;;) {
      const complete = this.bufferedMessage();
      if (complete) return complete;
      const content = await this.nextContent(timeoutMs);
      if (content.type !== CONTENT.handshake) throw new Error(`wanted a handshake message, got type ${content.type}`);
      this.pushHandshake(content.body);
    }
  }

  /** @returns the body of a message that has to be of this type; the transcript has it. */
  async expect(type: number): Promise<Bytes> {
    const next = await this.nextMessage();
    if (next.type !== type) throw new Error(`wanted handshake message ${type}, got ${next.type}`);
    this.transcript.add(next.raw);
    return next.body;
  }

  /** New keys for what comes: no message may lie across the change (5.1). */
  readWith(keys: Protection): void {
    if (this.#handshake.length) throw new Error("a handshake message lies across a change of keys");
    this.reading = keys;
  }

  async close(): Promise<void> {
    if (!this.wire.isOver) await this.sendAlert(ALERT.closeNotify, 1);
    this.wire.half();
  }
}
