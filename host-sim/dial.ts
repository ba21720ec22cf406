// TCP from the device to the host's network, opened as the engine opens it: connect() blocks until somebody answers or
// refuses (PLATFORM section 2). Node cannot wait for a socket, so the socket lives in a thread of its own, for which
// the main thread does wait. Only IPv4, as the engine; an error after that is an end, as the engine sees it.
import { Duplex } from "node:stream";
import { Worker } from "node:worker_threads";

/** The system gives up after two minutes; nobody wants to watch that here. */
const TIMEOUT_MS = 10000;

const CONNECTED = 1;
const NOT_FOUND = 2;
const REFUSED = 3;

/** Why there is no connection; the engine tells the two apart. */
export class DialError extends Error {
  readonly isUnknownHost: boolean;

  constructor(message: string, isUnknownHost: boolean) {
    super(message);
    this.isUnknownHost = isUnknownHost;
  }
}

// null means the end, both ways.
const THREAD = `
  const net = require("node:net");
  const { workerData, parentPort } = require("node:worker_threads");
  const { host, port, outcome } = workerData;
  function settle(value) {
    if (Atomics.compareExchange(outcome, 0, 0, value) === 0) Atomics.notify(outcome, 0);
  }
  const socket = net.connect({ host, port, family: 4 });
  socket.on("connect", () => settle(${CONNECTED}));
  socket.on("error", (error) => settle(error.syscall === "getaddrinfo" ? ${NOT_FOUND} : ${REFUSED}));
  socket.on("data", (data) => parentPort.postMessage(data));
  socket.on("close", () => {
    parentPort.postMessage(null);
    parentPort.close();
  });
  parentPort.on("message", (data) => (data === null ? socket.destroySoon() : socket.write(data)));
`;

/** @throws DialError */
export function dialBlocking(host: string, port: number): Duplex {
  const outcome = new Int32Array(new SharedArrayBuffer(4));
  // Without the parent's --import hooks: the thread is plain JavaScript.
  const worker = new Worker(THREAD, { eval: true, execArgv: [], workerData: { host, port, outcome } });
  Atomics.wait(outcome, 0, 0, TIMEOUT_MS);
  if (outcome[0] !== CONNECTED) {
    void worker.terminate();
    throw new DialError(`no connection to ${host}:${port}`, outcome[0] === NOT_FOUND);
  }
  const stream = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      worker.postMessage(chunk);
      done();
    },
    final(done) {
      worker.postMessage(null);
      done();
    },
    destroy(error, done) {
      worker.postMessage(null);
      done(error);
    },
  });
  worker.on("message", (data: Uint8Array | null) => stream.push(data && Buffer.from(data)));
  return stream;
}
