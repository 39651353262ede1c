// The pieces that a drawing is made of: which are specks, where it lies, and whether it can be one digit. The rules and their
// reasons are those of `digitcore/preprocessing/segments.py`; a test holds the two together.

import { connectedComponents } from "./components.js";
import { above, cropped, dilated } from "./grid.js";

/** @typedef {import("./grid.js").Grey} Grey */
/** @typedef {import("./grid.js").Bounds} Bounds */
/** @typedef {import("./components.js").Piece} Piece */
/** @typedef {import("./components.js").Components} Components */

/**
 * A drawing cropped to its ink: `crop` lies at `left`, `top` in the picture; `pieces` are its own.
 * @typedef {{ crop: Grey, left: number, top: number, pieces: Piece[] }} Segments
 */

export const EDGE = 127; // of 255: a pixel with more ink than this is inside the stroke

const SPECK = 0.004; // of the largest piece's area
const DOT = 0.1; // of all ink
const COMPACT = 0.6; // of the square around it
const DOT_EXTENT = 1.6; // times its thickness
const TALL = 0.55; // of the drawing's height
const WIDE = 1.05; // times its height
const FAR_APART = 0.25; // of its height
const NOTABLE = 0.05; // of all ink
const MOST_PIECES = 4;
const MAIN = 0.3; // of all ink

/**
 * Crops to the ink, leaving out specks and stray dots; null where nothing is left.
 * @param {Grey} amount
 * @returns {Segments | null}
 */
export function findSegments(amount) {
  const found = connectedComponents(above(amount, EDGE), 8);
  if (!found.pieces.length) return null;
  const kept = whichToKeep(found.pieces);
  const pieces = found.pieces.filter((_, index) => kept[index]);
  const ink = pieces.length < kept.length ? without(amount, found.labels, [false, ...kept.map((keep) => !keep)]) : amount;
  const bounds = boundsOf(pieces);
  return { crop: cropped(ink, bounds), left: bounds.left, top: bounds.top, pieces };
}

/**
 * @param {Piece[]} pieces
 * @returns {boolean[]}
 */
function whichToKeep(pieces) {
  const largest = Math.max(...pieces.map(({ area }) => area));
  const all = totalOf(pieces);
  const isDot = (/** @type {Piece} */ { area, width, height }) =>
    area < DOT * all && area > COMPACT * Math.max(width, height) ** 2;
  const kept = pieces.map(({ area }) => area >= SPECK * largest);
  const strokes = pieces.filter((piece, index) => kept[index] && !isDot(piece));
  if (!strokes.length) return kept;
  const { left, top, width, height } = boundsOf(strokes);
  return kept.map((keep, index) => {
    const piece = pieces[index];
    if (!keep || !isDot(piece)) return keep;
    const [x, y] = [piece.left + piece.width / 2, piece.top + piece.height / 2];
    return left <= x && x < left + width && top <= y && y < top + height;
  });
}

/** @param {Piece[]} pieces */
function totalOf(pieces) {
  return pieces.reduce((sum, { area }) => sum + area, 0);
}

/**
 * Where all the pieces together lie.
 * @param {Piece[]} pieces
 * @returns {Bounds}
 */
function boundsOf(pieces) {
  const left = Math.min(...pieces.map((piece) => piece.left));
  const top = Math.min(...pieces.map((piece) => piece.top));
  const width = Math.max(...pieces.map((piece) => piece.left + piece.width)) - left;
  return { left, top, width, height: Math.max(...pieces.map((piece) => piece.top + piece.height)) - top };
}

/**
 * The ink without some pieces, and without the soft edges around them.
 * @param {Grey} amount
 * @param {Int32Array} labels
 * @param {boolean[]} dropped by label
 * @returns {Grey}
 */
function without(amount, labels, dropped) {
  const gone = Uint8Array.from(labels, (label) => (dropped[label] ? 1 : 0));
  const around = dilated({ ...amount, data: gone }, 2).data;
  const data = amount.data.map((value, at) => (around[at] && (labels[at] === 0 || gone[at]) ? 0 : value));
  return { ...amount, data };
}

/**
 * Why the drawing, whose ink is at most `thickest` px thick, is not a digit, in a sentence; null if it can be one.
 * @param {Segments} parts
 * @param {number} thickest
 */
export function whyRejected({ crop, pieces }, thickest) {
  if (Math.max(crop.width, crop.height) < DOT_EXTENT * thickest) {
    return "That is a dot or a filled shape: draw a digit with a line.";
  }
  const beside = sideBySide(crop, pieces);
  if (beside > 1) return `There seem to be ${beside} drawings side by side: draw one digit at a time.`;
  const all = totalOf(pieces);
  const notable = pieces.filter(({ area }) => area >= NOTABLE * all).length;
  if (notable > MOST_PIECES || Math.max(...pieces.map(({ area }) => area)) < MAIN * all) {
    return `The drawing falls into ${pieces.length.toLocaleString("en")} pieces: draw one digit with joined-up lines.`;
  }
  return null;
}

/**
 * How many drawings stand beside each other, each nearly as tall as all; 1 where they may belong together.
 * @param {Grey} crop
 * @param {Piece[]} pieces
 */
function sideBySide(crop, pieces) {
  const tall = columnsOf(pieces).filter(({ height }) => height >= TALL * crop.height);
  const gaps = tall.slice(1).map(({ left }, index) => left - tall[index].left - tall[index].width);
  const apart = crop.width >= WIDE * crop.height || Math.max(0, ...gaps) >= FAR_APART * crop.height;
  return gaps.length && apart ? tall.length : 1;
}

/**
 * Pieces that lie above each other, put together, from the left.
 * @param {Piece[]} pieces
 */
function columnsOf(pieces) {
  /** @type {Bounds[]} */
  const columns = [];
  for (const piece of pieces.toSorted((one, other) => one.left - other.left)) {
    const last = columns.at(-1);
    if (last && piece.left < last.left + last.width) columns[columns.length - 1] = boundsOf([last, piece].map(asPiece));
    else columns.push(piece);
  }
  return columns;
}

/**
 * @param {Bounds} bounds
 * @returns {Piece}
 */
function asPiece(bounds) {
  return { ...bounds, area: 0 };
}
