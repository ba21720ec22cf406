// Constant time: two runs with different secrets touch the same instructions and the same addresses, in the same order.
// And that the trace would see it if they did not. WIB_COUNT=16 makes it 32 random scalars.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { P256_COMB_NATIVE } from "../../../../firmware/crypto/comb.build.ts";
import { createField } from "../../../../firmware/crypto/fields.ts";
import * as F from "../../../../firmware/crypto/formulas.build.ts";
import { assembleDerivations } from "../../../../firmware/tls/assemble-derivations.ts";
import { codeFor, sourceOf } from "../../../../firmware/crypto/native/code.ts";
import { createFieldModulo } from "../../../../firmware/crypto/native/field-native.ts";
import { rsaBegin } from "../../../../firmware/crypto/rsa.ts";
import { assembleThumb } from "../../../../firmware/crypto/native/thumb.ts";
import { dataOf, P256, P256_COMB, P256_MULTIPLY } from "../../../support/fields.ts";
import * as Prime from "../../../../firmware/crypto/primes.build.ts";
import { createThumb } from "../../../../host-sim/thumb/cpu.ts";
import { finishJob, runJob } from "../../../support/jobs.ts";
import { nativeBench } from "../../../support/native.ts";
import { testRandom, IS_FULL, times } from "../../../support/random.ts";
import { rsaTestKey } from "../../../support/rsa-keys.ts";

const bench = nativeBench({ isTraced: true });
const { native } = bench;
const random = testRandom();
const RANDOM_SCALARS = IS_FULL ? 64 : 2;

/** 0, 1, 2^255, all ones, and what is likely to be special. */
const EXTREMES = [
  new Uint8Array(32),
  new Uint8Array(32).fill(255),
  new Uint8Array(32).fill(0x80),
  new Uint8Array(32).fill(0x55),
  new Uint8Array(32).fill(0xf0),
  Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0)),
  Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x80 : 0)),
  Uint8Array.from(Buffer.from((P256 - 1n).toString(16), "hex")),
];

function scalars(): Uint8Array[] {
  return [...EXTREMES, ...Array.from({ length: RANDOM_SCALARS }, () => random.bytes(32))];
}

function one(traces: string[], what: string): void {
  assert.is(new Set(traces).size, 1, `${what}: ${[...new Set(traces)].join(", ")} [WIB_SEED=${random.seed}]`);
}

const decode = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** A machine as curves.ts has it. */
const machineOf = (text: string, registers: number) => createField(bench.hal, native, text, registers);

test("X25519: the ladder does not see its scalar, nor the point", () => {
  const machine = machineOf(Prime.P25519_NATIVE, F.X25519_REGISTERS);
  const traces = scalars().map((scalar, i) => {
    const both = new Uint8Array([...(i % 2 ? random.bytes(32) : EXTREMES[i % 8]), ...scalar]);
    machine.constants(F.X25519_X1, both.buffer);
    const job = machine.run([F.X25519_LITTLE, F.X25519_PROGRAM, F.X25519_GIVE_LITTLE]);
    return bench.trace(() => runJob(job));
  });
  one(traces, "X25519");
});

test("P-256: neither a point's multiplication nor the base point's comb sees its scalar", () => {
  const machine = machineOf(Prime.P256_P_NATIVE, F.P256_REGISTERS);
  const g = decode(Prime.P256_G_BYTES);
  one(
    scalars().map((scalar) => {
      machine.load(F.P256_P, g);
      const job = machine.run(P256_MULTIPLY, scalar);
      return bench.trace(() => runJob(job));
    }),
    "a point",
  );
  one(
    scalars().map((scalar) => {
      machine.constants(F.P256_P, dataOf(P256_COMB_NATIVE));
      const job = machine.run(P256_COMB, scalar);
      return bench.trace(() => runJob(job));
    }),
    "the comb",
  );
});

test("ECDSA: neither k nor the key nor the digest is seen", () => {
  const machine = machineOf(Prime.P256_N_NATIVE, F.ECDSA_REGISTERS);
  const exponent = scalars()[8]; // n - 2 and the like: public
  for (const [name, program] of [
    ["sign", F.ECDSA_SIGN],
    ["verify", F.ECDSA_VERIFY],
  ])
    one(
      scalars().map((value, i) => {
        machine.load(F.ECDSA_M, new Uint8Array([...value, ...random.bytes(32), ...EXTREMES[i % 8], ...value]));
        const job = machine.run([F.ECDSA_INVERSE, program], exponent);
        return bench.trace(() => runJob(job));
      }),
      name,
    );
});

test("RSA sees neither its key nor the message; a key of another length it does", () => {
  native.keep(4096); // every machine at the same address
  try {
    const trace = (key: Uint8Array[], message: Uint8Array) =>
      bench.trace(() => assert.ok(finishJob(rsaBegin(bench.hal, native, key, message))));
    const keys = Array.from({ length: times(3) }, () => rsaTestKey(512).numbers);
    const message = random.bytes(64);
    message[0] = 0; // below n
    const traces = keys.map((key) => trace(key, message));
    for (const special of [new Uint8Array(64), message.map((byte) => byte ^ (byte && 0x5a)), keys[0][3]])
      traces.push(
        trace(
          keys[0],
          Uint8Array.from({ length: 64 }, (_, i) => special[special.length - 64 + i] ?? 0),
        ),
      );
    one(traces, "RSA");
    assert.ok(!traces.includes(trace(rsaTestKey(768).numbers, new Uint8Array(96))));
  } finally {
    native.keep(0);
  }
});

test("a power modulo a number of 1,024 bits, a digit a call, does not see its exponent", () => {
  const machine = createFieldModulo(bench.hal, native, new Uint8Array(128).fill(255), F.POWER_REGISTERS);
  const exponents = [new Uint8Array(2), new Uint8Array(2).fill(255), random.bytes(2), random.bytes(2)];
  const traces = exponents.map((exponent) => {
    machine.load(F.POWER_T + 1, random.bytes(128));
    machine.load(F.RSA_M, random.bytes(128));
    const job = machine.run(F.RSA_POWER, exponent);
    return bench.trace(() => assert.is(runJob(job), 5));
  });
  one(traces, "1,024 bits");
});

test("loading and giving a register does not see the value", () => {
  const machine = machineOf(Prime.P256_N_NATIVE, 2);
  one(
    scalars().map((value) => {
      machine.load(0, value);
      const job = machine.run("@00-");
      return bench.trace(() => runJob(job));
    }),
    "load and give",
  );
});

test("the ciphers, the hashes and the MACs see neither key nor text", () => {
  const context = new Uint8Array(64);
  const data = new Uint8Array(192);
  const steps = 's = mac(h, k)\nk = "key"(s)\ns = "label"(k, h)\nk = "iv"(s, z)';
  const program = bench.hal.E.toUint8Array(assembleDerivations(steps), new Uint8Array(32));
  const [at, d] = [native.at(context), native.at(data)];
  const routines = {
    "AES-256-CTR": () => native.aes(at, d, 100, 32),
    "AES-128-CTR": () => native.aes(at, d, 100, 16),
    "AES-256 blocks": () => native.aes(at, d, 96, 32 + 256),
    ChaCha20: () => native.chacha(d, 100, at, 0),
    Poly1305: () => native.poly(at, d, 100, 1),
    GHASH: () => native.ghash(at, d, 100, 0),
    "ChaCha20-Poly1305, sealed": () => native.aead(at, d, 100, 4 * 5),
    "ChaCha20-Poly1305, wrong": () => native.aead(at, d, 100, 4 * 5 + 1),
    "AES-128-GCM, sealed": () => native.aead(at, d, 100, 4 * 5 + 2),
    "AES-128-GCM, wrong": () => native.aead(at, d, 100, 4 * 5 + 3),
    xor: () => native.xor(d, at, 50, 0),
    "SHA-256": () => native.sha256(at, d, 100, 0),
    "SHA-512": () => native.sha512(at, d, 100, 0),
    "HMAC": () => native.hmac(d, 100, 0, 0),
    "a key schedule": () => native.derive(d, native.at(program), at, 64 | (16 << 24)),
  };
  for (const [name, routine] of Object.entries(routines)) {
    const fill = [0, 255].map((byte) => () => [context.fill(byte), data.fill(byte)]);
    const mix = () => [context.set(random.bytes(64)), data.set(random.bytes(192))];
    const inputs = [...fill, ...Array.from({ length: times(8) }, () => mix)];
    const traces = inputs.map((prepare) => {
      prepare();
      return bench.trace(routine);
    });
    one(traces, name);
  }
});

const DIGIT_FOUND = "  mov r8, r0\n  cmp r5,"; // where the digit of this round has been found
const COLUMN_FOUND = "  lsrs r1, r0, #4\n"; // and the column of a comb
const BRANCH = "  cbz r0, planted\n  movs r1, #0\nplanted:\n";
const ADDRESS = "  ldr r1, [r7, r0]\n";
const PICKED = "  add r12, r12, r2\n  eor r6, r4, r8\n"; // in the loop over a table's entries

test("a branch on one bit of a scalar is seen, and so is an address made of one", () => {
  const source = sourceOf(["field"]);
  for (const [at, planted, program] of [
    [DIGIT_FOUND, BRANCH, "7000:000"],
    [DIGIT_FOUND, ADDRESS, "7000:000"],
    [COLUMN_FOUND, BRANCH, "Ad00:000"],
    [COLUMN_FOUND, ADDRESS, "Ad00:000"],
    [PICKED, "  cmp r4, r8\n  beq planted\n  movs r5, #0\nplanted:\n", "Ad00<001:000"],
  ]) {
    assert.is(source.split(at).length, 2);
    const { bytes, labels } = assembleThumb(source.replace(at, planted + at));
    const code = Buffer.from(bytes).toString("latin1");
    const routine = bench.hal.E.nativeCall(labels.field + 1, "int(int,int,int,int)", code);
    const leaky = { ...native, field: routine };
    const machine = createField(bench.hal, leaky, Prime.P25519_NATIVE, F.X25519_REGISTERS);
    const traces = [EXTREMES[0], EXTREMES[5]].map((scalar) => {
      const job = machine.run(program, scalar);
      return bench.trace(() => runJob(job));
    });
    assert.is(new Set(traces).size, 2, `${planted} at ${at}`);
  }
});

test("the code runs at any even address", () => {
  const code = codeFor(["sha256", "aes"]);
  const bytes = Uint8Array.from(Buffer.from(code.code, "latin1"));
  const digests = [0x1000, 0x2002, 0x08012346].map((start) => {
    const data = { start: 0x20000000, bytes: new Uint8Array(256).fill(7), writable: true };
    const thumb = createThumb({ regions: [{ start, bytes, executable: true }, data] });
    thumb.call(start + code.sha256, [data.start, data.start + 101, 77, 0]);
    thumb.call(start + code.aes, [data.start + 128, data.start, 64, 32]);
    return Buffer.from(data.bytes).toString("hex");
  });
  assert.is(new Set(digests).size, 1);
});

test("nothing but what the caller had in its registers is left on the stack", () => {
  const fresh = nativeBench();
  const context = new Uint8Array(64).fill(0x3c);
  const data = new Uint8Array(100).fill(0xc3);
  const [at, d] = [fresh.native.at(context), fresh.native.at(data)];
  const routines = [
    () => fresh.native.aes(at, d, 100, 32),
    () => fresh.native.chacha(d, 100, at, 0),
    () => fresh.native.poly(at, d, 100, 1),
    () => fresh.native.ghash(at, d, 100, 0),
    ...[0, 1, 2, 3].map((mode) => () => fresh.native.aead(at, d, 100, 4 * 5 + mode)),
    ...[0, 2].map((mode) => () => {
      fresh.native.aead(at, d, 100, 4 * 5 + mode);
      fresh.native.aead(at, d, 100, 4 * 5 + mode + 1);
    }),
    () => fresh.native.sha256(at, d, 100, 0),
    () => fresh.native.sha512(at, d, 100, 0),
    () => {
      const machine = createField(fresh.hal, fresh.native, Prime.P256_P_NATIVE, F.POWER_REGISTERS);
      for (let i = 0; i < 4; i++) machine.load(i, context.subarray(0, 32));
      runJob(machine.run(F.POWER_PROGRAM, data.subarray(0, 32)));
    },
  ];
  const FILL = 0xa5a5a5a5;
  for (const routine of routines) {
    const { stack } = fresh.thumb;
    stack.fill(FILL & 255);
    routine();
    const words = [...new Uint32Array(stack.buffer, stack.byteOffset, stack.length / 4)];
    const left = words.filter((word) => word !== 0 && word !== FILL && word >>> 16 !== 0xdead && word !== 0x0badc0df);
    // Arguments may be there: addresses, of the stack too, and sizes.
    assert.ok(
      left.every((word) => [0x1000, 0x2000].includes(word >>> 16) || word < 512),
      left.map((w) => w.toString(16)).join(" "),
    );
  }
});

test.run();
