// The engine's TLS client with the installed pair (DESIGN section 7): TLS 1.2, RSA keys only, and it does not
// authenticate the server. It tells the owner's server who it is and what state it is in, and tries again later.
import type { EngineSocket, EngineTls, Hal } from "../hal/engine.ts";
import type { Random } from "../entropy/random.ts";
import type { Pair } from "../store/keystore.ts";
import { wipe } from "../crypto/bytes.ts";

const RETRY_MS = 60000;
/** A P-256 key is some 120 bytes of DER, one of RSA-2048 some 1,200. */
const LEAST_RSA_KEY_BYTES = 300;

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
  note: (text: string) => void,
): EngineClient {
  const address = server.split(":");
  let timer: number | undefined;
  let socket: EngineSocket | undefined;

  function connect(): void {
    timer = hal.setTimeout(connect, RETRY_MS);
    if (random.status()) return;
    if (socket) socket.clsNow = true; // there is memory for one
    socket = undefined;
    hal.collectGarbage(); // the engine's TLS takes much in one piece, and does not ask for it to be collected
    // The engine's TLS draws from a generator with a constant start on several boards.
    const seed = new Int32Array(random.read(4).buffer);
    hal.E.srand(seed[0]);
    try {
      const opened = tls.connect(
        { host: address[0], port: parseInt(address[1], 10), key: pair.key, cert: pair.chain[0] },
        function () {
          opened.end(status() + "\n");
        },
      );
      opened.on("error", function () {});
      opened.on("close", function () {
        if (socket === opened) socket = undefined;
      });
      socket = opened;
    } catch {
      note("server not reached"); // the timer tries again
    }
  }

  if (pair.key.length < LEAST_RSA_KEY_BYTES) note("no report: the engine's TLS takes RSA keys only");
  else connect();
  return {
    stop: function () {
      if (timer !== undefined) hal.clearTimeout(timer);
      if (socket) socket.clsNow = true;
      wipe(pair.key);
    },
  };
}
