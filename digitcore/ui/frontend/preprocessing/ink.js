// Which ink a canvas holds. What is drawn there lies on nothing, so that its alpha says it all: `digitcore/preprocessing/ink.py`
// takes pictures of many kinds, this the one.

import { greyGrid } from "./grid.js";
import { clamp, largest, median, percentile, rint } from "./numbers.js";

/** @typedef {import("./grid.js").Grey} Grey */

const FAINTEST = 16; // grey levels of 255 between ink and ground; less is nothing drawn
const FLOOR = 0.12; // of full ink; less is dirt
const SOLID = 90; // per cent of the inked pixels hold no more than solid ink does

/**
 * How much ink each pixel holds, by the canvas's alpha; null where nothing is drawn, or nothing left free.
 * @param {Grey} alpha
 * @returns {Grey | null}
 */
export function findInk(alpha) {
  if (alpha.data.every((value) => value === 255)) return null;
  const contrast = contrastOf(alpha);
  const most = largest(contrast.data);
  if (most < FAINTEST) return null;
  const least = Math.max(FAINTEST - 1, most >> 2);
  const full = percentile(contrast.data.filter((value) => value > least), SOLID);
  const levels = Uint8Array.from({ length: 256 }, (_, level) =>
    level / full < FLOOR ? 0 : rint(255 * clamp(level / full, 0, 1)),
  );
  const ink = greyGrid(alpha.width, alpha.height);
  for (let at = 0; at < ink.data.length; at++) ink.data[at] = levels[contrast.data[at]];
  return ink;
}

/**
 * How far each pixel is from what most of the border has.
 * @param {Grey} alpha
 * @returns {Grey}
 */
function contrastOf(alpha) {
  const ground = rint(median(borderOf(alpha)));
  return ground === 0 ? alpha : { ...alpha, data: alpha.data.map((value) => Math.abs(value - ground)) };
}

/**
 * @param {Grey} grid
 * @returns {Uint8Array} its first and last row and column
 */
function borderOf({ data, width, height }) {
  const border = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let y = 0; y < height; y++) border.push(data[y * width], data[(y + 1) * width - 1]);
  return Uint8Array.from(border);
}
