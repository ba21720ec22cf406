// A wrong tag and a wrong serial are one refusal after the same work (docs/PROTOCOL.md 6.2, 9).
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as client from "../../../client/schedule.ts";
import type { Primitives } from "../../../firmware/crypto/primitives.ts";
import type { Response } from "../../../firmware/http/response.ts";
import type { Exchange } from "../../../firmware/http/server.ts";
import { AUTH_BYTES, PATH_AUTH, STEP_AUTH } from "../../../firmware/protocol.ts";
import { createAuthStep } from "../../../firmware/setup/auth-step.ts";
import { deriveKeys, SEALED_AT } from "../../../firmware/setup/schedule.ts";
import type { Session } from "../../../firmware/setup/sessions.ts";
import type { SetupWindow } from "../../../firmware/setup/window.ts";
import { hal, primitives } from "../../support/hal.ts";

const SERIAL = "7K3M9QPX2D4RW8TF";
const ikm = () => new Uint8Array(32).fill(1);
const transcript = () => new Uint8Array(64).fill(2);

/** The device's answer to this serial, and the primitives that it used, with the sizes of what they were given. */
function answerTo(serial: string, flip = 0): { response: Response; work: string[] } {
  const keys = deriveKeys(primitives, ikm(), transcript());
  const work: string[] = [];
  const counted: Record<string, unknown> = { ...primitives };
  for (const name of ["sha256", "sha512", "aes256Blocks"] as const)
    counted[name] = (...args: [Uint8Array, Uint8Array]) => {
      work.push([name, ...args.map(({ length }) => length)].join(" "));
      return primitives[name](...args);
    };
  const w = {
    parts: {
      hal,
      p: counted as unknown as Primitives,
      tries: { spend: () => true, clear: () => {} },
      log: { append: () => {} },
    },
    config: { serial: SERIAL },
    events: { note: () => {} },
    sessions: { setDeadline: () => {}, end: () => {} },
  } as unknown as SetupWindow;
  const body = new Uint8Array(SEALED_AT + AUTH_BYTES).subarray(SEALED_AT);
  body.set(client.seal(client.deriveKeys(ikm(), transcript()), STEP_AUTH, new TextEncoder().encode(serial)));
  body[flip >> 3] ^= flip && 1 << (flip & 7);
  let response: Response | undefined;
  const exchange = { head: { path: PATH_AUTH }, body, respond: (r: Response) => void (response = r) };
  createAuthStep(w).answer(exchange as unknown as Exchange, { keys } as Session);
  return { response: response!, work };
}

test("a wrong tag and a wrong serial cost the same work and get the same answer", () => {
  const wrongSerial = answerTo("0".repeat(16));
  assert.is(wrongSerial.response.status, 401);
  assert.ok(wrongSerial.work.some((one) => one.startsWith("aes256Blocks")));
  for (let flip = 1; flip < AUTH_BYTES * 8; flip += 13)
    assert.equal(answerTo(SERIAL, flip), wrongSerial, `bit ${flip}`);
});

test("the serial, a right one, is let in", () => {
  assert.is(answerTo(SERIAL).response.status, 204);
});

test.run();
