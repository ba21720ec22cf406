// The firmware's setup and server from their sources, with randomness, tries and events in the hands of a test.
import { createHttpServer } from "../../firmware/http/server.ts";
import { createSetup } from "../../firmware/setup/setup.ts";
import type { Setup } from "../../firmware/setup/setup.ts";
import { createKeystore } from "../../firmware/store/keystore.ts";
import type { Keystore } from "../../firmware/store/keystore.ts";
import { createSetupLog } from "../../firmware/store/setup-log.ts";
import { primitives as p } from "./hal.ts";
import { testRandom } from "./random.ts";
import { parseAnswer, requestText, SERIAL, Session } from "./virtual-device.ts";
import type { Answer, VirtualDevice } from "./virtual-device.ts";
import { virtualHal } from "./virtual-hal.ts";
import type { VirtualHal, WirePeer } from "./virtual-hal.ts";

export interface BenchSetup extends VirtualHal {
  setup: Setup;
  keystore: Keystore;
  /** What random.status() says. */
  entropy: string;
  /** Failed tries as flash would have them, and whether flash takes one more. */
  tries: { failed: number; works: boolean };
  /** What the setup told its owner: installed, exhausted, busy true, busy false, and notes. */
  events: string[];
  connect(text: string): WirePeer;
  settle(peer: WirePeer): Answer;
  send(text: string): Answer;
  greet(): Session;
  agree(): Session;
  authenticated(): Session;
}

export function benchSetup(): BenchSetup {
  const v = virtualHal();
  const random = testRandom(1);
  const bench = { ...v, entropy: "", tries: { failed: 0, works: true }, events: [] as string[] } as BenchSetup;
  const status = (): string => bench.entropy;
  const tries = {
    count: () => bench.tries.failed,
    spend: () => bench.tries.works && ++bench.tries.failed > 0,
    clear: () => void (bench.tries.failed = 0),
    reset: () => void (bench.tries.failed = 0),
  };
  bench.keystore = createKeystore(v.hal, v.area, p);
  bench.setup = createSetup(
    {
      hal: v.hal,
      p,
      random: { status, collect() {}, reseed() {}, read: random.bytes },
      keystore: bench.keystore,
      tries,
      log: createSetupLog(v.hal, v.area, tries),
    },
    {
      ...{
        build: "bench",
        serial: SERIAL,
        host: "",
        maxKeyBytes: 9984,
        suites: "cpace-x25519,x25519,p256,ffdhe2048",
        hasCsr: true,
      },
      windowS: 300,
      waitS: 60,
      authS: 30,
      sessionS: 90,
    },
    {
      installed: () => void bench.events.push("installed"),
      exhausted: () => void bench.events.push("exhausted"),
      busy: (is) => void bench.events.push(`busy ${is}`),
      note: (text) => void bench.events.push(text),
    },
  );
  createHttpServer(v.hal, 80, bench.setup);
  v.advance(100); // key pairs are made
  bench.connect = (text) => {
    const peer = v.wire.connect(80, text);
    v.idle();
    return peer;
  };
  bench.settle = (peer) => {
    v.idle();
    for (let i = 0; i < 1200 && !peer.closed; i++) v.advance(10);
    return parseAnswer(peer.received);
  };
  bench.send = (text) => bench.settle(bench.connect(text));
  bench.greet = () => {
    v.advance(500); // two a second
    return new Session(bench as unknown as VirtualDevice, bench.send(requestText("/setup/dh.wib")));
  };
  bench.agree = () => {
    const session = bench.greet();
    if (session.dh().status !== 200) throw new Error("dh");
    return session;
  };
  bench.authenticated = () => {
    const session = bench.agree();
    if (session.auth().status !== 204) throw new Error("auth");
    return session;
  };
  return bench;
}
