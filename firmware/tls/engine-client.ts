// The engine's TLS client with the installed pair (DESIGN section 7): TLS 1.2, RSA keys only, and it does not
// authenticate the server. It tells the owner's server who it is and what state it is in, and tries again later.
import type { EngineTls, Hal } from "../hal/engine.ts";
import type { Random } from "../entropy/random.ts";
import type { Pair } from "../store/keystore.ts";
import { wipe } from "../crypto/bytes.ts";

const RETRY_MS = 60000;

export interface EngineClient {
  stop(): void;
}

/** @param status what to tell the server: one line of JSON. */
export function createEngineClient(
  hal: Hal,
  tls: EngineTls,
  random: Random,
  pair: Pair,
  server: string,
  status: () => string,
): EngineClient {
  const address = server.split(":");
  let timer: number | undefined;

  function connect(): void {
    timer = hal.setTimeout(connect, RETRY_MS);
    if (random.status()) return;
    // The engine's TLS draws from a generator with a constant start on several boards.
    const seed = new Int32Array(random.read(4).buffer);
    hal.E.srand(seed[0]);
    try {
      const socket = tls.connect(
        { host: address[0], port: parseInt(address[1], 10), key: pair.key, cert: pair.chain[0] },
        function () {
          socket.end(status() + "\n");
        },
      );
      socket.on("error", function () {});
    } catch {
      // Not reachable now: the timer tries again.
    }
  }

  connect();
  return {
    stop: function () {
      if (timer !== undefined) hal.clearTimeout(timer);
      wipe(pair.key);
    },
  };
}
