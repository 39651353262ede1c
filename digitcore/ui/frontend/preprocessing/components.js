// Connected components: which pixels of a mask hang together.

/** @typedef {import("./grid.js").Grey} Grey */
/** @typedef {import("./grid.js").Bounds} Bounds */

/**
 * One component: where it lies, and how many pixels it has.
 * @typedef {Bounds & { area: number }} Piece
 */

/**
 * `labels` has for each pixel 0 where the mask is 0, else the number of its piece, from 1.
 * @typedef {{ labels: Int32Array, pieces: Piece[] }} Components
 */

/**
 * @param {Grey} mask of 0 and 1
 * @param {4 | 8} connectivity whether pixels that touch at a corner hang together (8) or not (4)
 * @returns {Components}
 */
export function connectedComponents(mask, connectivity) {
  const labels = new Int32Array(mask.data.length);
  return { labels, pieces: gathered(mask, labels, linked(mask, labels, connectivity === 8)) };
}

/**
 * Gives each pixel of the mask a label, and returns for each label another of the same piece, smaller unless it is the first.
 * @param {Grey} mask
 * @param {Int32Array} labels
 * @param {boolean} corners
 */
function linked({ data, width }, labels, corners) {
  const links = [0];
  const link = (/** @type {number} */ one, /** @type {number} */ other) => {
    if (one === 0 || other === 0 || one === other) return one || other;
    const [first, second] = [firstOf(links, one), firstOf(links, other)];
    links[Math.max(first, second)] = Math.min(first, second);
    return Math.min(first, second);
  };
  for (let at = 0, x = 0; at < data.length; at++, x = x + 1 === width ? 0 : x + 1) {
    if (!data[at]) continue;
    const up = at - width;
    let label = x > 0 ? labels[at - 1] : 0;
    if (up >= 0) {
      label = link(label, labels[up]);
      if (corners && x > 0) label = link(label, labels[up - 1]);
      if (corners && x + 1 < width) label = link(label, labels[up + 1]);
    }
    labels[at] = label || links.push(links.length) - 1;
  }
  return links;
}

/**
 * @param {number[]} links
 * @param {number} label
 * @returns {number} the first label of its piece
 */
function firstOf(links, label) {
  let first = label;
  while (links[first] !== first) first = links[first];
  return first;
}

/**
 * Numbers the pieces from 1, in `labels` too, and says where each lies.
 * @param {Grey} mask
 * @param {Int32Array} labels
 * @param {number[]} links
 * @returns {Piece[]}
 */
function gathered({ width, height }, labels, links) {
  const numbers = new Int32Array(links.length);
  const edges = [];
  for (let label = 1; label < links.length; label++) {
    const first = firstOf(links, label);
    numbers[label] = first === label ? edges.push({ left: width, top: height, right: 0, bottom: 0, area: 0 }) : numbers[first];
  }
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!labels[at]) continue;
      labels[at] = numbers[labels[at]];
      const edge = edges[labels[at] - 1];
      if (x < edge.left) edge.left = x;
      if (x > edge.right) edge.right = x;
      if (y < edge.top) edge.top = y;
      edge.bottom = y;
      edge.area++;
    }
  }
  return edges.map(({ left, top, right, bottom, area }) => ({ left, top, width: right - left + 1, height: bottom - top + 1, area }));
}
