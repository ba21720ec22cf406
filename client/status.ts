// What a device says of itself: while its setup window is open by its greeting, afterwards by TLS.
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { EXIT_NOT_REACHED, usageError, WibError } from "./errors.ts";
import { getOffer } from "./greeting.ts";
import { parseDeviceUrl } from "./provision.ts";

const TIMEOUT_MS = 15000;
const MAX_BYTES = 16384;

function byTls(url: URL, ca?: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const isTrust = /CERT|SELF_SIGNED|ISSUER|VERIFY/.test(error.code ?? "");
      const hint = isTrust ? "give the CA that has certified it with --ca" : "is it on, set up, and in this network?";
      reject(new WibError(`${url.host}: ${error.message || error.code}`, hint, EXIT_NOT_REACHED));
    };
    const call = https.get(new URL("/status", url), { ca, agent: false, timeout: TIMEOUT_MS }, (response) => {
      const certificate = (response.socket as TLSSocket).getPeerCertificate();
      const protocol = (response.socket as TLSSocket).getProtocol() ?? "";
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_BYTES) call.destroy(new Error("its answer is too large"));
      });
      response.on("error", fail);
      response.on("end", () => {
        const { fingerprint256: fingerprint, valid_to: validTo } = certificate;
        const status = response.statusCode === 200 ? text.trim() : `not told: it answers ${response.statusCode}`;
        resolve({ protocol, fingerprint, validTo, status });
      });
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    call.on("error", fail);
  });
}

/** @throws WibError if it cannot be reached, or its certificate is not to be trusted. */
export async function deviceStatus(text: string, ca?: string): Promise<Record<string, string>> {
  if (/^https:/i.test(text)) {
    if (!URL.canParse(text)) throw usageError(`"${text}" is no address`, "give something like https://lamp.local");
    return byTls(new URL(text), ca);
  }
  if (ca !== undefined) throw usageError("--ca is for https://", "the setup window is plain HTTP");
  const offer = await getOffer(parseDeviceUrl(text));
  const { build, offered, windowS, tries, maxBytes } = offer;
  return {
    ...{ "setup window": `open for ${windowS} s more`, build, "suites": offered.replaceAll(",", ", ") },
    ...{ "wrong serials left": String(tries), "largest body": `${maxBytes} bytes` },
  };
}
