// What a device says of itself before anything else, and how strictly that is read (docs/PROTOCOL.md section 3).
import { COOKIE_HEX_CHARS, COOKIE_NAME, PATH_DH, SALT_BYTES } from "../firmware/protocol.ts";
import { hexToBytes } from "./bytes.ts";
import { request } from "./http.ts";
import type { HttpAnswer } from "./http.ts";
import { notADevice, refused } from "./refused.ts";

export interface Offer {
  build: string;
  offered: string;
  salt: Uint8Array;
  waitMs: number;
  maxBytes: number;
  /** Seconds that the window stays open; wrong serials until a factory reset. */
  windowS: number;
  tries: number;
  cookie: string;
}

const GET_TIMEOUT_MS = 15000;
/** On top of what the device says a step may take. */
const NETWORK_MS = 10000;

/** The members of a greeting. */
interface Greeting {
  v: number;
  build: string;
  suites: string[];
  salt: string;
  window: number;
  tries: number;
  wait: number;
  max: number;
}

const MEMBERS = ["build", "max", "salt", "suites", "tries", "v", "wait", "window"];
/** A device that takes longer is none. */
const MAX_WAIT_S = 600;

/**
 * Exactly what 3.1 has. With values that hold no colon, eight colons are eight members, none of them twice. JSON.parse
 * takes 5.0 and 3e2 for integers.
 */
function isGreeting(json: Greeting, text: string): boolean {
  return (
    Object.keys(json).sort().join() === MEMBERS.join() &&
    text.split(":").length === MEMBERS.length + 1 &&
    !/:\s*\d+[.eE]/.test(text) &&
    (json.build === "product" || json.build === "bench") &&
    Array.isArray(json.suites) &&
    json.suites.length > 0 &&
    json.suites.every((name) => typeof name === "string" && /^[a-z0-9-]{1,32}$/.test(name)) &&
    typeof json.salt === "string" &&
    new RegExp(`^[0-9a-f]{${SALT_BYTES * 2}}$`).test(json.salt) &&
    [json.window, json.tries, json.wait, json.max].every((n) => Number.isSafeInteger(n) && n >= 0) &&
    json.wait <= MAX_WAIT_S
  );
}

/** The value of the one cookie that a greeting sets (3.2). */
function cookieOf(answer: HttpAnswer): string | undefined {
  const ours = answer.setCookie.filter((line) => line.startsWith(`${COOKIE_NAME}=`));
  if (ours.length !== 1) return undefined;
  const value = ours[0].slice(COOKIE_NAME.length + 1).split(";")[0];
  return value.length === COOKIE_HEX_CHARS && /^[0-9a-f]+$/.test(value) ? value : undefined;
}

/** @throws WibError for anything that is no greeting. */
export async function getOffer(base: URL): Promise<Offer> {
  const answer = await request(base, { method: "GET", path: PATH_DH, timeoutMs: GET_TIMEOUT_MS });
  if (answer.status !== 200) throw refused("greeting", answer);
  const text = new TextDecoder().decode(answer.body);
  const cookie = cookieOf(answer);
  let json: Greeting;
  try {
    json = JSON.parse(text);
  } catch {
    throw notADevice("the greeting is no JSON");
  }
  if (json?.v !== 1) throw notADevice(`the device does not speak version 1 of the protocol, which is this client's`);
  if (!isGreeting(json, text) || cookie === undefined)
    throw notADevice("the greeting has not the members it should have");
  return {
    build: json.build,
    offered: json.suites.join(","),
    salt: hexToBytes(json.salt),
    waitMs: json.wait * 1000 + NETWORK_MS,
    windowS: json.window,
    tries: json.tries,
    maxBytes: json.max,
    cookie,
  };
}
