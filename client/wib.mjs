#!/usr/bin/env node
// The `wib` command.
import "../hook.mjs";

await import("./cli.ts");
