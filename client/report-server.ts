// The owner's TLS server to which devices report that have only the engine's TLS client: TLS 1.2 with the key exchanges
// that it speaks (PLATFORM: RSA and DHE-RSA), and a client certificate of the owner's CA, which this server insists on.
// It proves to us who the device is. It proves nothing to the device: the engine's client does not look at our
// certificate, so what a device tells here it may be made to tell to somebody else.
import tls from "node:tls";
import type { AddressInfo, Socket } from "node:net";

const CIPHERS = [
  ...["DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-SHA256"],
  ...["AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES128-SHA256"],
].join(":");
/** A status is one line of JSON; nobody gets more memory than this, nor more time. */
const MAX_REPORT_BYTES = 4096;
const TIMEOUT_MS = 30000;

export interface Report {
  /** Of the certificate that the device proved to own: SHA-256, pairs of hex digits with colons. */
  fingerprint: string;
  commonName: string;
  cipher: string;
  /** What it said, up to its hanging up. */
  text: string;
}

export interface ReportServer {
  port: number;
  close(): Promise<void>;
}

export interface ReportServerOptions {
  /** PEM: the server's own RSA pair, and the CA whose devices are let in. */
  cert: string;
  key: string;
  ca: string;
  /** 0 for any. */
  port: number;
  host: string;
  /** For the handshake, and between two pieces of a report. */
  timeoutMs?: number;
  onReport(report: Report): void;
  /** Somebody who did not get in. */
  onRefused?(reason: string): void;
}

/** @throws Error if the port is taken. */
export async function serveReports(options: ReportServerOptions): Promise<ReportServer> {
  const { cert, key, ca, timeoutMs = TIMEOUT_MS } = options;
  const server = tls.createServer({
    ...{ cert, key, ca, requestCert: true, rejectUnauthorized: true },
    ...{ minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: CIPHERS, dhparam: "auto" },
    handshakeTimeout: timeoutMs,
  });
  // Below TLS, so that it holds those too who never say anything.
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("secureConnection", (socket) => {
    const peer = socket.getPeerX509Certificate()!;
    const commonName = /^CN=(.*)$/m.exec(peer.subject)?.[1] ?? "";
    const cipher = socket.getCipher().standardName;
    let text = "";
    socket.setEncoding("utf8").setTimeout(timeoutMs, () => socket.destroy());
    socket.on("data", (data) => {
      text += data;
      if (text.length > MAX_REPORT_BYTES) socket.destroy();
    });
    socket.on("end", () => options.onReport({ fingerprint: peer.fingerprint256, commonName, cipher, text }));
    socket.on("error", () => socket.destroy());
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    socket.destroy(); // Node leaves it open when the handshake took too long
    options.onRefused?.(error.code ?? error.message);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
