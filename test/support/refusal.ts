// What is said to the owner, where something has to be refused.
import * as assert from "uvu/assert";
import { WibError } from "../../client/errors.ts";

/** Anything else than a WibError with advice is a mistake of ours, and so is a success. */
export async function refusal(attempt: () => unknown, exitCode: number, message: RegExp | string): Promise<WibError> {
  let error: unknown;
  try {
    await attempt();
  } catch (e) {
    error = e;
  }
  assert.ok(error !== undefined, `was not refused: ${message}`);
  assert.instance(error, WibError, `${error}: ${(error as Error).stack}`);
  const refused = error as WibError;
  assert.match(refused.message, message, `"${refused.message}" is not ${message}`);
  assert.is(refused.exitCode, exitCode, refused.message);
  assert.ok(refused.hint, refused.message);
  return refused;
}
