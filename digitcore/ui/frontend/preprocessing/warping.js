// Pictures turned, moved and scaled, as OpenCV's warpAffine does it: places are rounded to 1/32 px, values in between are linear.

import { rint } from "./numbers.js";

/**
 * Where a place of the picture goes: x becomes `m[0] x + m[1] y + m[2]`, y becomes `m[3] x + m[4] y + m[5]`.
 * @typedef {readonly number[]} Matrix
 */

const PLACES = 1024; // fractions of a px that are told apart while places are added up
const KEPT = 5; // bits of a fraction that are kept: 1/32 px
const FRACTIONS = 1 << KEPT;
const LAST = FRACTIONS - 1;
const HALF = PLACES / FRACTIONS / 2;

/**
 * The picture as seen through `matrix`, `side` px square; 0 where there is no picture.
 * @param {import("./grid.js").Grid<Uint8Array | Float32Array>} source
 * @param {Matrix} matrix
 * @param {number} side
 * @returns {Float32Array}
 */
export function warped({ data, width, height }, matrix, side) {
  const [xx, xy, x0, yx, yy, y0] = inverse(matrix);
  const result = new Float32Array(side * side);
  const alongX = Int32Array.from({ length: side }, (_, column) => rint(xx * column * PLACES));
  const alongY = Int32Array.from({ length: side }, (_, column) => rint(yx * column * PLACES));
  for (let row = 0, at = 0; row < side; row++) {
    const startX = rint((xy * row + x0) * PLACES) + HALF;
    const startY = rint((yy * row + y0) * PLACES) + HALF;
    for (let column = 0; column < side; column++, at++) {
      const placeX = (startX + alongX[column]) >> KEPT;
      const placeY = (startY + alongY[column]) >> KEPT;
      const x = placeX >> KEPT;
      const y = placeY >> KEPT;
      if (x < -1 || y < -1 || x >= width || y >= height) continue;
      const hasLeft = x >= 0;
      const hasRight = x + 1 < width;
      const hasTop = y >= 0;
      const hasBottom = y + 1 < height;
      const corner = y * width + x;
      const topLeft = hasTop && hasLeft ? data[corner] : 0;
      const topRight = hasTop && hasRight ? data[corner + 1] : 0;
      const bottomLeft = hasBottom && hasLeft ? data[corner + width] : 0;
      const bottomRight = hasBottom && hasRight ? data[corner + width + 1] : 0;
      const right = (placeX & LAST) / FRACTIONS;
      const upper = topLeft + (topRight - topLeft) * right;
      const lower = bottomLeft + (bottomRight - bottomLeft) * right;
      result[at] = upper + ((lower - upper) * (placeY & LAST)) / FRACTIONS;
    }
  }
  return result;
}

/**
 * @param {Matrix} matrix
 * @returns {number[]}
 */
function inverse([xx, xy, x0, yx, yy, y0]) {
  const factor = 1 / (xx * yy - xy * yx);
  const [a, b, c, d] = [yy * factor, xy * -factor, yx * -factor, xx * factor];
  return [a, b, -a * x0 - b * y0, c, d, -c * x0 - d * y0];
}
