// The `wib` command in this process, which is ten times as quick as a process of its own (test/client/cli.test.ts has
// those). One at a time: it borrows the process's arguments and streams.

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

let runs = 0;

/** @throws what the command would crash with. */
export async function wib(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const streams = { stdout: process.stdout, stderr: process.stderr };
  const said = { stdout: "", stderr: "" };
  const restore: (() => void)[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    const { write, isTTY } = streams[name];
    Object.assign(streams[name], { write: (text: string) => !!(said[name] += text), isTTY: false });
    restore.push(() => void Object.assign(streams[name], { write, isTTY }));
  }
  const { argv, exitCode, env: usual } = process;
  process.argv = [process.execPath, "wib", ...args];
  process.env = { ...usual, WIB_SERIAL: "", ...env };
  process.exitCode = 0;
  try {
    await import(`../../client/cli.ts?run=${++runs}.ts`); // another name each time, or it would run only once
    return { code: Number(process.exitCode), ...said };
  } finally {
    process.exitCode = exitCode;
    process.argv = argv;
    process.env = usual;
    for (const back of restore) back();
  }
}
