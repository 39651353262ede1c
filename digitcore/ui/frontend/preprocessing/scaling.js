// Pictures made larger, as OpenCV does it by bicubic interpolation.

import { clamp, rint } from "./numbers.js";

/** @typedef {import("./grid.js").Grey} Grey */

const SHARPNESS = -0.75; // of the cubic kernel (Keys 1981), which OpenCV has settled on
const TAPS = 4;
const UP = 0.5 + 2 ** -10; // grey levels: halves are rounded up, as Python does, lest they fall now to one side and now to the other

/**
 * For each pixel of a row or column, which four it is made of and how much of each.
 * @typedef {{ from: Int32Array, share: Float32Array }} Taps
 */

/**
 * @param {Grey} grid
 * @param {number} scale
 * @returns {Grey} at `scale` times its size, at least 1 px a side
 */
export function enlarged(grid, scale) {
  const width = Math.max(1, rint(grid.width * scale));
  const height = Math.max(1, rint(grid.height * scale));
  const wide = stretchedRows(grid, width);
  const { from, share } = taps(grid.height, height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const [a, b, c, d] = share.subarray(TAPS * y, TAPS * (y + 1));
    const [p, q, r, s] = from.subarray(TAPS * y, TAPS * (y + 1)).map((row) => row * width);
    for (let x = 0; x < width; x++) {
      const value = a * wide[p + x] + b * wide[q + x] + c * wide[r + x] + d * wide[s + x];
      data[y * width + x] = clamp(value + UP, 0, 255); // what lies behind the point is cut off
    }
  }
  return { data, width, height };
}

/**
 * @param {Grey} grid
 * @param {number} width
 */
function stretchedRows(grid, width) {
  const { from, share } = taps(grid.width, width);
  const wide = new Float64Array(width * grid.height);
  for (let y = 0; y < grid.height; y++) {
    const row = grid.data.subarray(y * grid.width, (y + 1) * grid.width);
    for (let x = 0, at = 0; x < width; x++, at += TAPS) {
      wide[y * width + x] =
        share[at] * row[from[at]] +
        share[at + 1] * row[from[at + 1]] +
        share[at + 2] * row[from[at + 2]] +
        share[at + 3] * row[from[at + 3]];
    }
  }
  return wide;
}

/**
 * @param {number} before px
 * @param {number} after px
 * @returns {Taps}
 */
function taps(before, after) {
  const from = new Int32Array(TAPS * after);
  const share = new Float32Array(TAPS * after);
  for (let place = 0; place < after; place++) {
    const middle = (place + 0.5) * (before / after) - 0.5;
    const first = Math.floor(middle);
    share.set(cubic(middle - first), TAPS * place);
    for (let tap = 0; tap < TAPS; tap++) from[TAPS * place + tap] = clamp(first - 1 + tap, 0, before - 1);
  }
  return { from, share };
}

/**
 * @param {number} x how far beyond the second of the four, in [0, 1)
 * @returns {number[]}
 */
function cubic(x) {
  const [a, b, c] = [outer(x + 1), inner(x), inner(1 - x)];
  return [a, b, c, 1 - a - b - c];
}

/** @param {number} away px */
function outer(away) {
  return ((SHARPNESS * away - 5 * SHARPNESS) * away + 8 * SHARPNESS) * away - 4 * SHARPNESS;
}

/** @param {number} away px */
function inner(away) {
  return ((SHARPNESS + 2) * away - (SHARPNESS + 3)) * away * away + 1;
}
