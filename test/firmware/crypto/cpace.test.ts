// CPace against the vectors of draft-irtf-cfrg-cpace-21 (G_25519) and Elligator against @noble/curves (RFC 9380).
import { _map_to_curve_elligator2_curve25519 as map, ed25519 } from "@noble/curves/ed25519.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { cpaceGeneratorInput, cpaceSessionKey } from "../../../firmware/crypto/cpace.ts";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import type { PointJob } from "../../../firmware/crypto/curves.ts";
import { hal, hex, primitives, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

// draft-irtf-cfrg-cpace-21, appendix B.1, test vectors for CPace using group X25519 and hash SHA-512.
const V = {
  prs: "50617373776F7264",
  ci: "0B415F696E69746961746F720B425F726573706F6E646572",
  sid: "7E4B4791D6A8EF019B936C79FB7F2C57",
  g: "D04BF6D41F6A289632A2E929FA29BEBD51092512A7829FDDE7D314B62F05A73F",
  ya: "21B4F4BD9E64ED355C3EB676A28EBEDAF6D8F17BDC365995B319097153044080",
  ada: "414461",
  Ya: "1D13C89278CDADD826F6D8D7F887701430F8380DDC17611CDD6DC989CE0C9F32",
  yb: "848B0779FF415F0AF4EA14DF9DD1D3C29AC41D836C7808896C4EBA19C51AC40A",
  adb: "414462",
  Yb: "248CCCF6D5CDC3646F0AD593F9E6CEF4E69D4945F8372E623512ECEA32185623",
  k: "5B067EFFBDC0B2A0E1D907B21EBB25CFEDB96A852179A847C37E43EE71322C6B",
  isk: "6E19B875F7A561D6B3CA3DBB9EF42AC55DE3E717881018204B8922B4D5E53BB2AA82C300BEA7B65D2B671DA71922DDF6472301B79BC270ADFA8BF413285F2263",
};

const curves = createCurves(hal);

function finish(job: PointJob): string {
  while (job.step());
  const result = job.finish();
  return result ? hex(result).toUpperCase() : "";
}

test("the draft's run gives the draft's values", () => {
  const input = cpaceGeneratorInput(primitives, unhex(V.prs), unhex(V.ci), unhex(V.sid));
  const g = finish(curves.elligator2Begin(input));
  assert.is(g, V.g);
  assert.is(finish(curves.x25519Begin(unhex(V.ya), unhex(g))), V.Ya);
  assert.is(finish(curves.x25519Begin(unhex(V.yb), unhex(g))), V.Yb);
  assert.is(finish(curves.x25519Begin(unhex(V.yb), unhex(V.Ya))), V.k);
  const [ya, ada, yb, adb] = [V.Ya, V.ada, V.Yb, V.adb].map(unhex);
  const isk = cpaceSessionKey(primitives, unhex(V.sid), unhex(V.k), ya, ada, yb, adb);
  assert.is(hex(isk).toUpperCase(), V.isk);
});

function expected(r: Uint8Array): string {
  const { Fp } = ed25519.Point;
  const { xMn, xMd } = map(Fp.create(BigInt("0x" + hex(r.slice().reverse())) & ((1n << 255n) - 1n)));
  return hex(Fp.toBytes(Fp.div(xMn, xMd))).toUpperCase();
}

test("Elligator agrees with RFC 9380's map, random and extreme inputs", () => {
  forAll(30, (random) => {
    const r = random.bytes(32);
    assert.is(finish(curves.elligator2Begin(r)), expected(r));
  });
  // 0, 1, p - 1, p, p + 1, 2^255 - 1, and bit 255 set
  const edges = [
    "00",
    "01",
    "ec" + "ff".repeat(30) + "7f",
    "ed" + "ff".repeat(30) + "7f",
    "ee" + "ff".repeat(30) + "7f",
  ];
  for (const edge of [...edges, "ff".repeat(31) + "7f", "ff".repeat(32), "00".repeat(31) + "80"]) {
    const r = unhex(edge.padEnd(64, "0"));
    assert.is(finish(curves.elligator2Begin(r)), expected(r), edge);
  }
});

test.run();
