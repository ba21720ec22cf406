// Espruino WiFi: an STM32F411CE with an ESP8266 beside it, which the built-in module `Wifi` drives by AT commands.
// Numbers: Espruino 2v29, boards/ESPRUINOWIFI.py, where nothing else is said.
import type { BoardRecord } from "./record.ts";

export const espruinowifi: BoardRecord = {
  name: "espruinowifi",
  title: "Espruino WiFi",
  engine: "2v29", // the version that PLATFORM and all measurements are about
  clockMHz: 100, // 'speed' : 100
  console: { by: "usb", also: [] }, // USB; on Serial1 B6/B7 while it is unplugged. No radio console: BLUETOOTH and TELNET are not in 'libraries'
  // UID words (targets/stm32/jshardware.c; RM0383 24.1): the chip's place on its wafer, X and Y, low bytes: the last digits are the lot's, the same in many
  network: { by: "wifi", idDigits: [0, 1, 4, 5] }, // JSMODULESOURCES: espruino_wifi/Wifi.min.js
  notes: [
    "Pins A2, A3, A13, A14 and A15 belong to the Wi-Fi module.",
    "Storage is one page of 64 kB: a power cut while it is compacted costs everything, the firmware included. It is compacted only when a certificate finds no room any more.",
    "The Wi-Fi module takes 5 connections; the sixth is refused by the module instead of with a 503.",
  ],
  pins: {
    button: "C13", // BTN1, pulled down: 1 when pressed
    pressed: 1, // as said of it
    ready: "B12", // LED2, green
    busy: "B2", // LED1, red
  },
  variables: 8190, // 'variables' : 8190
  // 'address' : 0x08010000, 'page_size' : 65536, 'pages' : 1. STM32F4 flash has no ECC: a bit may be programmed whatever the others are (RM0383 3.6.4)
  storage: { start: 0x08010000, bytes: 65536, page: 65536, bitwise: true, seedBytes: 1024, mapped: true },
  crypto: ["sha256", "sha512", "aes"], // 'libraries': CRYPTO, SHA256, SHA512, TLS, which brings AES (make/crypto/default.make)
  native: true, // Cortex-M4F
  tls: "own-server",
  sources: [
    // ADC1_IN5, left open. 12 bits (PLATFORM section 6), the lowest 4. Claimed low: no recording yet (docs/ENTROPY.md section 2)
    { kind: "adc", from: "A5", bits: 4, claim: 0.25, scale: 4096 },
    // SysTick, 24 bits at the CPU's clock (PLATFORM section 6): what varies is interrupts and flash wait states. The least that can be claimed
    { kind: "counter", from: "0xE000E018", bits: 4, claim: 0.125 },
  ],
  takesRsa: false, // flash: with RSA and the plain suites a bundle with TLS leaves no room for a pair
  suites: ["cpace-x25519"],
  maxKeyBytes: 8192, // peaks measured with it: docs/BOARDS.md
  windowS: 300, // DESIGN 3.3
  waitS: 30, // several times what the slowest native suite takes at 100 MHz
  authS: 30, // DESIGN 3.3
  sessionS: 90, // DESIGN 3.3
  watchdogS: 20, // IWDG: at most 32 s (RM0383 20.3.3); no slice is over a second
  bundleBytes: 57800, // Storage less the store's files of 4.5 kB and two pairs of 1 kB (P-256, chain of two)
};
