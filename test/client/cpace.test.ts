// CPace of the client against the draft's published run, and against the points it says must be refused.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { x25519 } from "@noble/curves/ed25519.js";
import { cpaceGenerator, cpacePublic, cpaceSessionKey, lvCat } from "../../client/cpace.ts";
import { forAll } from "../support/random.ts";

// draft-irtf-cfrg-cpace-21, its published test vectors for CPACE-X25519-SHA512.
const G_25519 = {
  PRS: "50617373776f7264",
  CI: "0b415f696e69746961746f720b425f726573706f6e646572",
  sid: "7e4b4791d6a8ef019b936c79fb7f2c57",
  g: "d04bf6d41f6a289632a2e929fa29bebd51092512a7829fdde7d314b62f05a73f",
  ya: "21b4f4bd9e64ed355c3eb676a28ebedaf6d8f17bdc365995b319097153044080",
  ADa: "414461",
  Ya: "1d13c89278cdadd826f6d8d7f887701430f8380ddc17611cdd6dc989ce0c9f32",
  yb: "848b0779ff415f0af4ea14df9dd1d3c29ac41d836c7808896c4eba19c51ac40a",
  ADb: "414462",
  Yb: "248cccf6d5cdc3646f0ad593f9e6cef4e69d4945f8372e623512ecea32185623",
  K: "5b067effbdc0b2a0e1d907b21ebb25cfedb96a852179a847c37e43ee71322c6b",
  ISK_IR:
    "6e19b875f7a561d6b3ca3dbb9ef42ac55de3e717881018204b8922b4d5e53bb2" +
    "aa82c300bea7b65d2b671da71922ddf6472301b79bc270adfa8bf413285f2263",
  ISK_SY:
    "eef745e2f6e7ae2b1a1e53da340e777167a07fe150436648c51fb199c11f3cba" +
    "bfc683a2b48e1af5881940dc398d375c95e6b4ae9948a45b8770de0656382be4",
};

/** The same draft's "Invalid Y0" to "Invalid Y11", for implementations that do and do not clear bit 255. We clear it. */
const POINTS = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "daffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "dbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "d9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "cdeb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
  "4c9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
];
/** All zero whether bit 255 is cleared or not. */
const REFUSED = [0, 1, 2, 3, 4, 5, 7];

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");
const v = Object.fromEntries(Object.entries(G_25519).map(([name, value]) => [name, bytes(value)]));
const NONE = new Uint8Array(0);
const sides = { ya: v.Ya, ada: v.ADa, yb: v.Yb, adb: v.ADb };

test("the draft's run gives the draft's values, on both sides", () => {
  const g = cpaceGenerator(v.PRS, v.CI, v.sid);
  assert.is(hex(g), G_25519.g);
  assert.is(hex(cpacePublic(v.ya, g)), G_25519.Ya);
  assert.is(hex(cpacePublic(v.yb, g)), G_25519.Yb);
  assert.is(hex(x25519.getSharedSecret(v.ya, v.Yb)), G_25519.K);
  assert.is(hex(cpaceSessionKey(v.ya, v.Yb, v.sid, sides)), G_25519.ISK_IR);
  assert.is(hex(cpaceSessionKey(v.yb, v.Ya, v.sid, sides)), G_25519.ISK_IR);
  assert.is.not(G_25519.ISK_IR, G_25519.ISK_SY, "the other setting's key is another");
});

test("inputs are left as they were", () => {
  for (const [name, value] of Object.entries(v)) assert.is(hex(value), G_25519[name as keyof typeof G_25519]);
});

for (const [i, point] of POINTS.entries())
  test(`the draft's point Y${i} is ${REFUSED.includes(i) ? "refused: the all-zero result" : "taken: bit 255 does not count"}`, () => {
    const run = () => cpaceSessionKey(v.ya, bytes(point), v.sid, { ...sides, yb: bytes(point) });
    if (REFUSED.includes(i)) return void assert.throws(run);
    const isk = hex(run());
    assert.is(isk.length, 128);
    const masked = bytes(point);
    masked[31] &= 127;
    assert.is(
      hex(x25519.getSharedSecret(v.ya, bytes(point))),
      hex(x25519.getSharedSecret(v.ya, masked)),
      "the same K as without the bit",
    );
    const other = cpaceSessionKey(v.ya, masked, v.sid, { ...sides, yb: masked });
    assert.is.not(isk, hex(other), "but Yb counts as it was sent");
  });

test("a length is LEB128: one byte up to 127, two from 128 on", () => {
  const of = (n: number) => hex(lvCat(new Uint8Array(n))).slice(0, -2 * n || undefined);
  for (const [n, length] of [
    [0, "00"],
    [1, "01"],
    [127, "7f"],
    [128, "8001"],
    [300, "ac02"],
    [16384, "808001"],
  ] as const)
    assert.is(of(n), length);
  assert.is(hex(lvCat(bytes("31323334"), bytes("35"), NONE, bytes("363738"))), "0431323334013500" + "03363738");
});

test("both sides have one key exactly if password, channel, session and associated data are the same", () => {
  forAll(10, (random) => {
    const input = { prs: random.bytes(16), ci: random.bytes(19), sid: random.bytes(64), ada: random.bytes(30) };
    const [a, b] = [random.bytes(32), random.bytes(32)];
    const other = random.pick(["prs", "ci", "sid", "ada", "none"] as const);
    const changed = { ...input };
    if (other !== "none") changed[other] = Uint8Array.from(input[other], (x, i) => (i ? x : x ^ 1));
    const ya = cpacePublic(a, cpaceGenerator(input.prs, input.ci, input.sid));
    const yb = cpacePublic(b, cpaceGenerator(changed.prs, changed.ci, changed.sid));
    const at = { ya, yb, adb: NONE };
    const mine = cpaceSessionKey(a, yb, input.sid, { ...at, ada: input.ada });
    const theirs = cpaceSessionKey(b, ya, changed.sid, { ...at, ada: changed.ada });
    assert.is(hex(mine) === hex(theirs), other === "none", other);
  });
});

test("passwords longer than the hash's block still make a generator of their own", () => {
  const g = (n: number) => hex(cpaceGenerator(new Uint8Array(n), v.CI, v.sid));
  const all = [116, 117, 118, 119, 127, 128, 200].map(g);
  assert.is(new Set(all).size, all.length);
});

test.run();
