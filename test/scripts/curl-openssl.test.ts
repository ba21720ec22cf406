// scripts/curl-openssl-setup.sh: a device is set up with curl and openssl alone, and forgeries are noticed by it too.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startConformance } from "../../client/conformance/start.ts";
import { hasTool, withTool } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { SERIAL, simTarget, sleep, until } from "../support/targets.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/curl-openssl-setup.sh", import.meta.url));
const WRONG_SERIAL = "0".repeat(16);

/** Everything the script leaves behind would be in here. */
const folder = mkdtempSync(path.join(tmpdir(), "wib-curl-"));
test.after(() => rmSync(folder, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn("sh", [SCRIPT, ...args], { env: { ...process.env, TMPDIR: folder, ...env } });
    const out = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (out.stdout += data));
    child.stderr.on("data", (data) => (out.stderr += data));
    child.on("close", (code) => resolve({ code, ...out }));
  });
}

function serialFile(serial: string): string {
  const file = path.join(folder, "serial");
  writeFileSync(file, `${serial}\n`, { mode: 0o600 });
  return file;
}

function needing(name: string, callback: () => Promise<void>): void {
  if (hasTool("curl", "--version")) withTool("openssl", name, callback, "version");
  else test.skip(`${name} (needs curl)`);
}

needing("a wrong serial is refused by the simulated device, and the right one sets it up", async () => {
  const target = await simTarget();
  try {
    await target.openWindow();
    const { ec } = opensslPki();
    const bench = { WIB_BENCH: "1" };
    const wrong = await run([target.url, serialFile(WRONG_SERIAL), ec.cert, ec.key], bench);
    assert.is(wrong.code, 2, wrong.stderr);
    assert.match(wrong.stderr, "401 not-authenticated");
    assert.is((await target.status()).failedTries, 1);

    await sleep(1100); // two greetings a second
    const mixed = await run([target.url, serialFile(SERIAL), ec.cert, opensslPki().rsa.key], bench);
    assert.is(mixed.code, 2, mixed.stderr);
    assert.match(mixed.stderr, "certificate-does-not-match-key");

    await sleep(1100);
    const typed = ` wib-${SERIAL.toLowerCase().replaceAll("0", "o").match(/.{4}/g)!.join(" ")}`;
    const right = await run([target.url, serialFile(typed), ec.cert, ec.key], bench);
    assert.is(right.code, 0, right.stderr);
    await until("the window has shut", async () => !(await target.status()).window);
    assert.ok((await target.status()).installed);
    assert.is((await run([target.url, serialFile(SERIAL), ec.cert, ec.key])).code, 3, "nothing listens any more");
  } finally {
    await target.stop();
  }
});

/** Exit codes by conformance case. */
const CASES: Record<string, number> = {
  "honest-p256": 0,
  "serial-as-typed": 0,
  "forged-auth-204-without-proof": 2,
  "forged-auth-204-wrong-proof": 2,
  "forged-key-204-without-proof": 2,
  "forged-key-204-wrong-proof": 2,
  "forged-key-400-without-proof": 2,
  "forged-key-400-proof-of-other-code": 2,
  "value-echo": 2,
  "value-off-curve": 2,
  "value-coordinate-too-large": 2,
  "value-compressed-point": 2,
  "value-two-blocks": 2,
  "greeting-bench": 1,
  "greeting-salt-short": 2,
  "redirect-key": 2,
  "dropped-auth": 3,
  "refused-key-malformed-settings": 2,
};

needing("the script passes conformance cases, a forged 204 among them", async () => {
  const { ec } = opensslPki();
  const conformance = await startConformance({ suite: "p256", only: Object.keys(CASES) });
  try {
    for (const c of conformance.cases) {
      const ended = await run([c.url, "-", ec.cert, ec.key], { WIB_SERIAL: c.serial });
      assert.is(ended.code, CASES[c.case], `${c.case}: ${ended.stderr}`);
      conformance.told(c.case, ended.code === 0);
    }
    for (const verdict of conformance.verdicts()) assert.is(verdict.verdict, "pass", `${verdict.case}: ${verdict.why}`);
  } finally {
    await conformance.close();
  }
});

needing("wrong use ends with 1 and sends nothing", async () => {
  const { ec } = opensslPki();
  const nobody = "http://127.0.0.1:1";
  assert.is((await run([])).code, 1);
  assert.is((await run([nobody, serialFile("ABC"), ec.cert, ec.key])).code, 1);
  assert.is((await run([nobody, serialFile("U".repeat(16)), ec.cert, ec.key])).code, 1);
  assert.is((await run([nobody, path.join(folder, "none"), ec.cert, ec.key])).code, 1);
  assert.is((await run([nobody, serialFile(SERIAL), path.join(folder, "none"), ec.key])).code, 1);
  assert.is((await run([nobody, serialFile(SERIAL), ec.cert, ec.key])).code, 3);
});

needing("whatever has happened, its temporary folder is gone", async () => {
  assert.equal(
    readdirSync(folder).filter((name) => name !== "serial"),
    [],
  );
});

test("the script is short, and uses neither python nor node", () => {
  const text = readFileSync(SCRIPT, "utf8");
  assert.ok(text.split("\n").length - 1 < 80);
  assert.not.match(text, /\b(python3?|node|perl|xxd|jq)\b/);
});

test.run();
