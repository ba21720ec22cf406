// How the engine's flash modules read the values that firmware hands them: as an integer, as bytes, as text in Storage's
// JSON dialect (Storage.writeJSON, Storage.readJSON). Values may come from another node:vm realm, so nothing here asks
// `instanceof`. What the engine does and this does not do throws "host-sim: ... is not modelled": numbers with a
// fraction in JSON, views with elements wider than a byte (the engine writes their first `length` raw bytes, or their
// low bytes, depending on how they were allocated).
import { notModelled } from "./strict.ts";

/** "Array", "Uint8Array", "Object" ...: the same in every realm. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** The engine's conversion of an argument declared `int`. */
export function intOf(value: unknown): number {
  if (typeof value === "number" || typeof value === "boolean") return Math.trunc(Number(value)) | 0;
  if (value === undefined || value === null) return 0;
  if (typeof value === "string" && /^-?[1-9]\d*$|^0$/.test(value)) return Number(value) | 0;
  throw notModelled(`${kindOf(value)} as an integer argument`);
}

/** `fault`: what the engine throws once it has written the bytes that came before the bad value. */
export function bytesOf(value: unknown): { bytes: Uint8Array; fault?: Error } {
  const bytes: number[] = [];
  const fault = appendBytes(bytes, value);
  return { bytes: Uint8Array.from(bytes), fault };
}

function appendBytes(out: number[], value: unknown): Error | undefined {
  if (value === undefined || value === null) return new TypeError(`Expecting Number or iterable, got ${value}`);
  const kind = kindOf(value);
  if (kind === "Number" || kind === "Boolean") out.push(intOf(value) & 255);
  else if (typeof value === "string") for (let i = 0; i < value.length; i++) out.push(charByte(value, i));
  else if (["Uint8Array", "Uint8ClampedArray", "Int8Array"].includes(kind)) {
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) out.push(byte);
  } else if (kind === "ArrayBuffer") for (const byte of new Uint8Array(value as ArrayBuffer)) out.push(byte);
  else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const fault = appendBytes(out, value[i]);
      if (fault) return fault;
    }
  } else if (kind === "Object" && "count" in (value as object) && "data" in (value as object)) {
    const { data, count } = value as { data: unknown; count: unknown };
    for (let n = intOf(count); n > 0; n--) {
      const fault = appendBytes(out, data);
      if (fault) return fault;
    }
  } else throw notModelled(`${kind} as bytes`);
  return undefined;
}

export function charByte(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code > 255) throw notModelled("a character above 255");
  return code;
}

/** JSON as Storage writes it: `terse` (writeJSON) leaves keys bare and uses the shortest escapes, else like JSON.stringify. */
export function jsonOf(value: unknown, terse: boolean): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "function") return "undefined";
  if (typeof value === "string") return quote(value, terse);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return "null";
    if (!Number.isSafeInteger(value)) throw notModelled(`how the engine prints ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item) => jsonOf(item, terse)).join()}]`;
  const kind = kindOf(value);
  if (kind === "Uint8Array") return `[${(value as Uint8Array).join()}]`;
  if (kind === "ArrayBuffer") return `[${new Uint8Array(value as ArrayBuffer).join()}]`;
  if (kind !== "Object" || "toJSON" in (value as object)) throw notModelled(`${kind} as JSON`);
  const members = Object.entries(value as object)
    .filter(([, item]) => item !== undefined && typeof item !== "function")
    .map(([key, item]) => {
      const bare = terse && /^([A-Za-z_]\w*|0|[1-9]\d*)$/.test(key) && key.length < 63;
      return `${bare ? key : quote(key, terse)}:${jsonOf(item, terse)}`;
    });
  return `{${members.join()}}`;
}

function quote(text: string, terse: boolean): string {
  const named: Record<string, string> = { "\n": "n", "\t": "t", "\b": "b", "\f": "f", "\r": "r", "\\": "\\", '"': '"' };
  if (terse) named["\v"] = "v";
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const code = charByte(text, i);
    if (named[text[i]]) out += `\\${named[text[i]]}`;
    else if (code >= 32 && code < 127) out += text[i];
    else if (terse && code < 8 && !/[0-7]/.test(text[i + 1] ?? "")) out += `\\${code}`;
    else out += (terse ? "\\x" : "\\u00") + code.toString(16).toUpperCase().padStart(2, "0");
  }
  return `${out}"`;
}

const BLANKS = String.raw`(?:\s|//.*|/\*[^]*?\*/)*`;
const STRING = ['"', "'", "`"].map((mark) => `${mark}(?:\\\\[^]|[^${mark}\\\\])*${mark}`).join("|");
const INT = String.raw`0[xX][\da-fA-F]+|0[bB][01]+|\d+(?![\d.eE])`;
const FLOAT = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const TOKEN = `${BLANKS}(?:(?<STRING>${STRING})|(?<INT>${INT})|(?<FLOAT>${FLOAT})|(?<ID>[A-Za-z_$][\\w$]*)|(?<SIGN>[^])|$)`;

/** JSON as Storage reads it: bare keys, comments, hex, octal; what follows the first value is ignored. */
export function parseJson(text: string): unknown {
  const pattern = new RegExp(TOKEN, "y");
  let kind = "";
  let word = "";
  const advance = (): string => {
    const before = word;
    const groups = pattern.exec(text)?.groups ?? {};
    kind = Object.keys(groups).find((name) => groups[name] !== undefined) ?? "EOF";
    word = groups[kind] ?? "";
    return before;
  };
  const isSign = (sign: string): boolean => kind === "SIGN" && word === sign;
  const isOf = (...kinds: string[]): boolean => kinds.includes(kind);
  const got = (): string => {
    if (word === "\xff") return "[ERASED]";
    if (isOf("SIGN") && /["'`]/.test(word)) return "UNFINISHED STRING";
    if (word[0] > "\x7f") throw notModelled("pretokenised text in JSON");
    return isOf("SIGN") ? `'${word}'` : /^(true|false|null|undefined)$/.test(word) ? word : kind;
  };
  const match = (sign: string): void => {
    if (!isSign(sign)) throw new SyntaxError(`Got ${got()} expected '${sign}'`);
    advance();
  };

  function value(): unknown {
    if (isOf("STRING")) return unquote(advance());
    if (isOf("INT", "FLOAT")) return numberOf(advance());
    if (/^(true|false|null)$/.test(word)) return JSON.parse(advance());
    if (isSign("-")) {
      advance();
      // The engine gives up here without an exception.
      return isOf("INT", "FLOAT") ? 0 - numberOf(advance()) : undefined;
    }
    if (isSign("[")) {
      const items: unknown[] = [];
      for (advance(); !isSign("]");) {
        const item = value();
        if (item === undefined) return undefined;
        items.push(item);
        if (!isSign("]")) match(",");
      }
      advance();
      return items;
    }
    if (isSign("{")) {
      const members: Record<string, unknown> = {};
      for (advance(); isOf("STRING", "INT", "ID");) {
        const key = isOf("STRING") ? unquote(advance()) : advance();
        match(":");
        const item = value();
        if (item === undefined) return undefined;
        // Given twice, the first is found on look-up; this one name vanishes.
        if (!Object.hasOwn(members, key) && key !== "__proto__") members[key] = item;
        if (!isSign("}")) match(",");
      }
      match("}");
      return members;
    }
    throw new SyntaxError(`Expecting valid value, got ${got()}`);
  }

  advance();
  return value();
}

function numberOf(word: string): number {
  return /^0[0-7]+$/.test(word) ? parseInt(word, 8) : Number(word);
}

function unquote(literal: string): string {
  const named: Record<string, string> = { n: "\n", t: "\t", b: "\b", f: "\f", r: "\r", v: "\v", a: "\x07" };
  return literal
    .slice(1, -1)
    .replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([0-7]{1,3})|([^]))/g, (_, hex2, hex4, octal, char) => {
      if (char !== undefined) return named[char] ?? char;
      return String.fromCharCode(octal === undefined ? parseInt(hex2 ?? hex4, 16) : parseInt(octal, 8));
    });
}
