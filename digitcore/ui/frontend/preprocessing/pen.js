// The width of the pen, and the same drawing redrawn with a pen as wide as MNIST's. The rules and their reasons are those of
// `digitcore/preprocessing/pen.py`; a test holds the two together.

import { connectedComponents } from "./components.js";
import { distances } from "./distance.js";
import { above, boundsAbove, dilated, framed, greyGrid, inverted } from "./grid.js";
import { clamp, largest, median, percentile, rint } from "./numbers.js";
import { EDGE } from "./segments.js";
import { skeleton } from "./thinning.js";

/** @typedef {import("./grid.js").Grey} Grey */
/** @typedef {import("./grid.js").Field} Field */

/**
 * A drawing whose pen is as wide as MNIST's; `thickest` is how thick the ink was, in px, where lines ran together or in a blot.
 * @typedef {{ ink: Grey, before: number, after: number, thickest: number }} Redrawn
 */

export const BOX = 20; // px: the box into which MNIST's digits are fitted

const NARROWEST = 2.3; // px in that box
const WIDEST = 3.0;
const PARED = 2.6;
const LEFT_OPEN = 0.6; // px in that box: the radius to which a hole may shrink
const OFF_CENTRE = 0.5; // px: a line's middle falls beside a pixel's centre as often as on it
const RIDGE = 0.4; // of the deepest point
const ALONE = 8; // per cent of the line that surely lie outside of loops and crossings
const HALF = 0.5; // px: the edge lies half a pixel before the first pixel outside
const LEVEL = Math.fround(1e-3); // px: two depths no further apart are the same

/**
 * @param {Grey} ink cropped to its ink
 * @returns {Redrawn}
 */
export function normalisePen(ink) {
  const depth = depths(ink);
  const inside = above(depth, 0);
  const box = boundsAbove(inside, 0);
  const extent = Math.max(box.width, box.height);
  const around = dilated(depth, 1);
  const thickest = 2 * largest(depth.data) + OFF_CENTRE;
  const asItIs = (/** @type {number} */ width) => ({ ink, before: width, after: width, thickest });
  let before = penWidth(depth, around);
  if ((BOX * before) / extent < NARROWEST) {
    const after = widthFor(NARROWEST, before, extent);
    return { ink: widened(ink, (after - before) / 2, extent), before, after, thickest };
  }
  if ((BOX * before) / extent <= WIDEST || before >= extent) return asItIs(before);
  const line = middleLine(inside);
  const ridge = around.data.filter((_, at) => line.data[at]);
  before = 2 * percentile(ridge, ALONE, Math.fround) + OFF_CENTRE;
  const share = (BOX * before) / extent;
  if (share <= WIDEST) return asItIs(before);
  const after = widthFor(Math.max(PARED, 2 * WIDEST - share), before, extent);
  return { ink: retraced(depth, line, before, after), before, after, thickest };
}

/**
 * How far inside the ink each pixel's centre is, in px, negative outside.
 * @param {Grey} ink
 * @returns {Field}
 */
function depths(ink) {
  const depth = distances(above(ink, EDGE), true);
  for (let at = 0; at < depth.data.length; at++) depth.data[at] -= HALF;
  return depth;
}

/**
 * Width of the stroke in px: twice the median depth on the ridge, where a point is deepest inside.
 * @param {Field} depth
 * @param {Field} around the largest depth next to each pixel
 */
function penWidth(depth, around) {
  const least = Math.fround(RIDGE * largest(depth.data));
  const ridge = new Float32Array(depth.data.length);
  let count = 0;
  for (let at = 0; at < depth.data.length; at++) {
    const value = depth.data[at];
    if (value > least && value >= Math.fround(around.data[at] - LEVEL)) ridge[count++] = value;
  }
  return 2 * median(ridge.subarray(0, count)) + OFF_CENTRE;
}

/**
 * The width in px that is `share` in the box, once the drawing, now `extent` px long, has grown with the pen.
 * @param {number} share
 * @param {number} before
 * @param {number} extent
 */
function widthFor(share, before, extent) {
  return (share * (extent - before)) / (BOX - share);
}

/**
 * The drawing with its edge moved outwards, but not so far that a hole closes.
 * @param {Grey} ink
 * @param {number} by px
 * @param {number} extent px
 * @returns {Grey}
 */
function widened(ink, by, extent) {
  const ground = inverted(above(framed(ink, Math.trunc(by) + 2), EDGE));
  const away = distances(ground).data;
  const { labels, pieces } = connectedComponents(ground, 4);
  const growth = new Float32Array(pieces.length + 1).fill(by);
  const surroundings = labels[0];
  const open = Math.fround((LEFT_OPEN * extent) / BOX);
  const deepest = new Float32Array(growth.length);
  for (let at = 0; at < away.length; at++) if (away[at] > deepest[labels[at]]) deepest[labels[at]] = away[at];
  for (let hole = 1; hole < deepest.length; hole++) {
    if (hole !== surroundings) growth[hole] = clamp(Math.fround(deepest[hole] - HALF - open), 0, by);
  }
  const field = new Float32Array(away.length);
  for (let at = 0; at < field.length; at++) field[at] = growth[labels[at]] - (away[at] - HALF);
  return inkOf({ ...ground, data: field });
}

/**
 * The drawing as a thinner pen leaves it that follows the thick one's path.
 * @param {Field} depth
 * @param {Grey} line
 * @param {number} before
 * @param {number} after
 * @returns {Grey}
 */
function retraced(depth, line, before, after) {
  const most = Math.fround((before + after) / 2);
  const offSingle = greyGrid(line.width, line.height);
  for (let at = 0; at < line.data.length; at++) offSingle.data[at] = line.data[at] && depth.data[at] <= most ? 0 : 1;
  const offLine = distances(offSingle).data;
  const path = Math.fround(before / 2);
  const half = Math.fround(after / 2);
  const field = new Float32Array(depth.data.length);
  for (let at = 0; at < field.length; at++) {
    field[at] = half - Math.min(Math.abs(Math.fround(depth.data[at] - path)), offLine[at]);
  }
  return inkOf({ ...depth, data: field });
}

/**
 * The skeleton, as a dot every second px: thinning half the picture takes an eighth of the time.
 * @param {Grey} inside
 * @returns {Grey}
 */
function middleLine(inside) {
  const half = greyGrid((inside.width + 1) >> 1, (inside.height + 1) >> 1);
  for (let at = 0; at < half.data.length; at++) half.data[at] = inside.data[doubled(at, half.width, inside.width)];
  const thin = skeleton(half);
  const line = greyGrid(inside.width, inside.height);
  for (let at = 0; at < thin.data.length; at++) line.data[doubled(at, half.width, inside.width)] = thin.data[at];
  return line;
}

/**
 * Where pixel `at` of a picture of `half` px a row lies in one that is twice as large, of `full` px a row.
 * @param {number} at
 * @param {number} half
 * @param {number} full
 */
function doubled(at, half, full) {
  return 2 * Math.trunc(at / half) * full + 2 * (at % half);
}

/**
 * Ink by the distance inside its edge in px, negative outside: smooth over the pixel that the edge crosses.
 * @param {Field} field
 * @returns {Grey}
 */
function inkOf(field) {
  const ink = greyGrid(field.width, field.height);
  for (let at = 0; at < ink.data.length; at++) {
    const share = clamp(Math.fround(field.data[at] + 0.5), 0, 1);
    ink.data[at] = share > 0 ? rint(Math.fround(share * 255)) : 0;
  }
  return ink;
}

