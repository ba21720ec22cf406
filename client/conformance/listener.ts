// One case on one port: requests in, the device's answers or the case's departures out, and the judge looking on.
// Answers are written to the socket by hand, since most of what goes wrong on a network is nothing http would send.
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Action, Case, Reply } from "./case.ts";
import { createDevice } from "./device.ts";
import type { Outcome } from "./device.ts";
import type { Judge } from "./judge.ts";
import { readRequest, stepOf } from "./requests.ts";
import type { Request } from "./requests.ts";

export interface ListenerOptions {
  suites: string[];
  serial: string;
  slowMs: number;
}

const FLOOD_CHUNK = Buffer.alloc(65536, "x");
/** Far more than the system's buffers between the two. */
const FLOOD_BYTES = 32 * 1024 * 1024;
const REASONS: Record<number, string> = { 200: "OK", 204: "No Content", 302: "Found", 307: "Temporary Redirect" };

function textOf(reply: Reply, length = reply.body.length): Buffer {
  const lines = Object.entries(reply.headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  );
  const isChunked = "Transfer-Encoding" in reply.headers;
  if (reply.status !== 204 && !isChunked) lines.push(`Content-Length: ${length}`);
  const reason = REASONS[reply.status] ?? http.STATUS_CODES[reply.status] ?? "";
  const head = [`HTTP/1.1 ${reply.status} ${reason}`, ...lines, "Connection: close", "Cache-Control: no-store", "", ""];
  const chunk = [Buffer.from(`${length.toString(16)}\r\n`), reply.body, Buffer.from("\r\n0\r\n\r\n")];
  return Buffer.concat([Buffer.from(head.join("\r\n")), ...(isChunked ? chunk : [reply.body])]);
}

export interface Listener {
  port: number;
  close(): Promise<void>;
}

export async function listen(
  theCase: Case,
  options: ListenerOptions,
  judge: Judge,
  address: { host: string; port: number },
): Promise<Listener> {
  const waitS = Math.ceil(options.slowMs / 1000) + 10;
  const device = createDevice(theCase, options.suites, options.serial, waitS);
  const timers = new Set<NodeJS.Timeout>();
  let departures = 0;

  function flood(socket: Duplex, reply: Reply): void {
    socket.write(textOf({ ...reply, body: new Uint8Array(0) }, 2 ** 40));
    let sent = 0;
    const more = () => {
      while (!socket.destroyed && sent < FLOOD_BYTES) {
        sent += FLOOD_CHUNK.length;
        if (!socket.write(FLOOD_CHUNK)) return void socket.once("drain", more);
      }
      if (!socket.destroyed) judge.fault(`it has taken ${sent / 2 ** 20} MiB of an answer that does not end`);
      socket.destroy();
    };
    more();
  }

  function late(socket: Duplex, reply: Reply, installed: boolean): void {
    const onClose = () => judge.fault(`it hung up before the ${waitS} s of the greeting's wait were over`);
    socket.once("close", onClose);
    const timer = setTimeout(() => {
      timers.delete(timer);
      socket.off("close", onClose);
      if (installed) judge.installed();
      socket.end(textOf(reply));
    }, options.slowMs);
    timers.add(timer);
  }

  function perform(action: Action, socket: Duplex, outcome?: Outcome): void {
    if (action.kind === "drop" || !outcome) socket.destroy();
    else if (action.kind === "late") late(socket, outcome.reply, !!outcome.installed);
    else if (action.kind === "flood") flood(socket, { ...outcome.reply, status: 200 });
    else if (action.kind === "answer") socket.end(textOf(action.reply));
    else socket.end(textOf(action.reply).subarray(0, -action.bytes));
  }

  function departure(request: Request, outcome: Outcome | undefined): Action | undefined {
    if (stepOf(request) !== theCase.at || !theCase.act || outcome?.fault) return undefined;
    if (theCase.isRequestLost && departures > 0) return undefined;
    departures++;
    const honest = outcome?.reply ?? { status: 0, headers: {}, body: new Uint8Array(0) };
    return theCase.act({
      honest,
      request: request.body,
      suite: outcome?.session?.suite,
      prove: ({ tag, ...changed }) => device.prove(request, honest, tag ? { ...changed, requestTag: tag } : changed),
    });
  }

  function answer(request: Request, socket: Duplex): void {
    judge.request(request);
    if (theCase.isRequestLost && departures === 0 && stepOf(request) === theCase.at) {
      judge.departed(0);
      return perform(departure(request, undefined)!, socket);
    }
    const outcome = device.handle(request);
    if (outcome.fault) judge.refused(outcome.fault);
    const action = departure(request, outcome);
    if (action && theCase.rule !== "go-on") {
      const seconds = action.kind === "answer" ? Number(action.reply.headers["Retry-After"] ?? 0) : 0;
      judge.departed(seconds * 1000);
    }
    if (outcome.installed && action?.kind !== "late") judge.installed();
    if (!action && stepOf(request) === theCase.at && isChanged(theCase)) judge.departed(0);
    perform(action ?? { kind: "answer", reply: outcome.reply }, socket, outcome);
  }

  const server = http.createServer((message) => {
    const { socket } = message;
    readRequest(message).then(
      (request) => answer(request, socket),
      () => socket.destroy(),
    );
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!error.code?.startsWith("HPE_")) return void socket.destroy(); // it broke off, or never asked anything
    judge.fault(`what came is not HTTP as section 2.2 has it: ${error.code}`);
    socket.end("HTTP/1.1 400 Bad Request\r\nWib-Error: malformed-request\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(address.port, address.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      judge.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Is the honest answer to the case's step the departure, because the greeting itself is changed? */
function isChanged(c: Case): boolean {
  return c.rule === "stop" && !c.act && (c.greeting !== undefined || c.cookie !== undefined);
}
