// How well some strokes stand for one digit: `digitcore/segmentation/score.py`.

import { asLikeness } from "../engine/rejection.js";
import { clamp } from "../preprocessing/numbers.js";
import { around, heightOf } from "./pieces.js";

/** @typedef {import("./painting.js").Edges} Edges */
/** @typedef {import("./line_reader.js").Rules} Rules */
/** @typedef {import("./grouping.js").Group} Group */
/** @typedef {{ probabilities: number[], logOdds: number | null }} Read */

/**
 * @param {Read} read
 * @param {Group} group
 * @param {Edges[]} places of the group's strokes
 * @param {number} height
 * @param {boolean[][]} touching of all pieces
 * @param {Rules} rules
 */
export function score(read, group, places, height, touching, rules) {
  const figures = [...readingFigures(read, rules), ...geometry(group, places, height, touching, rules), 1];
  return figures.reduce((sum, figure, at) => sum + figure * rules.weights[at], 0);
}

/**
 * @param {Read} read
 * @param {Rules} rules
 */
function readingFigures({ probabilities, logOdds }, { unknown, likely, accepted, close }) {
  const sure = Math.max(...probabilities);
  const alike = clamp(logOdds === null ? unknown : blunted(logOdds, close), -likely, likely);
  const doubt = Math.log(Math.max(1 - sure, close)) / Math.log(close);
  return [alike, Math.max(0, accepted - alike), Math.log(Math.max(sure, close)), doubt];
}

/**
 * @param {number} logOdds
 * @param {number} close
 */
function blunted(logOdds, close) {
  const likeness = asLikeness(logOdds);
  return Math.log((likeness + close) / (1 - likeness + close));
}

/**
 * @param {Group} group
 * @param {Edges[]} places
 * @param {number} height
 * @param {boolean[][]} touching
 * @param {Rules} rules
 */
function geometry(group, places, height, touching, { parting, mostCut }) {
  const edges = around(places);
  const width = edges.right - edges.left;
  const size = Math.log(Math.max(width / 1.2, heightOf(edges)) / height);
  const wide = Math.max(0, width / Math.max(heightOf(edges), 1) - 0.9);
  const parted = group.flatMap((each) => touching[each].filter((touches, other) => touches && !group.includes(other))).length;
  const gap = widestGap(places, height);
  const sizes = [Math.max(0, -size), Math.max(0, size), Math.min(wide, 2)];
  return [...sizes, gap, blobs(group, touching) - 1, Math.min(parting * parted, mostCut)];
}

/**
 * @param {Edges[]} places
 * @param {number} height
 */
function widestGap(places, height) {
  const ends = places.toSorted((one, other) => one.left - other.left || one.right - other.right);
  let [gap, reach] = [0, ends[0].right];
  for (const { left, right } of ends.slice(1)) {
    gap = Math.max(gap, (left - reach) / height);
    reach = Math.max(reach, right);
  }
  return gap;
}

/**
 * How many connected pieces of ink the strokes of a group make.
 * @param {Group} group
 * @param {boolean[][]} touching
 */
function blobs(group, touching) {
  const left = new Set(group);
  let count = 0;
  for (const start of group) {
    if (!left.delete(start)) continue;
    count++;
    const reached = [start];
    for (let at = reached.pop(); at !== undefined; at = reached.pop()) {
      for (const other of left) {
        if (!touching[at][other]) continue;
        left.delete(other);
        reached.push(other);
      }
    }
  }
  return count;
}
