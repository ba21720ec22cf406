// A port that nobody listens on.
import net from "node:net";

/**
 * Below what the systems hand out by themselves: a device that listens only while its window is open must not find its
 * port taken by somebody else's server, nor that server the requests that were meant for the device.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10000 + Math.floor(Math.random() * 22000);
    const server = net.createServer().listen(port, "127.0.0.1");
    const isFree = await new Promise((resolve) => {
      server.once("listening", () => resolve(true)).once("error", () => resolve(false));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}
