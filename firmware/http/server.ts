// The HTTP server on the engine's raw sockets, or on what TLS makes of one: one request a connection, a bounded number of
// connections, a deadline for each. The engine's own `http` is not used (PLATFORM section 3).
import type { Bytes, EngineServer, EngineSocket, Hal } from "../hal/engine.ts";
import { ERROR, REQUEST_TIMEOUT_MS } from "../protocol.ts";
import { createRequestReader } from "./request.ts";
import type { Refusal, RequestHead, RequestReader } from "./request.ts";
import { responseText } from "./response.ts";
import type { Response } from "./response.ts";

const MAX_CONNECTIONS = 6;

export interface Exchange {
  head: RequestHead;
  body: Bytes;
  /** Sends the answer; may be called later, once. `flushed` runs when the socket is closed, whoever closed it. */
  respond(response: Response, flushed?: () => void): void;
  /** Is the peer still there? */
  isOpen(): boolean;
}

export interface App {
  /** Decides on a request by its header: a buffer for the body, or a refusal. */
  accept(head: RequestHead): Bytes | Refusal;
  handle(exchange: Exchange): void;
  /** An accepted request will not be handled: it was cut short, or its body was wrong. */
  aborted(head: RequestHead): void;
  /** Turns a refusal into an answer. */
  refuse(refusal: Refusal): Response;
}

/** What a request comes on, and its answer goes to: a socket, or a TLS connection over one. */
export interface Stream {
  on(event: "data", callback: (data: string) => void): void;
  write(text: string): void;
  end(): void;
}

export interface HttpServer {
  /** Takes one request from a connection that somebody else has accepted. */
  serve(socket: EngineSocket, stream?: Stream): void;
  /** Is there a connection? */
  isBusy(): boolean;
  close(): void;
}

/**
 * @param port 0: it does not listen.
 * @throws what the engine throws when it cannot listen.
 */
export function createHttpServer(hal: Hal, port: number, app: App): HttpServer {
  const open: EngineSocket[] = [];

  function serve(socket: EngineSocket, secure?: Stream): void {
    const stream: Stream = secure || socket;
    let reader: RequestReader | undefined;
    let timer: number | undefined;
    let body: Bytes;
    let onFlushed: (() => void) | undefined;
    let isClosed = false;

    /** Reads no further. */
    function stopReading(): void {
      const head = reader && reader.head;
      reader = undefined;
      if (head) app.aborted(head);
    }

    function finish(): void {
      const flushed = onFlushed;
      if (timer) hal.clearTimeout(timer);
      timer = onFlushed = undefined;
      stopReading();
      if (flushed) flushed();
    }

    function drop(): void {
      timer = undefined;
      socket.clsNow = true; // the engine closes it on its next pass, whatever the peer does
    }

    function respond(response: Response, flushed?: () => void): void {
      stopReading();
      onFlushed = flushed;
      if (isClosed) return finish(); // it went away long ago
      if (timer) hal.clearTimeout(timer);
      timer = hal.setTimeout(drop, REQUEST_TIMEOUT_MS); // a peer that does not take the answer
      if (!socket.sckt) return; // it went away; 'close' does the rest
      stream.write(responseText(response));
      stream.end();
    }

    // Accepting and receiving happen in one pass of the engine, so the socket may be dead already: no event will come.
    if (!socket.sckt) return;
    open.push(socket);
    socket.on("close", function () {
      open.splice(open.indexOf(socket), 1);
      isClosed = true;
      finish();
      // Closures that hold each other are freed by this alone; left to the engine it happens in the next request's time.
      if (!open.length && !secure) hal.collectGarbage();
    });
    socket.on("error", function () {});
    if (open.length > MAX_CONNECTIONS) return respond(app.refuse({ status: 503, code: ERROR.busy }));
    reader = createRequestReader(hal.E.toUint8Array, function (head) {
      const accepted = app.accept(head);
      if ("status" in accepted) return accepted;
      body = accepted;
      if (head.expectsContinue) stream.write("HTTP/1.1 100 Continue\r\n\r\n");
      return body;
    });
    timer = hal.setTimeout(drop, REQUEST_TIMEOUT_MS);
    stream.on("data", function (data) {
      if (!reader) return;
      const result = reader.feed(data);
      if (!result) return;
      if (result !== true) return respond(app.refuse(result));
      const complete = reader.head!;
      reader = undefined;
      hal.clearTimeout(timer!);
      timer = undefined;
      app.handle({
        head: complete,
        body: body,
        respond: respond,
        isOpen: function () {
          return !!socket.sckt;
        },
      });
    });
  }

  let server: EngineServer | undefined;
  if (port) {
    server = hal.net.createServer(function (socket) {
      serve(socket);
    });
    server.listen(port);
  }
  return {
    serve: serve,
    isBusy: function () {
      return open.length > 0;
    },
    close: function () {
      if (server) server.close();
      for (let i = 0; i < open.length; i++) open[i].clsNow = true;
    },
  };
}
