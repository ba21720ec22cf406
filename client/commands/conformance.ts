import type { Command } from "commander";

export function addConformance(_program: Command): void {}
