// Which strokes may be one digit, and the best way to share them all out: `groups.py` and `grouping.py` in
// `digitcore/segmentation/`, for strokes and the parts of them.

import { around, heightOf } from "./pieces.js";

/** @typedef {import("./pieces.js").Piece} Piece */
/** @typedef {import("./line_reader.js").Rules} Rules */
/** @typedef {number[]} Group positions of pieces, ascending */
/** @typedef {{ group: Group, score: number }} Scored */

/**
 * @param {Piece[]} pieces
 * @param {number} height of the line
 * @param {Rules} rules
 * @returns {Group[]} every set of pieces that may be one digit; each piece alone is one
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
  const members = group.map((each) => pieces[each]);
  const edges = around(members.map((each) => each.edges));
  for (let next = group[group.length - 1] + 1; next < pieces.length; next++) {
    if (joins(pieces[next], members, edges, height, rules)) grow([...group, next], pieces, height, rules, found);
  }
}

/**
 * @param {Piece} piece
 * @param {Piece[]} group
 * @param {Piece["edges"]} edges of the group
 * @param {number} height
 * @param {Rules} rules
 */
function joins({ order, part, edges: own }, group, edges, height, { widest, highest, far, mostStrokes }) {
  const grown = around([edges, own]);
  if (grown.right - grown.left > widest * height || heightOf(grown) > highest * height) return false;
  const related = group.filter((each) => each.order === order);
  if (related.length) return part === Math.max(...related.map((each) => each.part)) + 1;
  if (new Set(group.map((each) => each.order)).size >= mostStrokes) return false;
  return Math.max(0, own.left - edges.right, edges.left - own.right) <= far * height;
}

/**
 * The candidates that cover every piece once, or leave it out as a dot, with the largest sum of scores.
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
 * @param {Map<bigint, { score: number, chosen: Candidate[] }>} ways by which pieces are covered: bit i for piece i
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
