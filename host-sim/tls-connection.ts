// A TLS 1.2 client connection as the engine's mbedtls 2.1.1 makes it, by Node's own TLS: the same version, cipher suites
// and signature algorithms, no server name, and THE SERVER IS NOT AUTHENTICATED, because the engine does not do it
// either (libs/network/network.c sets MBEDTLS_SSL_VERIFY_NONE). For the simulator only. Node handshakes by itself, in
// real time; the engine's passes find out how far it is through the same calls as with a plain connection.
import type { KeyObject, X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import type { Connection } from "./network.ts";
import { RecordWatch } from "./tls-records.ts";

/** The ClientHello of the Linux build, in its order. Boards have the CCM suites only with USE_AES_CCM. */
const CIPHERS = [
  ...["DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES256-CCM", "DHE-RSA-AES256-SHA256", "DHE-RSA-AES256-SHA"],
  ...["DHE-RSA-AES256-CCM8", "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-CCM", "DHE-RSA-AES128-SHA256"],
  ...["DHE-RSA-AES128-SHA", "DHE-RSA-AES128-CCM8", "AES256-GCM-SHA384", "AES256-CCM", "AES256-SHA256", "AES256-SHA"],
  ...["AES256-CCM8", "AES128-GCM-SHA256", "AES128-CCM", "AES128-SHA256", "AES128-SHA", "AES128-CCM8"],
  "@SECLEVEL=0", // the engine refuses no key for being short
].join(":");
const SIGNATURES = "RSA+SHA512:RSA+SHA384:RSA+SHA256:RSA+SHA224:RSA+SHA1";

// mbedtls/ssl.h and pk.h; those of the end are what the engine's sockets report.
const PEER_CLOSE_NOTIFY = -0x7880;
const FATAL_ALERT_MESSAGE = -0x7780;
const INVALID_RECORD = -0x7200;
const PK_TYPE_MISMATCH = -0x3f00;
const CLOSED = -1;

export interface TlsIdentity {
  key: KeyObject;
  cert: X509Certificate;
}

export interface TlsConnectionOptions {
  raw: Duplex;
  identity: TlsIdentity | undefined;
  /** The handshake failed with this code; called from receive() or send(), in a pass of the engine. */
  onFailure(code: number): void;
  onClose(): void;
  /** Something happened: the engine should make a pass. */
  wake(): void;
}

function codeOf(error: NodeJS.ErrnoException): number {
  if (/ALERT/.test(error.code ?? "")) return FATAL_ALERT_MESSAGE;
  return error.code === "ERR_SSL_WRONG_VERSION_NUMBER" ? INVALID_RECORD : CLOSED;
}

export class TlsConnection implements Connection {
  private readonly options: TlsConnectionOptions;
  private socket: tls.TLSSocket | undefined;
  private readonly watch = new RecordWatch();
  private readonly chunks: Buffer[] = [];
  private isConnected = false;
  private isReported = false;
  /** How it ended, once it has. */
  private ended: number | undefined;
  private isWriting = false;
  private isClosing = false;

  constructor(options: TlsConnectionOptions) {
    this.options = options;
  }

  /** The handshake begins in the engine's first pass, so nothing can have failed before it. */
  private begin(): tls.TLSSocket {
    const { raw, identity, wake } = this.options;
    const isRsa = identity?.key.asymmetricKeyType === "rsa";
    raw.pause(); // or the first bytes would be gone before Node's TLS listens
    raw.on("data", (chunk: Buffer) => {
      this.watch.feed(chunk);
      // The engine takes any key and finds out that it cannot sign with it when it has to.
      if (!identity || isRsa || !this.watch.asksForCertificate || this.isConnected) return;
      this.finish(PK_TYPE_MISMATCH);
      socket.destroy();
    });
    const socket = tls.connect({
      socket: raw,
      ...{ minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: CIPHERS, sigalgs: SIGNATURES },
      rejectUnauthorized: false,
      ...(isRsa && { key: identity.key.export({ format: "pem", type: "pkcs1" }), cert: identity.cert.toString() }),
    });
    socket.on("secureConnect", () => {
      this.isConnected = true;
      wake();
    });
    socket.on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      wake();
    });
    socket.on("end", () => this.finish(this.watch.hadAlert ? PEER_CLOSE_NOTIFY : CLOSED));
    socket.on("error", (error: NodeJS.ErrnoException) => this.finish(codeOf(error)));
    socket.on("close", () => this.finish(CLOSED));
    return socket;
  }

  private finish(code: number): void {
    this.ended ??= code;
    this.options.wake();
  }

  /** @returns undefined while it goes on, else what the engine's netRecv and netSend return. */
  private outcome(): number | undefined {
    if (this.ended === undefined || this.isConnected) return this.ended;
    if (!this.isReported) this.options.onFailure(this.ended);
    this.isReported = true;
    return CLOSED;
  }

  /** The engine reads from one record at a time. */
  receive(max: number): Uint8Array | number {
    this.socket ??= this.begin();
    const chunk = this.chunks[0];
    if (!chunk) return this.outcome() ?? new Uint8Array(0);
    if (chunk.length > max) this.chunks[0] = chunk.subarray(max);
    else this.chunks.shift();
    return chunk.subarray(0, max);
  }

  /** One call is one record. */
  send(data: Uint8Array): number {
    this.socket ??= this.begin();
    const outcome = this.outcome();
    if (outcome !== undefined) return outcome;
    if (!this.isConnected || this.isWriting) return 0;
    this.isWriting = true;
    this.socket.write(data, () => {
      this.isWriting = false;
      if (this.isClosing) this.hangUp();
      else this.options.wake();
    });
    return data.length;
  }

  /** Without a close_notify: the engine frees its TLS and closes the socket. */
  close(): void {
    this.isClosing = true;
    this.options.onClose();
    if (!this.isWriting) this.hangUp();
  }

  private hangUp(): void {
    this.options.raw.end();
    this.socket?.destroy();
  }
}
