// The strokes of a line, each with its place, and which of them touch: `digitcore/segmentation/strokes.py`.

import { edgesOf } from "./painting.js";

/** @typedef {import("./painting.js").Point} Point */
/** @typedef {import("./painting.js").Edges} Edges */
/** @typedef {import("./line_reader.js").Rules} Rules */

/**
 * A stroke or a part of one, px of the line: by when it was drawn, which part it is, and from which of its points to before which.
 * @typedef {{ order: number, part: number, begin: number, end: number, edges: Edges, points: Point[] }} Piece
 */

/**
 * @param {Point[][]} strokes without empty ones
 * @param {Rules} rules
 * @returns {{ pieces: Piece[], unit: number }} in px of a line whose tallest stroke is as high as the rules say
 */
export function placed(strokes, rules) {
  const all = edgesOf(strokes.flat());
  const tallest = Math.max(...strokes.map((stroke) => heightOf(edgesOf(stroke))));
  const unit = Math.max(tallest, 0.3 * heightOf(all), 1e-9 + 0.02 * (all.right - all.left));
  const zoom = rules.height / unit;
  const pieces = strokes.map((stroke, order) => {
    const points = stroke.map(([x, y]) => /** @type {Point} */ ([(x - all.left) * zoom, (y - all.top) * zoom]));
    return { order, part: 0, begin: 0, end: points.length, points, edges: widened(edgesOf(points), rules.pen / 2) };
  });
  return { pieces, unit: 1 / zoom };
}

/**
 * The parts of a stroke without the ways that may lead over from one digit to the next.
 * @param {Piece} stroke
 * @param {import("./joins.js").Bridge[]} ways
 * @param {Rules} rules
 * @returns {Piece[]}
 */
export function partsOf(stroke, ways, { pen }) {
  const begins = [0, ...ways.map(({ end }) => end)];
  const ends = [...ways.map(({ start }) => start + 1), stroke.points.length];
  return begins.map((begin, part) => {
    const points = stroke.points.slice(begin, ends[part]);
    return { order: stroke.order, part, begin, end: ends[part], points, edges: widened(edgesOf(points), pen / 2) };
  });
}

/**
 * From left to right, by their middles; the parts of one stroke in their order.
 * @param {Piece[]} pieces
 * @returns {Piece[]}
 */
export function inOrder(pieces) {
  const places = new Map(pieces.map((piece) => [piece, middleTwice(piece.edges)]));
  for (const order of new Set(pieces.map((piece) => piece.order))) {
    let reached = 0;
    for (const piece of pieces.filter((each) => each.order === order).toSorted((one, other) => one.part - other.part)) {
      reached = Math.max(reached, middleTwice(piece.edges));
      places.set(piece, reached);
    }
  }
  const apart = (/** @type {Piece} */ one, /** @type {Piece} */ other) => (places.get(one) ?? 0) - (places.get(other) ?? 0);
  return pieces.toSorted((one, other) => apart(one, other) || one.order - other.order || one.part - other.part);
}

/** @param {Edges} edges */
export function heightOf({ top, bottom }) {
  return bottom - top;
}

/** @param {Edges} edges */
export function middleTwice({ left, right }) {
  return left + right;
}

/**
 * @param {Edges} edges
 * @param {number} by
 */
function widened({ left, top, right, bottom }, by) {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/**
 * @param {Edges[]} all
 * @returns {Edges}
 */
export function around(all) {
  return {
    left: Math.min(...all.map(({ left }) => left)),
    top: Math.min(...all.map(({ top }) => top)),
    right: Math.max(...all.map(({ right }) => right)),
    bottom: Math.max(...all.map(({ bottom }) => bottom)),
  };
}

/**
 * How high the digits of a line usually are, px.
 * @param {Piece[]} pieces
 * @param {Rules} rules
 */
export function lineHeight(pieces, { tall, usual }) {
  const heights = pieces.map(({ edges }) => heightOf(edges));
  const least = tall * Math.max(...heights);
  const sorted = heights.filter((height) => height >= least).toSorted((one, other) => one - other);
  const place = ((sorted.length - 1) * usual) / 100;
  const below = Math.floor(place);
  return sorted[below] + (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]) * (place - below);
}

/**
 * Which strokes, or parts of one, touch.
 * @param {Piece[]} pieces
 * @param {Rules} rules
 * @returns {boolean[][]}
 */
export function touching(pieces, { near, pen }) {
  const every = pieces.map(({ points }) => dense(points, near));
  const found = pieces.map(() => pieces.map(() => false));
  for (let one = 0; one < pieces.length; one++) {
    for (let other = one + 1; other < pieces.length; other++) {
      const [first, second] = [pieces[one], pieces[other]];
      const touch = areJoined(first, second) || (areBeside(first, second) && areNear(every[one], every[other], pen));
      found[one][other] = found[other][one] = touch;
    }
  }
  return found;
}

/**
 * @param {Piece} one
 * @param {Piece} other
 */
function areJoined(one, other) {
  return one.order === other.order && Math.abs(one.part - other.part) === 1;
}

/**
 * @param {Piece} one
 * @param {Piece} other
 */
function areBeside({ edges: one }, { edges: other }) {
  return Math.max(one.left, other.left) <= Math.min(one.right, other.right);
}

/**
 * @param {Point[]} points
 * @param {number} step
 * @returns {Point[]} the points, and so many between them that none is far from the next
 */
function dense(points, step) {
  const all = points.slice(0, 1);
  for (let at = 1; at < points.length; at++) {
    const [[fromX, fromY], [toX, toY]] = [points[at - 1], points[at]];
    const count = Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY) / step));
    for (let part = 1; part <= count; part++) {
      all.push([fromX + ((toX - fromX) * part) / count, fromY + ((toY - fromY) * part) / count]);
    }
  }
  return all;
}

/**
 * @param {Point[]} some
 * @param {Point[]} others
 * @param {number} reach
 */
function areNear(some, others, reach) {
  return some.some(([x, y]) => others.some(([otherX, otherY]) => (x - otherX) ** 2 + (y - otherY) ** 2 <= reach * reach));
}
