// The table of states: every state times every kind of message, and each length limit from both sides.
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as S from "../../../firmware/tls/states.ts";

const [UNEXPECTED, ILLEGAL, DECODE_ERROR] = [10, 47, 50];
/** RFC 8446 appendix A.2 and section 4: state, the one message it takes, its greatest length, the alert beyond that. */
const TABLE: [string, number, number, number, number][] = [
  ["AwaitHello", S.AWAIT_HELLO, 1, 4608, ILLEGAL],
  ["AwaitSecondHello", S.AWAIT_SECOND_HELLO, 1, 4608, ILLEGAL],
  ["AwaitCertificate", S.AWAIT_CERTIFICATE, 11, 4608, ILLEGAL],
  ["AwaitVerify", S.AWAIT_VERIFY, 15, 516, ILLEGAL],
  ["AwaitFinished", S.AWAIT_FINISHED, 20, 32, DECODE_ERROR],
  ["Open", S.OPEN, 24, 1, DECODE_ERROR],
];

test("every state takes one kind of message, and every other of 256 is unexpected, however short or long", () => {
  for (const [name, state, accepted] of TABLE)
    for (let type = 0; type < 256; type++)
      for (const length of [0, 1, 0xffffff]) {
        if (type === accepted) continue;
        assert.is(S.messageRefusal(state, type, length), UNEXPECTED, `${name}, message ${type}`);
      }
});

test("each message has a greatest length, known before a byte of it is kept", () => {
  for (const [name, state, type, max, alert] of TABLE) {
    for (const length of [0, max]) assert.is(S.messageRefusal(state, type, length), 0, `${name}, ${length}`);
    for (const length of [max + 1, 0xffffff])
      assert.is(S.messageRefusal(state, type, length), alert, `${name}, ${length}`);
  }
});

test("a closed connection takes nothing, and there are no states besides", () => {
  for (let type = 0; type < 256; type++) assert.is(S.messageRefusal(S.CLOSED, type, 0), UNEXPECTED);
  assert.equal([...TABLE.map(([, state]) => state), S.CLOSED], [0, 1, 2, 3, 4, 5, 6]);
});

test.run();
