// Our EST client, one request, and servers of a test. Whatever is refused: no password is told.
import * as assert from "uvu/assert";
import { createAuthority } from "../../client/ca.ts";
import type { Authority } from "../../client/ca.ts";
import type { Request } from "../../client/csr.ts";
import type { WibError } from "../../client/errors.ts";
import { estCertifier } from "../../client/est.ts";
import type { EstOptions } from "../../client/est.ts";
import { requestFor } from "./csr.ts";
import { withEstServer } from "./est-server.ts";
import type { EstAnswer, EstServer, EstServerOptions } from "./est-server.ts";
import { refusal } from "./refusal.ts";

export const NAME = "lamp.local";
export const USER = "owner";
export const PASSWORD = "correct:horse ü";

export type AnswerOf = EstServerOptions["answer"];

export interface EstBench {
  authority: Authority;
  asked: Request;
  enrolled(server: EstServer, options?: EstOptions, path?: string): Promise<string>;
  /** What is refused by a server that gets one request, password and all. */
  refusedBy(
    answer: EstAnswer | AnswerOf,
    exitCode: number,
    message: RegExp | string,
    how?: EstOptions,
  ): Promise<WibError>;
}

export async function refused(exitCode: number, message: RegExp | string, attempt: () => unknown): Promise<WibError> {
  const error = await refusal(attempt, exitCode, message);
  const said = `${error.message} ${error.hint} ${error.stack}`;
  for (const secret of [PASSWORD, "correct", Buffer.from(`${USER}:${PASSWORD}`).toString("base64")])
    assert.not(said.includes(secret), "the password is shown");
  return error;
}

export async function createEstBench(): Promise<EstBench> {
  const [authority, asked] = await Promise.all([createAuthority("EST CA", 1), requestFor(NAME)]);
  const bench: EstBench = {
    ...{ authority, asked },
    enrolled: async (server, options = {}, path = "") =>
      estCertifier(server.url + path, { ca: authority.cert, ...options }).certify(asked),
    async refusedBy(answer, exitCode, message, how = {}) {
      let error: WibError;
      await withEstServer({ authority, answer: typeof answer === "function" ? answer : () => answer }, async (est) => {
        const attempt = () => bench.enrolled(est, { user: USER, password: PASSWORD, ...how });
        error = await refused(exitCode, message, attempt);
        assert.is(est.seen.length, 1, "nothing is tried again, and no redirect followed");
      });
      return error!;
    },
  };
  return bench;
}
