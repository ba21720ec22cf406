// Asks an installed device for its status over TLS (docs/TLS.md): its certificate has to come from the owner's CA and carry the
// name that is expected. There is no way to ask without checking.
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { EXIT_NOT_REACHED, EXIT_REFUSED_BY_DEVICE, WibError } from "./errors.ts";

const MAX_STATUS_BYTES = 16384;
const TIMEOUT_MS = 30000;

export interface SecureStatus {
  /** SHA-256 of the certificate it proved to own: pairs of hex digits with colons. */
  fingerprint: string;
  protocol: string;
  cipher: string;
  status: Record<string, unknown>;
}

export interface SecureStatusOptions {
  /** Where it is reached, whatever it is called. */
  host: string;
  port: number;
  /** The name in its certificate. */
  servername: string;
  /** PEM. */
  ca: string;
  timeoutMs?: number;
}

function unreadable(text: string): WibError {
  return new WibError(
    `the device's status is not JSON: ${JSON.stringify(text.slice(0, 60))}`,
    "look at wholeStatus() in firmware/main.ts",
    EXIT_REFUSED_BY_DEVICE,
  );
}

/** @throws WibError when it is not reached, not believed, or not understood. */
export function fetchSecureStatus(o: SecureStatusOptions): Promise<SecureStatus> {
  const { host, port, servername, ca, timeoutMs = TIMEOUT_MS } = o;
  return new Promise((resolve, reject) => {
    const headers = { Host: servername };
    const options = { host, port, servername, ca, headers, path: "/status", agent: false, timeout: timeoutMs };
    const call = https.get({ ...options, minVersion: "TLSv1.3" }, (answer) => {
      const socket = answer.socket as TLSSocket;
      const fingerprint = socket.getPeerX509Certificate()!.fingerprint256;
      const [protocol, cipher] = [socket.getProtocol()!, socket.getCipher().standardName];
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (piece: string) => {
        text += piece;
        if (text.length > MAX_STATUS_BYTES) call.destroy(new Error("it talks without end"));
      });
      answer.on("end", () => {
        try {
          const status: unknown = JSON.parse(text);
          if (answer.statusCode !== 200 || typeof status !== "object" || !status) throw new Error(text);
          resolve({ fingerprint, protocol, cipher, status: status as Record<string, unknown> });
        } catch {
          reject(unreadable(text));
        }
      });
    });
    call.on("timeout", () => call.destroy(new Error("no answer in time")));
    call.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new WibError(
          `no TLS with the device at ${host}:${port}: ${error.message}`,
          "is it the device that was set up, by this CA and this name?",
          EXIT_NOT_REACHED,
        ),
      ),
    );
  });
}
