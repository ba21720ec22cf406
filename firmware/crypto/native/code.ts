// Puts native code together: the routines asked for, one after another. Runs when the bundle is made.
import { byteText } from "../byte-text.ts";
import { AEAD } from "./aead.asm.ts";
import { AES } from "./aes.asm.ts";
import { CHACHA, XOR } from "./chacha.asm.ts";
import { FIELD } from "./field.asm.ts";
import { GHASH } from "./ghash.asm.ts";
import { HELLO } from "./hello.asm.ts";
import { DERIVE } from "./hmac.asm.ts";
import { POLY } from "./poly.asm.ts";
import { sha } from "./sha.asm.ts";
import { WIPE_STACK } from "./stack.ts";
import { assembleThumb } from "./thumb.ts";

export interface NativeCode {
  /** Base64. */
  code: string;
  /** Offset of each routine plus 1, which marks Thumb code; 0 for what is not there. */
  field: number;
  sha256: number;
  sha512: number;
  aes: number;
  chacha: number;
  poly: number;
  ghash: number;
  aead: number;
  hello: number;
  xor: number;
  hmac: number;
  derive: number;
}

export const ROUTINES = [
  "field",
  "sha256",
  "sha512",
  "aes",
  "chacha",
  "poly",
  "ghash",
  "aead",
  "hello",
  "xor",
  "derive",
];

/** What is there because of it; an entry of its own has only what is asked for. */
const AEAD_CALLS = ["aes", "chacha", "poly", "ghash"];

/** The assembler source of some routines. */
export function sourceOf(names: string[]): string {
  const all = names.indexOf("aead") < 0 ? names : names.concat(AEAD_CALLS);
  const has = (name: string) => all.indexOf(name) >= 0;
  let source = "";
  if (has("field")) source += FIELD;
  const has256 = has("sha256") || has("derive");
  if (has256 || has("sha512")) source += sha(has256, has("sha512"));
  if (has("derive")) source += DERIVE;
  if (has("aes")) source += AES;
  if (has("chacha")) source += CHACHA;
  if (has("ghash")) source += GHASH;
  if (has("poly")) source += POLY;
  if (has("aead")) source += AEAD;
  if (has("hello")) source += HELLO;
  if (source) source += WIPE_STACK;
  if (has("aes") || has("chacha") || has("ghash") || has("poly") || has("xor")) source += XOR;
  return source;
}

export function codeFor(names: string[]): NativeCode {
  const { bytes, labels } = assembleThumb(sourceOf(names));
  const has = (name: string) => names.indexOf(name) >= 0;
  const entry = (name: string) => (has(name) ? labels[name] + 1 : 0);
  return {
    code: byteText(bytes),
    field: entry("field"),
    sha256: entry("sha256"),
    sha512: entry("sha512"),
    aes: entry("aes"),
    chacha: entry("chacha"),
    poly: entry("poly"),
    ghash: entry("ghash"),
    aead: entry("aead"),
    hello: entry("hello"),
    xor: entry("xor"),
    hmac: has("derive") ? labels.hmac + 1 : 0,
    derive: entry("derive"),
  };
}
