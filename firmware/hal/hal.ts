// The one adapter between the firmware and the engine's globals. Everyone else receives the object it makes.
import type { EngineCrypto, EngineWifi, EngineWiznet, Hal } from "./engine.ts";

function engineCrypto(): EngineCrypto {
  try {
    return require("crypto");
  } catch {
    return {}; // built without it: several boards (PLATFORM section 1)
  }
}

/** @throws where there is none. Not in Hal, so that only the bundles that need it have it. */
export function requireWifi(): EngineWifi {
  return require("Wifi");
}

/** @throws where there is none. */
export function requireWiznet(): EngineWiznet {
  return require("WIZnet");
}

/** As text it takes some 5,000 variables of the Linux build, whose pool starts with 4,096 and doubles. */
const GROWN_BYTES = 131072;

export function createHal(): Hal {
  return {
    E: E,
    storage: require("Storage"),
    flash: require("Flash"),
    net: require("net"),
    crypto: engineCrypto(),
    tls: function () {
      return require("tls");
    },
    getTime: getTime,
    setTimeout: setTimeout,
    clearTimeout: clearTimeout,
    setInterval: setInterval,
    clearInterval: clearInterval,
    setWatch: setWatch,
    digitalRead: digitalRead,
    digitalWrite: digitalWrite,
    analogRead: analogRead,
    peek32: peek32,
    poke32: poke32,
    named: function (name) {
      return global[name];
    },
    atob: atob,
    btoa: btoa,
    print: print,
    growMemory: function () {
      let text = "x";
      while (text.length < GROWN_BYTES) text += text;
      text = "";
      process.memory();
    },
    collectGarbage: function () {
      process.memory();
    },
  };
}
