// Clients that break the rules must fail, and those that use what the rules leave open must not.
import { test } from "uvu";
import * as assert from "uvu/assert";
import net from "node:net";
import { PATH_DH } from "../../../firmware/protocol.ts";
import { authed, expectFail, expectPass, IDLE_MS, KEY_TEXT, withCase } from "../../support/conformance-bench.ts";
import { begin, greet, openSession } from "../../support/free-client.ts";

const ignore = () => undefined;

test("a client that believes a forged 204 to auth and sends the private key fails", () =>
  withCase("forged-auth-204-without-proof", async (bench) => {
    const session = await authed(bench);
    await session.post(3, session.seal(3, KEY_TEXT)).catch(ignore);
    expectFail(bench, /sent the private key/);
  }));

test("a client that believes a forged 204 to key and says so fails", () =>
  withCase("forged-key-204-without-proof", async (bench) => {
    const session = await authed(bench);
    assert.is((await session.post(3, session.seal(3, KEY_TEXT))).status, 204);
    bench.told(true);
    expectFail(bench, /says that it has succeeded/);
  }));

for (const name of ["forged-key-400-without-proof", "forged-key-204-wrong-proof"])
  test(`a client that starts again by itself after ${name} fails`, () =>
    withCase(name, async (bench) => {
      const session = await authed(bench);
      await session.post(3, session.seal(3, KEY_TEXT));
      await greet(bench.case.url);
      expectFail(bench, /started again by itself/);
    }));

test("a client that sends the private key without auth fails", () =>
  withCase("honest-x25519", async (bench) => {
    const session = await openSession(bench.case.url, "x25519");
    await session.post(3, session.seal(3, KEY_TEXT));
    expectFail(bench, /409 wrong-order/);
  }));

test("even the identical bytes are too much after a wrong proof", () =>
  withCase("forged-key-204-wrong-proof", async (bench) => {
    const session = await authed(bench);
    const body = session.seal(3, KEY_TEXT);
    await session.post(3, body);
    await session.post(3, body);
    expectFail(bench, /POST key came after/);
  }));

test("a client that seals a step anew after its request was lost fails", () =>
  withCase("lost-key", async (bench) => {
    const session = await authed(bench);
    await session.post(3, session.seal(3, KEY_TEXT)).catch(ignore);
    await session.post(3, session.seal(3, `${KEY_TEXT}\n`)).catch(ignore);
    expectFail(bench, /a second time with other contents/);
  }));

test("a client that repeats the identical bytes after its request was lost passes", () =>
  withCase("lost-key", async (bench) => {
    const session = await authed(bench);
    const body = session.seal(3, KEY_TEXT);
    await session.post(3, body).catch(ignore);
    const answer = await session.post(3, body);
    assert.ok(session.isProven(3, body, answer));
    assert.is(answer.status, 204);
    expectPass(bench, /has set the device up/);
  }));

test("a client that repeats the identical bytes after the answer was lost, and then nothing, passes", () =>
  withCase("dropped-auth", async (bench) => {
    const session = await openSession(bench.case.url, "x25519");
    await session.auth(bench.case.serial).catch(ignore);
    const answer = await session.auth(bench.case.serial);
    assert.is(answer.status, 409);
    assert.is(answer.headers["wib-proof"], undefined);
    expectPass(bench, /once more/);
  }));

test("a client that goes on to key after the answer to auth was lost fails", () =>
  withCase("dropped-auth", async (bench) => {
    const session = await openSession(bench.case.url, "x25519");
    await session.auth(bench.case.serial).catch(ignore);
    await session.post(3, session.seal(3, KEY_TEXT)).catch(ignore);
    expectFail(bench, /private key although there was no right proof/);
  }));

test("a client that comes back before Retry-After is over fails, one that waits passes", async () => {
  for (const [pause, verdict] of [
    [900, "fail"],
    [1000, "pass"],
  ] as const)
    await withCase("refused-dh-busy", async (bench) => {
      const { postDh } = await begin(bench.case.url, "x25519");
      assert.is((await postDh()).headers["retry-after"], "1");
      bench.advance(pause);
      await postDh();
      assert.is(bench.verdict().verdict, verdict, bench.verdict().why);
    });
});

test("a client that hangs up before the greeting's wait is over fails", () =>
  withCase(
    "slow-dh",
    async (bench) => {
      const { postDh } = await begin(bench.case.url, "x25519", { timeoutMs: 50 });
      await postDh().catch(ignore);
      for (let i = 0; i < 100 && bench.verdict().verdict === "pending"; i++)
        await new Promise((r) => setTimeout(r, 10));
      expectFail(bench, /hung up before/);
    },
    20000,
  ));

test("a client that takes an endless answer fails", () =>
  withCase("endless-greeting", async (bench) => {
    const socket = net.connect(Number(new URL(bench.case.url).port), "127.0.0.1");
    socket.write(`GET ${PATH_DH} HTTP/1.1\r\nHost: a\r\n\r\n`);
    socket.resume().on("error", ignore);
    await new Promise((resolve) => socket.once("close", resolve));
    expectFail(bench, /MiB of an answer that does not end/);
  }));

test("a client that falls silent has given up, and fails when its time is over", () =>
  withCase("honest-x25519", async (bench) => {
    assert.is(bench.verdict().verdict, "pending");
    await begin(bench.case.url, "x25519");
    bench.advance(IDLE_MS - 1);
    assert.is(bench.verdict().verdict, "pending");
    bench.advance(2);
    expectFail(bench, /nothing more came for 30 s after GET dh/);
  }));

test.run();
