// Mutual TLS: a device whose owner named a client CA asks for certificates and checks them. Honest programs with one are served, and
// every lie about one gets the alert that RFC 8446 demands.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority } from "../../client/ca.ts";
import { httpsDevice, targetOf } from "../support/https-device.ts";
import type { HttpsDevice } from "../support/https-device.ts";
import { withTool } from "../support/needs.ts";
import { IS_FULL, testRandom } from "../support/random.ts";
import { tempTree } from "../support/temp-tree.ts";
import { clientIdentity } from "../support/tls-peer/authentication.ts";
import type { ClientIdentity } from "../support/tls-peer/authentication.ts";
import { clientAuthCases } from "../support/tls-hostile/client-auth-cases.ts";
import type { HostileTarget } from "../support/tls-hostile/case.ts";
import { HostileRun } from "../support/tls-hostile/run.ts";
import { curl, opensslClient } from "../support/tls-programs.ts";

/** Every day; all of them in the full run. */
const CORE = ["the good certificate", "no certificate", "a certificate of another CA", "another key's signature"];

interface Pem {
  cert: string;
  key: string;
}

function issue(authority: Authority, usage: "client" | "server" = "client"): Promise<Pem> {
  const names = { dnsNames: ["owner.local"], ipAddresses: [] };
  return issueLeaf(authority, { commonName: "owner", kind: "p256", days: 30, usage, ...names });
}

const identityOf = ({ cert, key }: Pem): ClientIdentity => clientIdentity(cert, key);

let device: HttpsDevice;
let good: Pem;
let target: HostileTarget;

test.before(async () => {
  device = await httpsDevice({ settings: (authority) => ({ clientCa: authority.cert }) });
  good = await issue(device.authority);
  target = { ...targetOf(device), identity: identityOf(good) };
});
test.after(() => device.stop());

test("a client's certificate, and every lie about one", async () => {
  const random = testRandom();
  const stranger = identityOf(await issue(await createAuthority("Owner's CA", 30)));
  const serverOnly = identityOf(await issue(device.authority, "server"));
  const cases = clientAuthCases({ stranger, serverOnly }, false);
  const run = new HostileRun(target, random);
  const wrong: string[] = [];
  const chosen = IS_FULL ? cases : cases.filter(({ name }) => CORE.includes(name));
  assert.ok(chosen.length >= CORE.length);
  for (const each of chosen) {
    const { isRight, text } = await run.one(each);
    if (!isRight) wrong.push(text);
    await run.honest().catch((error) => wrong.push(`after ${each.name}: ${error.message}`));
  }
  assert.is(wrong.join("\n"), "", `[WIB_SEED=${random.seed}]\n${wrong.join("\n")}`);
});

const full: typeof withTool = (...args) => IS_FULL && withTool(...args);

full(
  "openssl",
  "OpenSSL and curl with the owner's certificate, and without one",
  async () => {
    const folder = tempTree({ "ca.pem": device.caPem, "cert.pem": good.cert, "key.pem": good.key });
    const https = { ...target, caFile: `${folder}ca.pem` };
    const pair = ["-cert", `${folder}cert.pem`, "-key", `${folder}key.pem`];
    assert.match((await opensslClient(https, pair)).output, '{"firmware"');
    assert.match((await opensslClient(https)).output, "alert certificate required");
    const { code, output } = await curl(https, ["--cert", pair[1], "--key", pair[3]]);
    assert.is(code, 0, output);
    assert.match(output, '{"firmware"');
  },
  "version",
);

test.run();
