// Arithmetic modulo a prime for constants that are made with the bundle: digits of 16 bits, the lowest first, because the
// firmware's own check knows no BigInt. Products are Montgomery's, with R = 2^256.
/** 16-bit digits, the lowest first. */
export function digits(hex: string): number[] {
  const list: number[] = [];
  for (let i = hex.length; i > 0; i -= 4) list.push(parseInt(hex.substr(i - 4, 4), 16));
  return list;
}

export function hexOf(list: number[]): string {
  let text = "";
  for (let i = 0; i < list.length; i++) text = (65536 + list[i]).toString(16).substr(1) + text;
  return text;
}

/** v mod p, v being below 2 p and `top` what is above its digits. */
function lessOnce(v: ArrayLike<number>, p: number[], top: number): number[] {
  const same = p.slice();
  const less = p.slice();
  let borrow = 0;
  for (let i = 0; i < p.length; i++) {
    same[i] = v[i] | 0;
    borrow += same[i] - p[i];
    less[i] = borrow & 65535;
    borrow >>= 16;
  }
  return top + borrow >= 0 ? less : same;
}

/** 2 v mod p. */
export function doubled(v: number[], p: number[]): number[] {
  return added(v, v, p);
}

export function added(a: number[], b: number[], p: number[]): number[] {
  const sum = p.slice();
  let carry = 0;
  for (let i = 0; i < p.length; i++) {
    carry += a[i] + b[i];
    sum[i] = carry & 65535;
    carry >>= 16;
  }
  return lessOnce(sum, p, carry);
}

/** x / 2 mod p. */
export function halved(x: number[], p: number[]): number[] {
  const half: number[] = [];
  let carry = 0; // of x, or of x + p if x is odd
  for (let i = 0; i < p.length; i++) {
    carry += x[i] + (x[0] & 1) * p[i];
    half.push(carry & 65535);
    carry >>= 16;
  }
  for (let i = 0; i < p.length; i++) half[i] = (half[i] >> 1) | (((i + 1 < p.length ? half[i + 1] : carry) & 1) << 15);
  return half;
}

export function subtracted(a: number[], b: number[], p: number[]): number[] {
  const less = p.slice();
  let borrow = 0;
  for (let i = 0; i < p.length; i++) {
    borrow += a[i] - b[i];
    less[i] = borrow & 65535;
    borrow >>= 16;
  }
  for (let i = 0, carry = 0; i < p.length && borrow; i++) {
    carry += less[i] + p[i];
    less[i] = carry & 65535;
    carry >>= 16;
  }
  return less;
}

/** a b / 2^(16 n) mod p, p being -1 mod 2^16: a digit of the quotient is then the lowest that is left. */
export function productOverR(a: number[], b: number[], p: number[]): number[] {
  const t = new Float64Array(p.length);
  let top = 0;
  for (let i = 0; i < p.length; i++) {
    const m = (t[0] + a[i] * b[0]) & 65535;
    let carry = 0; // below 2^18
    for (let j = 0; j < p.length; j++) {
      const sum = carry + t[j] + a[i] * b[j] + m * p[j];
      carry = Math.floor(sum / 65536);
      if (j) t[j - 1] = sum - carry * 65536;
    }
    top += carry;
    t[p.length - 1] = top & 65535;
    top >>= 16;
  }
  return lessOnce(t, p, top);
}
