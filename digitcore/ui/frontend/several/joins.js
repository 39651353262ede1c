// Where one stroke may run on from a digit to the next, since the pen was not lifted: `digitcore/segmentation/joins.py`.

import { edgesOf } from "./painting.js";
import { heightOf } from "./pieces.js";

/** @typedef {import("./painting.js").Point} Point */
/** @typedef {import("./line_reader.js").Rules} Rules */
/** @typedef {import("./painting.js").Edges} Edges */
/** @typedef {{ start: number, end: number }} Bridge places among a stroke's points */

/**
 * Where a stroke may lead over from one digit to another, from its start on.
 * @param {Point[]} points px of the line
 * @param {number} height of the line
 * @param {Edges[]} others strokes, which may be over or under what lies before or after
 * @param {Rules} rules
 * @param {number} [unit] how many of the units that were drawn in a px is
 * @returns {Bridge[]}
 */
export function bridges(points, height, others, rules, unit = 1) {
  const corners = turns(points, toleranceOf(height, unit, rules));
  const ways = corners.slice(1).map((end, at) => ({ start: corners[at], end }));
  const right = ways.filter(({ start, end }) => leadsRight(points[start], points[end], height, rules));
  if (!right.length) return [];
  let [most, least] = [-Infinity, Infinity];
  const reach = points.map(([x]) => (most = Math.max(most, x)));
  const begin = points.toReversed().map(([x]) => (least = Math.min(least, x))).toReversed();
  return right.filter(({ start, end }) => {
    if (reach[start] - begin[end] > rules.joinOverlap * height) return false;
    const [before, after] = [edgesOf(points.slice(0, start + 1)), edgesOf(points.slice(end))];
    if (Math.max(after.right - after.left, heightOf(after)) < rules.joinShortest * height) return false;
    return Math.min(highWith(before, others), highWith(after, others)) >= rules.joinTall * height;
  });
}

/**
 * How far a stroke may leave its chord, px: the same while a line that is drawn on grows but a little.
 * @param {number} height
 * @param {number} unit
 * @param {Rules} rules
 */
function toleranceOf(height, unit, { joinStraight, joinStep }) {
  return joinStep ** Math.round(Math.log(joinStraight * height * unit) / Math.log(joinStep)) / unit;
}

/**
 * @param {Point} start
 * @param {Point} end
 * @param {number} height
 * @param {Rules} rules
 */
function leadsRight([fromX, fromY], [toX, toY], height, { joinShortest, joinBack }) {
  return Math.hypot(toX - fromX, toY - fromY) >= joinShortest * height && toX - fromX >= -joinBack * height;
}

/**
 * How high something is together with what is over or under it.
 * @param {Edges} own
 * @param {Edges[]} others
 */
function highWith(own, others) {
  const over = others.filter(({ left, right }) => Math.max(own.left, left) <= Math.min(own.right, right));
  return Math.max(own.bottom, ...over.map(({ bottom }) => bottom)) - Math.min(own.top, ...over.map(({ top }) => top));
}

/**
 * The places at which a stroke turns, with its ends.
 * @param {Point[]} points
 * @param {number} tolerance px
 */
export function turns(points, tolerance) {
  const found = [0];
  for (let last = 2; last < points.length; last++) {
    const { away, place } = farthest(points, found[found.length - 1], last);
    if (away > tolerance) found.push(place);
  }
  return points.length > 1 ? [...found, points.length - 1] : found;
}

/**
 * The point that is farthest from the straight way between two others.
 * @param {Point[]} points
 * @param {number} first
 * @param {number} last
 */
function farthest(points, first, last) {
  const [fromX, fromY] = points[first];
  const [alongX, alongY] = [points[last][0] - fromX, points[last][1] - fromY];
  const length = Math.max(alongX * alongX + alongY * alongY, 1e-9);
  const found = { away: -1, place: first };
  for (let place = first; place <= last; place++) {
    const [x, y] = [points[place][0] - fromX, points[place][1] - fromY];
    const share = Math.min(Math.max((x * alongX + y * alongY) / length, 0), 1);
    const away = Math.hypot(x - share * alongX, y - share * alongY);
    if (away > found.away) Object.assign(found, { away, place });
  }
  return found;
}
