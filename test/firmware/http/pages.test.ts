// What is served by HTTPS, and to whom.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { RequestHead } from "../../../firmware/http/request.ts";
import { createPages } from "../../../firmware/http/pages.ts";
import type { Response } from "../../../firmware/http/response.ts";
import { hal } from "../../support/hal.ts";

const asked: string[] = [];
const application = (method: string, path: string, body: string): Response | undefined => {
  asked.push(`${method} ${path} ${body}`);
  if (path === "/app/broken") throw new Error("broken");
  return path === "/app/x" ? { status: 200, body: "yes" } : undefined;
};
const pages = createPages(hal, () => '{"a":1}', application);
const head = (method: string, path: string, headers: Record<string, string> = {}, length = 0): RequestHead => ({
  ...{ method, path, host: "device", headers, length, expectsContinue: false },
});
function answer(request: RequestHead, body = ""): Response {
  const accepted = pages.accept(request);
  if ("status" in accepted) return pages.refuse(accepted);
  let response: Response | undefined;
  const bytes = new Uint8Array(Buffer.from(body, "latin1"));
  pages.handle({ head: request, body: bytes, respond: (r) => (response = r), isOpen: () => true });
  return response!;
}
const status = (...args: Parameters<typeof head>) => answer(head(...args)).status;

test("the page, the status, and what the application has", () => {
  assert.match(answer(head("GET", "/")).body!, "<title>Wib</title>");
  assert.equal(answer(head("GET", "/status")), { status: 200, type: "application/json", body: '{"a":1}\n' });
  assert.is(answer(head("POST", "/app/x", {}, 3), "\xff\0a").body, "yes");
  assert.is(asked.at(-1), "POST /app/x \xff\0a");
  assert.equal([status("GET", "/nothing"), status("POST", "/status"), status("DELETE", "/")], [404, 405, 405]);
  assert.is(answer(head("POST", "/")).headers, "Allow: GET\r\n");
});

test("an application that throws is an error of the server, and no more", () => {
  assert.is(status("GET", "/app/broken"), 500);
});

test("a body of 256 bytes is taken, one more is not", () => {
  assert.equal([status("POST", "/app/x", {}, 256), status("POST", "/app/x", {}, 257)], [200, 413]);
});

test("no page of another site makes a browser ask", () => {
  const own = { origin: "https://device" };
  assert.equal([status("POST", "/app/x", own), status("POST", "/app/x", { origin: "HTTPS://DEVICE" })], [200, 200]);
  for (const origin of ["http://device", "https://device.evil", "null", "https://device:444"])
    assert.is(status("POST", "/app/x", { origin }), 403, origin);
  for (const [site, expected] of [
    ["cross-site", 403],
    ["same-site", 403],
    ["same-origin", 200],
    ["none", 200],
  ] as const)
    assert.is(status("POST", "/app/x", { "sec-fetch-site": site }), expected, site);
  assert.is(status("GET", "/", { "sec-fetch-site": "cross-site" }), 200, "a link may be followed");
});

test.run();
