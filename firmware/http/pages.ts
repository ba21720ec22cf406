// What an installed device serves by HTTPS: a page that says so, its status, and whatever the application has
// (firmware/app.ts). A page of another site may not make a browser ask for any of it.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ERROR } from "../protocol.ts";
import type { Refusal, RequestHead } from "./request.ts";
import type { Response } from "./response.ts";
import type { App } from "./server.ts";

const PAGE_BODY_MAX_BYTES = 256;
const PAGE = "<!doctype html><title>Wib</title><p>This device is installed. Its <a href=/status>status</a>.\n";

/**
 * @param status JSON.
 * @param application answers what is neither `/` nor `/status`, or gives undefined.
 */
export function createPages(
  hal: Hal,
  status: () => string,
  application: (method: string, path: string, body: string) => Response | undefined,
): App {
  function isForeign(head: RequestHead): boolean {
    const origin = head.headers["origin"];
    const site = head.headers["sec-fetch-site"];
    if (origin !== undefined && origin.toLowerCase() !== "https://" + head.host) return true;
    return head.method !== "GET" && site !== undefined && site !== "same-origin" && site !== "none";
  }

  function refuse(refusal: Refusal): Response {
    return {
      status: refusal.status,
      headers: refusal.allow ? "Allow: " + refusal.allow + "\r\n" : "",
      body: refusal.code.split("-").join(" ") + "\n",
    };
  }

  return {
    accept: function (head): Bytes | Refusal {
      if (isForeign(head)) return { status: 403, code: ERROR.originRefused };
      if (head.length > PAGE_BODY_MAX_BYTES) return { status: 413, code: ERROR.bodyTooLarge };
      const isOurs = head.path === "/" || head.path === "/status";
      if (isOurs && head.method !== "GET") return { status: 405, code: ERROR.methodNotAllowed, allow: "GET" };
      return new Uint8Array(head.length);
    },
    handle: function (exchange) {
      const head = exchange.head;
      if (head.path === "/") return exchange.respond({ status: 200, type: "text/html", body: PAGE });
      if (head.path === "/status")
        return exchange.respond({ status: 200, type: "application/json", body: status() + "\n" });
      let answer: Response | undefined;
      try {
        answer = application(head.method, head.path, hal.E.toString(exchange.body));
      } catch {
        answer = { status: 500, body: "the application has failed\n" };
      }
      exchange.respond(answer || refuse({ status: 404, code: ERROR.notFound }));
    },
    aborted: function () {},
    refuse: refuse,
  };
}
