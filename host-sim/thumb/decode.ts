// From halfwords to forms.
import { fieldsOf, matches, patternOf } from "./form.ts";
import type { Fields, Form, Pattern } from "./form.ts";
import { FORMS_16 } from "./forms16.ts";
import { FORMS_32_DATA } from "./forms32-data.ts";
import { FORMS_32_MEMORY } from "./forms32-memory.ts";
import { FORMS_32_OTHER } from "./forms32-other.ts";
import { hex } from "./state.ts";

export const FORMS: readonly Form[] = [...FORMS_16, ...FORMS_32_DATA, ...FORMS_32_MEMORY, ...FORMS_32_OTHER];

export interface Decoded {
  form: Form;
  size: 2 | 4;
  fields: Fields;
}

/** Forms by the upper byte of the first halfword. */
const byUpperByte: [Form, Pattern][][] = Array.from({ length: 256 }, () => []);
for (const form of FORMS) {
  const pattern = patternOf(form.bits);
  const shift = pattern.size * 8 - 8;
  for (let byte = 0; byte < 256; byte++)
    if (((byte ^ (pattern.value >>> shift)) & (pattern.mask >>> shift) & 255) === 0)
      byUpperByte[byte].push([form, pattern]);
}

/** A halfword that begins with 11101, 11110 or 11111 is the first of two (A5.1). */
function isWide(halfword: number): boolean {
  return halfword >>> 11 >= 0b11101;
}

/** The instruction, or why there is none: UNDEFINED, UNPREDICTABLE, a system instruction, an extension not modelled. */
export function decode(halfword: number, next: number): Decoded | string {
  const size = isWide(halfword) ? 4 : 2;
  const word = size === 4 ? (halfword << 16) | next : halfword;
  for (const [form, pattern] of byUpperByte[halfword >>> 8]) {
    if (pattern.size !== size || !matches(pattern, word)) continue;
    const fields = fieldsOf(pattern, word);
    if (form.refuse?.(fields))
      return `${textOf(halfword, next)} is an UNPREDICTABLE or unknown variant of ${form.name}`;
    return { form, size, fields };
  }
  return `${textOf(halfword, next)} is no known instruction`;
}

function textOf(halfword: number, next: number): string {
  return isWide(halfword) ? `${hex(halfword, 4)} ${hex(next, 4)}` : hex(halfword, 4);
}
