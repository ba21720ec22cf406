// Pretokenised code: what the engine's lexer takes in place of words, operators and constants (espruino/src/jslex.h).
// host-sim boots it by writing it out again.

/** Of the first word below; the others follow. */
const FIRST = 138;
const WORDS = [
  ..."== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= =>".split(" "),
  ..."if else do while for break continue function return var let const this throw try catch finally".split(" "),
  ..."true false null undefined new in instanceof switch case default delete typeof void debugger".split(" "),
  ..."class extends super static of".split(" "),
];

/** A string of up to 255 bytes: this, its length, itself. */
export const RAW_STRING8 = 0xd1;
/** A longer one: its length in two bytes, low first. */
export const RAW_STRING16 = 0xd2;
export const RAW_ZERO = 0xd3;
/** -128 to 127. */
export const RAW_INT8 = 0xd4;
/** -32768 to 32767, low byte first. */
export const RAW_INT16 = 0xd5;

/** @returns the byte for a word or an operator, or undefined where it has none. */
export function tokenOf(word: string): number | undefined {
  const at = WORDS.indexOf(word);
  return at < 0 ? undefined : FIRST + at;
}

/** What the lexer reads byte by byte: quoted strings and comments; and regular expressions, where one may begin. */
const VERBATIM = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\/[^\n]*|\/\*[^]*?\*\//y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\//y;
const BEFORE_REGEX = /[!%&*+\-/<=>?[{}(,;:\x8a-\xd0]$|^$/;

/**
 * @param code one byte a character.
 * @throws Error at a byte that is no token.
 */
export function detokenise(code: string): string {
  let out = "";
  let last = ""; // that is no space
  for (let at = 0; at < code.length; at++) {
    const byte = code.charCodeAt(at);
    const pattern = code[at] === "/" && BEFORE_REGEX.test(last) && !/[/*]/.test(code[at + 1]) ? REGEX : VERBATIM;
    pattern.lastIndex = at;
    const verbatim = pattern.exec(code)?.[0];
    if (verbatim) {
      out += verbatim;
      at += verbatim.length - 1;
      if (!/^\/[/*]/.test(verbatim)) last = "x";
      continue;
    }
    if (!/\s/.test(code[at])) last = code[at];
    if (byte < FIRST) {
      out += code[at];
      continue;
    }
    const low = code.charCodeAt(at + 1);
    const word = (low | (code.charCodeAt(at + 2) << 8)) & 0xffff;
    if (byte === RAW_STRING8 || byte === RAW_STRING16) {
      const [length, start] = byte === RAW_STRING8 ? [low, at + 2] : [word, at + 3];
      out += JSON.stringify(code.slice(start, start + length));
      at = start + length - 1;
    } else if (byte === RAW_ZERO) out += " 0 ";
    else if (byte === RAW_INT8) {
      out += ` ${(low << 24) >> 24} `;
      at += 1;
    } else if (byte === RAW_INT16) {
      out += ` ${(word << 16) >> 16} `;
      at += 2;
    } else if (byte - FIRST < WORDS.length) out += ` ${WORDS[byte - FIRST]} `;
    else throw new Error(`byte ${byte} at ${at} is no token`);
  }
  return out;
}
