// The 32-bit loads and stores (ARMv7-M ARM A5.3.5 to A5.3.10). Left out, and so refused: exclusive and unprivileged
// accesses, preload hints.
import { isSpOrPc } from "./form.ts";
import type { Fields, Form } from "./form.ts";
import { PC } from "./state.ts";
import { load, loadMany, loadPair, registersOf, store, storeMany, storePair, tableBranch } from "./transfer.ts";
import type { Width } from "./transfer.ts";

interface Kind {
  name: string;
  width: Width;
  /** Bits 8 to 4 of the first halfword but the one that tells a 12-bit offset. */
  sign: "0" | "1";
  size: "00" | "01" | "10";
  isLoad: boolean;
}

const KINDS: readonly Kind[] = [
  { name: "STRB", width: { bytes: 1 }, sign: "0", size: "00", isLoad: false },
  { name: "STRH", width: { bytes: 2 }, sign: "0", size: "01", isLoad: false },
  { name: "STR", width: { bytes: 4 }, sign: "0", size: "10", isLoad: false },
  { name: "LDRB", width: { bytes: 1 }, sign: "0", size: "00", isLoad: true },
  { name: "LDRH", width: { bytes: 2 }, sign: "0", size: "01", isLoad: true },
  { name: "LDR", width: { bytes: 4 }, sign: "0", size: "10", isLoad: true },
  { name: "LDRSB", width: { bytes: 1, signed: true }, sign: "1", size: "00", isLoad: true },
  { name: "LDRSH", width: { bytes: 2, signed: true }, sign: "1", size: "01", isLoad: true },
];

/** Sign and size of an offset from its U bit. */
const signed = (f: Fields, scale = 1): number => (f.U ? f.i : -f.i) * scale;

function single({ name, width, sign, size, isLoad }: Kind): Form[] {
  const [first, l] = [`1111100${sign}`, isLoad ? "1" : "0"];
  const transfer = isLoad ? load : store;
  // Only whole words go to and from r13, and only loads of them to r15.
  const badT = (f: Fields): boolean => (width.bytes === 4 ? f.t === 15 && !isLoad : isSpOrPc(f.t));
  const offset: Form = {
    name: `${name} (immediate, 12 bits)`,
    bits: `${first}1${size}${l}nnnn ttttiiiiiiiiiiii`,
    refuse: (f) => badT(f) || f.n === 15,
    build: (f, site) => transfer(site, f.t, width, { n: f.n, offset: f.i }),
  };
  const indexed: Form = {
    name: `${name} (immediate, 8 bits)`,
    bits: `${first}0${size}${l}nnnn tttt1PUWiiiiiiii`,
    // P and U without W is the unprivileged access, P and W both clear is nothing.
    refuse: (f) =>
      badT(f) ||
      f.n === 15 ||
      (f.P === 0 && f.W === 0) ||
      (f.P === 1 && f.U === 1 && f.W === 0) ||
      (f.W === 1 && f.n === f.t),
    build: (f, site) =>
      transfer(site, f.t, width, { n: f.n, offset: signed(f), post: f.P === 0, writeBack: f.P === 1 && f.W === 1 }),
  };
  const register: Form = {
    name: `${name} (register) T2`,
    bits: `${first}0${size}${l}nnnn tttt000000ssmmmm`,
    refuse: (f) => badT(f) || f.n === 15 || isSpOrPc(f.m),
    build: (f, site) => transfer(site, f.t, width, { n: f.n, m: f.m, s: f.s }),
  };
  const literal: Form = {
    name: `${name} (literal)`,
    bits: `${first}U${size}11111 ttttiiiiiiiiiiii`,
    refuse: badT,
    build: (f, site) => load(site, f.t, width, { n: PC, offset: signed(f) }),
  };
  return isLoad ? [literal, offset, indexed, register] : [offset, indexed, register];
}

const badPair = (f: Fields): boolean => isSpOrPc(f.t, f.u) || (f.W === 1 && (f.n === f.t || f.n === f.u));
/** P and W both clear: exclusive accesses and table branches. */
const notPair = (f: Fields): boolean => f.P === 0 && f.W === 0;

function many(name: string, isBefore: boolean, isLoad: boolean): Form {
  return {
    name,
    bits: `1110100${isBefore ? "10" : "01"}0W${isLoad ? "1" : "0"}nnnn ${isLoad ? "r" : "0"}r0rrrrrrrrrrrrr`,
    refuse: (f) => {
      const list = listOf(f, isLoad);
      const both = list >> 14 === 3;
      return f.n === 15 || both || registersOf(list).length < 2 || (f.W === 1 && ((list >> f.n) & 1) === 1);
    },
    build: (f, site) =>
      (isLoad ? loadMany : storeMany)(site, {
        n: f.n,
        list: listOf(f, isLoad),
        before: isBefore,
        writeBack: f.W === 1,
      }),
  };
}

/** Bit 13 is not in the field: r13 is never in a list. */
function listOf(f: Fields, isLoad: boolean): number {
  return (f.r & 0x1fff) | (((f.r >> 13) << 14) & (isLoad ? 0xc000 : 0x4000));
}

export const FORMS_32_MEMORY: readonly Form[] = [
  ...KINDS.flatMap(single),
  ...([1, 2] as const).map((bytes): Form => ({
    name: bytes === 1 ? "TBB T1" : "TBH T1",
    bits: `111010001101nnnn 11110000000${bytes - 1}mmmm`,
    refuse: (f) => f.n === 13 || isSpOrPc(f.m),
    build: (f, site) => tableBranch(site, f.n, f.m, bytes),
  })),
  {
    name: "LDRD (literal) T1",
    bits: "11101001U1011111 ttttuuuuiiiiiiii",
    refuse: (f) => isSpOrPc(f.t, f.u) || f.t === f.u,
    build: (f, site) => loadPair(site, f.t, f.u, { n: PC, offset: signed(f, 4) }),
  },
  {
    name: "LDRD (immediate) T1",
    bits: "1110100PU1W1nnnn ttttuuuuiiiiiiii",
    refuse: (f) => notPair(f) || badPair(f) || f.t === f.u || f.n === 15,
    build: (f, site) =>
      loadPair(site, f.t, f.u, { n: f.n, offset: signed(f, 4), post: f.P === 0, writeBack: f.P === 1 && f.W === 1 }),
  },
  {
    name: "STRD (immediate) T1",
    bits: "1110100PU1W0nnnn ttttuuuuiiiiiiii",
    refuse: (f) => notPair(f) || badPair(f) || f.n === 15,
    build: (f, site) =>
      storePair(site, f.t, f.u, { n: f.n, offset: signed(f, 4), post: f.P === 0, writeBack: f.P === 1 && f.W === 1 }),
  },
  many("STM T2", false, false),
  many("LDM T2", false, true),
  many("STMDB T1", true, false),
  many("LDMDB T1", true, true),
];
