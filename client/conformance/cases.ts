// All cases, in the order of the protocol's steps.
import type { Case } from "./case.ts";
import { FORGERIES } from "./case-forgeries.ts";
import { NETWORK_CASES } from "./case-network.ts";
import { REFUSALS } from "./case-refusals.ts";
import { VALUE_CASES } from "./case-values.ts";

export const CASES: readonly Case[] = [...NETWORK_CASES, ...VALUE_CASES, ...REFUSALS, ...FORGERIES];
