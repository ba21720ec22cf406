// The button: a hold counts when it ends. 3 to 10 s opens the setup window or shuts it, 10 s or more is a factory
// reset; anything shorter is nothing. A button that is already down at boot is ignored until it has been released.
import type { EnginePin, Hal } from "../hal/engine.ts";

export const HOLD_S = 3;
export const RESET_S = 10;
const DEBOUNCE_MS = 25;

export interface ButtonEvents {
  /** How far the present hold has got: 0 released, 1 after HOLD_S, 2 after RESET_S. For LEDs. */
  reached(threshold: number): void;
  toggle(): void;
  reset(): void;
}

export interface Button {
  /** The level of the pin changed. */
  change(isDown: boolean): void;
}

export function createButton(hal: Hal, events: ButtonEvents): Button {
  let downAt: number | undefined;
  let timer: number | undefined;

  function watchThresholds(threshold: number, delay: number): void {
    timer = hal.setTimeout(function () {
      timer = undefined;
      events.reached(threshold);
      if (threshold === 1) watchThresholds(2, (RESET_S - HOLD_S) * 1000);
    }, delay);
  }

  return {
    change: function (isDown) {
      if (isDown) {
        if (downAt !== undefined) return;
        downAt = hal.getTime();
        return watchThresholds(1, HOLD_S * 1000);
      }
      if (downAt === undefined) return;
      const held = hal.getTime() - downAt;
      downAt = undefined;
      if (timer !== undefined) hal.clearTimeout(timer);
      timer = undefined;
      events.reached(0);
      if (held >= RESET_S) events.reset();
      else if (held >= HOLD_S) events.toggle();
    },
  };
}

/** Connects it to a pin. */
export function watchButton(hal: Hal, pin: EnginePin, pressed: number, button: Button): void {
  hal.setWatch(
    function () {
      button.change(hal.digitalRead(pin) === pressed);
    },
    pin,
    { repeat: true, edge: "both", debounce: DEBOUNCE_MS },
  );
}
