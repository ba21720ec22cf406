// Espruino Pico, revisions 1.3 and 1.4: an STM32F401CD. With a WIZnet W5500 on SPI2 and the firmware binary built for it.
// Numbers: Espruino 2v29, boards/PICO_R1_3.py, where nothing else is said.
import type { BoardRecord } from "./record.ts";

export const picoR13: BoardRecord = {
  name: "pico_r1_3",
  title: "Espruino Pico",
  engine: "2v29", // the version that PLATFORM and all measurements are about
  clockMHz: 84, // 'speed' : 84
  console: { by: "usb", also: [] }, // USB; on Serial1 B6/B7 while it is unplugged
  network: {
    by: "wiznet", // 'binaries': espruino_%v_pico_1r3_wiznet.bin
    pins: ["SPI2", "B10"], // as espruino.com/WIZnet wires it: SCK B13, MISO B14, MOSI B15, CS B10
    needs: "a W5500 Ethernet module and the firmware espruino_2v29_pico_1r3_wiznet.bin",
  },
  notes: [
    "5,100 variables are only just enough, and often not in one piece: then memory is put in order, which takes a moment.",
    "Set-up only: there is no room for TLS, and the engine's client takes RSA keys, whose check finds no room either. The pair is kept for firmware that brings its own.",
    "An ESP8266 behind a serial port needs Espruino's modules AT and ESP8266WiFi in Storage, and there is no room for them.",
    "A WIZnet chip serves one client at a time; one that stays silent is dropped after 10 s.",
  ],
  pins: {
    button: "C13", // BTN1, pulled down: 1 when pressed
    pressed: 1, // as said of it
    ready: "B12", // LED2, green
    busy: "B2", // LED1, red
  },
  variables: 5100, // 'variables' : 5100
  // 'address' : 0x08004000, 'page_size' : 16384, 'pages' : 3. STM32F4 flash has no ECC: a bit may be programmed whatever the others are (RM0368 3.6.4)
  storage: { start: 0x08004000, bytes: 49152, page: 16384, bitwise: true, seedBytes: 768, mapped: true },
  crypto: ["sha256", "aes"], // 'libraries': CRYPTO, SHA256, TLS, which brings AES; SHA512 is commented out
  native: true, // Cortex-M4F
  tls: "none", // 48 kB hold the setup alone, and the engine's client needs 3,950 variables (PLATFORM section 2)
  sources: [
    // ADC1_IN5, left open. 12 bits (PLATFORM section 6), the lowest 4. Claimed low: no recording yet (docs/ENTROPY.md section 2)
    { kind: "adc", from: "A5", bits: 4, claim: 0.25, scale: 4096 },
    // SysTick, 24 bits at the CPU's clock (PLATFORM section 6): what varies is interrupts and flash wait states. The least that can be claimed
    { kind: "counter", from: "0xE000E018", bits: 4, claim: 0.125 },
  ],
  takesRsa: false, // flash, and the check of an RSA key finds no memory
  suites: ["cpace-x25519"], // one, for flash and variables: docs/MEMORY.md
  maxKeyBytes: 3072, // docs/MEMORY.md section 2: 4,096 find no room
  windowS: 300, // DESIGN 3.3
  waitS: 30, // several times what the suite takes at 84 MHz
  authS: 30, // DESIGN 3.3
  sessionS: 90, // DESIGN 3.3
  watchdogS: 20, // IWDG: at most 32 s (RM0368 17.3.3); no slice is over a second
  bundleBytes: 42200, // Storage less the store's files and a pair of 2 kB: docs/BOARDS.md
};
