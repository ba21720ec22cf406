// HTTP written by hand, to say things that no client says.
import net from "node:net";

export interface RawOptions {
  /** Half-close after writing. */
  endAfterWrite?: boolean;
  /** Bytes a write; all at once unless said. */
  chunk?: number;
  timeoutMs?: number;
  host?: string;
}

/** Writes a request and gives back everything that comes until the peer closes. Rejects if nobody listens. */
export function rawExchange(port: number, request: string, options: RawOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: options.host ?? "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    socket.setTimeout(options.timeoutMs ?? 70000, () => socket.destroy(new Error("no answer")));
    socket.on("connect", async () => {
      const step = options.chunk ?? (request.length || 1);
      for (let at = 0; at < request.length && !socket.destroyed; at += step)
        await new Promise((next) => socket.write(request.slice(at, at + step), "latin1", next));
      if (options.endAfterWrite) socket.end();
    });
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(answer));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.message === "no answer") reject(error);
    });
  });
}
