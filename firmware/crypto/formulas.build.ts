// The curve formulas, as programs of the field machine. Evaluated when the bundle is made: a device only gets
// the assembled strings and register numbers.
import { assemble } from "./assemble.ts";

// t = z^(2^250 - 1); s = z^2 and z11 = z^11 are left for what comes behind. zN is z^(2^N - 1), but z9 and z11.
const to250 = (z: string): string => `
  s = ${z} ^ 2^1
  t = s ^ 2^2
  z9 = t * ${z}
  z11 = z9 * s
  t = z11 ^ 2^1
  z5 = t * z9
  t = z5 ^ 2^5
  z10 = t * z5
  t = z10 ^ 2^10
  z20 = t * z10
  t = z20 ^ 2^20
  t = t * z20
  t = t ^ 2^10
  z50 = t * z10
  t = z50 ^ 2^50
  z100 = t * z50
  t = z100 ^ 2^100
  t = t * z100
  t = t ^ 2^50
  t = t * z50`;

const little = (register: number, factor: string): string => {
  const r = String.fromCharCode(48 + register);
  return "0" + r + r + factor;
};

// ---- Curve25519: the ladder of RFC 7748 section 5, on sums and differences ----
// A = x2 + z2, B = x2 - z2, C = x3 + z3, D = x3 - z3 are what the ladder uses and all it keeps.
// x1 lies where Elligator has A.
const LADDER = "a24 one x1 A B C D s d AA BB E F t z9 z11 z5 z10 z20 z50 z100";
const ladder = assemble(
  LADDER,
  `
  A = one
  B = one
  C = x1 + one
  D = x1 - one
  bits
    swap A C
    swap B D
    s, d = D * A +- C * B
    AA = A * A
    BB = B * B
    E = AA - BB
    F = E * a24 + AA
    A, B = AA * BB +- E * F
    d = d * d
    C, D = s * s +- d * x1
  end
  swap A C
  swap B D
  C = A + B               # 2 x2
  D = A - B               # 2 z2
  ${to250("D")}
  t = t ^ 2^5             # D^(p - 2), p - 2 = 2^255 - 21
  t = t * z11
  C = C * t
  `,
);
export const X25519_PROGRAM = ladder.code;
export const X25519_X1 = ladder.register.x1;
export const X25519_RESULT = ladder.register.C;
export const X25519_GIVE = assemble(LADDER, "give C").code;
// Native only. Both ends are little-endian, like the machine: a product with R^2, which is register -2, ".", makes numbers
// of bytes, and one with 1, which is "-", bytes of numbers. "B": the scalar, from behind x1.
const { x1, A, C } = ladder.register;
export const X25519_LITTLE = little(x1, ".") + "B" + String.fromCharCode(48 + A) + "00";
export const X25519_GIVE_LITTLE = little(C, "-");
export const X25519_REGISTERS = Object.keys(ladder.register).length;

// ---- Elligator 2 for Curve25519 (RFC 9380 section 6.7.1 with Z = 2), without a branch ----
// With d = 1 + 2 r^2: x1 = -J / d, x2 = -J 2 r^2 / d, and gx1 d^4 = -J d (d^2 - 2 J^2 r^2). l = (gx1 d^4)^((p - 1) / 2)
// is 1 or -1, never 0, and does not see the sign because -1 is a square: x = -J (d + l (1 - 2 r^2)) / 2 d.
// The first three registers have constants; t may be where (J - 2) / 4 was.
const ELLIGATOR = "t one J r s d e a b x z9 z11 z5 z10 z20 z50 z100";
const elligator = assemble(
  ELLIGATOR,
  `
  t = r * r
  t = t + t
  t = t * one             # the wrap field takes sums of two only
  d = one + t
  e = one - t
  a = d * d
  b = t * J
  b = b * J
  a = a - b
  a = a * d
  a = a * J
  ${to250("a")}
  t = t ^ 2^4             # a^((p - 1) / 2), (p - 1) / 2 = 2^254 - 10
  z5 = s ^ 2^1
  z5 = z5 * s
  t = t * z5
  x = t * e + d
  x = x * J
  b = one + one
  b = b * d
  ${to250("b")}
  t = t ^ 2^5
  t = t * z11
  x = x * t
  b = one - one
  x = b - x`,
);
export const ELLIGATOR_PROGRAM = elligator.code;
export const ELLIGATOR_R = elligator.register.r;
export const ELLIGATOR_X = elligator.register.x;
export const ELLIGATOR_GIVE = assemble(ELLIGATOR, "give x").code;
export const ELLIGATOR_LITTLE = little(elligator.register.r, ".");
export const ELLIGATOR_GIVE_LITTLE = little(elligator.register.x, "-");
export const ELLIGATOR_REGISTERS = Object.keys(elligator.register).length;

// ---- P-256: complete formulas for a = -3 (Renes, Costello, Batina 2015/1060, algorithms 4 and 6) ----
// (X Y Z) = (X Y Z) + (U V W), and (X Y Z) = 2 (X Y Z); a to f are scratch.
const ADD = `
  a = X * U
  b = Y * V
  c = Z * W
  d = X + Y
  e = U + V
  d = d * e
  e = a + b
  d = d - e
  e = Y + Z
  f = V + W
  e = e * f
  f = b + c
  e = e - f
  X = X + Z
  U = U + W
  X = X * U
  U = a + c
  U = X - U
  Z = B * c
  X = U - Z
  Z = X + X
  X = X + Z
  Z = b - X
  X = b + X
  U = B * U
  b = c + c
  c = b + c
  U = U - c
  U = U - a
  b = U + U
  U = b + U
  b = a + a
  a = b + a
  a = a - c
  b = e * U
  c = a * U
  Y = X * Z
  Y = Y + c
  X = X * d
  X = X - b
  Z = Z * e
  b = d * a
  Z = Z + b`;
const DOUBLE = `
  a = X * X
  b = Y * Y
  c = Z * Z
  d = X * Y
  d = d + d
  f = X * Z
  f = f + f
  e = B * c
  e = e - f
  X = e + e
  e = X + e
  X = b - e
  e = b + e
  e = X * e
  X = X * d
  d = c + c
  c = c + d
  f = B * f
  f = f - c
  f = f - a
  d = f + f
  f = f + d
  d = a + a
  a = d + a
  a = a - c
  a = a * f
  e = e + a
  a = Y * Z
  a = a + a
  f = a * f
  X = X - f
  Z = a * b
  Z = Z + Z
  Z = Z + Z
  Y = e`;
// x^(p - 2) of Z, then the affine point.
const AFFINE = `
  a = Z ^ 2^1
  a = a * Z               # 2^2 - 1
  b = a ^ 2^1
  b = b * Z               # 2^3 - 1
  c = b ^ 2^3
  c = c * b               # 2^6 - 1
  d = c ^ 2^6
  d = d * c               # 2^12 - 1
  d = d ^ 2^3
  d = d * b               # 2^15 - 1
  b = d ^ 2^15
  b = b * d               # 2^30 - 1
  c = b ^ 2^2
  c = c * a               # 2^32 - 1
  d = c ^ 2^32
  d = d * Z
  d = d ^ 2^128
  d = d * c
  d = d ^ 2^32
  d = d * c
  d = d ^ 2^30
  d = d * b
  d = d ^ 2^2
  d = d * Z
  X = X * d
  Y = Y * d
  give X
  give Y`;

// B and R, which is 1, are there from the start; P, Q and t hold what is loaded. t: a table; a comb has 32 registers of it.
const POINTS = "B R X Y Z U V W a b c d e f P Q t[48]";
const points = (text: string) => assemble(POINTS, text);
// What is long and needed often is a piece of several programs.
/** (X Y Z) += (U V W); V and W stay as they are. */
export const P256_ADD = points(ADD).code;
export const P256_DOUBLE = points(DOUBLE).code;
/** (X Y Z) becomes X Y, and infinity (0 0). */
export const P256_AFFINE = points(AFFINE).code;

// (X Y Z) = scalar (P Q), kept in t32 to t34 too; t0 = t2 = 0. Fixed windows of 4 bits, entry 0 like any other.
const multiply = points(
  `
  X = P
  Y = Q
  Z = R
  W = R
  t1 = R
  t3 = P
  t4 = Q
  t5 = R
  times 14
    U = P
    V = Q
    ${ADD}
    put X to t6 by 3
  end
  X = t0
  Y = t1
  Z = t2
  digits
    times 4
      ${DOUBLE}
    end
    pick U from t0 by 3
    ${ADD}
  end
  t32 = X
  t33 = Y
  t34 = Z`,
);
const [table, , kept] = multiply.code.split(P256_ADD);
const [put, pick] = multiply.code.split(P256_ADD)[1].split(P256_DOUBLE);
/** P256_TABLE P256_ADD P256_PUT P256_DOUBLE P256_PICK P256_ADD P256_KEEP */
export const P256_TABLE = table;
export const P256_PUT = put;
export const P256_PICK = pick;
export const P256_KEEP = kept;
export const P256_X = multiply.register.X;
export const P256_P = multiply.register.P;
export const P256_B = multiply.register.B;
export const P256_T = multiply.register.t0;
export const P256_REGISTERS = Object.keys(multiply.register).length;
export const P256_COMB_REGISTERS = P256_T + 32;

// (X Y Z) = scalar G, with the constants of comb.build.ts from P on. No column adds infinity: there is no such entry.
const comb = points(`
  X = P
  Y = Q
  Z = R
  W = R
  P = R - R
  comb
    ${DOUBLE}
    pick U from t0 by 2
    a = P - V
    swap V a
    ${ADD}
  end`).code.split(P256_DOUBLE);
const [signed, end] = comb[1].split(P256_ADD);
/** P256_COMB P256_DOUBLE P256_SIGNED P256_ADD P256_END */
export const P256_COMB = comb[0];
export const P256_SIGNED = signed;
export const P256_END = end;
/** Before P256_ADD, after a comb: what was kept is added. It is where a comb leaves it alone. */
export const P256_KEPT = points("U = t32\nV = t33\nW = t34").code;

/** f = y^2 - (x^3 - 3 x + B) for the point P Q; f, P and Q are given. */
export const P256_CURVE = points(`
  a = Q * Q
  b = P * P
  b = b * P
  c = P + P
  c = c + P
  b = b - c
  b = b + B
  f = a - b
  give f
  give P
  give Q`).code;
export const P256_F = multiply.register.f;

// ---- Powers in any field: r = t1^scalar, t0 being 1 ----
const POWER = `
  r = t1
  times 14
    r = r * t1
    put r to t2 by 1
  end
  r = t0
  digits
    r = r ^ 2^4
    pick m from t0 by 1
    r = r * m
  end`;
const power = assemble("r m t[16]", POWER + "\ngive r");
export const POWER_PROGRAM = power.code;
export const POWER_R = power.register.r;
export const POWER_T = power.register.t0;
export const POWER_REGISTERS = Object.keys(power.register).length;
// ---- RSA with CRT (RFC 8017 section 5.1.2), native only: register -2, ".", has what stands for the number R there ----
const rsaRegister = (name: string) => String.fromCharCode(48 + power.register[name]);
/** t1 and m: the halves of a number, t0 = 1: r = (R t1 + m)^scalar. */
export const RSA_POWER =
  `0${rsaRegister("t1")}${rsaRegister("t1")}.` + assemble("r m t[16]", `t1 = t1 + m\n${POWER}`).code;
/** t1 = the other prime's result, m = qInv: r = qInv (r - t1). */
export const RSA_JOIN = assemble("r m t[16]", "r = r - t1\nr = r * m").code;
export const RSA_M = power.register.m;
/** The result of any of these is register 0. */
export const RSA_GIVE = assemble("r", "give r").code;
/** x = h q + y; then z = x^e, from z = x on a bit of e at a time. */
const whole = "x y z h q";
export const RSA_WHOLE = assemble(whole, "x = h * q\nx = x + y").code;
export const RSA_SQUARE = assemble(whole, "z = z * z").code;
export const RSA_TIMES = assemble(whole, "z = z * x").code;
export const RSA_Z_IS_X = assemble(whole, "z = x").code;
export const RSA_GIVE_Z = assemble(whole, "give z").code;
export const RSA_Y = 1;
export const RSA_Z = 2;
export const RSA_WHOLE_REGISTERS = 5;

// ---- ECDSA modulo n (FIPS 186-5 section 6.4), scalar n - 2: r = m^-1, and what it is for: a and b are given ----
const ECDSA = "one m a b c r t[16]";
export const ECDSA_M = 1;
export const ECDSA_A = 2;
export const ECDSA_REGISTERS = 22;
export const ECDSA_INVERSE = assemble(ECDSA, `t0 = one\nt1 = m\n${POWER}`).code;
const GIVE = "give a\ngive b";
/** m = k, a = x of k G, b = d, c = z: b = k^-1 (z + a d). */
export const ECDSA_SIGN = assemble(ECDSA, `b = a * b\nb = b + c\nb = b * r\n${GIVE}`).code;
/** m = s, a = r, b = z: a = r s^-1, b = z s^-1. */
export const ECDSA_VERIFY = assemble(ECDSA, `a = a * r\nb = b * r\n${GIVE}`).code;
