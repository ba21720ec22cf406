// What the two LEDs show. `ready` blinks slowly while the window is open, `busy` while somebody is at work in it.
import type { EnginePin, Hal } from "../hal/engine.ts";

const BLINK_MS = 500;

export interface Leds {
  window(isOpen: boolean): void;
  busy(isBusy: boolean): void;
  /** While the button is held: 1 lights `ready`, 2 both, 0 goes back to the rest. */
  held(threshold: number): void;
}

/** @param lit the level at which they are. */
export function createLeds(hal: Hal, ready: EnginePin | undefined, busy: EnginePin | undefined, lit: number): Leds {
  let isOpen = false;
  let isBusy = false;
  let hold = 0;
  let phase = 0;
  let timer: number | undefined;

  function set(pin: EnginePin | undefined, on: boolean): void {
    if (pin) hal.digitalWrite(pin, on ? lit : 1 - lit);
  }

  function show(): void {
    set(ready, hold > 0 || (isOpen && !phase));
    set(busy, hold > 1 || (isBusy && !!phase));
  }

  function update(): void {
    if (isOpen && timer === undefined) {
      timer = hal.setInterval(function () {
        phase ^= 1;
        show();
      }, BLINK_MS);
    } else if (!isOpen && timer !== undefined) {
      hal.clearInterval(timer);
      timer = undefined;
      phase = 0;
    }
    show();
  }

  return {
    window: function (open) {
      isOpen = open;
      if (!open) isBusy = false;
      update();
    },
    busy: function (now) {
      isBusy = now;
      show();
    },
    held: function (threshold) {
      hold = threshold;
      show();
    },
  };
}
