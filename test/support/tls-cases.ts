// What the engine's TLS client does with servers of several kinds: one small script for each case, and the lines that it
// prints, the same on the interpreter and on the simulator. Observed on Espruino 2v29.277 for Linux.
import { createPrivateKey, X509Certificate } from "node:crypto";
import net from "node:net";
import tls from "node:tls";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Leaf } from "../../client/ca.ts";
import { boardNamed } from "../../boards/index.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { SERIAL, until } from "./targets.ts";
import type { Target } from "./targets.ts";

export interface TlsPki {
  ca: string;
  rsa: Leaf;
  ec: Leaf;
}

let made: Promise<TlsPki> | undefined;

export function tlsPki(): Promise<TlsPki> {
  const make = async (): Promise<TlsPki> => {
    const authority = await createAuthority("Test CA", 1);
    const wishes = { commonName: "device", days: 1, usage: "both" as const };
    const [rsa, ec] = await Promise.all([
      issueLeaf(authority, { ...wishes, kind: "rsa2048" }),
      issueLeaf(authority, { ...wishes, kind: "p256" }),
    ]);
    return { ca: authority.cert, rsa, ec };
  };
  return (made ??= make());
}

/** What a server saw of a connection, once it is over. */
export type Seen = string;

interface Server {
  port: number;
  seen: Seen[];
  close(): void;
}

type Answer = (socket: tls.TLSSocket, data: Buffer) => void;

const ENGINE_CIPHERS = "DHE-RSA-AES256-GCM-SHA384:AES128-GCM-SHA256";
/** How long servers think, so that the device has made its passes before, on a busy machine too. */
const THINKING_MS = 150;
const TLS_12 = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;

export async function tlsServer(
  options: tls.TlsOptions,
  answer: Answer = () => {},
  greet?: (s: tls.TLSSocket) => void,
): Promise<Server> {
  const { ca, rsa } = await tlsPki();
  const seen: Seen[] = [];
  const server = tls.createServer(
    { ca, cert: rsa.cert, key: rsa.key, ...TLS_12, ciphers: ENGINE_CIPHERS, dhparam: "auto", ...options },
    (socket) => {
      const { servername } = socket as unknown as { servername: unknown };
      const peer = socket.getPeerX509Certificate()?.fingerprint256 ?? "nobody";
      const who = `${socket.getProtocol()} sni ${servername} from ${peer}`;
      let bytes = 0;
      greet?.(socket);
      socket.on("data", (data) => {
        bytes += data.length;
        setTimeout(answer, THINKING_MS, socket, data);
      });
      socket.on("error", () => {});
      socket.on("close", () => seen.push(`${who}: ${bytes} bytes`));
    },
  );
  server.on("tlsClientError", () => seen.push("handshake failed"));
  return { ...(await tcpServer((socket) => void server.emit("connection", socket))), seen };
}

/** Says something on a bare TCP connection. */
async function tcpServer(greet: (socket: net.Socket) => void): Promise<Server> {
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => {});
    setTimeout(greet, THINKING_MS, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as net.AddressInfo).port, seen: [], close: () => void server.close() };
}

const base64 = (bytes: Buffer) => bytes.toString("base64");
const der = (leaf: Leaf) => `atob("${base64(new X509Certificate(leaf.cert).raw)}")`;
const key = (leaf: Leaf, type: "pkcs1" | "pkcs8" | "sec1") =>
  `atob("${base64(createPrivateKey(leaf.key).export({ format: "der", type }))}")`;
const pem = (text: string) => JSON.stringify(text);

const RSA = (pki: TlsPki) => `o.key = ${key(pki.rsa, "pkcs1")}; o.cert = ${der(pki.rsa)};`;
const EC = (pki: TlsPki) => `o.key = ${key(pki.ec, "sec1")}; o.cert = ${der(pki.ec)};`;

export interface TlsCase {
  name: string;
  server: (pki: TlsPki) => Promise<Server>;
  /** What is set on the options, and what is done in the 'connect' callback with the socket `c`. */
  options?: (pki: TlsPki) => string;
  connected?: string;
  /** After tls.connect. */
  then?: string;
  lines: string[];
  seen?: (pki: TlsPki) => Seen[];
}

const ASKING = { requestCert: true };
const OPENED = ["[connect]", "[drain]"];
const FAILED = (code: string) => [
  ...[...OPENED, '[error {"code":-8,"message":"unsent data"}]', "[end]", "[close true]"],
  `Uncaught InternalError: mbedtls_ssl_handshake returned -0x${code}`,
];
const NOTIFIED = ['[error {"code":-30848,"message":"unknown error"}]', "[end]", "[close true]"];
const ENDED = [...OPENED, "[end]", "[close false]"];
const from = (leaf: Leaf, bytes: number) => [`TLSv1.2 sni false from ${leaf.fingerprint}: ${bytes} bytes`];
const FROM_NOBODY = ["TLSv1.2 sni false from nobody: 5 bytes"];
const BROKEN = () => ["handshake failed"];

export const TLS_CASES: TlsCase[] = [
  {
    name: "an RSA pair is shown, no server name is sent, and the server's goodbye is an error",
    server: () => tlsServer(ASKING, (socket) => socket.end("bye")),
    options: RSA,
    lines: [...OPENED, "[drain]", "[data 3]", ...NOTIFIED],
    seen: (pki) => from(pki.rsa, 5),
  },
  {
    name: "a PKCS#8 key in a Uint8Array, with RSA key exchange",
    server: () => tlsServer({ ...ASKING, ciphers: "AES128-SHA", dhparam: undefined }),
    options: (pki) => `o.key = E.toUint8Array(${key(pki.rsa, "pkcs8")}); o.cert = ${der(pki.rsa)};`,
    connected: `c.end("hello");`,
    lines: ENDED,
    seen: (pki) => from(pki.rsa, 5),
  },
  {
    name: "key and certificate in ArrayBuffers",
    server: () => tlsServer(ASKING),
    options: (pki) =>
      `o.key = E.toUint8Array(${key(pki.rsa, "pkcs8")}).buffer; o.cert = E.toUint8Array(${der(pki.rsa)}).buffer;`,
    connected: `c.end("hello");`,
    lines: ENDED,
    seen: (pki) => from(pki.rsa, 5),
  },
  {
    name: "a CA that did not issue the server's certificate changes nothing: the server is not authenticated",
    server: () => tlsServer({}),
    options: (pki) => `o.ca = ${der(pki.ec)};`,
    connected: `c.end("hello");`,
    lines: ENDED,
    seen: () => FROM_NOBODY,
  },
  {
    name: "data comes in pieces of at most 536 bytes",
    server: () => tlsServer({}, (socket) => socket.end(Buffer.alloc(2000))),
    lines: [...OPENED, "[drain]", "[data 536]", "[data 536]", "[data 536]", "[data 392]", ...NOTIFIED],
  },
  {
    name: "more than 536 bytes are sent in records of 536",
    server: () => {
      const sizes: number[] = [];
      return tlsServer({}, (socket, data) => {
        sizes.push(data.length);
        if (sizes.reduce((a, b) => a + b) === 1200) socket.end("x".repeat(sizes.length));
      });
    },
    connected: `print("[write " + c.write(E.toString(new Uint8Array(1200))) + "]");`,
    lines: ["[connect]", "[write false]", "[drain]", "[drain]", "[data 3]", ...NOTIFIED],
  },
  {
    name: "an EC key is taken, and the handshake fails when the server asks for it",
    server: () => tlsServer(ASKING),
    options: EC,
    lines: FAILED("3f00"),
    seen: BROKEN,
  },
  {
    name: "without unsent data a failed handshake is no error event",
    server: () => tlsServer(ASKING),
    options: EC,
    connected: "",
    lines: [...ENDED, "Uncaught InternalError: mbedtls_ssl_handshake returned -0x3f00"],
    seen: BROKEN,
  },
  {
    name: "an EC key that nobody asks for does no harm",
    server: () => tlsServer({}),
    options: EC,
    connected: `c.end("hello");`,
    lines: ENDED,
    seen: () => FROM_NOBODY,
  },
  {
    name: "a server with an ECDSA certificate fails",
    server: (pki) => tlsServer({ cert: pki.ec.cert, key: pki.ec.key, ciphers: undefined }),
    lines: FAILED("7780"),
    seen: BROKEN,
  },
  {
    name: "a server of TLS 1.3 only fails",
    server: () => tlsServer({ minVersion: "TLSv1.3", maxVersion: "TLSv1.3", ciphers: undefined }),
    lines: FAILED("7780"),
    seen: BROKEN,
  },
  {
    name: "a server of ECDHE only fails",
    server: () => tlsServer({ ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }),
    lines: FAILED("7780"),
    seen: BROKEN,
  },
  {
    name: "a server that speaks no TLS fails",
    server: () => tcpServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    lines: FAILED("7200"),
  },
  {
    name: "a server that hangs up before the handshake fails",
    server: () => tcpServer((socket) => void socket.destroy()),
    lines: FAILED("1"),
  },
  {
    name: "a server that hangs up without goodbye is a plain end",
    server: () =>
      tlsServer(
        {},
        () => {},
        (socket) => void setTimeout(() => socket.destroy(), THINKING_MS),
      ),
    connected: "",
    lines: ENDED,
  },
  {
    name: "PEM text is no key",
    server: () => tlsServer({}),
    options: (pki) => `o.key = ${pem(pki.rsa.key)}; o.cert = ${der(pki.rsa)};`,
    lines: ["[threw HTTPS init failed! mbedtls_pk_parse_key: Invalid format]"],
  },
  {
    name: "PEM text is no certificate",
    server: () => tlsServer({}),
    options: (pki) => `o.key = ${key(pki.rsa, "pkcs1")}; o.cert = ${pem(pki.rsa.cert)};`,
    lines: ["[threw HTTPS init failed! mbedtls_x509_crt_parse of 'cert': Invalid format]"],
  },
  {
    name: "a refused connection is thrown by connect",
    server: async () => {
      const server = await tcpServer(() => {});
      server.close();
      return { ...server, close: () => {} };
    },
    lines: ["[threw Unable to create socket]"],
  },
  {
    name: "a closed socket cannot be written to",
    server: () => tlsServer({}, (socket) => socket.end()),
    then: `s.on("close", function () { try { s.write("x"); } catch (e) { print("[" + e.message + "]"); } });`,
    lines: [...OPENED, "[drain]", ...NOTIFIED, "[This socket is closed]"],
  },
];

/** Ends with [over] in any case. */
function scriptOf(c: TlsCase, pki: TlsPki, port: number): string {
  return `
var o = { host: "127.0.0.1", port: ${port} }, s;
function over() { setTimeout(function () { print("[over]"); }, 200); }
${c.options?.(pki) ?? ""}
try {
  s = require("tls").connect(o, function (c) { print(c === s ? "[connect]" : "[wrong socket]"); ${c.connected ?? `c.write("hello");`} });
  s.on("data", function (d) { print("[data " + d.length + "]"); });
  s.on("drain", function () { print("[drain]"); });
  s.on("end", function () { print("[end]"); });
  s.on("error", function (e) { print("[error " + JSON.stringify(e) + "]"); });
  s.on("close", function (e) { print("[close " + e + "]"); over(); });
  ${c.then ?? ""}
} catch (e) { print("[threw " + e.message + "]"); over(); }
`;
}

/** Boots a device whose program is the case's script. @returns what it printed, and what the server saw if that counts. */
export async function runTlsCase(
  c: TlsCase,
  start: (flash: NorFlash) => Promise<Target>,
): Promise<{ lines: string[]; seen: Seen[] }> {
  const pki = await tlsPki();
  const server = await c.server(pki);
  const target = await start(preparedFlash(boardNamed("linux"), scriptOf(c, pki, server.port), { serial: SERIAL }));
  try {
    await until("the script is over", () => target.console.includes("[over]"), 20000);
    if (c.seen) await until("the server has noticed", () => server.seen.length > 0, 5000);
  } finally {
    await target.stop();
    server.close();
  }
  const lines = target.console.filter((line) => /^(\[|Uncaught )/.test(line) && line !== "[over]");
  return { lines, seen: c.seen ? server.seen : [] };
}
