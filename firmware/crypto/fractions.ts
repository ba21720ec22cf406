// The constants of SHA-2 (FIPS 180-4 sections 4.2 and 5.3): the first 64 bits of the fractions of roots of primes.
// In digits of 16 bits, lowest first, because the firmware's own check knows no BigInt.

export interface Fraction {
  high: number;
  low: number;
}

function multiply(a: number[], b: number[]): number[] {
  const product: number[] = [];
  for (let i = 0; i < a.length + b.length; i++) product.push(0);
  for (let i = 0; i < a.length; i++) {
    let carry = 0;
    for (let j = 0; j < b.length || carry; j++) {
      const sum = product[i + j] + a[i] * (b[j] || 0) + carry;
      product[i + j] = sum % 65536;
      carry = Math.floor(sum / 65536);
    }
  }
  return product;
}

function isAbove(a: number[], b: number[]): boolean {
  for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) {
    const difference = (a[i] || 0) - (b[i] || 0);
    if (difference) return difference > 0;
  }
  return false;
}

/** The largest x with x^degree <= n 2^(64 degree), bit by bit; its 64 bits below the point. */
function rootFraction(n: number, degree: number): Fraction {
  const limit: number[] = [];
  for (let i = 0; i < 4 * degree; i++) limit.push(0);
  limit.push(n);
  const x = [0, 0, 0, 0, 0];
  for (let bit = 79; bit >= 0; bit--) {
    const digit = bit >> 4;
    x[digit] += 1 << (bit & 15);
    let power = x;
    for (let k = 1; k < degree; k++) power = multiply(power, x);
    if (isAbove(power, limit)) x[digit] -= 1 << (bit & 15);
  }
  return { high: x[3] * 65536 + x[2], low: x[1] * 65536 + x[0] };
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (!found.some((p) => n % p === 0)) found.push(n);
  return found;
}

/** First hash value, then K: square roots of the first 8 primes, cube roots of the first `rounds`. */
export function shaConstants(rounds: number): Fraction[] {
  const square = primes(8).map((p) => rootFraction(p, 2));
  return square.concat(primes(rounds).map((p) => rootFraction(p, 3)));
}
