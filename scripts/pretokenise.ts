// The bundle as a board keeps it: words, operators, numbers and strings in the form the engine's lexer reads at once
// (host-sim/tokens.ts). That is smaller and runs faster, and long strings stay in flash.
import * as acorn from "acorn";
import { RAW_INT16, RAW_INT8, RAW_STRING16, RAW_STRING8, RAW_ZERO, tokenOf } from "../host-sim/tokens.ts";

const bytes = (...list: number[]) => String.fromCharCode(...list.map((byte) => byte & 255));

function rawString(value: string): string | undefined {
  const { length } = value;
  if (!length || length > 65535 || /[^\0-\xff]/.test(value)) return undefined;
  return (length < 256 ? bytes(RAW_STRING8, length) : bytes(RAW_STRING16, length, length >> 8)) + value;
}

/** Only where that is no longer than the digits. */
function rawInteger(text: string): string | undefined {
  if (!/^\d{2,5}$/.test(text)) return text === "0" ? bytes(RAW_ZERO) : undefined;
  const value = Number(text);
  if (value < 128) return bytes(RAW_INT8, value);
  return value < 32768 ? bytes(RAW_INT16, value, value >> 8) : undefined;
}

/**
 * @param code ES5 in ASCII, minified.
 * @returns one byte a character.
 */
export function pretokenise(code: string): string {
  const tokens = [...acorn.tokenizer(code, { ecmaVersion: 5 })];
  const textOf = (i: number) => code.slice(tokens[i]?.start, tokens[i]?.end);
  const isWord = (text: string) => /^[\w$]/.test(text);
  let out = "";
  let hasPlainWord = false; // did the last token end in a letter or digit of its own?
  for (let i = 0; i < tokens.length; i++) {
    const text = textOf(i);
    const { label } = tokens[i].type;
    // The engine's lexer knows a key by its text, a member too; and `catch` by its letters (espruino issue 1868).
    const isKey = textOf(i + 1) === ":" || textOf(i - 1) === ".";
    let raw: string | undefined;
    if (label === "string") raw = rawString((tokens[i] as acorn.Token & { value: string }).value);
    else if (label === "num" && !isKey) raw = rawInteger(text);
    else if (text !== "catch" && !isKey && tokenOf(text)) raw = bytes(tokenOf(text)!);
    if (raw === undefined && hasPlainWord && isWord(text)) out += " ";
    out += raw ?? text;
    hasPlainWord = raw === undefined && isWord(text);
  }
  return out;
}
