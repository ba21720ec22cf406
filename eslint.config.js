import tseslint from "typescript-eslint";

export default tseslint.config(
  // The prelude is the engine's own language, which has no `let` at the top.
  { ignores: ["node_modules", "build", "test/engine/prelude.js"] },
  tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": "error",
      "no-eval": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  // The engine's own module system, in the one file that may name it.
  { files: ["firmware/hal/hal.ts"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["scripts/**", "hook.mjs"], rules: { "no-console": "off" } },
);
