// What the bench runs on the interpreter: the plain ES5 back end, bundled and minified as for a board.
import { createCurves } from "../../firmware/crypto/curves.ts";
import { createHal } from "../../firmware/hal/hal.ts";

(global as Record<string, unknown>)["bench"] = createCurves(createHal());
