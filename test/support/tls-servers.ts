// TLS servers of others, to prove that the test client is right before it judges ours: OpenSSL's and GnuTLS's.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import net from "node:net";
import { freePort } from "../../client/bench/free-port.ts";
import { opensslPki } from "./pki.ts";
import { until } from "./targets.ts";
import type { PeerTarget } from "./tls-peer/peer.ts";

export interface TheirServer {
  target: PeerTarget;
  output(): string;
  /** A line into its console: OpenSSL's commands. */
  type(line: string): void;
  stop(): void;
}

const started: ChildProcess[] = [];
process.once("exit", () => started.forEach((each) => each.kill("SIGKILL")));

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

export async function startServer(program: string, args: (port: number) => string[]): Promise<TheirServer> {
  const port = await freePort();
  const child = spawn(program, args(port), { stdio: ["pipe", "pipe", "pipe"] });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  await until(`${program} listens`, () => listens(port));
  const caPem = readFileSync(opensslPki().ca, "utf8");
  return {
    target: { host: "127.0.0.1", port, caPem, servername: "device.local", timeoutMs: 5000 },
    output: () => output,
    type: (line) => void child.stdin.write(`${line}\n`),
    stop: () => void child.kill("SIGKILL"),
  };
}

/** @param more for example `-www`. */
export function opensslServer(more: string[] = ["-www"], kind: "ec" | "rsa" = "ec"): Promise<TheirServer> {
  const { [kind]: pair, ca } = opensslPki();
  return startServer("openssl", (port) => [
    ...["s_server", "-accept", `127.0.0.1:${port}`, "-tls1_3", "-cert", pair.cert, "-key", pair.key, "-CAfile", ca],
    ...more,
  ]);
}

export function gnutlsServer(more: string[] = ["--http"]): Promise<TheirServer> {
  const { ec } = opensslPki();
  return startServer("gnutls-serv", (port) => [
    ...["--port", String(port), "--x509certfile", ec.cert, "--x509keyfile", ec.key, "--quiet"],
    ...["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3"],
    ...more,
  ]);
}
