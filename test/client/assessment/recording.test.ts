// The recording format: what is written is read, and whatever is wrong with a file is said.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  readRecording,
  RecordingError,
  type RecordingHeader,
  writeRecording,
} from "../../../client/assessment/recording.ts";

const HEADER: RecordingHeader = { board: "pico_r1_3", source: "adc", bits: 4, kind: "consecutive", claim: 0.25 };
const SAMPLES = Uint8Array.of(0, 10, 15, 3, 10, 1);

function file(header: object | string, samples: Uint8Array = SAMPLES): Uint8Array {
  const line = typeof header === "string" ? header : JSON.stringify(header) + "\n";
  return Buffer.concat([Buffer.from(line), samples]);
}

function refused(bytes: Uint8Array, pattern: RegExp, bits?: number): void {
  try {
    readRecording(bytes, bits);
  } catch (error) {
    assert.instance(error, RecordingError);
    assert.match((error as RecordingError).message, pattern);
    assert.ok((error as RecordingError).hint.length > 0);
    return;
  }
  assert.unreachable(`accepted, wanted ${pattern}`);
}

test("a recording comes back as it was written", () => {
  const { header, samples, bits, remarks } = readRecording(writeRecording(HEADER, SAMPLES));
  assert.is(header!.board, "pico_r1_3");
  assert.is(header!.source, "adc");
  assert.is(header!.kind, "consecutive");
  assert.is(header!.claim, 0.25);
  assert.is(bits, 4);
  assert.equal([...samples], [...SAMPLES]);
  assert.equal(remarks, []);
});

test("restarts come back with rows and columns; samples may look like line ends or JSON", () => {
  const samples = Uint8Array.from(Buffer.from('\n{"a"\n'));
  const header: RecordingHeader = { ...HEADER, bits: 8, kind: "restart", rows: 2, columns: 3 };
  const read = readRecording(writeRecording(header, samples));
  assert.equal([...read.samples], [...samples]);
  assert.is(read.header!.rows, 2);
  assert.is(read.header!.columns, 3);
});

test("members for people are ignored", () => {
  const read = readRecording(file({ format: "wib-entropy-recording/1", ...HEADER, note: "at 20 °C" }));
  assert.is(read.header!.bits, 4);
});

test("bare samples take their width from --bits, or from the widest sample", () => {
  assert.is(readRecording(SAMPLES, 8).bits, 8);
  assert.match(readRecording(SAMPLES, 8).remarks.join(), /more than 4 of its 8 bits/);
  assert.is(readRecording(SAMPLES).bits, 4);
  assert.match(readRecording(SAMPLES).remarks.join(), /taken as 4, the width of the widest/);
  assert.is(readRecording(SAMPLES).header, null);
});

test("what cannot be assessed is refused with a reason", () => {
  refused(new Uint8Array(0), /empty/);
  refused(file({ format: "wib-entropy-recording/1", ...HEADER }, new Uint8Array(0)), /no samples/);
  refused(SAMPLES, /sample 1 is 10, which does not fit 3 bits/, 3);
  refused(file({ format: "wib-entropy-recording/1", ...HEADER }), /says 4 bits a sample, not 5/, 5);
  refused(file({ format: "wib-entropy-recording/1", ...HEADER, bits: 3 }), /sample 1 is 10/);
});

test("every fault of the first line is named", () => {
  const good = { format: "wib-entropy-recording/1", ...HEADER };
  refused(file({ ...good, format: "wib-entropy-recording/2" }), /does not know: wib-entropy-recording\/2/);
  refused(file(JSON.stringify(good), Uint8Array.of(1, 2)), /does not end/);
  refused(file(JSON.stringify({ ...good, note: "x".repeat(5000) }) + "\n"), /does not end within 4096/);
  refused(file('{"format":"wib-entropy-recording/1",\n'), /is not JSON/);
  refused(file({ ...good, board: 7 }), /"board"/);
  refused(file({ ...good, source: undefined }), /"source"/);
  for (const bits of [0, 9, 1.5, "4", undefined]) refused(file({ ...good, bits }), /"bits" from 1 to 8/);
  refused(file({ ...good, kind: "other" }), /"kind"/);
  for (const claim of [-1, 4.5, "1", null]) refused(file({ ...good, claim }), /"claim" from 0 to 4/);
  refused(file({ ...good, kind: "restart", rows: 2 }), /"rows" and "columns"/);
  refused(file({ ...good, kind: "restart", rows: 0, columns: 6 }), /"rows" and "columns"/);
  refused(file({ ...good, rows: 6 }), /without restarts/);
  refused(file({ ...good, kind: "restart", rows: 2, columns: 4 }), /8 samples, not 6/);
});

test("no recording is written that would not be read", () => {
  assert.throws(() => writeRecording({ ...HEADER, bits: 3 }, SAMPLES), /does not fit/);
  assert.throws(() => writeRecording({ ...HEADER, bits: 9 }, SAMPLES), /"bits"/);
  assert.throws(() => writeRecording({ ...HEADER, kind: "restart", rows: 2, columns: 2 }, SAMPLES), /not 6/);
});

test.run();
