// An EST server (RFC 7030), as little of it as there has to be: /simpleenroll over TLS, with whatever answer a test wants.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { webcrypto, X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import * as x509 from "@peculiar/x509";
import { certify, createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority } from "../../client/ca.ts";

export interface EstRequest {
  line: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Of the client's certificate: its SHA-256. */
  client?: string;
}

export interface EstAnswer {
  status?: number;
  type?: string;
  headers?: OutgoingHttpHeaders;
  body: string;
}

export interface EstServerOptions {
  authority: Authority;
  /** Issues unless given; undefined: it has answered by itself. */
  answer?: (request: EstRequest, response: ServerResponse) => Promise<EstAnswer | undefined> | EstAnswer | undefined;
  /** Lets in only those with a certificate of the authority. */
  wantsCertificate?: boolean;
  /** 127.0.0.1 unless given. */
  certifiedAddress?: string;
}

export interface EstServer {
  /** https://127.0.0.1:port */
  url: string;
  /** PEM: who has certified it. */
  ca: string;
  seen: EstRequest[];
  close(): void;
}

/** A certs-only PKCS#7 in base64, in lines as MIME has them. */
export function certsOnly(...pems: string[]): string {
  const certificates = pems.map((pem) => new x509.X509Certificate(new Uint8Array(new X509Certificate(pem).raw)));
  const der = Buffer.from(new x509.X509Certificates(certificates).export("raw"));
  return der.toString("base64").replace(/.{76}/g, "$&\r\n");
}

/** What is wished for in a body of /simpleenroll, its signature checked. */
export async function wishOf(body: string): Promise<{ name: string; publicKey: Uint8Array }> {
  const csr = new x509.Pkcs10CertificateRequest(new Uint8Array(Buffer.from(body, "base64")));
  if (!(await csr.verify(webcrypto))) throw new Error("the request is not signed by its key");
  return { name: csr.subjectName.getField("CN")[0], publicKey: new Uint8Array(csr.publicKey.rawData) };
}

/** The certificate that was asked for, and the CA's. */
export async function issue(authority: Authority, { body }: EstRequest): Promise<EstAnswer> {
  const { name, publicKey } = await wishOf(body);
  const wishes = { commonName: name, dnsNames: [name], kind: "p256", days: 1, usage: "both" } as const;
  const leaf = await certify(authority, publicKey, { ...wishes, dnsNames: [name] });
  return { body: certsOnly(authority.cert, leaf) }; // the CA's first: the order is the client's business
}

export async function startEstServer(options: EstServerOptions): Promise<EstServer> {
  const { authority, answer = (request) => issue(authority, request), wantsCertificate = false } = options;
  const ipAddresses = [options.certifiedAddress ?? "127.0.0.1"];
  const own = await issueLeaf(authority, { commonName: "EST", kind: "p256", days: 1, usage: "server", ipAddresses });
  const seen: EstRequest[] = [];
  const tls = { cert: own.cert, key: own.key, ca: authority.cert, requestCert: wantsCertificate };
  const server = https.createServer({ ...tls, rejectUnauthorized: wantsCertificate }, (message, response) => {
    const { method, url, headers } = message;
    const client = (message.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256;
    let body = "";
    message.setEncoding("latin1").on("data", (chunk) => (body += chunk));
    message.on("end", async () => {
      const request = { line: `${method} ${url}`, headers, body, client };
      seen.push(request);
      const said = await answer(request, response);
      if (!said) return;
      const type = said.type ?? "application/pkcs7-mime; smime-type=certs-only";
      response.writeHead(said.status ?? 200, {
        ...(type ? { "Content-Type": type, "Content-Transfer-Encoding": "base64" } : {}),
        ...said.headers,
      });
      response.end(said.body);
    });
  });
  server.on("tlsClientError", (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...{ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: authority.cert, seen },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A server for as long as `run` takes, with an authority of its own unless one is given. */
export async function withEstServer(
  options: Omit<EstServerOptions, "authority"> & { authority?: Authority },
  run: (server: EstServer) => Promise<void>,
): Promise<void> {
  const server = await startEstServer({ ...options, authority: options.authority ?? (await createAuthority("CA", 1)) });
  try {
    await run(server);
  } finally {
    server.close();
  }
}
