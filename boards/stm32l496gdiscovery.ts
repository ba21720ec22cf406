// ST 32L496GDISCOVERY with an ESP-01 (ESP8266) on its STMod+ connector. Its Espruino has crypto and TLS, but no network of its own.
// Numbers: Espruino 2v29, boards/STM32L496GDISCOVERY.py, where nothing else is said.
import type { BoardRecord } from "./record.ts";

export const stm32l496gdiscovery: BoardRecord = {
  name: "stm32l496gdiscovery",
  title: "ST 32L496G Discovery",
  engine: "2v29", // the version that PLATFORM and all measurements are about
  clockMHz: 80, // 'speed' : 80
  console: { by: "serial", baud: 9600, also: [] }, // EV_SERIAL2, A2/D6, behind the ST-LINK; 9600 is the engine's default (jsinteractive.h)
  network: {
    idDigits: [0, 1, 4, 5], // as on espruinowifi
    by: "wifi", // 'libraries': NET, no module
    needs:
      "an ESP8266 with AT firmware on a serial port, and Espruino's modules AT and Wifi (libs/js/AT.min.js, libs/js/espruino_wifi/Wifi.min.js, its pins changed to yours) in Storage under these names",
  },
  notes: [
    "E.hwRand() gives the same numbers at every boot (targets/stm32_ll: an unseeded rand); Wib credits it with nothing.",
    "The engine's watchdog does nothing on this family: a hung firmware needs the reset button.",
  ],
  pins: {
    button: "C13", // BTN1, the joystick's middle, pulled down: 1 when pressed
    pressed: 1, // as said of it
    ready: "B13", // LED2, green
    busy: null,
  },
  variables: 19200, // 'variables' : 19200
  // 'address' : 0x080D0000, 'page_size' : 2048, 'pages' : 64. 64 bits with ECC: programmed once and zeroed once (RM0351 3.3.7)
  storage: { start: 0x080d0000, bytes: 131072, page: 2048, seedBytes: 8192, mapped: true },
  crypto: ["sha256", "sha512", "aes"], // 'libraries': CRYPTO, SHA256, SHA512, TLS, which brings AES
  native: true, // Cortex-M4F
  tls: "own-server",
  sources: [
    // A0, ADC12_IN5 (pins/stm32l496.csv), left open. 12 bits, the lowest 4. Claimed low: no recording yet (docs/ENTROPY.md section 2)
    { kind: "adc", from: "A0", bits: 4, claim: 0.25, scale: 4096 },
    // SysTick, 24 bits at the CPU's clock (PLATFORM section 6): what varies is interrupts and flash wait states. The least that can be claimed
    { kind: "counter", from: "0xE000E018", bits: 4, claim: 0.125 },
  ],
  suites: ["cpace-x25519", "x25519", "p256", "ffdhe2048"], // as on espruinowifi
  maxKeyBytes: 8192, // as on espruinowifi
  windowS: 300, // DESIGN 3.3
  waitS: 30, // several times what the slowest native suite takes at 80 MHz
  authS: 30, // DESIGN 3.3
  sessionS: 90, // DESIGN 3.3
  watchdogS: 0, // jshEnableWatchDog of targets/stm32_ll is empty
  bundleBytes: 65536, // half of Storage: docs/BOARDS.md
};
