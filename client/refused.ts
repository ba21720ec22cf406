// What the client says of an answer that is not the one it should be.
import { ERROR } from "../firmware/protocol.ts";
import { EXIT_REFUSED_BY_DEVICE, WibError } from "./errors.ts";
import { hintFor } from "./hints.ts";
import type { HttpAnswer } from "./http.ts";

export function notADevice(what: string): WibError {
  return new WibError(what, "is this really a Wib device in setup mode?", EXIT_REFUSED_BY_DEVICE);
}

const CODES: readonly string[] = Object.values(ERROR);

/** Of docs/PROTOCOL.md section 9? Other codes are not even repeated. */
export function isCode(text: string): boolean {
  return CODES.includes(text);
}

/** An answer without a proof that is not what was hoped for. Nothing in it is believed; it is only repeated. */
export function refused(step: string, { status, headers }: HttpAnswer): WibError {
  const code: string | undefined = headers["wib-error"];
  if (code !== undefined && !isCode(code)) return notADevice(`${step}: an answer ${status} with a code that is none`);
  return new WibError(
    `${step}: the device answers ${status}${code ? ` ${code}` : ""}`,
    hintFor(code, status),
    EXIT_REFUSED_BY_DEVICE,
    code,
  );
}
