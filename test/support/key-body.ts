// What the firmware's judge of key.wib needs, on Node: the plain ES5 back end, and signatures checked as on a native one.
import { createCurves } from "../../firmware/crypto/curves.ts";
import { createEcdsa } from "../../firmware/crypto/ecdsa.ts";
import type { KeyTools } from "../../firmware/setup/key-body.ts";
import { hal, primitives } from "./hal.ts";

const curves = createCurves(hal);

export const keyTools: KeyTools = { hal, p: primitives, curves, ecdsa: createEcdsa(primitives, curves) };
