// What is drawn on a canvas becomes the 28x28 that MNIST would have made of it: `digitcore/preprocessing/` told in JavaScript,
// for the one kind of picture that a canvas gives. A test over thousands of drawings holds the two together.

import { findFlaws } from "./flaws.js";
import { framed } from "./grid.js";
import { findInk } from "./ink.js";
import { normalisePen } from "./pen.js";
import { centred, findPlacement } from "./placement.js";
import { enlarged } from "./scaling.js";
import { findSegments, whyRejected } from "./segments.js";

/** @typedef {import("./grid.js").Grey} Grey */

/**
 * A drawing made ready for the network: `image` has 28 times 28 numbers in [0, 1], `reason` says why it can't be a digit, or is
 * null if it can.
 * @typedef {{ image: Float32Array, reason: string | null, flaws: import("./flaws.js").Flaws }} Prepared
 */

const WORKING_SIDE = 200; // px: ten times the box, so that a pixel is a tenth of one of MNIST's
export const LARGEST = 2 * WORKING_SIDE; // px: Python would make a larger drawing smaller, which nothing here needs

/**
 * @param {Grey} alpha of a canvas with a drawing on it, at most 400 px a side
 * @returns {Prepared | null} null where there is no ink
 */
export function prepare(alpha) {
  if (Math.max(alpha.width, alpha.height) > LARGEST) throw new RangeError(`A drawing has at most ${LARGEST} px a side.`);
  const ink = findInk(alpha);
  const parts = ink && findSegments(ink);
  if (!parts) return null;
  const side = Math.max(parts.crop.width, parts.crop.height);
  const zoom = Math.max(WORKING_SIDE / side, 1);
  const redrawn = normalisePen(zoom > 1 ? enlarged(framed(parts.crop, 1), zoom) : parts.crop);
  const image = centred(redrawn.ink, findPlacement(redrawn.ink));
  return { image, reason: whyRejected(parts, redrawn.thickest / zoom), flaws: findFlaws(ink, parts, redrawn, zoom) };
}
