// Distances by a 5x5 chamfer mask (Borgefors, "Distance transformations in digital images", 1986), as OpenCV has them.

/** @typedef {import("./grid.js").Grey} Grey */
/** @typedef {import("./grid.js").Field} Field */

const DIAGONAL = Math.fround(1.4); // px, of a step to a pixel that touches at a corner; to one beside it is 1
const KNIGHT = Math.fround(2.1969); // px, of a step along by one and across by two
const FAR = 1e6; // px, where nothing is near
const MARGIN = 2; // px around the picture, so that no neighbour is missing

/**
 * How far each pixel of a mask is from the nearest that is 0, in px.
 * @param {Grey} mask
 * @param {boolean} [endsThere] whether all around the mask is 0; else nothing is known of what lies there
 * @returns {Field}
 */
export function distances({ data, width, height }, endsThere = false) {
  const row = width + 2 * MARGIN;
  const away = new Float32Array(row * (height + 2 * MARGIN)).fill(endsThere ? 0 : FAR);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, at = (y + MARGIN) * row + MARGIN; x < width; x++, at++, from++) {
      away[at] = data[from] ? fromAbove(away, at, row) : 0;
    }
  }
  const result = new Float32Array(width * height);
  for (let y = height - 1, into = result.length - 1; y >= 0; y--) {
    for (let x = width - 1, at = (y + MARGIN) * row + MARGIN + x; x >= 0; x--, at--, into--) {
      if (away[at] > 1) away[at] = least(away[at], fromAbove(away, at, -row));
      result[into] = away[at];
    }
  }
  return { data: result, width, height };
}

/**
 * The least distance by way of a neighbour that comes before in the picture; for a negative `row`, of one that comes after.
 * @param {Float32Array} away
 * @param {number} at
 * @param {number} row between a pixel and the one below it
 */
function fromAbove(away, at, row) {
  const side = row > 0 ? 1 : -1;
  const far = at - row - row;
  const near = at - row;
  const knight = least(least(away[far - side], away[far + side]), least(away[near - 2 * side], away[near + 2 * side]));
  const diagonal = least(away[near - side], away[near + side]);
  const straight = least(away[near], away[at - side]);
  return least(least(Math.fround(knight + KNIGHT), Math.fround(diagonal + DIAGONAL)), Math.fround(straight + 1));
}

// Unlike Math.min it asks for no -0 and no NaN, which takes twice as long.
function least(one, other) {
  return one < other ? one : other;
}
