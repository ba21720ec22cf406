// wib ca: the owner's own certificate authority.
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { authorityFile, initAuthority } from "../ca-folder.ts";

export const DEFAULT_FOLDER = "wib-ca";
const DAYS = 3650;

export function days(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (!number || number > 36500) throw new InvalidArgumentError("1 to 36500 are days.");
  return number;
}

export function addCa(program: Command): void {
  const ca = program.command("ca").description("Your own small certificate authority.");
  ca.command("init")
    .description("Make a CA (P-256): ca.pem, and ca.key, which nobody else may read.")
    .argument("[folder]", "where it is kept; never overwritten", DEFAULT_FOLDER)
    .option("--name <name>", "what certificates call it", "Wib owner CA")
    .option("--days <n>", "how long it is valid", days, DAYS)
    .option("--json", "print the result as JSON")
    .action(async (folder: string, options: { name: string; days: number; json?: boolean }) => {
      const certificate = await initAuthority(folder, options.name, options.days);
      const { fingerprint256: fingerprint, validTo } = certificate;
      const file = authorityFile(folder);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ folder, certificate: file, fingerprint, validTo })}\n`
          : `${file}: valid until ${validTo}\nfingerprint ${fingerprint}\nTrust this file where devices are used; keep ${folder} to yourself.\n`,
      );
    });
}
