// A ClientHello by hand, with whatever a test wants in it.
import { hex, unhex } from "./hal.ts";

export const X25519_SHARE = "001d0020" + "11".repeat(32);
export const P256_SHARE = "00170041" + "04" + "22".repeat(64);

const u16 = (n: number) => n.toString(16).padStart(4, "0");
const u8 = (n: number) => n.toString(16).padStart(2, "0");
/** Hex behind its length in bytes. */
export const vector8 = (body: string) => u8(body.length / 2) + body;
export const vector16 = (body: string) => u16(body.length / 2) + body;

export interface HelloParts {
  version?: string;
  sessionId?: string;
  suites?: string;
  compression?: string;
  /** Type to contents in hex; undefined takes one away. Their order is the message's. */
  extensions?: Record<number, string | undefined>;
  /** Hex behind the extensions that are in the list, inside of it. */
  more?: string;
  /** The extensions and their length whole, in hex. */
  whole?: string;
}

const USUAL: Record<number, string> = {
  0: vector16("00" + vector16(hex(Buffer.from("device.local")))),
  43: vector8("0304"),
  13: vector16("04030804"),
  10: vector16("001d0017"),
  51: vector16(X25519_SHARE),
  45: vector8("01"),
  16: vector16(vector8(hex(Buffer.from("http/1.1")))),
};

/** With the header of a handshake message. */
export function clientHello(parts: HelloParts = {}): Uint8Array {
  const list = Object.entries({ ...USUAL, ...parts.extensions }).sort(([a], [b]) =>
    a === "41" ? 1 : b === "41" ? -1 : 0,
  );
  const extensions = list
    .filter(([, body]) => body !== undefined)
    .map(([type, body]) => u16(Number(type)) + vector16(body!))
    .join("");
  const body = [
    parts.version ?? "0303",
    "aa".repeat(32),
    vector8(parts.sessionId ?? "bb".repeat(32)),
    parts.suites ?? vector16("13011303"),
    parts.compression ?? "0100",
    parts.whole ?? vector16(extensions + (parts.more ?? "")),
  ].join("");
  return unhex("01" + (body.length / 2).toString(16).padStart(6, "0") + body);
}

/** A pre_shared_key: identities and binders, in hex. */
export function preSharedKey(identities: string[], binders: string[]): string {
  const ids = identities.map((id) => vector16(id) + "00000000").join("");
  return vector16(ids) + vector16(binders.map(vector8).join(""));
}
