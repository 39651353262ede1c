// Thinning: a drawing reduced to its middle line, one pixel wide (Guo and Hall, CACM 32, 1989, A1).

import { cropped, framed } from "./grid.js";

/** @typedef {import("./grid.js").Grey} Grey */

const ENCLOSED = 255; // the code of a pixel with ink all around it
const ROUND = [removable(true), removable(false)];

/**
 * For each of the 256 codes, 1 if thinning may take the pixel away in this half of a round. Bit i of a code says whether
 * neighbour i is ink, clockwise from the north.
 * @param {boolean} north
 */
function removable(north) {
  return Uint8Array.from({ length: 256 }, (_, code) => {
    const [n, ne, e, se, s, sw, w, nw] = Array.from({ length: 8 }, (_bit, bit) => (code >> bit) & 1);
    const crossings = (1 - n & (ne | e)) + (1 - e & (se | s)) + (1 - s & (sw | w)) + (1 - w & (nw | n));
    const neighbours = Math.min((nw | n) + (ne | e) + (se | s) + (sw | w), (n | ne) + (e | se) + (s | sw) + (w | nw));
    const kept = north ? (s | sw | (1 - nw)) & w : (n | ne | (1 - se)) & e;
    return crossings === 1 && neighbours >= 2 && neighbours <= 3 && !kept ? 1 : 0;
  });
}

/**
 * The middle line, one px wide, of a mask.
 * @param {Grey} inside
 * @returns {Grey}
 */
export function skeleton(inside) {
  const line = framed(inside, 1);
  const edge = new Edge(line);
  for (let before = -1; edge.removed > before; ) {
    before = edge.removed;
    for (const table of ROUND) edge.thin(table);
  }
  return cropped(line, { left: 1, top: 1, width: inside.width, height: inside.height });
}

/** The ink that has no ink on one side at least: what lies further inside can't be taken away. */
class Edge {
  /** @param {Grey} line */
  constructor({ data, width }) {
    this.data = data;
    this.width = width;
    this.around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
    this.isOn = new Uint8Array(data.length);
    /** @type {number[]} */
    this.places = [];
    this.removed = 0; // pixels so far
    for (let at = 0; at < data.length; at++) if (data[at] && codeAt(data, width, at) !== ENCLOSED) this.add(at);
  }

  /** @param {number} at */
  add(at) {
    this.isOn[at] = 1;
    this.places.push(at);
  }

  /**
   * Takes away at once all that a table says may go.
   * @param {Uint8Array} table
   */
  thin(table) {
    const { data, width, around, isOn } = this;
    const gone = this.places.filter((at) => table[codeAt(data, width, at)]);
    if (gone.length === 0) return;
    for (const at of gone) data[at] = 0;
    this.removed += gone.length;
    this.places = this.places.filter((at) => data[at]);
    for (const at of gone) for (const step of around) if (data[at + step] && !isOn[at + step]) this.add(at + step);
  }
}

/**
 * @param {Uint8Array} data
 * @param {number} width
 * @param {number} at
 */
function codeAt(data, width, at) {
  return (
    data[at - width] |
    (data[at - width + 1] << 1) |
    (data[at + 1] << 2) |
    (data[at + width + 1] << 3) |
    (data[at + width] << 4) |
    (data[at + width - 1] << 5) |
    (data[at - 1] << 6) |
    (data[at - width - 1] << 7)
  );
}
