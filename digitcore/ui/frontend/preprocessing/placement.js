// Where a drawing goes in 28x28: fitted into 20x20, with its centre of mass where MNIST has it.

import { boundsAbove } from "./grid.js";
import { clamp } from "./numbers.js";
import { BOX } from "./pen.js";
import { EDGE } from "./segments.js";
import { warped } from "./warping.js";

/** @typedef {import("./grid.js").Grey} Grey */

/**
 * How the ink's box fits 20x20, and how far from the centre its `middle` then goes: x and y in px.
 * @typedef {{ scale: number, middle: number[], offCentre: number[] }} Placement
 */

export const SIDE = 28; // px
const MNIST_CENTRE = 0.5; // px right of and below the middle: there its pictures' centres of mass lie
const FINE = 8; // parts of a pixel's side that are averaged into it

/**
 * @param {Grey} ink
 * @returns {Placement}
 */
export function findPlacement(ink) {
  const { left, top, width, height } = boundsAbove(ink, EDGE);
  const scale = BOX / Math.max(width, height);
  const mass = centreOfMass(ink);
  const middle = [left + (width - 1) / 2, top + (height - 1) / 2];
  const room = [width, height].map((extent) => (SIDE - extent * scale) / 2);
  const offCentre = middle.map((place, axis) =>
    clamp((place - mass[axis]) * scale + MNIST_CENTRE, -room[axis], room[axis]),
  );
  return { scale, middle, offCentre };
}

/**
 * @param {Grey} ink
 * @returns {number[]} x and y
 */
function centreOfMass({ data, width, height }) {
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      sum += data[at];
      sumX += x * data[at];
      sumY += y * data[at];
    }
  }
  return [sumX / sum, sumY / sum];
}

/**
 * The ink fitted into 20x20 and centred in 28x28, each number in [0, 1].
 * @param {Grey} ink
 * @param {Placement} placement
 */
export function centred(ink, { scale, middle, offCentre }) {
  const zoom = scale * FINE;
  const [x, y] = middle.map((place, axis) => (SIDE * FINE - 1) / 2 + offCentre[axis] * FINE - zoom * place);
  const fine = warped(ink, [zoom, 0, x, 0, zoom, y], SIDE * FINE);
  const image = new Float32Array(SIDE * SIDE);
  for (let row = 0, at = 0; row < SIDE * FINE; row++) {
    const into = Math.trunc(row / FINE) * SIDE;
    for (let column = 0; column < SIDE * FINE; column++, at++) {
      if (fine[at] > 0) image[into + Math.trunc(column / FINE)] += Math.floor(fine[at] + 0.5);
    }
  }
  return image.map((sum) => sum / FINE ** 2 / 255);
}
