// Every hostile case of a single connection, by kind; floods.ts has those of many connections, client-auth-cases.ts those of clients
// with certificates.
import type { TestRandom } from "../random.ts";
import { AFTER_CASES } from "./after-cases.ts";
import type { HostileCase } from "./case.ts";
import { finishedFlip, flipCases, helloFlip } from "./flip-cases.ts";
import { HELLO_CASES } from "./hello-cases.ts";
import { OLD_CASES } from "./old-cases.ts";
import { ORDER_CASES } from "./order-cases.ts";
import { PSK_CASES } from "./psk-cases.ts";
import { RECORD_CASES } from "./record-cases.ts";
import { everyCut, SEGMENT_CASES } from "./segment-cases.ts";
import { SHARE_CASES } from "./share-cases.ts";

export function casesByKind(random: TestRandom): Record<string, HostileCase[]> {
  return {
    "ClientHello": HELLO_CASES,
    "key shares": SHARE_CASES,
    "resumption": PSK_CASES,
    "order": ORDER_CASES,
    "records": RECORD_CASES,
    "segments": SEGMENT_CASES,
    "after the handshake": AFTER_CASES,
    "old protocols": OLD_CASES,
    "bits": flipCases(random.below),
  };
}

export { everyCut, finishedFlip, helloFlip };
