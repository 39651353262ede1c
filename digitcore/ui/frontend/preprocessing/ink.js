// Which ink a canvas holds. What is drawn there lies on nothing, so that its alpha says it all: `digitcore/preprocessing/ink.py`
// takes pictures of many kinds, this the one.

import { greyGrid } from "./grid.js";
import { clamp, median, percentileOfCounts, rint } from "./numbers.js";

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
  const contrast = contrastOf(alpha);
  const counts = countsOf(contrast.data);
  const most = counts.findLastIndex((count) => count > 0);
  if (most < FAINTEST || isFull(alpha)) return null;
  const least = Math.max(FAINTEST - 1, most >> 2);
  const full = percentileOfCounts(counts.fill(0, 0, least + 1), SOLID);
  const levels = Uint8Array.from({ length: 256 }, (_, level) =>
    level / full < FLOOR ? 0 : rint(255 * clamp(level / full, 0, 1)),
  );
  const ink = greyGrid(alpha.width, alpha.height);
  for (let at = 0; at < ink.data.length; at++) ink.data[at] = levels[contrast.data[at]];
  return ink;
}

/** @param {Grey} alpha */
function isFull({ data }) {
  for (let at = 0; at < data.length; at++) if (data[at] !== 255) return false;
  return true;
}

/**
 * @param {Uint8Array} data
 * @returns {Int32Array} how many of them each of the 256 levels has
 */
function countsOf(data) {
  const counts = new Int32Array(256);
  for (let at = 0; at < data.length; at++) counts[data[at]]++;
  return counts;
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
  const border = new Uint8Array(2 * (width + height));
  border.set(data.subarray(0, width));
  border.set(data.subarray((height - 1) * width), width);
  for (let y = 0, at = 2 * width; y < height; y++) {
    border[at++] = data[y * width];
    border[at++] = data[(y + 1) * width - 1];
  }
  return border;
}
