// The engine's require("tls"): a client, nothing else (libs/network/network.c, jswrap_net.c; PLATFORM section 2). Keys and
// certificates are DER; a key's kind is looked at only when the server asks for a signature; the 'connect' callback
// comes before the handshake; what fails after that is thrown out of the idle loop; there is memory for one
// connection. Needs the host's network and real time: in a MemoryNetwork every attempt is refused, and kept there.
// Not modelled, so refused loudly: key or cert as a file's name, one of the two alone, a pair that does not match.
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { DialError } from "./dial.ts";
import { bytesFrom } from "./natives.ts";
import type { Realm } from "./natives.ts";
import type { EngineNet } from "./net.ts";
import type { Network } from "./network.ts";
import { notModelled, strict } from "./strict.ts";
import { TlsConnection } from "./tls-connection.ts";
import type { TlsIdentity } from "./tls-connection.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 443;
/** The engine takes strings up to this for names of files. */
const MAX_NAME_CHARS = 100;
const OPTIONS = ["host", "port", "key", "cert", "ca"];

/** Boards whose engine is built with USE_TLS (PLATFORM section 1). */
const BOARDS_WITH_TLS =
  "espruinowifi pico_r1_3 esp32 esp32c3_idf4 esp32s3_idf4 curio stm32l496gdiscovery stm32l496stemcell rak5010 raspberrypi linux";

export function hasEngineTls(boardName: string): boolean {
  return BOARDS_WITH_TLS.split(" ").includes(boardName);
}

type Options = Record<string, unknown>;

export interface EngineTls {
  module: object;
  /** Ends what the engine forgets to close: the power is gone. */
  reset(): void;
}

/** An error of the engine's class InternalError. */
function internalError(realm: Realm, message: string): Error {
  const text = `InternalError: ${message}`;
  return Object.assign(new realm.Error(message), { type: "InternalError", stack: text, toString: () => text });
}

function derOf(value: unknown): Buffer {
  const data: unknown = typeof value === "function" ? value() : value;
  if (typeof data === "string" && data.length <= MAX_NAME_CHARS) throw notModelled("a short string as key or cert");
  return Buffer.from(bytesFrom(data));
}

/** @returns undefined for what mbedtls_pk_parse_key does not take. */
function parseKey(key: Buffer): KeyObject | undefined {
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const)
    try {
      return createPrivateKey({ key, format: "der", type });
    } catch {
      // The next one, as mbedtls does it.
    }
  return undefined;
}

/** DER only: built without MBEDTLS_PEM_PARSE_C. */
function parseCert(der: Buffer): X509Certificate | undefined {
  try {
    return der[0] === 0x30 ? new X509Certificate(der) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws the engine's errors, in its order: ca, cert, key. */
function readIdentity(realm: Realm, options: Options): TlsIdentity | undefined {
  const cert = (name: string) => {
    if (options[name] === undefined) return undefined;
    const parsed = parseCert(derOf(options[name]));
    if (parsed) return parsed;
    throw internalError(realm, `HTTPS init failed! mbedtls_x509_crt_parse of '${name}': Invalid format`);
  };
  cert("ca"); // read, and then not used: the server is not authenticated
  const own = cert("cert");
  const key = options.key === undefined ? undefined : parseKey(derOf(options.key));
  if (options.key !== undefined && !key)
    throw internalError(realm, "HTTPS init failed! mbedtls_pk_parse_key: Invalid format");
  if (!own && !key) return undefined;
  if (!own || !key) throw notModelled("TLS with a key or a certificate alone");
  if (!own.checkPrivateKey(key)) throw notModelled("TLS with a key that is not the certificate's");
  return { key, cert: own };
}

export function createEngineTls(realm: Realm, network: Network, net: EngineNet): EngineTls {
  let isOpen = false;
  let forgotten: { destroy(): void }[] = [];

  function dial(options: Options): ReturnType<Network["dial"]> {
    const { host = DEFAULT_HOST, port = DEFAULT_PORT } = options;
    if (typeof host !== "string" || typeof port !== "number") throw notModelled("TLS to such a host or port");
    try {
      return network.dial(host, port);
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      throw internalError(realm, error.isUnknownHost ? "Unable to locate host" : "Unable to create socket");
    }
  }

  function connect(options: Options, callback: () => void): object {
    for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw notModelled(`TLS option ${name}`);
    const raw = dial(options);
    try {
      const identity = readIdentity(realm, options);
      // Where the engine runs out of memory depends on the pool; two are too many for all of them.
      if (isOpen) throw internalError(realm, "mbedtls_ssl_setup: Not enough memory");
      isOpen = true;
      const connection = new TlsConnection({
        ...{ raw, identity, wake: () => network.wake() },
        onFailure: (code) =>
          net.raise(internalError(realm, `mbedtls_ssl_handshake returned -0x${(-code).toString(16)}`)),
        onClose: () => (isOpen = false),
      });
      return net.open(connection, callback);
    } catch (error) {
      // The engine leaves the TCP connection open, with nobody to close it.
      forgotten.push(raw);
      throw error;
    }
  }

  return {
    module: strict("tls", { connect }),
    reset() {
      for (const raw of forgotten) raw.destroy();
      forgotten = [];
      isOpen = false;
    },
  };
}
