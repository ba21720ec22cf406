// Setups of a device on the real interpreter by a client that keeps what it knows, and a look at what the interpreter's
// memory still holds of it afterwards.
import { createECDH, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { x25519 } from "@noble/curves/ed25519.js";
import { randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import * as assert from "uvu/assert";
import type { BoardRecord } from "../../boards/index.ts";
import { certify, createAuthority } from "../../client/ca.ts";
import type { LeafWishes } from "../../client/ca.ts";
import { readRequest } from "../../client/csr.ts";
import { SUITE_CPACE, SUITE_X25519 } from "../../firmware/protocol.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { openSession } from "./free-client.ts";
import type { FreeSession } from "./free-client.ts";
import { opensslPki } from "./pki.ts";
import { findPieces, inAllForms, innermost, PIECE_BYTES, readMemory } from "./process-memory.ts";
import type { Region, Wanted } from "./process-memory.ts";
import { engineTarget, SERIAL, until } from "./targets.ts";
import type { EngineTarget } from "./targets.ts";

/** An interpreter, and the board whose bundle it runs. */
export interface Program {
  command: string;
  record: BoardRecord;
  /** Where its memory ends: under QEMU, what lies above is QEMU's own. */
  end: number;
}

/**
 * Flash is a file here, read and written through buffers of the C library that no board has. This overwrites what the
 * library frees (mallopt(3), M_PERTURB), the small pieces too, which it otherwise puts aside as they are.
 */
const WIPING_MALLOC = "GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0";
const NAME = "lamp.local";
const TIMEOUT_MS = 300000;
/** So many of 32 random bytes differ from each other, but in one of 100,000 cases. */
const LEAST_VARIETY = 22;

export class Scene {
  readonly target: EngineTarget;
  /** What was there and should not have been, a line a find. */
  readonly finds: string[] = [];
  private readonly end: number;
  private opened = 0;
  private atRest = 0;

  constructor(target: EngineTarget, end: number) {
    this.target = target;
    this.end = end;
  }

  memory(): Region[] {
    return readMemory(innermost(this.target.interpreter.pid)).filter(({ start }) => start < this.end);
  }

  /** The serial is there all the time, as a text: a find is what is there besides. */
  look(when: string, wanted: readonly Wanted[]): void {
    const regions = this.memory();
    const finds = findPieces(regions, wanted);
    const serials = findPieces(regions, inAllForms("serial", utf8ToBytes(SERIAL)));
    if (serials.length > this.atRest) finds.push(...serials);
    for (const { name, count, address, region, around } of finds)
      this.finds.push(`${when}: ${count} bytes of the ${name} at 0x${address.toString(16)} ${region} in ${around}`);
  }

  async openWindow(): Promise<void> {
    await this.target.openWindow();
    this.opened = this.target.console.length;
    this.atRest = findPieces(this.memory(), inAllForms("serial", utf8ToBytes(SERIAL))).length;
    assert.ok(this.atRest > 0, "what is there is found");
  }

  /** By the button, before its time. */
  async shutWindow(): Promise<void> {
    await this.target.press(3100);
    await this.hasShut();
  }

  /** Asks nothing: every question would make the interpreter use its memory anew. */
  async hasShut(): Promise<void> {
    const isShut = () => this.target.console.slice(this.opened).some((line) => line.startsWith("wib: window shut"));
    await until("the window has shut", isShut, TIMEOUT_MS);
  }
}

/** Plays with a device that has booted this bundle. @returns what was there and should not have been. */
export async function findsOf(
  { command, record, end }: Program,
  bundle: string,
  play: (scene: Scene) => Promise<void>,
): Promise<string[]> {
  const port = await freePort();
  const flash = preparedFlash(record, bundle, { serial: SERIAL, port });
  const target = await engineTarget(flash, `env ${WIPING_MALLOC} ${command}`, port);
  try {
    const scene = new Scene(target, end);
    await play(scene);
    return scene.finds;
  } finally {
    await target.stop();
  }
}

function xored(bytes: Uint8Array, value: number): Uint8Array {
  return bytes.map((byte) => byte ^ value);
}

function macKey(name: string, key: Uint8Array): Wanted[] {
  return [
    ...inAllForms(name, key),
    // as HMAC hashes it (RFC 2104)
    { name: `${name}, inner`, bytes: xored(key, 0x36), piece: PIECE_BYTES },
    { name: `${name}, outer`, bytes: xored(key, 0x5c), piece: PIECE_BYTES },
  ];
}

interface Known {
  session: FreeSession;
  wanted: Wanted[];
}

/** A session that has authenticated, and what is secret of it. */
export async function authenticate(scene: Scene, suite = SUITE_CPACE): Promise<Known> {
  await scene.openWindow();
  const isCpace = suite === SUITE_CPACE;
  const secret = randomBytes(isCpace ? 48 : 32); // CPace's begins with a nonce of 16
  const scalar = secret.slice(-32);
  const options = { serial: SERIAL, secret, timeoutMs: TIMEOUT_MS };
  const session = await openSession(scene.target.url, suite, options);
  const { encryption, client, device } = session.keys;
  const agreed = [
    ...inAllForms("input of the key schedule", session.ikm),
    ...(isCpace ? inAllForms("shared point", x25519.scalarMult(scalar, session.answer)) : []),
  ];
  const keys = [
    ...inAllForms("encryption key", encryption),
    ...macKey("client's MAC key", client),
    ...macKey("device's MAC key", device),
  ];
  const there = findPieces(scene.memory(), keys);
  for (const used of ["encryption key", "client's MAC key", "device's MAC key"])
    assert.ok(
      there.some(({ name }) => name === used),
      `the ${used} is found while it is in use`,
    );
  scene.look("after dh", agreed);
  assert.is((await session.auth(SERIAL)).status, 204);
  scene.look("after auth", agreed);
  return { session, wanted: [...agreed, ...keys] };
}

async function askForRequest({ session }: Known): Promise<Awaited<ReturnType<typeof readRequest>>> {
  const answer = await session.post(2, session.seal(2, `key=p256\ncn=${NAME}\n`));
  assert.is(answer.status, 200);
  return readRequest(answer.body, NAME);
}

/** Is this the private key of that public key (SubjectPublicKeyInfo of P-256, which ends in x and y)? */
function keyTest(publicKey: Uint8Array): (candidate: Uint8Array) => boolean {
  const point = Buffer.from(publicKey.slice(-65));
  const ecdh = createECDH("prime256v1");
  return (candidate) => {
    try {
      ecdh.setPrivateKey(candidate);
    } catch {
      return false; // 0, or not below the order
    }
    return ecdh.getPublicKey().equals(point);
  };
}

/** The private key that lies somewhere in these bytes, in one piece. */
function findKey(bytes: Uint8Array, isKey: (candidate: Uint8Array) => boolean): Uint8Array | undefined {
  const counts = new Uint8Array(256); // of each byte among the last 32
  let variety = 0;
  for (let end = 0; end < bytes.length; end++) {
    if (!counts[bytes[end]]++) variety++;
    if (end >= 32 && !--counts[bytes[end - 32]]) variety--;
    if (variety < LEAST_VARIETY || end < 31) continue;
    const candidate = bytes.subarray(end - 31, end + 1);
    if (isKey(candidate)) return Uint8Array.from(candidate);
  }
  return undefined;
}

/** Sends the last sealed body, and looks when it is answered and when the window has shut. */
async function install(scene: Scene, { session, wanted }: Known, text: string, keyOf: () => Uint8Array): Promise<void> {
  assert.is((await session.post(3, session.seal(3, text))).status, 204);
  const all = [...wanted, ...inAllForms("private key", keyOf())];
  scene.look("when it is installed", all);
  await scene.hasShut();
  scene.look("afterwards", all);
}

/** The device makes its own key, and is given a certificate for it. */
export async function setUpWithOwnKey(scene: Scene): Promise<void> {
  const known = await authenticate(scene);
  const { publicKey } = await askForRequest(known);
  const authority = await createAuthority("Test CA", 1);
  const wishes: LeafWishes = { commonName: NAME, kind: "p256", days: 1, usage: "both", dnsNames: [NAME] };
  const chain = (await certify(authority, publicKey, wishes)) + authority.cert;
  await install(scene, known, chain, () => {
    const key = findKey(scene.target.interpreter.flash(), keyTest(publicKey));
    assert.ok(key, "the key is in flash");
    return key;
  });
}

function ecKey(): { keyText: string; key: Uint8Array } {
  const files = opensslPki().ec;
  const { d } = createPrivateKey(readFileSync(files.key)).export({ format: "jwk" });
  return { keyText: readFileSync(files.key, "utf8"), key: Uint8Array.from(Buffer.from(d!, "base64url")) };
}

/** The owner brings a pair. */
export async function setUpWithPair(scene: Scene): Promise<void> {
  const { keyText, key } = ecKey();
  const text = readFileSync(opensslPki().ec.cert, "utf8") + keyText;
  await install(scene, await authenticate(scene, SUITE_X25519), text, () => key);
}

/** The owner brings a key that is not that of the certificate. */
export async function bringWrongKey(scene: Scene): Promise<void> {
  const { keyText, key } = ecKey();
  const { session, wanted } = await authenticate(scene, SUITE_X25519);
  const text = readFileSync(opensslPki().rsa.cert, "utf8") + keyText;
  assert.is((await session.post(3, session.seal(3, text))).status, 400);
  scene.look("when it is refused", [...wanted, ...inAllForms("private key", key)]);
}

/** The window is shut while a session is under way. */
export async function abandonSession(scene: Scene): Promise<void> {
  const { wanted } = await authenticate(scene);
  await scene.shutWindow();
  scene.look("afterwards", wanted);
}

/** The window is shut while a key that the device made waits for its certificate. */
export async function abandonRequest(scene: Scene): Promise<void> {
  const known = await authenticate(scene);
  const isKey = keyTest((await askForRequest(known)).publicKey);
  let key: Uint8Array | undefined;
  for (const { bytes } of scene.memory()) key ??= findKey(bytes, isKey);
  assert.ok(key, "the key is found while it is pending");
  await scene.shutWindow();
  scene.look("afterwards", [...known.wanted, ...inAllForms("private key", key)]);
}
