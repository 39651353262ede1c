// The strokes of a line, each with its place, and which of them touch: `digitcore/segmentation/strokes.py`.

import { edgesOf } from "./painting.js";

/** @typedef {import("./painting.js").Point} Point */
/** @typedef {import("./painting.js").Edges} Edges */
/** @typedef {import("./line_reader.js").Rules} Rules */
/** @typedef {{ order: number, edges: Edges, points: Point[] }} Piece a stroke by when it was drawn, px of the line */

/**
 * @param {Point[][]} strokes without empty ones
 * @param {Rules} rules
 * @returns {Piece[]} from left to right, in px of a line whose tallest stroke is as high as the rules say
 */
export function placed(strokes, rules) {
  const all = edgesOf(strokes.flat());
  const tallest = Math.max(...strokes.map((stroke) => heightOf(edgesOf(stroke))));
  const unit = Math.max(tallest, 0.3 * heightOf(all), 1e-9 + 0.02 * (all.right - all.left));
  const zoom = rules.height / unit;
  const pieces = strokes.map((stroke, order) => {
    const points = stroke.map(([x, y]) => /** @type {Point} */ ([(x - all.left) * zoom, (y - all.top) * zoom]));
    return { order, points, edges: widened(edgesOf(points), rules.pen / 2) };
  });
  return pieces.toSorted((one, other) => middleTwice(one.edges) - middleTwice(other.edges) || one.order - other.order);
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
 * Which strokes come so near one another that their ink touches.
 * @param {Piece[]} pieces
 * @param {Rules} rules
 * @returns {boolean[][]}
 */
export function touching(pieces, { near, pen }) {
  const every = pieces.map(({ points }) => dense(points, near));
  const found = pieces.map(() => pieces.map(() => false));
  for (let one = 0; one < pieces.length; one++) {
    for (let other = one + 1; other < pieces.length; other++) {
      const [first, second] = [pieces[one].edges, pieces[other].edges];
      if (Math.max(first.left, second.left) > Math.min(first.right, second.right)) continue;
      found[one][other] = found[other][one] = areNear(every[one], every[other], pen);
    }
  }
  return found;
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
