// TypeScript, loaded with `require`: by `import` Node would read its nine megabytes once more to find the exports.
import { createRequire } from "node:module";
import type typescript from "typescript";

export const ts = createRequire(import.meta.url)("typescript") as typeof typescript;
