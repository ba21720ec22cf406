// Somebody in between must win against a plain suite, where he reads the serial and installs his own pair, and must
// lose against CPace (docs/PROTOCOL.md 11.1). The device is the simulated one, the client ours.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { boardNamed } from "../../boards/index.ts";
import { WibError } from "../../client/errors.ts";
import { composeKeyText } from "../../client/key-text.ts";
import { provision } from "../../client/provision.ts";
import type { ProvisionResult } from "../../client/provision.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { SUITE_CPACE, SUITE_X25519 } from "../../firmware/protocol.ts";
import { startManInTheMiddle } from "../support/man-in-the-middle.ts";
import type { Man, ManOptions } from "../support/man-in-the-middle.ts";
import { hasTool } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { SERIAL, simTarget, sleep, until } from "../support/targets.ts";
import type { Target } from "../support/targets.ts";

const GUESS = "0123456789ABCDEF";
const record = boardNamed("linux");

const flash = preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
let target: Target;
test.before(async () => {
  target = await simTarget(flash);
});
test.after(() => target.stop());

/** A window that nobody has used yet. */
async function freshWindow(): Promise<void> {
  if ((await target.status()).window) {
    await target.press(3100);
    await until("the window has shut", async () => !(await target.status()).window);
  }
  await target.openWindow();
}

const failedTries = async () => (await target.status()).failedTries;
const holds = (file: string) => Buffer.from(flash.snapshot()).includes(new X509Certificate(readFileSync(file)).raw);

interface Attack {
  man: Man;
  result?: ProvisionResult;
  error?: WibError;
}

/** Our client, which believes that he is the device. The pairs: the client's is EC, his is RSA. */
async function attack(suite: string | undefined, how: Partial<ManOptions> = {}): Promise<Attack> {
  await freshWindow();
  const keyText = composeKeyText(opensslPki().rsa);
  const man = await startManInTheMiddle({ device: target.url, guess: GUESS, keyText, ...how });
  try {
    await sleep(1100); // two greetings a second
    const sent = composeKeyText(opensslPki().ec);
    const result = await provision({ url: man.url, serial: SERIAL, suite, allowBench: true, keyText: sent });
    return { man, result };
  } catch (error) {
    if (error instanceof WibError) return { man, error };
    throw error;
  } finally {
    await man.stop();
  }
}

/** Neither the serial nor the private key has passed him in a form that he can read. */
function assertNothingLearnt({ loot, passed }: Man): void {
  assert.is(loot.serial, undefined);
  assert.is(loot.keyText, undefined);
  const all = Buffer.concat(passed).toString("latin1");
  assert.not(all.includes(SERIAL));
  assert.not(all.includes("PRIVATE KEY"));
}

const mallory = (name: string, run: () => Promise<void>) =>
  hasTool("openssl", "version") ? test(name, run) : test.skip(`${name} (needs openssl)`);

mallory(
  "x25519: he reads the serial and the private key, and the device gets his pair while the client is content",
  async () => {
    const { man, result, error } = await attack(SUITE_X25519);
    assert.is(error, undefined, error?.message);
    assert.ok(result!.installed, "the client believes that it has succeeded");
    assert.is(man.loot.serial, SERIAL);
    assert.match(man.loot.keyText!, "PRIVATE KEY");
    assert.equal(man.deviceSaid, ["greeting 200", "dh 200", "auth 204", "key 204"]);
    assert.is(holds(opensslPki().rsa.cert), true, "the device holds his certificate");
    assert.is(holds(opensslPki().ec.cert), false, "and not the client's");
    assert.is(await failedTries(), 0, "the device has noticed nothing");
  },
);

mallory("cpace: an invented 204 is noticed, the device counts a try, and he learns nothing", async () => {
  const before = await failedTries();
  const { man, error } = await attack(undefined, { invents204: true });
  assert.is(error!.exitCode, 2);
  assert.match(error!.message, "the proof is wrong");
  assert.match(error!.hint, "somebody interferes");
  assertNothingLearnt(man);
  assert.equal(man.clientSent, ["greeting", "dh", "auth"], "the private key is not sent");
  assert.equal(man.deviceSaid, ["greeting 200", "dh 200", "auth 401 not-authenticated"]);
  assert.is(await failedTries(), before + 1);
});

mallory("cpace: when he passes the device's 401 on, the client says that somebody may be in between", async () => {
  const { man, error } = await attack(undefined);
  assert.is(error!.exitCode, 2);
  assert.is(error!.code, "not-authenticated");
  assert.match(error!.hint, "somebody is in between");
  assertNothingLearnt(man);
  assert.is(man.deviceSaid.at(-1), "auth 401 not-authenticated");
});

mallory("cpace: with the serial in his hands he wins, so it was only that which he lacked", async () => {
  const { man, result } = await attack(undefined, { guess: SERIAL });
  assert.ok(result?.installed);
  assert.is(man.loot.serial, SERIAL);
  assert.match(man.loot.keyText!, "PRIVATE KEY");
  assert.is(man.deviceSaid.at(-1), "key 204");
});

mallory("cpace: taken out of the greeting, it makes the client stop before it has sent anything", async () => {
  const changeOffer = () => [SUITE_X25519];
  const { man, error } = await attack(undefined, { changeOffer });
  assert.is(error!.exitCode, 1);
  assert.match(error!.message, "does not offer cpace-x25519");
  assert.match(error!.hint, "somebody interferes");
  assert.equal(man.clientSent, ["greeting"]);
});

mallory("cpace: a list of suites that the two sides have seen differently gives different keys", async () => {
  const changeOffer = (suites: string[]) => [...suites, "rot13"];
  const { man, error } = await attack(undefined, { relays: true, changeOffer });
  assert.is(error!.exitCode, 2);
  assert.is(man.deviceSaid.at(-1), "auth 401 not-authenticated");
});

mallory("cpace: when he only passes on what is said, the setup succeeds and he learns nothing", async () => {
  const { man, result, error } = await attack(undefined, { relays: true });
  assert.is(error, undefined, error?.message);
  assert.is(result!.suite, SUITE_CPACE);
  assert.ok(holds(opensslPki().ec.cert));
  assertNothingLearnt(man);
});

test.run();
