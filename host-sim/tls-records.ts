// Reads along what a TLS 1.2 server sends, as far as it is in the clear (RFC 5246 sections 6.2.1 and 7.4), for the two
// things that Node does not tell and on which the engine acts: was a client certificate asked for, and did the end
// come with an alert.

const RECORD_CHANGE_CIPHER_SPEC = 20;
const RECORD_ALERT = 21;
const RECORD_HANDSHAKE = 22;
const CERTIFICATE_REQUEST = 13;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;

export class RecordWatch {
  asksForCertificate = false;
  /** After the handshake an alert of whatever kind: it is encrypted. */
  hadAlert = false;
  private isEncrypted = false;
  private records = Buffer.alloc(0);
  private messages = Buffer.alloc(0);

  feed(chunk: Uint8Array): void {
    this.records = Buffer.concat([this.records, chunk]);
    while (this.records.length >= RECORD_HEADER_BYTES) {
      const end = RECORD_HEADER_BYTES + this.records.readUInt16BE(3);
      if (this.records.length < end) return;
      this.takeRecord(this.records[0], this.records.subarray(RECORD_HEADER_BYTES, end));
      this.records = this.records.subarray(end);
    }
  }

  private takeRecord(kind: number, body: Buffer): void {
    if (kind === RECORD_CHANGE_CIPHER_SPEC) this.isEncrypted = true;
    else if (this.isEncrypted) this.hadAlert ||= kind === RECORD_ALERT;
    else if (kind === RECORD_HANDSHAKE) this.takeMessages(body);
  }

  /** One record may hold several messages, and a message may go over several records. */
  private takeMessages(body: Buffer): void {
    this.messages = Buffer.concat([this.messages, body]);
    while (this.messages.length >= MESSAGE_HEADER_BYTES) {
      const end = MESSAGE_HEADER_BYTES + this.messages.readUIntBE(1, 3);
      if (this.messages.length < end) return;
      this.asksForCertificate ||= this.messages[0] === CERTIFICATE_REQUEST;
      this.messages = this.messages.subarray(end);
    }
  }
}
