// Which Host, Origin and Sec-Fetch-Site are let in: PROTOCOL 2.4, each kind from both sides.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isHostAllowed, isOriginAllowed } from "../../../firmware/setup/hosts.ts";
import { read } from "../../support/requests.ts";

const OWN = "wib.example.org";
const list = (text: string): string[] => text.trim().split(/\s+/);

test("IPv4 addresses are let in, and what only looks like one is not", () => {
  for (const host of list("192.168.4.1 0.0.0.0 255.255.255.255 10.0.0.1:80 1.2.3.4:65535"))
    assert.ok(isHostAllowed(host, ""), host);
  for (const host of list(
    "256.0.0.1 1.2.3 1.2.3.4.5 1.2.3.4. .1.2.3.4 1..3.4 1.2.3.0x4 1.2.3.1000 1.2.3.a 1.2.3.-4 1.2.3.4:",
  ))
    assert.not(isHostAllowed(host, ""), host);
});

test("IPv6 addresses in brackets are let in", () => {
  for (const host of list("[::1] [fe80::1] [2001:db8::1:2]:8080 [::ffff:1.2.3.4]"))
    assert.ok(isHostAllowed(host, ""), host);
  for (const host of list(
    "[::1 ::1] [] [::1]x [::1]:x [::1]: [evil.example] [::1].evil.example [::g] [::1%eth0] x[::1]",
  ))
    assert.not(isHostAllowed(host, ""), host);
});

test("a name without a dot is let in, with or without a port", () => {
  for (const host of list("device wib-1 localhost:8080 a 2130706433 device:1 device:65535"))
    assert.ok(isHostAllowed(host, ""), host);
  for (const host of list("example.org a.b device. .device .")) assert.not(isHostAllowed(host, ""), host);
});

test("a name that ends in .local is let in, with something before it", () => {
  for (const host of list("a.local wib.local:80 x.y.local")) assert.ok(isHostAllowed(host, ""), host);
  for (const host of list(".local a.local. a.locals a.local.evil.example alocal.example local.evil.example"))
    assert.not(isHostAllowed(host, ""), host);
});

test("the one name written at flashing is let in, and nothing that begins or ends with it", () => {
  for (const host of [OWN, `${OWN}:80`]) {
    assert.ok(isHostAllowed(host, OWN), host);
    assert.not(isHostAllowed(host, ""), host);
    assert.not(isHostAllowed(host, "other.example.org"), host);
  }
  for (const host of [`x${OWN}`, `x.${OWN}`, `${OWN}.evil.example`, `${OWN}.`, OWN.slice(1)])
    assert.not(isHostAllowed(host, OWN), host);
  assert.not(isHostAllowed("", ""), "no name is not the name that was not written");
  assert.not(isHostAllowed(":80", ""));
});

test("a port is one to five digits, whatever the name", () => {
  for (const port of list("80a a -1 +1 123456 0x50")) assert.not(isHostAllowed(`device:${port}`, OWN), port);
  assert.not(isHostAllowed("device:80:80", OWN));
});

test("letters, digits, hyphens and dots only", () => {
  for (let code = 33; code < 127; code++) {
    const char = String.fromCharCode(code);
    assert.is(isHostAllowed(`a${char}b`, ""), /[a-z0-9-]/.test(char), char); // a dot makes it a foreign name
  }
});

const head = (lines: string, host = "Device.Local:80") => read(`GET / HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n`).head!;

test("Origin, where present, is http:// and the Host, port included, in any case", () => {
  assert.ok(isOriginAllowed(head("")));
  for (const origin of list("http://device.local:80 HTTP://DEVICE.LOCAL:80"))
    assert.ok(isOriginAllowed(head(`Origin: ${origin}\r\n`)), origin);
  const bad =
    "null https://device.local:80 http://device.local http://device.local:8080 http://evil.example device.local:80";
  for (const origin of [...list(bad), "", "http://device.local:80/", "http://device.local:80 http://a"])
    assert.not(isOriginAllowed(head(`Origin: ${origin}\r\n`)), origin);
});

test("Sec-Fetch-Site, where present, is same-origin or none", () => {
  for (const site of ["same-origin", "none"]) assert.ok(isOriginAllowed(head(`Sec-Fetch-Site: ${site}\r\n`)), site);
  for (const site of ["cross-site", "same-site", "", "None", "same-origin none"])
    assert.not(isOriginAllowed(head(`Sec-Fetch-Site: ${site}\r\n`)), site);
  assert.not(isOriginAllowed(head("Origin: http://device.local:80\r\nSec-Fetch-Site: cross-site\r\n")));
  assert.not(isOriginAllowed(head("Origin: http://evil.example\r\nSec-Fetch-Site: none\r\n")));
});

test.run();
