// Other people's TLS clients, each as a function from a server to what it got from it. Every one verifies the chain up to the owner's
// CA by its own means; none has a way around that.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import https from "node:https";
import tls from "node:tls";
import { tempTree } from "./temp-tree.ts";
import type { PeerTarget } from "./tls-peer/peer.ts";

export interface HttpsTarget extends PeerTarget {
  caFile: string;
  path: string;
}

export interface Run {
  code: number | null;
  output: string;
}

const TIMEOUT_MS = 60000;

export interface RunOptions {
  input?: string;
  /** Keeps its standard input open, until it ends by itself. */
  keepOpen?: boolean;
  env?: Record<string, string>;
  timeoutMs?: number;
  /** Types more when this has been printed. */
  then?: { after: RegExp; input: string }[];
}

/** @returns what it printed on both outputs, and how it ended. */
export function run(program: string, args: string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...options.env }, detached: true });
    let output = "";
    const then = [...(options.then ?? [])];
    // Its own group: a browser has many processes, and none may outlive the test.
    const kill = () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        return;
      }
    };
    const timer = setTimeout(kill, options.timeoutMs ?? TIMEOUT_MS);
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (then.length && then[0].after.test(output)) child.stdin.write(then.shift()!.input);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      kill();
      resolve({ code, output });
    });
    if (options.input !== undefined) child.stdin.write(options.input);
    if (!options.keepOpen && !then.length) child.stdin.end();
  });
}

export const requestText = ({ path, servername }: HttpsTarget): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${servername}\r\n\r\n`;

/** `openssl s_client`, which sends one request and waits for the server's end. */
export function opensslClient(target: HttpsTarget, more: string[] = [], options: RunOptions = {}): Promise<Run> {
  const args = ["s_client", "-connect", `${target.host}:${target.port}`, "-servername", target.servername];
  args.push("-CAfile", target.caFile, "-verify_return_error", "-verify_hostname", target.servername, "-tls1_3");
  const plain = { input: requestText(target), keepOpen: true };
  return run("openssl", [...args, ...(options.then ? [] : ["-ign_eof"]), ...more], options.then ? options : plain);
}

export function curl(target: HttpsTarget, more: string[] = [], scheme = "https"): Promise<Run> {
  const { servername, port, host, caFile, path } = target;
  const args = [
    "-sS",
    "--fail",
    "--tlsv1.3",
    "--cacert",
    caFile,
    "--resolve",
    `${servername}:${port}:${host}`,
    ...more,
  ];
  return run("curl", [...args, `${scheme}://${servername}:${port}${path}`]);
}

/** @param priority of GnuTLS, for example `NORMAL:-GROUP-ALL:+GROUP-X25519`. */
export function gnutlsClient(target: HttpsTarget, priority: string, more: string[] = []): Promise<Run> {
  const args = ["--x509cafile", target.caFile, "--sni-hostname", target.servername, "--priority", priority];
  args.push("--verify-hostname", target.servername, "-p", String(target.port), ...more, target.host);
  return run("gnutls-cli", args, { input: requestText(target), keepOpen: true });
}

export interface NodeReply {
  status: number;
  body: string;
  isResumed: boolean;
  session: Buffer | undefined;
}

export function nodeHttps(target: HttpsTarget, options: tls.ConnectionOptions = {}): Promise<NodeReply> {
  const { host, port, servername, path, caPem } = target;
  return new Promise((resolve, reject) => {
    let session: Buffer | undefined;
    const secure = { host, port, servername, path, ca: caPem, minVersion: "TLSv1.3" as const, ...options };
    const request = https.get({ ...secure, agent: false, headers: { host: servername } }, (response) => {
      let body = "";
      const isResumed = (response.socket as tls.TLSSocket).isSessionReused();
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode!, body, isResumed, session }));
    });
    request.on("socket", (socket) => socket.on("session", (bytes: Buffer) => (session = bytes)));
    request.on("error", reject);
  });
}

const PYTHON = `
import socket, ssl, sys
host, port, name, ca, path = sys.argv[1:6]
context = ssl.create_default_context(cafile=ca)
context.minimum_version = ssl.TLSVersion.TLSv1_3
context.set_alpn_protocols(["http/1.1"])
session = None
for turn in range(2):
    with socket.create_connection((host, int(port)), timeout=60) as plain:
        with context.wrap_socket(plain, server_hostname=name, session=session) as s:
            s.sendall(f"GET {path} HTTP/1.1\\r\\nHost: {name}\\r\\n\\r\\n".encode())
            reply = b""
            while piece := s.recv(4096):
                reply += piece
            print(s.version(), s.cipher()[0], s.selected_alpn_protocol(), "reused" if s.session_reused else "new")
            session = s.session
print(reply.decode())
`;

export function pythonSsl(target: HttpsTarget, python = "python3"): Promise<Run> {
  const { host, port, servername, caFile, path } = target;
  return run(python, ["-c", PYTHON, host, String(port), servername, caFile, path]);
}

/** A home of its own, whose NSS database trusts these authorities and nobody else's. */
export function browserHome(caFiles: string[]): string {
  const home = tempTree({});
  const database = `${home}.pki/nssdb`;
  mkdirSync(database, { recursive: true });
  const certutil = (...args: string[]) =>
    execFileSync("certutil", ["-d", `sql:${database}`, ...args], { stdio: "pipe" });
  certutil("-N", "--empty-password");
  for (const [i, file] of caFiles.entries()) certutil("-A", "-t", "C,,", "-n", `owner ${i}`, "-i", file);
  return home;
}

/** Debian's Chromium, headless. @returns the page as it stands after loading. */
export function chromium(target: HttpsTarget, home: string): Promise<Run> {
  const { servername, port, host, path } = target;
  const quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  quiet.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
  const args = [...quiet, `--user-data-dir=${home}profile`, `--host-resolver-rules=MAP ${servername} ${host}`];
  const url = `https://${servername}:${port}${path}`;
  return run("chromium", [...args, "--timeout=30000", "--dump-dom", url], { env: { HOME: home } });
}

/** @returns sslscan's own report, XML. */
export async function sslscan(target: HttpsTarget): Promise<string> {
  const file = `${tempTree({})}report.xml`;
  const where = `${target.host}:${target.port}`;
  await run("sslscan", ["--no-colour", `--sni-name=${target.servername}`, `--xml=${file}`, where], {
    timeoutMs: 120000,
  });
  return readFileSync(file, "utf8");
}

export interface Finding {
  id: string;
  severity: string;
  finding: string;
}

/** testssl.sh with everything but its simulated clients. */
export async function testssl(target: HttpsTarget, checks: string[], timeoutMs: number): Promise<Finding[]> {
  const file = `${tempTree({})}report.json`;
  const args = ["--add-ca", target.caFile, "--ip", target.host, "--nodns", "none", "--warnings", "off", "--quiet"];
  args.push("--color", "0", "--jsonfile", file, ...checks, `https://${target.servername}:${target.port}/`);
  const { output } = await run("testssl", args, { timeoutMs });
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(`testssl.sh wrote no report: ${output.slice(-500)}`);
  }
}
