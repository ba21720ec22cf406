// Tickets: sealed by a key, for a day, and nothing else opens.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAead } from "../../../firmware/crypto/aead.ts";
import { openTicket, sealTicket, TICKET_BYTES, TICKET_LIFE_S } from "../../../firmware/tls/tickets.ts";
import { hal, hex, primitives as p } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const aead = createAead(hal, p);
const key = new Uint8Array(32).fill(5);

test("a ticket gives its PSK back, and when the full handshake was, for any uptime", () => {
  forAll(30, (random) => {
    const [psk, nonce, since] = [random.bytes(32), random.bytes(12), random.below(0x7fff0000)];
    const ticket = sealTicket(p, aead, key, nonce, psk, since);
    assert.is(ticket.length, TICKET_BYTES);
    assert.not.match(hex(ticket), hex(psk));
    const opened = new Uint8Array(32);
    assert.is(openTicket(aead, key, ticket, since + 1, opened), since);
    assert.is(hex(opened), hex(psk));
  });
});

test("it lives for a day, to the second", () => {
  const ticket = sealTicket(p, aead, key, new Uint8Array(12), new Uint8Array(32), 1000);
  assert.is(TICKET_LIFE_S, 86400);
  const open = (now: number) => openTicket(aead, key, ticket, now, new Uint8Array(32));
  assert.equal([1000, 1000 + 86399, 1000 + 86400].map(open), [1000, 1000, -1]);
});

test("another key, and every bit that is changed, makes it nobody's", () => {
  const ticket = sealTicket(p, aead, key, new Uint8Array(12).fill(1), new Uint8Array(32).fill(2), 7);
  const psk = new Uint8Array(32);
  assert.is(openTicket(aead, new Uint8Array(32), ticket, 8, psk), -1);
  for (let bit = 0; bit < 8 * ticket.length; bit += 3) {
    const changed = ticket.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.is(openTicket(aead, key, changed, 8, psk), -1, `bit ${bit}`);
  }
  assert.is(hex(psk), "00".repeat(32));
});

test.run();
