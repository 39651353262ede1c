// What keeps a drawing from being read well. The rules and their reasons are those of `digitcore/preprocessing/flaws.py`; a test
// holds the two together.

/** @typedef {import("./grid.js").Grey} Grey */
/** @typedef {{ cutOff: boolean, tiny: boolean, clogged: boolean }} Flaws */

const TINY = 0.25; // of the picture's longer side
const RUN_TOGETHER = 1.5; // pens
const THICK = 0.16; // of the drawing's longer side

/**
 * @param {Grey} ink the picture
 * @param {import("./segments.js").Segments} parts
 * @param {import("./pen.js").Redrawn} redrawn
 * @param {number} zoom how much larger than `parts` it is
 * @returns {Flaws}
 */
export function findFlaws(ink, { crop, left, top }, { before, thickest }, zoom) {
  const extent = Math.max(crop.width, crop.height);
  return {
    cutOff: Math.min(left, top) <= 0 || left + crop.width >= ink.width || top + crop.height >= ink.height,
    tiny: extent < TINY * Math.max(ink.width, ink.height),
    clogged: thickest >= RUN_TOGETHER * before && before / zoom >= THICK * extent,
  };
}
