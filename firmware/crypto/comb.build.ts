// The table of the comb by which multiples of P-256's base point G are computed (formulas.build.ts), derived from p, n, b
// and G when the bundle is made, with the formulas of the curve themselves.
//
// A scalar k is read as 260 digits s of 1 or -1: bit i of k, or of the zeros above it, is 1 where s[i] is 1. Their sum
// of s[i] 2^i is 2 k - (2^260 - 1), so that with H = G / 2 the sum of s[i] 2^i H is k G - (2^260 - 1) H. A column of the
// comb is s[j], s[j + 52] .. s[j + 208]; the table has sums of 2^208 H and of 2^(52 i) H or its negative for the other
// four. What is missing comes from where the comb starts: I, doubled 52 times, is (2^260 - 1) H. With E = 2^-52 H that is
// I = 2^208 H - E. This holds for every k from 0 to 2^256 - 1, and the formulas for all points: there are no exceptions.
import { byteText } from "./byte-text.ts";
import { added, digits, doubled, halved, productOverR, subtracted } from "./digits.ts";
import { COMB_COLUMNS, OP_ADD, OP_MUL, OP_SQUARES, OP_SUB } from "./field.ts";
import * as F from "./formulas.build.ts";
import * as Prime from "./primes.build.ts";

/** X, Y and Z with R = 2^256, as the native machine has them. */
type Point = number[][];

function digitsOf(text: string): number[] {
  let hex = "";
  for (let i = 0; i < text.length; i++) hex += (256 + text.charCodeAt(i)).toString(16).substr(1);
  return digits(hex);
}

const p = digitsOf(Prime.P256_P_BYTES);
const n = digitsOf(Prime.P256_N_BYTES);
const ZERO = p.map(() => 0);
const ONE = p.map((_, i) => Number(i === 0));

function timesR(x: number[]): number[] {
  let v = x;
  for (let i = 0; i < 256; i++) v = doubled(v, p);
  return v;
}

const R = timesR(ONE);
const B = timesR(digitsOf(Prime.P256_B_BYTES));

/** Runs a formula, which has no loops. */
function run(code: string, [x, y, z]: Point, [u, v, w]: Point): Point {
  const file: Point = [B, R, x, y, z, u, v, w];
  for (let i = 0; i < code.length; i += 4) {
    const [op, d, a, b] = [0, 1, 2, 3].map((k) => code.charCodeAt(i + k) - 48);
    if (op === OP_MUL) file[d] = productOverR(file[a], file[b], p);
    else if (op === OP_ADD) file[d] = added(file[a], file[b], p);
    else if (op === OP_SUB) file[d] = subtracted(file[a], file[b], p);
    else file[d] = file[a];
    for (let k = 0; op === OP_SQUARES && k < b; k++) file[d] = productOverR(file[d], file[d], p);
  }
  return file.slice(F.P256_X, F.P256_X + 3);
}

const add = (a: Point, b: Point): Point => run(F.P256_ADD, a, b);
const negative = ([x, y, z]: Point): Point => [x, subtracted(ZERO, y, p), z];

function doubles(point: Point, count: number): Point {
  let q = point;
  for (let i = 0; i < count; i++) q = run(F.P256_DOUBLE, q, q);
  return q;
}

/** E = 2^-53 G, then 2^(52 i) H. */
function teeth(): Point[] {
  let k = ONE;
  for (let i = 0; i <= COMB_COLUMNS; i++) k = halved(k, n);
  const g = [Prime.P256_G_BYTES.substr(0, 32), Prime.P256_G_BYTES.substr(32)].map((text) => timesR(digitsOf(text)));
  let q: Point = [ZERO, R, ZERO];
  for (let bit = 255; bit >= 0; bit--) {
    q = doubles(q, 1);
    if ((k[bit >> 4] >> (bit & 15)) & 1) q = add(q, [g[0], g[1], R]);
  }
  const list = [q];
  for (let i = 0; i < 5; i++) list.push((q = doubles(q, COMB_COLUMNS)));
  return list;
}

/** I, then the 16 entries: affine points. */
function constants(): number[][] {
  const t = teeth();
  const affine = (q: Point) => run(F.P256_AFFINE, q, q).slice(0, 2);
  let list = affine(add(t[5], negative(t[0])));
  for (let entry = 0; entry < 16; entry++) {
    let q = t[5];
    for (let i = 0; i < 4; i++) q = add(q, (entry >> i) & 1 ? t[i + 1] : negative(t[i + 1]));
    list = list.concat(affine(q));
  }
  return list;
}

/** Words of 32 bits, the lowest first. */
function littleEndian(x: number[]): string {
  return byteText(x.reduce((bytes: number[], digit) => bytes.concat(digit & 255, digit >> 8), []));
}

function bigEndian(x: number[]): string {
  return littleEndian(productOverR(x, ONE, p))
    .split("")
    .reverse()
    .join("");
}

const made = constants();
/** The constants from register P on, as each back end has them. */
export const P256_COMB_NATIVE = made.map(littleEndian).join("");
export const P256_COMB_ES5 = made.map(bigEndian).join("");
