// The test client against servers of others: if OpenSSL and GnuTLS take it, and it takes them, it may judge ours.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import { withTool } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { clientIdentity } from "../support/tls-peer/authentication.ts";
import { connect, get, readReply, sendRequest } from "../support/tls-peer/client.ts";
import { ALERT, GROUP, SUITE } from "../support/tls-peer/codes.ts";
import { Handshake } from "../support/tls-peer/handshake.ts";
import { makeHello } from "../support/tls-peer/hello.ts";
import { PeerAlert } from "../support/tls-peer/peer.ts";
import { pieces } from "../support/tls-peer/wire-end.ts";
import { gnutlsServer, opensslServer } from "../support/tls-servers.ts";
import type { TheirServer } from "../support/tls-servers.ts";

const withOpenssl = (name: string, more: string[], run: (server: TheirServer) => Promise<void>, kind?: "ec" | "rsa") =>
  withTool(
    "openssl",
    `OpenSSL: ${name}`,
    async () => {
      const server = await opensslServer(more, kind);
      await run(server).finally(() => server.stop());
    },
    "version",
  );

const SUITES = [SUITE.chacha20, SUITE.aes128Gcm];
const GROUPS = [GROUP.x25519, GROUP.p256];

withOpenssl("each suite with each group, with and without a retry", ["-www"], async ({ target }) => {
  for (const suite of SUITES)
    for (const group of GROUPS)
      for (const shareGroups of [[group], [GROUP.x25519 + GROUP.p256 - group]]) {
        const peer = await connect(target, { suites: [suite], groups: [group, ...shareGroups], shareGroups });
        assert.is(peer.server.suite, suite);
        assert.is((await get(peer, "/")).status, 200);
      }
});

withOpenssl("a retry, because only the other group is known", ["-www", "-groups", "P-256"], async ({ target }) => {
  const peer = await connect(target, {});
  assert.ok(peer.wasRetried);
  assert.is((await get(peer, "/")).status, 200);
});

withOpenssl(
  "RSA-PSS",
  ["-www"],
  async ({ target }) => assert.is((await get(await connect(target), "/")).status, 200),
  "rsa",
);

withOpenssl("resumption, which sends no certificate, and again after a retry", ["-www"], async ({ target }) => {
  const first = await connect(target, { suites: [SUITE.aes128Gcm] });
  await get(first, "/");
  assert.ok(first.tickets.length);
  for (const shareGroups of [undefined, []]) {
    const peer = await connect(target, { suites: [SUITE.aes128Gcm], ticket: first.tickets.pop(), shareGroups });
    assert.ok(peer.flight.isResumed);
    assert.is(peer.flight.leaf, undefined);
    assert.is(peer.wasRetried, shareGroups !== undefined);
    assert.is((await get(peer, "/")).status, 200);
  }
});

withOpenssl("a client certificate, and none where one is needed", ["-www", "-Verify", "1"], async ({ target }) => {
  const { ec } = opensslPki();
  const identity = clientIdentity(readFileSync(ec.cert, "utf8"), readFileSync(ec.key, "utf8"));
  const peer = await connect(target, { identity });
  assert.is((await get(peer, "/")).status, 200);
  const other = await connect(target, {});
  const refusal = await get(other, "/").catch((error) => error);
  assert.instance(refusal, PeerAlert);
  assert.is(refusal.code, ALERT.certificateRequired);
});

withOpenssl("keys that change on both sides", ["-rev"], async (server) => {
  const peer = await connect(server.target);
  const say = async (text: string) => {
    await peer.sendRecord(23, new TextEncoder().encode(`${text}\n`));
    return Buffer.from(await peer.nextData()).toString("latin1");
  };
  assert.is(await say("one"), "eno\n");
  await peer.sendKeyUpdate(0);
  assert.is(await say("two"), "owt\n");
  await peer.sendKeyUpdate(1); // the server's own KeyUpdate comes before its next data
  const before = peer.reading;
  assert.is(await say("three"), "eerht\n");
  assert.is.not(peer.reading, before);
  await peer.close();
});

withOpenssl("hello in records of forty bytes, all in segments of one", ["-www"], async ({ target }) => {
  const peer = await Handshake.open(target);
  peer.fragment = (bytes) => [...pieces(bytes, 40)];
  peer.transmit = (bytes) => peer.wire.sendPieces(pieces(bytes, 1));
  await peer.complete(makeHello({ servername: "device.local" }));
  await sendRequest(peer, "/");
  assert.is((await readReply(peer)).status, 200);
});

withTool("gnutls-serv", "GnuTLS: suites, groups, a small record_size_limit, resumption, close_notify", async () => {
  const server = await gnutlsServer();
  try {
    for (const suite of SUITES)
      for (const group of GROUPS) {
        const peer = await connect(server.target, { suites: [suite], groups: [group], recordSizeLimit: 512 });
        assert.ok(peer.flight.encrypted.has(28), "the server speaks RFC 8449");
        const reply = await get(peer, "/");
        assert.is(reply.status, 200);
        assert.ok(reply.wasClosedProperly);
        assert.ok(peer.seen.largestBytes <= 512 + 16);
        const again = await connect(server.target, { suites: [suite], groups: [group], ticket: peer.tickets[0] });
        assert.ok(again.flight.isResumed);
        await get(again, "/");
      }
  } finally {
    server.stop();
  }
});

test.run();
