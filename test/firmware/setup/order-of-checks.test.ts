// Of two faults in one request the earlier one of PROTOCOL 2.5 decides: every pair of them, on every kind of request.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR, PATH_AUTH, PATH_CSR, PATH_DH, PATH_KEY, TYPE_BYTES, TYPE_PEM } from "../../../firmware/protocol.ts";
import { benchSetup } from "../../support/bench-setup.ts";
import type { BenchSetup } from "../../support/bench-setup.ts";
import { requestText } from "../../support/virtual-device.ts";

interface Draft {
  path: string;
  method: string;
  host: string;
  lines: string;
  type: string;
  length: number | undefined;
  cookie: string;
  entropy: string;
  failed: number;
}

interface Fault {
  /** The number in PROTOCOL 2.5. */
  check: number;
  answer: string;
  apply(draft: Draft): void;
  /** Faults with the same mark cannot be in one request. */
  mark?: string;
}

const COMMON: Fault[] = [
  { check: 1, answer: `400 ${ERROR.malformedRequest}`, apply: (d) => (d.lines += "Transfer-Encoding: chunked\r\n") },
  { check: 2, answer: `403 ${ERROR.hostRefused}`, apply: (d) => (d.host = "evil.example") },
  { check: 2.5, answer: `403 ${ERROR.originRefused}`, apply: (d) => (d.lines += "Origin: null\r\n") },
  { check: 3, answer: `404 ${ERROR.notFound}`, apply: (d) => (d.path += "?") },
  { check: 4, answer: `405 ${ERROR.methodNotAllowed}`, apply: (d) => (d.method = "PUT") },
  {
    check: 5,
    answer: `503 ${ERROR.entropyStarting}`,
    apply: (d) => (d.entropy = ERROR.entropyStarting),
    mark: "noise",
  },
  { check: 5, answer: `503 ${ERROR.entropyFailed}`, apply: (d) => (d.entropy = ERROR.entropyFailed), mark: "noise" },
  { check: 6, answer: `429 ${ERROR.triesUsedUp}`, apply: (d) => (d.failed = 50) },
];

const posts = (tooLong: number): Fault[] => [
  { check: 1.1, answer: `400 ${ERROR.lengthRequired}`, apply: (d) => (d.length = undefined), mark: "length" },
  { check: 1.2, answer: `413 ${ERROR.bodyTooLarge}`, apply: (d) => (d.length = 10000), mark: "length" },
  { check: 7, answer: `415 ${ERROR.typeRefused}`, apply: (d) => (d.type = "text/plain") },
  { check: 8, answer: `413 ${ERROR.bodyTooLarge}`, apply: (d) => (d.length = tooLong), mark: "length" },
  { check: 9, answer: `401 ${ERROR.unauthenticated}`, apply: (d) => (d.cookie = "0".repeat(72)), mark: "cookie" },
];

/** The faults of one request: each alone, then every pair. */
function compare(bench: BenchSetup, name: string, base: Partial<Draft>, faults: Fault[], before = () => {}): number {
  let compared = 0;
  const check = (list: Fault[]): void => {
    const d: Draft = {
      ...{ method: "POST", host: "device", lines: "", type: TYPE_BYTES, length: 80 },
      ...base,
    } as Draft;
    Object.assign(d, { entropy: "", failed: 0 });
    // A draft is changed in the order of the list, and the answer is that of the earliest check.
    for (const fault of list) fault.apply(d);
    const wanted = [...list].sort((a, b) => a.check - b.check)[0].answer;
    before();
    bench.entropy = d.entropy;
    bench.tries.failed = d.failed;
    const length = d.length === undefined ? "" : `Content-Length: ${d.length}\r\n`;
    const answer = bench.send(
      `${d.method} ${d.path} HTTP/1.1\r\nHost: ${d.host}\r\nCookie: wib=${d.cookie}\r\nContent-Type: ${d.type}\r\n${length}${d.lines}\r\n`,
    );
    bench.entropy = "";
    bench.tries.failed = 0;
    assert.is(`${answer.status} ${answer.code}`, wanted, `${name}: ${list.map(({ answer: a }) => a).join(" and ")}`);
    assert.is(answer.body, `${answer.code.replaceAll("-", " ")}\n`);
    assert.is(answer.header("Retry-After") !== undefined, answer.status === 503);
    const allowed = d.path === PATH_DH ? "GET, POST" : "POST";
    assert.is(answer.header("Allow"), answer.status === 405 ? allowed : undefined);
    compared++;
  };
  // Only a POST must say how long it is.
  const isNone = (a: Fault, b: Fault): boolean => a.check === 4 && b.answer.includes(ERROR.lengthRequired);
  for (const a of faults) {
    check([a]);
    for (const b of faults)
      if (a !== b && (!a.mark || a.mark !== b.mark) && !isNone(a, b) && !isNone(b, a)) check([a, b]);
  }
  return compared;
}

test("POST auth: form, Host, Origin, path, method, randomness, tries, type, length, session, state, exact length", () => {
  const bench = benchSetup();
  const waiting = bench.agree();
  const later = bench.authenticated();
  const faults = [
    ...COMMON,
    ...posts(1025),
    { check: 10, answer: `409 ${ERROR.wrongOrder}`, apply: (d: Draft) => (d.cookie = later.cookie), mark: "cookie" },
    { check: 11, answer: `400 ${ERROR.malformedRequest}`, apply: (d: Draft) => (d.length = 79), mark: "length" },
    { check: 11, answer: `400 ${ERROR.malformedRequest}`, apply: (d: Draft) => (d.length = 81), mark: "length" },
  ];
  assert.ok(compare(bench, "auth", { path: PATH_AUTH, cookie: waiting.cookie }, faults) > 200);
  assert.is(waiting.auth().status, 204); // none of that has cost anything
});

test("POST key: the same, and that another one is being received", () => {
  const bench = benchSetup();
  const session = bench.authenticated();
  const other = bench.authenticated();
  const waiting = bench.agree();
  const held = other.text(PATH_KEY, "x".repeat(200)).slice(0, -1);
  let peer = bench.connect(held);
  const faults = [
    ...COMMON,
    ...posts(9985),
    { check: 10, answer: `409 ${ERROR.wrongOrder}`, apply: (d: Draft) => (d.cookie = waiting.cookie), mark: "cookie" },
    { check: 12, answer: `503 ${ERROR.busy}`, apply: () => {} },
  ];
  compare(bench, "key", { path: PATH_KEY, cookie: session.cookie }, faults, () => {
    if (!peer.closed) return;
    peer = bench.connect(held); // a request has 10 seconds
  });
});

test("POST csr: up to the state", () => {
  const bench = benchSetup();
  const waiting = bench.agree();
  const session = bench.authenticated();
  const order: Fault = {
    check: 10,
    answer: `409 ${ERROR.wrongOrder}`,
    apply: (d) => (d.cookie = waiting.cookie),
    mark: "cookie",
  };
  compare(bench, "csr", { path: PATH_CSR, cookie: session.cookie }, [...COMMON, ...posts(321), order]);
});

test("POST dh: up to the cookie", () => {
  const bench = benchSetup();
  const cookie = bench.greet().cookie;
  const used = bench.agree();
  const order: Fault = {
    check: 10,
    answer: `409 ${ERROR.wrongOrder}`,
    apply: (d) => (d.cookie = used.cookie),
    mark: "cookie",
  };
  compare(bench, "dh", { path: PATH_DH, cookie, type: TYPE_PEM }, [...COMMON, ...posts(1025), order]);
});

test("GET dh: form, Host, Origin, path, method, randomness, tries, then the rate", () => {
  const bench = benchSetup();
  const rate: Fault = { check: 7, answer: `503 ${ERROR.busy}`, apply: () => {} };
  compare(bench, "greeting", { path: PATH_DH, method: "GET", length: undefined }, [...COMMON, rate], () => {
    bench.clock.advance(1000 - Math.round((bench.clock.now() * 1000) % 1000));
    for (let i = 0; i < 2; i++) assert.is(bench.send(requestText(PATH_DH)).status, 200);
  });
});

test("the limits of the length from their good side", () => {
  const bench = benchSetup();
  const session = bench.authenticated();
  const open = (path: string, length: number, cookie = session.cookie, type = TYPE_BYTES): boolean => {
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nCookie: wib=${cookie}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
    const peer = bench.connect(head);
    const accepted = peer.received === "" && !peer.closed;
    peer.vanish();
    bench.idle();
    return accepted;
  };
  assert.equal([open(PATH_CSR, 320), open(PATH_CSR, 321)], [true, false]);
  assert.equal([open(PATH_KEY, 9984), open(PATH_KEY, 9985)], [true, false]);
  const { cookie } = bench.greet();
  assert.equal([open(PATH_DH, 1024, cookie, TYPE_PEM), open(PATH_DH, 1025, cookie, TYPE_PEM)], [true, false]);
  const waiting = bench.agree();
  assert.equal(
    [79, 80, 81].map((n) => open(PATH_AUTH, n, waiting.cookie)),
    [false, true, false],
  );
});

test("media types are compared byte by byte", () => {
  const bench = benchSetup();
  const session = bench.authenticated();
  const status = (type: string) => session.post(PATH_CSR, "x", { type }).status;
  assert.is(status(TYPE_BYTES), 401);
  for (const type of [
    TYPE_BYTES.toUpperCase(),
    `${TYPE_BYTES};`,
    `${TYPE_BYTES}; charset=utf-8`,
    TYPE_PEM,
    "",
    `${TYPE_BYTES}, x`,
  ])
    assert.is(status(type), 415, type);
});

test.run();
