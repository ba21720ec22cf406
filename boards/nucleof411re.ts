// ST NUCLEO-F411RE with an ESP8266 on a serial port. Its Espruino has the network layer but no network, and no crypto at all.
// Numbers: Espruino 2v29, boards/NUCLEOF411RE.py, where nothing else is said.
import type { BoardRecord } from "./record.ts";

export const nucleof411re: BoardRecord = {
  name: "nucleof411re",
  title: "ST Nucleo-F411RE",
  engine: "2v29", // the version that PLATFORM and all measurements are about
  clockMHz: 100, // 'speed' : 100
  console: { by: "serial", baud: 9600, also: [] }, // USART2 A2/A3, which the ST-LINK shows as a USB port; 9600 is the engine's default (jsinteractive.h)
  network: {
    idDigits: [0, 1, 4, 5], // as on espruinowifi
    by: "wifi", // 'libraries': NET alone
    needs:
      "an ESP8266 with AT firmware on a serial port, and Espruino's modules AT and Wifi (libs/js/AT.min.js, libs/js/espruino_wifi/Wifi.min.js, its pins changed to yours) in Storage under these names",
  },
  notes: ["Storage is one page of 128 kB: a power cut while it is compacted costs everything, the firmware included."],
  pins: {
    button: "C13", // BTN1 'inverted' : True: 0 when pressed
    pressed: 0, // as said of it
    ready: "A5", // LED1, green; the only one
    busy: null,
  },
  variables: 7423, // 'variables' : 7423
  // 'address' : 0x08060000, 'page_size' : 131072, 'pages' : 1. STM32F4 flash has no ECC: a bit may be programmed whatever the others are (RM0383 3.6.4)
  storage: { start: 0x08060000, bytes: 131072, page: 131072, bitwise: true, mapped: true },
  crypto: [], // 'libraries': GRAPHICS, NEOPIXEL, NET
  native: true, // Cortex-M4F
  tls: "own-server",
  sources: [
    // ADC1_IN0, left open. 12 bits (PLATFORM section 6), the lowest 4. Claimed low: no recording yet (docs/ENTROPY.md section 2)
    { kind: "adc", from: "A0", bits: 4, claim: 0.25, scale: 4096 },
    // SysTick, 24 bits at the CPU's clock (PLATFORM section 6): what varies is interrupts and flash wait states. The least that can be claimed
    { kind: "counter", from: "0xE000E018", bits: 4, claim: 0.125 },
  ],
  suites: ["cpace-x25519", "x25519", "p256"], // what 7,423 variables have room for
  maxKeyBytes: 6144, // peaks measured with it: docs/BOARDS.md
  windowS: 300, // DESIGN 3.3
  waitS: 30, // several times what the slowest of its suites takes at 100 MHz
  authS: 30, // DESIGN 3.3
  sessionS: 90, // DESIGN 3.3
  watchdogS: 20, // IWDG: at most 32 s (RM0383 20.3.3); no slice is over a second
  bundleBytes: 65536, // half of Storage: docs/BOARDS.md
};
