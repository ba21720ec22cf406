// The one adapter between the firmware and the engine's globals. Everyone else receives the object it makes.
import type { EngineCrypto, Hal } from "./engine.ts";

function engineCrypto(): EngineCrypto {
  try {
    return require("crypto");
  } catch {
    return {}; // built without it: several boards (PLATFORM section 1)
  }
}

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
    collectGarbage: function () {
      process.memory();
    },
  };
}
