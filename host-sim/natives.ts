// The engine's class `E`: what the firmware uses of it, with the engine's semantics (Espruino's reference and
// libs; differences between what it says and what it does follow what it does).
import vm from "node:vm";
import { crc32 } from "node:zlib";
import { strict } from "./strict.ts";

/** Constructors of the realm in which the firmware runs. */
export interface Realm {
  Uint8Array: Uint8ArrayConstructor;
  Error: ErrorConstructor;
  Array: ArrayConstructor;
  /** Compiles a function that uses nothing but its arguments as one of the realm's own. */
  adopt<F>(f: F): F;
}

export function realmOf(context: vm.Context): Realm {
  return {
    ...(vm.runInContext("({ Uint8Array, Error, Array })", context) as Omit<Realm, "adopt">),
    adopt: (f) => vm.runInContext(`(${String(f)})`, context) as typeof f,
  };
}

/** Node's own: for modules that run without a board. */
export const HOST_REALM: Realm = { Uint8Array, Error, Array, adopt: (f) => f };

type Typed = Uint8Array | Int32Array | Float64Array;

/** Bytes of anything the engine takes as data: strings (one char, one byte), arrays, views, numbers, nested. */
export function bytesFrom(value: unknown): number[] {
  if (typeof value === "string") return Array.from({ length: value.length }, (_, i) => value.charCodeAt(i) & 255);
  if (typeof value === "number") return [value & 255];
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, (v) => v & 255);
  if (Object.prototype.toString.call(value) === "[object ArrayBuffer]")
    return [...new Uint8Array(value as ArrayBuffer)];
  if (Array.isArray(value)) return Array.from(value as unknown[]).flatMap(bytesFrom); // not its own flatMap: the realm has none
  throw new Error(`host-sim: ${Object.prototype.toString.call(value)} as data is not modelled`);
}

/** The same of several, without a detour by way of numbers for what there is most of. */
function joined(parts: unknown[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part, "latin1");
      if (!ArrayBuffer.isView(part) || (part as Uint8Array).BYTES_PER_ELEMENT !== 1)
        return Buffer.from(bytesFrom(part));
      return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    }),
  );
}

export function binaryString(bytes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096)
    text += String.fromCharCode(...Array.prototype.slice.call(bytes, i, i + 4096));
  return text;
}

/** v = 0; for (i in a) v += a[i] * b[(i + offset) % b.length], in that order, in doubles. */
export function convolve(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number {
  let sum = 0;
  const [length, period] = [a.length, b.length]; // asked once: every multiplication of the curves passes here
  let at = offset % period;
  if (at < 0) at += period;
  for (let i = 0; i < length; i++) {
    sum += a[i] * b[at];
    if (++at === period) at = 0;
  }
  return sum;
}

/** Reads `from` in groups of `bits` bits and writes each, looked up in `map` or put through it, to `to`. */
export function mapInPlace(from: Typed, to: Typed, map?: Typed | ((v: number, i: number) => number), bits = 0): void {
  const width = 8 * from.BYTES_PER_ELEMENT;
  if (width === 8 && !bits) {
    // Byte by byte, which is what the curves do all the time.
    const length = Math.min(from.length, to.length);
    if (typeof map === "function") for (let i = 0; i < length; i++) to[i] = map(from[i], i);
    else for (let i = 0; i < length; i++) to[i] = map ? map[from[i]] : from[i];
    return;
  }
  const group = Math.abs(bits) || width;
  const mask = group === 32 ? -1 : (1 << group) - 1;
  let pool = 0;
  let have = 0;
  let at = 0;
  for (let out = 0; out < to.length && (at < from.length || have >= group); out++) {
    const index = at;
    while (have < group) {
      pool = bits < 0 ? pool | (from[at++] << have) : (pool << width) | from[at++];
      have += width;
    }
    const value = (bits < 0 ? pool : pool >> (have - group)) & mask;
    if (bits < 0) pool >>= group;
    have -= group;
    to[out] = typeof map === "function" ? map(value, index) : map ? map[value] : value;
  }
}

export interface NativesHost {
  /** The multiply-with-carry generator of the engine starts from a constant on some boards. */
  hwRand(): number;
  temperature(): number;
  analogVRef(): number;
  openFile(path: string): { read(bytes: number): string; close(): void };
  watchdog: { enable(seconds: number, isAuto: boolean): void; kick(): void };
  console: { setPassword(password?: string): void; lock(): void };
  /** nativeCall and getAddressOf. */
  native?: object;
}

export function createE(realm: Realm, host: NativesHost): object {
  const bytes = (...parts: unknown[]) => new realm.Uint8Array(joined(parts));
  return strict("E", {
    // V8 learns an array's type a function: one function for the arrays of many boards is slow, and the curves live on it.
    convolve: realm.adopt(convolve),
    mapInPlace: realm.adopt(mapInPlace),
    toUint8Array: bytes,
    toString: (...parts: unknown[]) => joined(parts).toString("latin1"),
    // A copy: JavaScript strings cannot be written to, so what wipes a string on the engine does nothing here.
    toArrayBuffer: (text: string) => bytes(text).buffer,
    CRC32: (...parts: unknown[]) => crc32(joined(parts)),
    srand: () => {},
    defrag: () => {}, // nothing is scattered here
    hwRand: () => host.hwRand(),
    getTemperature: () => host.temperature(),
    getAnalogVRef: () => host.analogVRef(),
    openFile: (path: string) => host.openFile(path),
    enableWatchdog: (seconds: number, isAuto: boolean) => host.watchdog.enable(seconds, isAuto),
    kickWatchdog: () => host.watchdog.kick(),
    on: () => {},
    setPassword: (password?: unknown) =>
      host.console.setPassword(password === undefined ? undefined : String(password)),
    lockConsole: () => host.console.lock(),
    ...host.native,
  });
}
