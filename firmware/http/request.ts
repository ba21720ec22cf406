// Reads one HTTP/1.1 request (RFC 9112), fed in pieces of any size. Strict and capped: what is not exactly as
// docs/PROTOCOL.md section 2 has it is refused, and nothing is kept beyond the caps. Pure: no sockets, no timers.
//
// Work goes through the engine's native string functions, since a look at every character in JavaScript would
// cost seconds. Espruino's indexOf and split may report a match that is none at the end of a string (PLATFORM
// section 4.2), so every hit on "\r\n" is confirmed.
import type { Bytes } from "../hal/engine.ts";
import { ERROR, HEADER_MAX_BYTES } from "../protocol.ts";

const MAX_LINES = 32;

export interface RequestHead {
  method: string;
  path: string;
  host: string;
  /** Undefined where the header is absent; names in lower case, values trimmed. */
  headers: { [name: string]: string };
  /** Content-Length, 0 for none. */
  length: number;
  expectsContinue: boolean;
}

/** A status and a code of protocol.ERROR. */
export interface Refusal {
  status: number;
  code: string;
  /** The methods that the path has, of a 405. */
  allow?: string;
}

export interface RequestReader {
  /** True once the body is complete. @returns a refusal, after which nothing more may be fed. */
  feed(data: string): boolean | Refusal;
  /** Once the request has been accepted. */
  head: RequestHead | undefined;
}

/** Decides on a request once its header is there: a buffer for the body (empty for none), or a refusal. */
export type BodyPolicy = (head: RequestHead) => Bytes | Refusal;

const SINGLE = ["host", "cookie", "content-length", "content-type", "origin", "sec-fetch-site", "expect"];

function malformed(code?: string): Refusal {
  return { status: 400, code: code || ERROR.malformedRequest };
}

/** in: the header without its final blank line. */
function parseHead(text: string): RequestHead | Refusal {
  if (!text) return malformed(); // "".split() is [] on Espruino
  const lines = text.split("\r\n");
  const first = lines[0].split(" ");
  // The join shows that split was right; the pattern leaves visible ASCII and blanks.
  if (lines.join("\r\n") !== text || lines.length > MAX_LINES || /[^ -~]/.test(lines.join(""))) return malformed();
  if (first.length !== 3 || (first[2] !== "HTTP/1.1" && first[2] !== "HTTP/1.0")) return malformed();
  const headers: { [name: string]: string } = {};
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i];
    const colon = line.indexOf(":");
    const name = line.substr(0, colon).toLowerCase();
    if (colon < 1 || name.indexOf(" ") >= 0 || name === "transfer-encoding") return malformed();
    if (SINGLE.indexOf(name) >= 0) {
      if (headers[name] !== undefined) return malformed();
      headers[name] = line.substr(colon + 1).trim();
    }
  }
  if (!headers["host"]) return malformed();
  const length = headers["content-length"];
  if (length !== undefined && !/^[0-9]+$/.test(length)) return malformed();
  if (length === undefined && first[0] === "POST") return malformed(ERROR.lengthRequired);
  if (first[0] === "GET" && /[1-9]/.test(length || "")) return malformed();
  if (length !== undefined && length.length > 4) return { status: 413, code: ERROR.bodyTooLarge };
  return {
    method: first[0],
    path: first[1],
    host: headers["host"].toLowerCase(),
    headers: headers,
    length: length ? parseInt(length, 10) : 0,
    expectsContinue: (headers["expect"] || "").toLowerCase() === "100-continue",
  };
}

/** @param toBytes the engine's string to bytes. */
export function createRequestReader(toBytes: (data: string) => Bytes, policy: BodyPolicy): RequestReader {
  let header = "";
  let body: Bytes | undefined;
  let filled = 0;

  function consumeBody(data: string): boolean | Refusal {
    if (data) {
      if (filled + data.length > reader.head!.length) return malformed();
      body!.set(toBytes(data), filled);
      filled += data.length;
    }
    return filled === reader.head!.length;
  }

  const reader: RequestReader = {
    head: undefined,
    feed: function (data) {
      if (body) return consumeBody(data);
      header += data;
      const end = header.indexOf("\r\n\r\n");
      const found = end >= 0 && header.substr(end, 4) === "\r\n\r\n";
      if ((found ? end + 4 : header.length) > HEADER_MAX_BYTES) return { status: 413, code: ERROR.headerTooLarge };
      if (!found) return false;
      const head = parseHead(header.substr(0, end));
      const rest = header.substr(end + 4);
      header = "";
      if ("status" in head) return head;
      const decided = policy(head);
      if ("status" in decided) return decided;
      reader.head = head;
      body = decided;
      return consumeBody(rest);
    },
  };
  return reader;
}
