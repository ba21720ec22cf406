// A client in Python, written from PROTOCOL.md alone by somebody who had not seen the sources, against the simulated device.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../firmware/protocol.ts";
import { hasTool, withPython } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { SERIAL, simTarget, sleep, until } from "../support/targets.ts";
import type { Target } from "../support/targets.ts";

const folder = fileURLToPath(new URL("../python/", import.meta.url));
let target: Target;

interface Outcome {
  code: number;
  output: string;
}

function run(python: string, file: string, args: string[], serial = SERIAL): Promise<Outcome> {
  const env = { ...process.env, WIB_SERIAL: serial, PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(python, [`${folder}${file}`, ...args], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, output })));
}

async function setUp(python: string, suite: string, kind: "ec" | "rsa", serial = SERIAL): Promise<Outcome> {
  if (!(await target.status()).window) await target.openWindow();
  await sleep(1100); // two greetings a second
  const { cert, key } = opensslPki()[kind];
  return run(python, "wib_client.py", [target.url, "--cert", cert, "--key", key, "--suite", suite, "--bench"], serial);
}

test.before(async () => {
  target = await simTarget();
});
test.after(() => target.stop());

withPython("its key schedule and bodies are those of the worked exchanges, byte for byte", async (python) => {
  const { code, output } = await run(python, "test_vectors.py", []);
  assert.is(code, 0, output);
});

if (hasTool("openssl", "version")) {
  for (const suite of ["cpace-x25519", "x25519", "p256", "ffdhe2048"])
    for (const kind of ["ec", "rsa"] as const)
      withPython(`it sets a device up with ${suite} and an ${kind.toUpperCase()} pair`, async (python) => {
        const { code, output } = await setUp(python, suite, kind);
        assert.is(code, 0, output);
        await until("the window has shut", async () => !(await target.status()).window);
        assert.ok((await target.status()).installed);
        assert.not(output.includes(SERIAL), "the serial is not printed");
      });

  withPython("it has the device make a key, certifies its CSR and installs the chain", async (python) => {
    if (!(await target.status()).window) await target.openWindow();
    await sleep(1100);
    const { ca, folder: pki } = opensslPki();
    const certifier = [
      "--csr",
      "device.local",
      "--ca-cert",
      ca,
      "--ca-key",
      `${pki}/ca.key`,
      "--csr-out",
      `${pki}/device.csr`,
      "--bench",
    ];
    const { code, output } = await run(python, "wib_client.py", [target.url, ...certifier]);
    assert.is(code, 0, output);
    await until("the window has shut", async () => !(await target.status()).window);
  });

  withPython("a wrong serial ends it with 2, an impossible one with 1, nobody there with 3", async (python) => {
    const wrong = await setUp(python, "x25519", "ec", "0".repeat(16));
    assert.is(wrong.code, 2, wrong.output);
    assert.match(wrong.output, ERROR.unauthenticated);
    assert.is((await setUp(python, "x25519", "ec", "no serial")).code, 1);
    const { cert, key } = opensslPki().ec;
    const nobody = ["http://127.0.0.1:1", "--cert", cert, "--key", key, "--suite", "x25519"];
    assert.is((await run(python, "wib_client.py", nobody)).code, 3);
  });
}

test.run();
