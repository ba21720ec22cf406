// The state machine's table, every state and every event, against the table in PROTOCOL 7.2.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../../firmware/protocol.ts";
import * as S from "../../../firmware/setup/states.ts";

const PAGE = readFileSync(new URL("../../../docs/PROTOCOL.md", import.meta.url), "utf8");

/** By name: the four cells of events. */
function pageTable(): Map<string, string[]> {
  const section = PAGE.split("### 7.2 ")[1].split("\n###")[0];
  const rows = section.split("\n").filter((line) => /^\| *[A-Z(]/.test(line));
  return new Map(
    rows.map((row) => {
      const [name, ...cells] = row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [name, cells.slice(0, 4)];
    }),
  );
}

const STATES: Record<string, number> = {
  ComputingDh: S.COMPUTING_DH,
  AwaitAuth: S.AWAIT_AUTH,
  AwaitCsrOrKey: S.AWAIT_CSR_OR_KEY,
  ComputingCsr: S.COMPUTING_CSR,
  AwaitChain: S.AWAIT_CHAIN,
  AwaitKey: S.AWAIT_KEY,
  Installing: S.INSTALLING,
  Ended: S.ENDED,
};
const EVENTS = [S.EVENT_DH, S.EVENT_AUTH, S.EVENT_CSR, S.EVENT_KEY];

function codeOf(cell: string): string {
  if (cell === "-") return ERROR.wrongOrder;
  return cell === "401" ? ERROR.unauthenticated : "";
}

test("the page lists the states of the code, and no others", () => {
  const names = [...pageTable().keys()].filter((name) => name !== "(no session)");
  assert.equal(names, Object.keys(STATES));
  assert.equal(Object.values(STATES), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(EVENTS, [0, 1, 2, 3]);
});

test("every state answers every event as the page says", () => {
  const table = pageTable();
  let open = 0;
  for (const [name, state] of Object.entries(STATES))
    EVENTS.forEach((event) => {
      const cell = table.get(name)![event];
      assert.is(S.refusalOf(state, event), codeOf(cell), `${name}, event ${event}: "${cell}"`);
      if (!codeOf(cell)) open++;
    });
  assert.is(open, 5); // auth; csr and key; key after csr, whether it was answered 200 or 400
});

test("a live session's cookie opens no second one, and a dead one's opens nothing", () => {
  for (const [name, state] of Object.entries(STATES))
    assert.is(S.refusalOf(state, S.EVENT_DH), name === "Ended" ? ERROR.unauthenticated : ERROR.wrongOrder, name);
});

test.run();
