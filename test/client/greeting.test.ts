// How strictly a greeting is read: what the conformance cases cannot say, as members that occur twice.
import { test } from "uvu";
import * as assert from "uvu/assert";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { WibError } from "../../client/errors.ts";
import { getOffer } from "../../client/greeting.ts";
import type { Offer } from "../../client/greeting.ts";

const COOKIE = `wib=${"0a".repeat(36)}; Path=/setup; HttpOnly; SameSite=Strict`;
const GOOD = {
  ...{ v: 1, build: "product", suites: ["cpace-x25519", "x25519"], salt: "5a".repeat(32) },
  ...{ window: 300, tries: 5, wait: 60, max: 9984 },
};

interface Answer {
  text?: string;
  cookies?: string[];
  status?: number;
  code?: string;
}

async function read({ text = JSON.stringify(GOOD), cookies = [COOKIE], status = 200, code }: Answer): Promise<Offer> {
  const server = http.createServer((_, response) => {
    const headers: http.OutgoingHttpHeaders = { "Set-Cookie": cookies, "Content-Length": Buffer.byteLength(text) };
    if (code) headers["Wib-Error"] = code;
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await getOffer(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.close();
  }
}

async function refusal(answer: Answer): Promise<WibError> {
  const error = await read(answer).then(
    () => new Error("was taken"),
    (e) => e,
  );
  assert.instance(error, WibError, `${error.message}: ${answer.text}`);
  assert.is(error.exitCode, 2);
  assert.ok(error.hint);
  return error;
}

const withMembers = (members: Record<string, unknown>) => ({ text: JSON.stringify({ ...GOOD, ...members }) });

test("a greeting as it should be", async () => {
  const offer = await read({});
  assert.is(offer.offered, "cpace-x25519,x25519");
  assert.is(offer.maxBytes, 9984);
  assert.is(offer.cookie, "0a".repeat(36));
  assert.is(offer.waitMs, 70000);
});

test("limits, from both sides", async () => {
  for (const members of [{ wait: 600 }, { wait: 0 }, { suites: ["a".repeat(32)] }, { max: 0 }])
    await read(withMembers(members));
  for (const members of [
    ...[{ wait: 601 }, { wait: -1 }, { wait: 1.5 }, { max: 1e300 }, { tries: "5" }, { window: null }],
    ...[{ suites: ["a".repeat(33)] }, { suites: [""] }, { suites: ["A"] }, { suites: ["a,b"] }, { suites: [1] }],
    ...[{ suites: [] }, { suites: "x25519" }, { salt: `${"5a".repeat(32)}\n` }, { build: ["product"] }],
  ])
    await refusal(withMembers(members));
});

test("members that are missing, too many or there twice, and JSON that is no object", async () => {
  for (const name of Object.keys(GOOD)) await refusal(withMembers({ [name]: undefined }));
  await refusal(withMembers({ more: 1 }));
  const text = JSON.stringify(GOOD);
  for (const twice of ['"v":1,', '"suites":["x25519"],', '"\\u0076":2,', '"salt":"a",'])
    await refusal({ text: text.replace("{", `{${twice}`) });
  for (const other of ["null", "[]", "1", '"v"', ""]) await refusal({ text: other });
});

test("no cookie, two of them, or one of another shape", async () => {
  const other = "a=b; Path=/";
  assert.is((await read({ cookies: [other, COOKIE] })).cookie, "0a".repeat(36));
  const bad = [
    [],
    [other],
    [COOKIE, COOKIE],
    [COOKIE.replace("0a", "0A")],
    [COOKIE.replace("0a", "")],
    ["wib=; Max-Age=0"],
  ];
  for (const cookies of bad) await refusal({ cookies });
});

test("a refusal's code is repeated if it is one, and only then", async () => {
  const known = await refusal({ status: 503, code: "busy", text: "busy\n" });
  assert.is(known.code, "busy");
  assert.match(known.message, "503 busy");
  for (const code of ["no-such-code", "Busy", "constructor"]) {
    const error = await refusal({ status: 503, code, text: "" });
    assert.is(error.code, undefined);
    assert.not(error.message.includes(code));
  }
});

test.run();
