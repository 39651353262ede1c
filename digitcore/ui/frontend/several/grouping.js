// Which strokes may be one digit, and the best way to share them all out: `groups.py` and `grouping.py` in
// `digitcore/segmentation/`, for strokes, which are never cut.

import { around, heightOf } from "./pieces.js";

/** @typedef {import("./pieces.js").Piece} Piece */
/** @typedef {import("./line_reader.js").Rules} Rules */
/** @typedef {number[]} Group positions of strokes, ascending */
/** @typedef {{ group: Group, score: number }} Scored */

/**
 * @param {Piece[]} pieces
 * @param {number} height of the line
 * @param {Rules} rules
 * @returns {Group[]} every set of strokes that may be one digit; each stroke alone is one
 */
export function likelyGroups(pieces, height, rules) {
  return pieces.flatMap((_, first) => {
    /** @type {Group[]} */
    const found = [];
    grow([first], pieces, height, rules, found);
    return found;
  });
}

/**
 * @param {Group} group
 * @param {Piece[]} pieces
 * @param {number} height
 * @param {Rules} rules
 * @param {Group[]} found takes the group, and all larger ones that begin with it
 */
function grow(group, pieces, height, rules, found) {
  if (found.length >= rules.mostGroups) return;
  found.push(group);
  if (group.length >= rules.mostStrokes) return;
  const edges = around(group.map((each) => pieces[each].edges));
  for (let next = group[group.length - 1] + 1; next < pieces.length; next++) {
    if (joins(pieces[next].edges, edges, height, rules)) grow([...group, next], pieces, height, rules, found);
  }
}

/**
 * @param {import("./pieces.js").Piece["edges"]} stroke
 * @param {import("./pieces.js").Piece["edges"]} edges of the group
 * @param {number} height
 * @param {Rules} rules
 */
function joins(stroke, edges, height, { widest, highest, far }) {
  const grown = around([edges, stroke]);
  if (grown.right - grown.left > widest * height || heightOf(grown) > highest * height) return false;
  return Math.max(0, stroke.left - edges.right, edges.left - stroke.right) <= far * height;
}

/**
 * The candidates that cover every stroke once, or leave it out as a dot, with the largest sum of scores.
 * @template {Scored} Candidate
 * @param {Candidate[]} candidates
 * @param {Piece[]} pieces
 * @param {number} height
 * @param {Rules} rules
 * @returns {Candidate[]}
 */
export function bestGrouping(candidates, pieces, height, rules) {
  /** @type {Map<bigint, { score: number, chosen: Candidate[] }>} */
  let ways = new Map([[0n, { score: 0, chosen: [] }]]);
  pieces.forEach((piece, position) => {
    const begin = candidates.filter(({ group }) => group[0] === position);
    ways = onwards(ways, position, begin, costOfLeavingOut(piece, height, rules), rules.states);
  });
  return [...ways.values()].reduce((best, way) => (way.score > best.score ? way : best)).chosen;
}

/**
 * @template {Scored} Candidate
 * @param {Map<bigint, { score: number, chosen: Candidate[] }>} ways by which strokes are covered: bit i for stroke i
 * @param {number} position
 * @param {Candidate[]} begin candidates that begin there
 * @param {number | null} leftOut
 * @param {number} most
 */
function onwards(ways, position, begin, leftOut, most) {
  /** @type {typeof ways} */
  const further = new Map();
  const keep = (/** @type {bigint} */ covered, /** @type {{ score: number, chosen: Candidate[] }} */ way) => {
    const known = further.get(covered);
    if (!known || known.score < way.score) further.set(covered, way);
  };
  const own = 1n << BigInt(position);
  for (const [covered, way] of ways) {
    if (covered & own) keep(covered, way);
    else {
      if (leftOut !== null) keep(covered | own, { ...way, score: way.score - leftOut });
      for (const candidate of begin) {
        const mask = candidate.group.reduce((sum, each) => sum | (1n << BigInt(each)), 0n);
        if (!(covered & mask)) keep(covered | mask, { score: way.score + candidate.score, chosen: [...way.chosen, candidate] });
      }
    }
  }
  return new Map([...further].toSorted(([, one], [, other]) => other.score - one.score).slice(0, most));
}

/**
 * @param {Piece} piece
 * @param {number} height
 * @param {Rules} rules
 */
function costOfLeavingOut({ edges }, height, { dot, dotCost }) {
  const longer = Math.max(edges.right - edges.left, heightOf(edges));
  return longer <= dot * height ? (dotCost * longer) / height : null;
}
