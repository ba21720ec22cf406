// Hostile peers against one simulated device: each gets the alert that RFC 8446 demands, and the next honest client is served. A
// sample every day, drawn anew each time (the seed is in the message of a failure); all of them in the full run.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { httpsDevice, targetOf } from "../support/https-device.ts";
import type { HttpsDevice } from "../support/https-device.ts";
import { IS_FULL, testRandom, times } from "../support/random.ts";
import { casesByKind } from "../support/tls-hostile/all-cases.ts";
import type { HostileCase } from "../support/tls-hostile/case.ts";
import { MANY, slowSender } from "../support/tls-hostile/floods.ts";
import { HostileRun } from "../support/tls-hostile/run.ts";

/** Of each kind, every day. */
const SAMPLE = 1;
/** What no day may pass without. */
const CORE = [
  "no supported_versions: a ClientHello of TLS 1.2",
  "key_share twice",
  "X25519 of low order: 00000000..00",
  "P-256: off the curve by one",
  "after a retry: another group's share",
  "a retry to P-256",
  "a binder with byte -1 wrong",
  "only psk_ke, which gives no forward secrecy",
  "Finished with a bit wrong in byte 31",
  "no Finished: a request under the handshake's keys",
  "renegotiation: a ClientHello after the handshake",
  "a record again",
  "an inner plaintext of padding alone",
  "ChangeCipherSpec after Finished",
  "a KeyUpdate that asks for one",
  "a KeyUpdate of 2",
  "two KeyUpdates in a record",
  "close_notify in the clear: no end of data",
];
/** A refused connection lingers for half a second of the device's, hundreds of times. */
const SPEED = 5;
/** After so many of them an honest client: a handshake that is served is most of what this costs. */
const HONEST_EVERY = 4;
const FLOOD_CONNECTIONS = 12;
/** What the server gives a handshake (DESIGN 3.2: as a request), and some patience for a busy machine. */
const DEADLINE_MS = 30000;

const random = testRandom();
const kinds = casesByKind(random);
let device: HttpsDevice;
let run: HostileRun;

test.before(async () => {
  device = await httpsDevice({ speed: SPEED });
  run = new HostileRun(targetOf(device), random);
  await run.honest();
});
test.after(() => device.stop());

function drawn<T>(list: T[], count: number): T[] {
  if (IS_FULL) return list;
  const left = list.slice();
  return Array.from({ length: Math.min(count, list.length) }, () => left.splice(random.below(left.length), 1)[0]);
}

/** An honest client is served, and nothing went wrong on the device since the last time. */
async function assertQuiet(what: string): Promise<void> {
  await run.honest();
  assert.equal(
    device.console.splice(0).filter((line) => /uncaught|error/i.test(line)),
    [],
    `${what} [WIB_SEED=${random.seed}]`,
  );
}

async function all(cases: HostileCase[]): Promise<void> {
  const wrong: string[] = [];
  for (const [i, each] of cases.entries()) {
    const { isRight, text } = await run.one(each);
    if (!isRight) wrong.push(text);
    const since = i % HONEST_EVERY;
    if (since < HONEST_EVERY - 1 && i < cases.length - 1) continue;
    const before = () => cases.slice(i - since, i + 1).map(({ name }) => name);
    await run.honest().catch((error) => wrong.push(`after ${before().join("; ")}: ${error.message}`));
  }
  assert.is(wrong.join("\n"), "", `${wrong.length} of ${cases.length}: [WIB_SEED=${random.seed}]\n${wrong.join("\n")}`);
}

if (!IS_FULL)
  test("the core of them, every day", async () => {
    const core = Object.values(kinds).flatMap((cases) => cases.filter(({ name }) => CORE.includes(name)));
    assert.is(core.length, CORE.length);
    await all(core);
  });

for (const [kind, cases] of Object.entries(kinds))
  test(`${kind}: ${cases.length} hostile peers, each with its alert`, async () => {
    await all(drawn(cases, SAMPLE));
    await assertQuiet(kind);
  });

test("connections that vanish, say nothing, or come in floods: the next honest client is served", async () => {
  for (const flood of drawn(MANY, SAMPLE)) {
    await flood.run(targetOf(device), times(FLOOD_CONNECTIONS) > 200 ? 200 : times(FLOOD_CONNECTIONS));
    await run.honest();
  }
  await assertQuiet("floods");
});

if (IS_FULL)
  test("one who sends a byte a second is shown the door", async () => {
    assert.ok((await slowSender(targetOf(device), 1000, DEADLINE_MS)) < DEADLINE_MS);
    await assertQuiet("slow sender");
  });

test.run();
