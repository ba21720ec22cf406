// Boards that cannot do the job, and why. Numbers are those of Espruino 2v29's boards/*.py; "measured" is in docs/BOARDS.md.
import type { RefusedBoard } from "./record.ts";

export const REFUSED: readonly RefusedBoard[] = [
  {
    name: "esp8266_4mb", // ESP8266_4MB.py: 'variables' : 1600
    title: "ESP8266 with 4 MB",
    why: "it has 1,600 variables; the firmware at rest takes more",
  },
  {
    name: "esp8266_board", // ESP8266_BOARD.py: 'variables' : 1700, 16 kB of Storage
    title: "ESP8266 with 512 kB",
    why: "it has 1,700 variables and 16 kB for code; the firmware at rest takes more of both",
  },
  {
    name: "rp2040_pico", // RP2040_PICO.py 'libraries': GRAPHICS only
    title: "Raspberry Pi Pico (RP2040)",
    why: "its Espruino has no network library",
  },
  {
    name: "rp2350_pico2", // RP2350_PICO2.py 'libraries': GRAPHICS and JIT only
    title: "Raspberry Pi Pico 2 (RP2350)",
    why: "its Espruino has no network library",
  },
  {
    name: "esp32c3_idf4", // ESP32C3_IDF4.py: 'variables' : 4095; test/engine/boards.test.ts shows it
    title: "ESP32-C3 (stock build)",
    why: "its build has 4,095 variables, and a setup without native code needs some 6,000; the Curio's build for the same chip has enough",
  },
  {
    name: "raspberrypi", // RASPBERRYPI.py: 'variables' : 5000; test/engine/boards.test.ts shows it
    title: "Raspberry Pi",
    why: "its build has 5,000 variables, and a setup without native code needs some 6,000; Espruino's build for Linux has as many as it needs, but is no product",
  },
  ...["pixljs", "pixljs_wiz", "mdbt42q"].map((name) => ({
    name, // PIXLJS.py, PIXLJS_WIZ.py, MDBT42Q.py: 'variables' : 2950; test/engine/boards.test.ts shows it
    title: { pixljs: "Pixl.js", pixljs_wiz: "Pixl.js with Ethernet", mdbt42q: "MDBT42Q" }[name]!,
    why: "it has 2,950 variables; the firmware takes some 1,700 of them at rest and as many more with its window open",
  })),
  {
    name: "rak5010", // RAK5010.py: no BTN1; QuectelBG96 is the only network module
    title: "RAK5010 WisTrio",
    why: "it has no button, and its only network is a mobile operator's, where nobody reaches a server on the device",
  },
];
