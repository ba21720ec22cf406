// Your own code goes here. What the device does for whoever comes by HTTPS, besides `/` and `/status`: this example reads a
// pin and switches an LED. docs/APP.md says what is to be kept in mind.
import type { EnginePin, Hal } from "./hal/engine.ts";
import type { Response } from "./http/response.ts";

/** @returns undefined for what it does not have: the answer is 404. body: at most 256 bytes, as they came. */
export type DeviceApp = (method: string, path: string, body: string) => Response | undefined;

/** @param input, led undefined where the board has none. */
export function createApp(hal: Hal, input: EnginePin | undefined, led: EnginePin | undefined): DeviceApp {
  return function (method, path, body) {
    if (method === "GET" && path === "/app/pin" && input !== undefined)
      return { status: 200, type: "application/json", body: '{"pin":' + hal.digitalRead(input) + "}\n" };
    if (method === "POST" && path === "/app/led" && led !== undefined) {
      if (body !== "0" && body !== "1") return { status: 400, body: "0 or 1\n" };
      hal.digitalWrite(led, body === "1" ? 1 : 0);
      return { status: 204 };
    }
    return undefined;
  };
}
