// The engine's `Wifi`: an access point of the device's own while a setup window is open, and the owner's network otherwise.
// libs/network/esp32 and libs/js/espruino_wifi behave alike in what is used here: failures come as text to a callback, as
// an exception, or (ESP32, where the driver refuses) not at all, so that every call has a time limit.
import type { EngineWifi, EngineWifiOptions, Hal } from "../hal/engine.ts";

const AP_LIMIT_MS = 20000;
/** Answers on their way out are sent by then; on the Espruino WiFi stopping the access point switches the module off. */
const SHUT_DELAY_MS = 1500;
const REJOIN_MS = 30000;

/** A network to join, as in the settings (docs/PROTOCOL.md 6.5). */
export interface WifiSettings {
  ssid: string;
  psk?: string;
}

export interface Net {
  /** For a setup window. `done` gets "", or why nobody can reach the device. */
  open(done: (problem: string) => void): void;
  /** The window is shut. */
  shut(): void;
  /** What to join from now on, at once unless a window is open, and again after every loss; undefined: nothing. */
  join(wifi: WifiSettings | undefined): void;
}

/**
 * @param load requires the module, which throws where there is none.
 * @param name of the access point.
 * @param password of the access point, 8 to 63 characters; "" for an open one.
 * @param joined is called each time the owner's network has been joined.
 */
export function createWifi(
  hal: Hal,
  load: () => EngineWifi,
  name: string,
  password: string,
  joined: () => void,
  note: (text: string) => void,
): Net {
  let module: EngineWifi | undefined;
  let wanted: WifiSettings | undefined;
  let isOpen = false;
  let isJoined = false;
  let timer: number | undefined;

  function later(what: () => void, ms: number): void {
    if (timer !== undefined) hal.clearTimeout(timer);
    timer = hal.setTimeout(function () {
      timer = undefined;
      what();
    }, ms);
  }

  function lost(why: string): void {
    isJoined = false;
    if (isOpen || !wanted) return;
    note("network not joined: " + why);
    later(connect, REJOIN_MS);
  }

  /** @throws where there is none. */
  function wifi(): EngineWifi {
    if (!module) {
      module = load();
      module.on("disconnected", function () {
        if (isJoined) lost("lost");
      });
    }
    return module;
  }

  function connect(): void {
    if (isOpen || !wanted) return;
    const target = wanted;
    later(connect, REJOIN_MS); // if no answer comes
    const options: EngineWifiOptions = {};
    if (target["psk"]) options.password = target["psk"];
    try {
      wifi().connect(target["ssid"], options, function (error) {
        if (target !== wanted || isOpen) return;
        if (error) return lost(error);
        if (timer !== undefined) hal.clearTimeout(timer);
        timer = undefined;
        isJoined = true;
        note("network joined");
        joined();
      });
    } catch (error) {
      lost(String(error));
    }
  }

  return {
    open: function (done) {
      isOpen = true;
      let isAnswered = false;
      function answer(problem: string): void {
        if (isAnswered) return;
        isAnswered = true;
        if (timer !== undefined) hal.clearTimeout(timer);
        timer = undefined;
        done(problem && "access point: " + problem);
      }
      later(function () {
        answer("no answer");
      }, AP_LIMIT_MS);
      try {
        const options: EngineWifiOptions = { authMode: password ? "wpa2" : "open" };
        if (password) options.password = password;
        wifi().startAP(name, options, function (error) {
          answer(error || "");
        });
      } catch (error) {
        answer(String(error));
      }
    },
    shut: function () {
      isOpen = false;
      isJoined = false;
      later(function () {
        try {
          wifi().stopAP();
        } catch (error) {
          note(String(error));
        }
        later(connect, SHUT_DELAY_MS);
      }, SHUT_DELAY_MS);
    },
    join: function (target) {
      wanted = target;
      if (!target && isJoined) {
        isJoined = false;
        wifi().disconnect();
      }
      if (timer === undefined) connect();
    },
  };
}
