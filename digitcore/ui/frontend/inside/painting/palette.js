// The colours of numbers. Maps lie on black in both themes, as the canvas and the 28x28 do, so that what is dead stays dark;
// positive numbers go through the app's blue green to white, negative ones through its orange.

/** @typedef {[number, number, number]} Rgb from 0 to 255 */

/** @type {Rgb[]} */
const POSITIVE = [
  [0, 0, 0],
  [10, 70, 84],
  [24, 140, 158],
  [120, 216, 226],
  [240, 253, 252],
];
/** @type {Rgb[]} */
const NEGATIVE = [
  [0, 0, 0],
  [104, 40, 12],
  [204, 84, 28],
  [255, 168, 116],
  [255, 240, 228],
];
/** @type {Rgb[]} */
const INK = [
  [0, 0, 0],
  [255, 255, 255],
];

export const SHADES = 256;
const LIFT = 0.65; // below 1: what is faint is shown brighter than it is, as on a photograph

export const SIGNED = aroundZero(table(POSITIVE, LIFT));
export const PICTURE = aroundZero(table(INK, 1));
export const BAR = "rgb(59 184 201)"; // on black

/**
 * The colours of negative numbers, the darkest last, and then those of the others.
 * @param {Uint32Array} positive
 * @returns {Uint32Array}
 */
function aroundZero(positive) {
  return Uint32Array.from([...table(NEGATIVE, LIFT).toReversed(), ...positive]);
}

/**
 * @param {Rgb[]} stops
 * @param {number} lift
 * @returns {Uint32Array} as ImageData has its pixels on all machines of today: blue, green and red from the top
 */
function table(stops, lift) {
  return Uint32Array.from({ length: SHADES }, (_, shade) => {
    const at = (shade / (SHADES - 1)) ** lift * (stops.length - 1);
    const from = Math.min(Math.floor(at), stops.length - 2);
    const [red, green, blue] = stops[from].map((part, index) => part + (stops[from + 1][index] - part) * (at - from));
    return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
  });
}
