// Pictures as rows of numbers, and what is done to them number by number.

/**
 * A picture: `data` has `width` times `height` numbers, row by row.
 * @template {Uint8Array | Int32Array | Float32Array} Data
 * @typedef {{ data: Data, width: number, height: number }} Grid
 */

/** @typedef {Grid<Uint8Array>} Grey how much ink each pixel holds, 255 is all ink; or a mask of 0 and 1 */
/** @typedef {Grid<Float32Array>} Field a number for each pixel, mostly in px */

/**
 * Where something lies: left, top, width and height in px.
 * @typedef {{ left: number, top: number, width: number, height: number }} Bounds
 */

/**
 * @param {number} width
 * @param {number} height
 * @returns {Grey}
 */
export function greyGrid(width, height) {
  return { data: new Uint8Array(width * height), width, height };
}

/**
 * The mask of what has more than `level`.
 * @param {Grid<Uint8Array | Float32Array>} grid
 * @param {number} level
 * @returns {Grey}
 */
export function above(grid, level) {
  const mask = greyGrid(grid.width, grid.height);
  const { data } = grid;
  for (let at = 0; at < data.length; at++) mask.data[at] = data[at] > level ? 1 : 0;
  return mask;
}

/**
 * @param {Grey} mask
 * @returns {Grey} 1 where the mask is 0
 */
export function inverted(mask) {
  const other = greyGrid(mask.width, mask.height);
  for (let at = 0; at < other.data.length; at++) other.data[at] = 1 - mask.data[at];
  return other;
}

/**
 * The picture in a frame of zeros.
 * @param {Grey} grid
 * @param {number} margin px on each side
 * @returns {Grey}
 */
export function framed(grid, margin) {
  const wide = greyGrid(grid.width + 2 * margin, grid.height + 2 * margin);
  for (let y = 0; y < grid.height; y++) {
    wide.data.set(grid.data.subarray(y * grid.width, (y + 1) * grid.width), (y + margin) * wide.width + margin);
  }
  return wide;
}

/**
 * @param {Grey} grid
 * @param {Bounds} bounds
 * @returns {Grey} what lies within
 */
export function cropped(grid, { left, top, width, height }) {
  const part = greyGrid(width, height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * grid.width + left;
    part.data.set(grid.data.subarray(from, from + width), y * width);
  }
  return part;
}

/**
 * The smallest box around all that has more than `level`; of no size where there is nothing.
 * @param {Grid<Uint8Array | Float32Array>} grid
 * @param {number} level
 * @returns {Bounds}
 */
export function boundsAbove({ data, width, height }, level) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (data[at] <= level) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? { left: 0, top: 0, width: 0, height: 0 } : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Each number becomes the largest of the square that reaches `reach` px to each side of it.
 * @template {Uint8Array | Float32Array} Data
 * @param {Grid<Data>} grid
 * @param {number} reach
 * @returns {Grid<Data>}
 */
export function dilated(grid, reach) {
  const { width, height } = grid;
  const wide = largestNearby(grid.data, reach, { count: width, step: 1 }, { count: height, step: width });
  return { ...grid, data: largestNearby(wide, reach, { count: height, step: width }, { count: width, step: 1 }) };
}

/**
 * The largest within `reach` places along one axis.
 * @template {Uint8Array | Float32Array} Data
 * @param {Data} data
 * @param {number} reach
 * @param {{ count: number, step: number }} along
 * @param {{ count: number, step: number }} across the other axis
 * @returns {Data}
 */
function largestNearby(data, reach, along, across) {
  const largest = /** @type {Data} */ (data.slice());
  for (let shift = 1; shift <= reach; shift++) {
    const away = shift * along.step;
    for (let line = 0; line < across.count; line++) {
      let at = line * across.step;
      for (let place = shift; place < along.count; place++, at += along.step) {
        if (data[at + away] > largest[at]) largest[at] = data[at + away];
        if (data[at] > largest[at + away]) largest[at + away] = data[at];
      }
    }
  }
  return largest;
}
