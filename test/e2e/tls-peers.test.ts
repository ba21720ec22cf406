// What people really connect with, against one simulated device: each verifies the chain to the owner's CA by its own means and gets
// /status. The heavier ones run in the full run.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { httpsDevice } from "../support/https-device.ts";
import type { HttpsDevice } from "../support/https-device.ts";
import { hasTool, withTool } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { IS_FULL } from "../support/random.ts";
import { tempTree } from "../support/temp-tree.ts";
import * as programs from "../support/tls-programs.ts";
import type { HttpsTarget } from "../support/tls-programs.ts";

/** What testssl.sh says of any private CA: it names no place to ask about revocation, and no DNS record names it. */
const OF_A_PRIVATE_CA = ["cert_revocation", "cert_crlDistributionPoints", "cert_ocspURL", "DNS_CAArecord"];
/** HSTS holds for every port of a host: a browser would no longer get to the setup window, which is plain HTTP. */
const OF_A_SETUP_IN_PLAIN = ["HSTS"];
/**
 * What testssl.sh could not look into, which it says as a WARN: its OpenSSL has no GOST; and its own try at a resumption hangs up as
 * soon as the handshake is over, before any ticket can have come (it tries only if one of its connections happened to get one). Real
 * resumptions are tested above, by four clients.
 */
const NOT_TRIED = ["engine_problem", "sessionresumption_ticket"];
const TESTSSL_MS = 900_000;

let device: HttpsDevice;
let target: HttpsTarget;

test.before(async () => {
  device = await httpsDevice();
  target = asTarget(device);
});
test.after(() => device.stop());

function asTarget({ host, port, caPem, servername }: HttpsDevice): HttpsTarget {
  const caFile = `${tempTree({ "ca.pem": caPem })}ca.pem`;
  return { host, port, servername, caPem, caFile, path: "/status" };
}

const full = (command: string, name: string, callback: () => Promise<void>, ...probe: string[]) =>
  IS_FULL && withTool(command, name, callback, ...probe);

/** The JSON of /status is in what a program printed, and it is this device's. */
function assertStatus(text: string): void {
  const json = /\{"firmware".*\}/.exec(text.replaceAll("&quot;", '"'));
  assert.ok(json, `no status in ${text.slice(-300)}`);
  const status = JSON.parse(json[0]);
  assert.is(status.certificate.sha256, device.fingerprint.replaceAll(":", "").toLowerCase());
}

withTool(
  "openssl",
  "openssl s_client: each suite with each group, ALPN, small fragments",
  async () => {
    const suites = ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"];
    // The first group is the one that a share is sent of; the last case has to be asked for another one.
    const groups = {
      "X25519": "X25519",
      "P-256": "ECDH, prime256v1",
      "P-384:X25519": "X25519",
      "P-521:P-256": "ECDH, prime256v1",
    };
    const pairs = Object.entries(groups).flatMap((group) => suites.map((suite) => [...group, suite]));
    for (const [list, temporary, suite] of IS_FULL ? pairs : [pairs[3], pairs[4]]) {
      const more = ["-groups", list, "-ciphersuites", suite, "-alpn", "h2,http/1.1", "-max_send_frag", "512"];
      const { output } = await programs.opensslClient(target, [...more, "-split_send_frag", "20"]);
      assert.match(output, `Server Temp Key: ${temporary}`);
      assert.match(output, `New, TLSv1.3, Cipher is ${suite}`);
      assert.match(output, "ALPN protocol: http/1.1");
      assert.match(output, "Verify return code: 0 (ok)");
      assert.match(output, "Verified peername: device.local");
      assertStatus(output);
    }
  },
  "version",
);

withTool(
  "openssl",
  "openssl s_client: a session of before is resumed; a KeyUpdate in the midst is followed",
  async () => {
    const session = `${tempTree({})}session`;
    assertStatus((await programs.opensslClient(target, ["-sess_out", session])).output);
    const { output } = await programs.opensslClient(target, ["-sess_in", session]);
    assert.match(output, "Reused, TLSv1.3");
    assertStatus(output);
    const then = [
      { after: /Verify return code/, input: "K\n" }, // update, and ask for one
      { after: /KEYUPDATE/, input: programs.requestText(target) },
    ];
    const updated = await programs.opensslClient(target, [], { then });
    assert.match(updated.output, "KEYUPDATE");
    assertStatus(updated.output);
  },
  "version",
);

withTool("curl", "curl: TLS 1.3 with the owner's CA; not without, not older, not in plain", async () => {
  const { code, output } = await programs.curl(target);
  assert.is(code, 0, output);
  assertStatus(output);
  const stranger = { ...target, caFile: opensslPki().ca };
  assert.is((await programs.curl(stranger)).code, 60, "curl does not know this CA");
  assert.is((await programs.curl(target, ["--tls-max", "1.2", "--tlsv1.2"])).code, 35);
  assert.is.not((await programs.curl(target, [], "http")).code, 0);
});

test("Node: https, a resumed session, both suites", async () => {
  const first = await programs.nodeHttps(target, { ALPNProtocols: ["http/1.1"] });
  assert.is(first.status, 200);
  assertStatus(first.body);
  const again = await programs.nodeHttps(target, { session: first.session });
  assert.ok(again.isResumed);
  assertStatus(again.body);
  for (const ciphers of ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"])
    assertStatus((await programs.nodeHttps(target, { ciphers, ecdhCurve: "P-256" })).body);
});

const TLS13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

withTool("gnutls-cli", "GnuTLS: each suite and group, a resumed session", async () => {
  const priorities = {
    [`${TLS13}:-CIPHER-ALL:+CHACHA20-POLY1305:-GROUP-ALL:+GROUP-X25519`]: /ECDHE-X25519.*CHACHA20-POLY1305/,
    [`${TLS13}:-CIPHER-ALL:+AES-128-GCM:-GROUP-ALL:+GROUP-SECP256R1`]: /ECDHE-SECP256R1.*AES-128-GCM/,
    // It sends shares of the first two: a retry.
    [`${TLS13}:-GROUP-ALL:+GROUP-SECP384R1:+GROUP-SECP521R1:+GROUP-X25519`]: /ECDHE-X25519/,
  };
  for (const [priority, description] of Object.entries(priorities)) {
    const { output } = await programs.gnutlsClient(target, priority);
    assert.match(output, "- Status: The certificate is trusted.");
    assert.match(output, description);
    assertStatus(output);
    if (!IS_FULL) return;
  }
  const { output } = await programs.gnutlsClient(target, TLS13, ["-r", "--waitresumption"]);
  assert.match(output, "This is a resumed session");
});

withTool("python3", "Python's ssl: verified, ALPN, and again with its session", async () => {
  const { code, output } = await programs.pythonSsl(target);
  assert.is(code, 0, output);
  assert.match(output, /^TLSv1\.3 TLS_\w+ http\/1\.1 new\nTLSv1\.3 TLS_\w+ http\/1\.1 reused\n/);
  assertStatus(output);
});

const hasBrowser = hasTool("chromium") && hasTool("sh", "-c", "command -v certutil");
full(
  hasBrowser ? "chromium" : "certutil and chromium",
  "Chromium trusts the owner's CA through its own store",
  async () => {
    assertStatus((await programs.chromium(target, programs.browserHome([target.caFile]))).output);
    const stranger = await programs.chromium(target, programs.browserHome([opensslPki().ca]));
    assert.not.match(stranger.output, "firmware", "and shows nothing to one who does not");
  },
);

full("sslscan", "sslscan: TLS 1.3 alone, two suites, two groups", async () => {
  const report = await programs.sslscan(target);
  const all = (pattern: RegExp) => [...report.matchAll(pattern)].map((match) => match[1]);
  assert.equal(all(/<protocol type="tls" version="([\d.]+)" enabled="1"/g), ["1.3"]);
  assert.equal(all(/<protocol type="(ssl)" version="\d" enabled="1"/g), []);
  assert.equal(all(/<cipher [^>]*cipher="(\w+)"/g).sort(), ["TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"]);
  assert.equal(all(/<group [^>]*name="(\w+)/g).sort(), ["secp256r1", "x25519"]);
  assert.match(report, '<heartbleed sslversion="TLSv1.3" vulnerable="0"');
});

full("testssl", "testssl.sh: no finding but those of a private CA", async () => {
  const findings = await programs.testssl(
    { ...target, path: "/" },
    ["-p", "-s", "-f", "-S", "-P", "-h", "-U"],
    TESTSSL_MS,
  );
  const loud = findings.filter(({ severity }) => !["OK", "INFO", "DEBUG"].includes(severity));
  assert.ok(findings.some(({ id, severity }) => id === "TLS1_3" && severity === "OK"));
  assert.ok(findings.some(({ id, severity }) => id === "cert_chain_of_trust" && severity === "OK"));
  const isExcused = ({ id, severity }: programs.Finding) =>
    [...OF_A_PRIVATE_CA, ...OF_A_SETUP_IN_PLAIN].includes(id) || (severity === "WARN" && NOT_TRIED.includes(id));
  assert.equal(
    loud.filter((finding) => !isExcused(finding)),
    [],
  );
});

test.run();
