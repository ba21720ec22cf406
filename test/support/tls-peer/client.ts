// The test client as an honest user has it: connect, GET, close. @see handshake.ts for the steps.
import { ALERT } from "./codes.ts";
import type { ClientIdentity } from "./authentication.ts";
import { Handshake } from "./handshake.ts";
import { makeHello } from "./hello.ts";
import type { HelloOptions, HelloSpec } from "./hello.ts";
import { PeerAlert } from "./peer.ts";
import type { PeerTarget } from "./peer.ts";
import { ascii, join } from "./wire.ts";
import type { Bytes } from "./wire.ts";
import { PeerClosed } from "./wire-end.ts";

export interface ConnectOptions extends HelloOptions {
  identity?: ClientIdentity;
  /** The last word about the ClientHello. */
  change?: (spec: HelloSpec) => HelloSpec;
}

export async function connect(target: PeerTarget, options: ConnectOptions = {}): Promise<Handshake> {
  const peer = await Handshake.open(target);
  const spec = makeHello({ servername: target.servername, ...options });
  try {
    await peer.complete(options.change?.(spec) ?? spec, options.identity);
  } catch (error) {
    peer.wire.destroy();
    throw error;
  }
  return peer;
}

export interface HttpReply {
  status: number;
  head: string;
  body: string;
  /** The server ended with close_notify, as it must (RFC 8446 6.1). */
  wasClosedProperly: boolean;
}

export async function sendRequest(peer: Handshake, path: string): Promise<void> {
  await peer.sendRecord(23, ascii(`GET ${path} HTTP/1.1\r\nHost: ${peer.target.servername}\r\n\r\n`));
}

/** The answer to one request: to the server's close, or to its Content-Length. */
export async function readReply(peer: Handshake, toTheEnd = true): Promise<HttpReply> {
  let all: Bytes = new Uint8Array(0);
  let wasClosedProperly = false;
  const text = () => Buffer.from(all).toString("latin1");
  const isComplete = () => {
    const length = /\r\ncontent-length: (\d+)/i.exec(text());
    const end = text().indexOf("\r\n\r\n");
    return end >= 0 && length !== null && all.length >= end + 4 + Number(length[1]);
  };
  try {
    while (toTheEnd || !isComplete()) all = join(all, await peer.nextData());
  } catch (error) {
    if (error instanceof PeerAlert && error.code === ALERT.closeNotify) wasClosedProperly = true;
    else if (!(error instanceof PeerClosed)) throw error;
  }
  const [head, ...body] = text().split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1]),
    head,
    body: body.join("\r\n\r\n"),
    wasClosedProperly,
  };
}

export async function get(peer: Handshake, path = "/status"): Promise<HttpReply> {
  await sendRequest(peer, path);
  const reply = await readReply(peer);
  await peer.close();
  peer.wire.destroy();
  return reply;
}
