// The files that entropy recordings are kept in. A recording is one line of JSON and then raw bytes, one a sample:
//   {"format":"wib-entropy-recording/1","board":"pico_r1_3","source":"adc-low-bits","bits":4,"kind":"consecutive",
//    "claim":0.25}\n<samples>            (all on one line, `format` first, at most 4,096 bytes)
// `kind` is "consecutive", or "restart" with "rows" (one a restart) and "columns" (samples of each). `claim`, in bits a
// sample, may be left out; members not named here are kept for people and ignored. Anything that does not begin like
// this is taken for bare samples, as NIST's tool takes them. Reading never yields samples that do not fit `bits`.

import { firstTooWide, MAX_BITS, widthOf } from "./samples.ts";

const FORMAT = "wib-entropy-recording/1";
const MAGIC = '{"format":"wib-entropy-recording/';
const MAX_HEADER_BYTES = 4096;
const LINE_FEED = 0x0a;

export type RecordingKind = "consecutive" | "restart";

export interface RecordingHeader {
  board: string;
  source: string;
  bits: number;
  kind: RecordingKind;
  /** Both with kind "restart" and neither without. */
  rows?: number;
  columns?: number;
  /** Claimed min-entropy, bits a sample. */
  claim?: number;
}

export interface Recording {
  /** Null for a file of bare samples. */
  header: RecordingHeader | null;
  bits: number;
  samples: Uint8Array;
  /** What a reader should know but need not mind. */
  remarks: string[];
}

/** A file that cannot be assessed; `hint` says what to do about it. */
export class RecordingError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** `bits` is what the user says; it must agree with the header, and is the only source for bare samples. */
export function readRecording(bytes: Uint8Array, bits?: number): Recording {
  const headed = new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
  const headerLength = headed ? bytes.indexOf(LINE_FEED) + 1 : 0;
  const header = headed ? parseHeader(bytes, headerLength) : null;
  if (header && bits !== undefined && bits !== header.bits) {
    throw new RecordingError(
      `the recording says ${header.bits} bits a sample, not ${bits}`,
      "leave --bits out for a recording with a header",
    );
  }

  const samples = bytes.subarray(headerLength);
  if (samples.length === 0) {
    throw new RecordingError(
      headed ? "the recording holds no samples" : "the file is empty",
      "NIST asks for 1,000,000 samples, one a byte",
    );
  }
  const width = widthOf(samples);
  const stated = header?.bits ?? bits ?? width;
  checkWidth(samples, stated);
  if (header?.kind === "restart") checkMatrix(header, samples.length);

  const remarks: string[] = [];
  if (!header && bits === undefined)
    remarks.push(`bits a sample not given: taken as ${width}, the width of the widest`);
  if (width < stated) remarks.push(`no sample uses more than ${width} of its ${stated} bits`);
  return { header, bits: stated, samples, remarks };
}

/** The bytes of a recording. */
export function writeRecording(header: RecordingHeader, samples: Uint8Array): Uint8Array {
  const line = new TextEncoder().encode(JSON.stringify({ format: FORMAT, ...header }) + "\n");
  parseHeader(line, line.length);
  checkWidth(samples, header.bits);
  if (header.kind === "restart") checkMatrix(header, samples.length);
  const bytes = new Uint8Array(line.length + samples.length);
  bytes.set(line);
  bytes.set(samples, line.length);
  return bytes;
}

function parseHeader(bytes: Uint8Array, length: number): RecordingHeader {
  const hint = 'it should read {"format":"wib-entropy-recording/1","board":...,"source":...,"bits":...,"kind":...}';
  const refuse = (why: string): never => {
    throw new RecordingError(`the recording's first line ${why}`, hint);
  };
  if (length === 0 || length > MAX_HEADER_BYTES) refuse(`does not end within ${MAX_HEADER_BYTES} bytes`);

  let parsed: Record<string, unknown> = {};
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length)));
  } catch {
    refuse("is not JSON");
  }
  const { format, board, source, bits, kind, rows, columns, claim } = parsed;
  if (format !== FORMAT) refuse(`names a format this program does not know: ${String(format)}`);
  if (typeof board !== "string" || typeof source !== "string") refuse('needs text for "board" and "source"');
  if (!isCount(bits) || bits > MAX_BITS) return refuse(`needs "bits" from 1 to ${MAX_BITS}`);
  if (kind !== "consecutive" && kind !== "restart") refuse('needs "kind" as "consecutive" or "restart"');
  if (kind === "restart" && !(isCount(rows) && isCount(columns))) refuse('needs "rows" and "columns" above 0');
  if (kind === "consecutive" && (rows ?? columns) !== undefined) refuse('has "rows" or "columns" without restarts');
  if (claim !== undefined && !(typeof claim === "number" && claim >= 0 && claim <= bits)) {
    refuse(`needs "claim" from 0 to ${bits}`);
  }
  return { board, source, bits, kind, rows, columns, claim } as RecordingHeader;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function checkWidth(samples: Uint8Array, bits: number): void {
  const at = firstTooWide(samples, bits);
  if (at < 0) return;
  throw new RecordingError(
    `sample ${at} is ${samples[at]}, which does not fit ${bits} ${bits === 1 ? "bit" : "bits"}`,
    `samples are one a byte; the widest here needs ${widthOf(samples)} bits`,
  );
}

function checkMatrix({ rows, columns }: RecordingHeader, samples: number): void {
  if (rows! * columns! === samples) return;
  throw new RecordingError(
    `${rows} restarts of ${columns} samples are ${rows! * columns!} samples, not ${samples}`,
    "the recording may have been cut short",
  );
}
