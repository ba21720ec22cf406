// The request reader against PROTOCOL 2.2: what it takes, what it refuses, each limit from both sides, in pieces of any
// size. It runs under the engine's string functions, which find needles that are not there (PLATFORM section 4.2).
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../../firmware/protocol.ts";
import { feedAll, read, refusalOf } from "../../support/requests.ts";

const HOST = "Host: device\r\n";
const post = (body: string, lines = "") =>
  `POST /x HTTP/1.1\r\n${HOST}${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
const get = (lines: string) => `GET /x HTTP/1.1\r\n${lines}\r\n`;

const BAD = `400 ${ERROR.malformedRequest}`;

test("a request is delivered with its method, path, headers and body", () => {
  const { result, head, body } = read(
    "POST /setup/dh.wib HTTP/1.1\r\nHOST: Device.Local:80 \r\ncookie:wib=a\r\nContent-Type:\tx\r\n".replace("\t", " ") +
      "X-Other: kept nowhere\r\norigin: http://a\r\nSec-Fetch-Site: none\r\ncontent-LENGTH: 3\r\n\r\na\0\xff",
  );
  assert.is(result, true);
  assert.equal([head!.method, head!.path, head!.host, head!.length], ["POST", "/setup/dh.wib", "device.local:80", 3]);
  assert.is(head!.expectsContinue, false);
  assert.equal(head!.headers, {
    "host": "Device.Local:80",
    "cookie": "wib=a",
    "content-type": "x",
    "origin": "http://a",
    "sec-fetch-site": "none",
    "content-length": "3",
  });
  assert.equal([...body], [97, 0, 255]);
});

test("every split into two or three pieces, and byte by byte, gives the same as one piece", () => {
  const text = post("\r\n\r\nbody\r\n", "Cookie: wib=1; a=2\r\n");
  const whole = read(text);
  const same = (pieces: string[]) => {
    const got = feedAll(pieces);
    assert.equal([got.result, got.head, got.body], [true, whole.head, whole.body], JSON.stringify(pieces));
  };
  same([...text]);
  for (let i = 0; i <= text.length; i++) {
    same([text.slice(0, i), text.slice(i)]);
    for (let j = i; j <= text.length; j += 7) same([text.slice(0, i), text.slice(i, j), text.slice(j)]);
  }
});

test("a request is incomplete until its last byte, and says so", () => {
  const text = post("12345");
  for (let i = 0; i < text.length; i++) assert.is(read(text.slice(0, i)).result, false, `after ${i} bytes`);
});

test("HTTP/1.0 is taken, other versions are not", () => {
  const line = (version: string) => refusalOf(`GET /x ${version}\r\n${HOST}\r\n`);
  assert.equal([line("HTTP/1.1"), line("HTTP/1.0")], ["", ""]);
  for (const version of ["HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1.", "HTTP/1.", "", "HTTP", "ICY"])
    assert.is(line(version), BAD, version);
});

test("a request line is three parts with one blank between", () => {
  for (const line of [
    "GET /x",
    "GET",
    "",
    " GET /x HTTP/1.1",
    "GET  /x HTTP/1.1",
    "GET /x  HTTP/1.1",
    "GET /x HTTP/1.1 ",
    "GET /x y HTTP/1.1",
  ])
    assert.is(refusalOf(`${line}\r\n${HOST}\r\n`), BAD, line);
  assert.is(refusalOf("\r\n\r\n"), BAD);
  assert.is(refusalOf(`\r\nGET /x HTTP/1.1\r\n${HOST}\r\n`), BAD);
});

test("lines end in CRLF: a bare CR or LF is refused wherever it stands", () => {
  const text = get(`${HOST}Cookie: wib=1\r\n`);
  for (const bare of ["\r", "\n"])
    for (let i = 0; i < text.length - 4; i++) {
      const refused = refusalOf(text.slice(0, i) + bare + text.slice(i));
      // Between CR and LF, a CR more makes a CRLF behind a bare CR, and an LF more a bare LF behind a CRLF.
      assert.is(refused, BAD, JSON.stringify(text.slice(Math.max(0, i - 4), i) + bare + text.slice(i, i + 4)));
    }
});

test("bytes outside 20 to 7E are refused in the header, and the outermost inside are taken", () => {
  for (let code = 0; code < 256; code++) {
    const char = String.fromCharCode(code);
    const inside = code >= 0x20 && code <= 0x7e;
    assert.is(refusalOf(get(`${HOST}X: a${char}b\r\n`)), inside ? "" : BAD, `value with ${code}`);
    const path = refusalOf(`GET /a${char}b HTTP/1.1\r\n${HOST}\r\n`);
    assert.is(path, inside && char !== " " ? "" : BAD, `path with ${code}`);
  }
});

test("the header may have 1024 bytes, final blank line included, and no more", () => {
  const sized = (bytes: number, body = "") => {
    const length = `Content-Length: ${body.length}\r\n`;
    const rest = `POST /x HTTP/1.1\r\n${HOST}${length}X: \r\n\r\n`;
    return rest.replace("X: ", `X: ${"y".repeat(bytes - rest.length)}`) + body;
  };
  assert.is(sized(1024).length, 1024);
  assert.is(refusalOf(sized(1024)), "");
  assert.is(refusalOf(sized(1024, "body behind it")), "");
  assert.is(refusalOf(sized(1025)), `413 ${ERROR.headerTooLarge}`);
  // It is refused as soon as it cannot fit any more, byte by byte too.
  const endless = feedAll([..."x".repeat(2000)]);
  assert.equal([endless.refusal, endless.fed], [`413 ${ERROR.headerTooLarge}`, 1025]);
  assert.is(feedAll([...sized(1024)]).result, true);
  assert.is(feedAll([...sized(1025)]).refusal, `413 ${ERROR.headerTooLarge}`);
});

test("31 header lines are taken and 32 are not", () => {
  const lines = (n: number) => get(HOST + "X: y\r\n".repeat(n - 1));
  assert.is(refusalOf(lines(31)), "");
  assert.is(refusalOf(lines(32)), BAD);
});

test("folded lines, blanks in a name, lines without a name or a colon are refused", () => {
  for (const line of [" folded: x", "\tfolded", " folded", "X : y", "X Y: z", ": y", "X", "Host"])
    assert.is(refusalOf(get(`${HOST}${line}\r\n`)), BAD, line);
});

test("Transfer-Encoding is refused in any spelling", () => {
  for (const line of ["Transfer-Encoding: chunked", "transfer-encoding: identity", "TRANSFER-ENCODING:"])
    assert.is(refusalOf(post("", `${line}\r\n`)), BAD, line);
});

const NAMED = ["Host", "Cookie", "Content-Length", "Content-Type", "Origin", "Sec-Fetch-Site", "Expect"];

test("a second one of any named header is refused, in any case and even if the same or empty; others may be doubled", () => {
  for (const name of NAMED) {
    const one = `${name}: ${name === "Content-Length" ? "0" : "a"}\r\n`;
    const others = name === "Host" ? "" : HOST;
    assert.is(refusalOf(get(others + one)), "", name);
    assert.is(refusalOf(get(others + one + one)), BAD, name);
    assert.is(refusalOf(get(others + one + one.toLowerCase())), BAD, name);
    if (name !== "Content-Length") assert.is(refusalOf(get(`${others}${one}${name}:\r\n`)), BAD, name);
    if (name !== "Host" && name !== "Content-Length")
      assert.is(refusalOf(get(`${others}${name}:\r\n${one}`)), BAD, `${name}, first one empty`);
  }
  assert.is(refusalOf(get(`${HOST}Accept: a\r\nAccept: b\r\n`)), "");
});

test("Host is required and not empty", () => {
  assert.is(refusalOf(get("")), BAD);
  assert.is(refusalOf(get("Host:\r\n")), BAD);
  assert.is(refusalOf(get("Host:   \r\n")), BAD);
  assert.is(refusalOf(`GET /x HTTP/1.0\r\n\r\n`), BAD);
});

test("Content-Length is decimal digits, four at most", () => {
  const length = (value: string) => refusalOf(`POST /x HTTP/1.1\r\n${HOST}Content-Length: ${value}\r\n\r\n`);
  assert.is(length("9999"), "");
  assert.is(length("0000"), "");
  assert.is(length("10000"), `413 ${ERROR.bodyTooLarge}`);
  assert.is(length("00000"), `413 ${ERROR.bodyTooLarge}`);
  for (const value of ["", "-1", "+1", "0x1", "1e1", "1.0", "1 2", "1,1", "a", "1a"])
    assert.is(length(value), BAD, value);
  assert.is(read(`POST /x HTTP/1.1\r\n${HOST}Content-Length: 0010\r\n\r\n0123456789`).result, true); // never octal
});

test("a POST says how long it is, a GET has no body", () => {
  assert.is(refusalOf(`POST /x HTTP/1.1\r\n${HOST}\r\n`), `400 ${ERROR.lengthRequired}`);
  assert.is(refusalOf(get(`${HOST}Content-Length: 0\r\n`)), "");
  assert.is(refusalOf(get(`${HOST}Content-Length: 1\r\n`)), BAD);
  assert.is(refusalOf(`${get(HOST)}x`), BAD);
});

test("bytes past the body are refused, in the same piece and later", () => {
  assert.is(refusalOf(`${post("abc")}d`), BAD);
  assert.is(feedAll([post("abc").slice(0, -1), "cd"]).refusal, BAD);
  assert.is(feedAll([...post("ab")].concat("c")).refusal, ""); // complete before it came: the server reads no further
});

test("Expect: 100-continue is recognised in any case, other expectations are not", () => {
  const expects = (value: string) => read(post("", `Expect: ${value}\r\n`)).head!.expectsContinue;
  assert.equal(["100-continue", "100-Continue", "100-continue, x", "200-ok"].map(expects), [true, true, false, false]);
});

test("what the policy refuses is refused, and nothing of its body is kept", () => {
  const no = { status: 418, code: "no" };
  assert.equal(feedAll([post("body")], () => no).refusal, "418 no");
  assert.is(feedAll([post("body")], () => no).head, undefined); // it never was an accepted request
});

test.run();
