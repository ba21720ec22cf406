// The assembler: what it refuses, how its branches grow, and that the GNU assembler makes the same bytes of the same text.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codeFor, ROUTINES, sourceOf } from "../../../../firmware/crypto/native/code.ts";
import { encode } from "../../../../firmware/crypto/native/encode.ts";
import { assembleThumb } from "../../../../firmware/crypto/native/thumb.ts";
import { createThumb } from "../../../../host-sim/thumb/cpu.ts";
import { withTool } from "../../../support/needs.ts";

const SETS = [ROUTINES, ...ROUTINES.map((name) => [name]), ["field", "aes", "chacha"], ["sha256", "chacha"]];

function gnu(source: string): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-thumb-"));
  const [text, object, bytes] = ["a.s", "a.o", "a.bin"].map((name) => path.join(folder, name));
  try {
    writeFileSync(text, `.syntax unified\n.cpu cortex-m4\n.thumb\n${source}`);
    execFileSync("arm-none-eabi-as", [text, "-o", object]);
    execFileSync("arm-none-eabi-objcopy", ["-O", "binary", "-j", ".text", object, bytes]);
    return readFileSync(bytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

withTool("arm-none-eabi-as", "the GNU assembler makes the same bytes, of every routine and some sets of them", () => {
  for (const names of SETS) {
    const source = sourceOf(names);
    assert.ok(gnu(source).equals(Buffer.from(assembleThumb(source).bytes)), names.join(" "));
  }
});

test("the same routines give the same code every time, and it fits its budget", () => {
  for (const names of SETS) assert.equal(codeFor(names), codeFor(names));
  const bytes = (names: string[]) => codeFor(names).code.length;
  assert.ok(bytes(["field", "sha512", "sha256", "aes", "chacha"]) <= 5000);
  assert.ok(bytes(ROUTINES) <= 5700);
});

test("entries are odd offsets, 0 for what was not asked for", () => {
  for (const names of SETS) {
    const code = codeFor(names) as unknown as Record<string, number>;
    for (const name of ROUTINES) assert.is(code[name] & 1, names.includes(name) ? 1 : 0, `${name} of ${names.join()}`);
  }
});

test("what has no encoding throws, with the line", () => {
  const lines = [
    ...["mov r0, r16", "add r0, r1, #4097", "eor r0, r0, #0x12345678", "movw r0, #65536", "ldr r0, [r1, #4096]"],
    ...["ldr r0, [r1], #256", "ldrd r0, r1, [r2, #2]", "strd r0, r1, [r2, #1024]", "lsl r0, r1, #32", "lsr r0, r1, #0"],
    ...["push {r9}", "stmia r8!, {r9}", "ubfx r0, r1, #30, #4", "vadd r0, r1", "ldrh r0, [r1]", "add r0, 5", "bx", ""],
  ];
  for (const line of lines)
    assert.throws(
      () => encode(line),
      (e: Error) => e.message.includes(`"${line}"`),
      line,
    );
});

test("labels: unknown ones, doubled ones, distances that are no byte", () => {
  assert.throws(() => assembleThumb("b nowhere"), /no label "nowhere"/);
  assert.throws(() => assembleThumb("a:\nbx lr\na:\nbx lr"), /label "a" stands twice/);
  assert.throws(() => assembleThumb(`a:\n.byte (b - a)/2, 0\n${"bx lr\n".repeat(300)}b:\nbx lr`), /is no byte/);
  assert.throws(() => assembleThumb(`cbz r0, b\n${"bx lr\n".repeat(80)}b:\nbx lr`), /reaches only 126 bytes/);
});

test("branches of every length arrive, forwards and back", () => {
  for (const distance of [1, 10, 126, 127, 128, 129, 1022, 1023, 1024, 1025, 3000])
    for (const [jump, first] of [
      ["b", 0],
      ["beq", 0],
      ["bne", 1],
    ] as const) {
      const filler = "  movs r0, #9\n".repeat(distance);
      const forwards = `movs r1, #${first}\ncmp r1, #0\n${jump} there\n${filler}bx lr\nthere:\nmovs r0, #5\nbx lr\n`;
      const back = `b start\nthere:\nmovs r0, #5\nbx lr\n${filler}start:\nmovs r1, #${first}\ncmp r1, #0\n${jump} there\nbx lr\n`;
      for (const source of [forwards, back]) {
        const bytes = Uint8Array.from(assembleThumb(source).bytes);
        const thumb = createThumb({ regions: [{ start: 0x1000, bytes, executable: true }] });
        assert.is(thumb.call(0x1001), 5, `${jump} over ${distance}`);
      }
    }
});

test.run();
