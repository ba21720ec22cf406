// Enrolment over Secure Transport (RFC 7030 section 4.2): has a request certified by an EST server over TLS.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import https from "node:https";
import { createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import * as x509 from "@peculiar/x509";
import type { Certifier } from "./certifier.ts";
import { EXIT_NOT_REACHED, EXIT_REFUSED_BY_US, usageError, WibError } from "./errors.ts";
import { decodePem, encodePem } from "./pem.ts";

const TIMEOUT_MS = 30000;
const MAX_ANSWER_BYTES = 65536;
const ENROL_PATH = "/.well-known/est/simpleenroll";

export interface EstOptions {
  /** PEM: whom the server's own certificate must come from; the system's roots unless given. */
  ca?: string;
  user?: string;
  password?: string;
  /** PEM: the client's certificate and key. */
  cert?: string;
  key?: string;
}

interface Answer {
  status: number;
  type: string;
  retryAfter: string;
  text: string;
}

/** @throws WibError unless it is https, with nothing but host, port and a path. */
export function parseEstUrl(text: string): URL {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) throw usageError(`"${text}" is no address`, "give something like https://est.example");
  const url = new URL(withScheme);
  if (url.protocol !== "https:") throw usageError("EST needs TLS", `use https://${url.host}`);
  if (url.username || url.password || url.search || url.hash)
    throw usageError("only host, port and path are wanted", "user and password have options of their own");
  const path = url.pathname.replace(/\/$/, "");
  // RFC 7030 3.2.2: a label may stand between `est` and the operation.
  const isWhole = !path.startsWith("/.well-known/est") || path.endsWith("/simpleenroll");
  url.pathname = isWhole ? path || ENROL_PATH : `${path}/simpleenroll`;
  return url;
}

/** @throws WibError for a certificate and a key that are no pair. */
function contextOf({ ca, cert, key }: EstOptions): SecureContext {
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // the message might quote
    throw usageError(
      `the certificates for the EST server cannot be used: ${code}`,
      "check --est-ca, --est-cert, --est-key",
    );
  }
}

function post(url: URL, body: string, secureContext: SecureContext, o: EstOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const unreachable = (what: string) =>
      reject(new WibError(`EST server ${url.host}: ${what}`, "check its address and --est-ca", EXIT_NOT_REACHED));
    const call = https.request(url, {
      ...{ method: "POST", agent: false, timeout: TIMEOUT_MS, secureContext },
      ...(o.user === undefined ? {} : { auth: `${o.user}:${o.password ?? ""}` }),
      headers: {
        "Content-Type": "application/pkcs10",
        "Content-Transfer-Encoding": "base64",
        "Content-Length": body.length,
      },
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    call.on("error", (error: NodeJS.ErrnoException) => unreachable(error.message || String(error.code)));
    call.on("response", (response) => {
      let text = "";
      response.setEncoding("latin1");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER_BYTES) call.destroy(new Error("its answer is too large"));
      });
      response.on("error", (error) => unreachable(error.message));
      response.on("end", () => {
        const { "content-type": type = "", "retry-after": retryAfter = "" } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, retryAfter: String(retryAfter), text });
      });
    });
    call.end(body);
  });
}

/** Certificates of a certs-only PKCS#7 (RFC 7030 4.2.3), as PEM. */
function certificatesOf(text: string): string {
  const der = Buffer.from(text.replace(/\s/g, ""), "base64");
  const certificates = new x509.X509Certificates(new Uint8Array(der));
  return [...certificates].map((c) => encodePem("CERTIFICATE", new Uint8Array(c.rawData))).join("");
}

/**
 * @throws WibError at once for options that cannot be; from certify() when the server cannot be reached, refuses, asks to
 * wait, or answers with something else.
 */
export function estCertifier(server: string, options: EstOptions = {}): Certifier {
  const url = parseEstUrl(server);
  const name = `the EST server ${url.host}`;
  const context = contextOf(options);
  const refuse = (what: string, hint: string) => new WibError(`${name}: ${what}`, hint, EXIT_REFUSED_BY_US);
  return {
    name,
    async certify({ pem }) {
      const der = decodePem(pem, "CERTIFICATE REQUEST")!;
      const body = Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\r\n");
      const { status, type, retryAfter, text } = await post(url, body, context, options);
      if (status === 202)
        throw refuse(
          `it wants time${retryAfter ? ` (${retryAfter})` : ""}`,
          "let it issue at once: the device waits 90 s",
        );
      if (status === 401 || status === 403)
        throw refuse(`it answers ${status}`, "check --est-user and --est-password-file, or --est-cert and --est-key");
      if (status !== 200) throw refuse(`it answers ${status}`, "look at its log: does it issue for such a request?");
      if (!type.startsWith("application/pkcs7-mime"))
        throw refuse(`it answers with ${type || "no type"}`, "is this an EST server?");
      try {
        return certificatesOf(text);
      } catch {
        throw refuse("its answer holds no certificates", "is this an EST server?");
      }
    },
  };
}
