// One request a connection; limits, redirects and time-outs, against a server that writes whatever a test wants.
import { test } from "uvu";
import * as assert from "uvu/assert";
import net from "node:net";
import { WibError } from "../../client/errors.ts";
import { request } from "../../client/http.ts";
import { freePort } from "../../client/bench/free-port.ts";

const LIMIT = 65536;
const TIMEOUT_MS = 10000;

/** @param answer called once a request's first bytes are there. @returns what came, and how often. */
async function withServer(
  answer: (socket: net.Socket) => void,
  run: (base: URL, seen: string[]) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const index = seen.push("") - 1;
    socket.on("data", (data) => {
      const isFirst = !seen[index];
      seen[index] += data.toString("latin1");
      if (isFirst) answer(socket);
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await run(new URL(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`), seen);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const get = (base: URL, timeoutMs = TIMEOUT_MS) => request(base, { method: "GET", path: "/a", timeoutMs });

async function refusal(attempt: Promise<unknown>): Promise<WibError> {
  try {
    await attempt;
  } catch (error) {
    assert.instance(error, WibError);
    return error as WibError;
  }
  throw new Error("was not refused");
}

test("what is sent is one plain request that closes its connection", () =>
  withServer(
    (socket) => socket.end("HTTP/1.1 204 No Content\r\nX: y\r\nSet-Cookie: wib=1\r\nSet-Cookie: b=2\r\n\r\n"),
    async (base, seen) => {
      const body = new TextEncoder().encode("four");
      const sent = { method: "POST", path: "/p", type: "t/t", cookie: "wib=0", body, timeoutMs: TIMEOUT_MS } as const;
      const answer = await request(base, sent);
      assert.is(answer.status, 204);
      assert.is(answer.headers["x"], "y");
      assert.equal(answer.setCookie, ["wib=1", "b=2"]);
      assert.is(answer.body.length, 0);
      assert.is(seen.length, 1);
      const [head, rest] = seen[0].split("\r\n\r\n");
      assert.is(rest, "four");
      const lines = head.split("\r\n");
      assert.is(lines.shift(), "POST /p HTTP/1.1");
      const wanted = [
        "Connection: close",
        "Content-Length: 4",
        "Content-Type: t/t",
        "Cookie: wib=0",
        `Host: ${base.host}`,
      ];
      assert.equal(lines.sort(), wanted);
    },
  ));

test("a redirect is an answer like any other and is not followed", () =>
  withServer(
    (socket) => socket.end("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"),
    async (base, seen) => {
      assert.is((await get(base)).status, 302);
      assert.is(seen.length, 1);
    },
  ));

for (const [size, taken] of [
  [LIMIT, true],
  [LIMIT + 1, false],
] as const)
  test(`an answer of ${size} bytes is ${taken ? "taken" : "too large"}`, () =>
    withServer(
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}`),
      async (base) => {
        if (taken) return assert.is((await get(base)).body.length, size);
        const error = await refusal(get(base));
        assert.match(error.message, "too large");
        assert.is(error.exitCode, 2);
      },
    ));

for (const [size, taken] of [
  [8192, true],
  [8193, false],
] as const)
  test(`a header of ${size} bytes is ${taken ? "taken" : "too large"}`, () =>
    withServer(
      (socket) => {
        const rest = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: \r\n\r\n";
        socket.end(rest.replace("X: ", `X: ${"y".repeat(size - rest.length)}`));
      },
      async (base) => {
        if (taken) return assert.is((await get(base)).status, 200);
        const error = await refusal(get(base));
        assert.match(error.message, "header that is too large");
        assert.is(error.exitCode, 2);
      },
    ));

for (const [lines, message] of [
  ["Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "a Transfer-Encoding"],
  ["\r\n", "no Content-Length"],
  ["Content-Length: 0\r\nWib-Proof: 1\r\nwib-proof: 1\r\n\r\n", "more than one wib-proof"],
  ["Wib-Error: busy\r\nContent-Length: 0\r\nWIB-ERROR: busy\r\n\r\n", "more than one wib-error"],
] as const)
  test(`an answer with ${message} is none`, () =>
    withServer(
      (socket) => socket.end(`HTTP/1.1 200 OK\r\n${lines}`),
      async (base) => {
        const error = await refusal(get(base));
        assert.match(error.message, message);
        assert.is(error.exitCode, 2);
      },
    ));

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
const BROKEN: [string, (socket: net.Socket) => void, RegExp, number][] = [
  ["nothing", (s) => s.end(), /without an answer/, 3],
  ["a reset", (s) => s.resetAndDestroy(), /without an answer/, 3],
  ["half a header", (s) => s.end("HTTP/1.1 200 O"), /broke off|without an answer/, 3],
  ["half a body", (s) => s.end(`${HEAD}half`), /broke off/, 3],
  ["half a body and a reset", (s) => s.write(`${HEAD}half`, () => s.resetAndDestroy()), /broke off/, 3],
  ["another protocol", (s) => s.end("SSH-2.0-x\r\n"), /not answer in HTTP/, 2],
  [
    "two lengths",
    (s) => s.end("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    /not answer in HTTP/,
    2,
  ],
  ["a header without end", (s) => s.end(`HTTP/1.1 200 OK\r\nX: ${"y".repeat(70000)}`), /not answer in HTTP/, 2],
];
for (const [name, answer, message, exitCode] of BROKEN)
  test(`${name} is no answer`, () =>
    withServer(answer, async (base) => {
      const error = await refusal(get(base));
      assert.match(error.message, message);
      assert.is(error.exitCode, exitCode);
      assert.ok(error.hint);
    }));

for (const [name, answer] of [
  ["never comes", () => {}],
  ["stops half-way", (socket: net.Socket) => void socket.write(`${HEAD}half`)],
] as const)
  test(`an answer that ${name} is waited for as long as was said, and no longer`, () =>
    withServer(answer, async (base) => {
      const start = performance.now();
      const error = await refusal(get(base, 200));
      const waited = performance.now() - start;
      assert.ok(waited >= 195, `${waited}`); // the host's timers may be early by a little
      assert.ok(waited < TIMEOUT_MS / 2);
      assert.match(error.message, "no answer");
      assert.is(error.exitCode, 3);
    }));

test("nobody there, and a name that is none, are told apart", async () => {
  const nobody = await refusal(get(new URL(`http://127.0.0.1:${await freePort()}`)));
  assert.match(nobody.message, "nothing listens");
  assert.match(nobody.hint, "button");
  assert.is(nobody.exitCode, 3);
  const noName = await refusal(get(new URL("http://wib.invalid")));
  assert.match(noName.message, /resolved|reached/);
  assert.is(noName.exitCode, 3);
});

test.run();
