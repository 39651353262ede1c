// The reading that the panel shows, for what else on the page is about it.

/**
 * @typedef {object} Shown a reading of the page or of the server
 * @property {number | null} digit
 * @property {number} confidence
 * @property {Float32Array | string} image 784 numbers in [0, 1], or as many bytes as base64
 */

/** @type {Shown | null} */
let current = null;

/** @type {Set<(shown: Shown | null) => void>} */
const listeners = new Set();

export function shownNow() {
  return current;
}

/** @param {Shown | null} shown null where nothing is drawn */
export function setShown(shown) {
  current = shown;
  for (const listener of listeners) listener(shown);
}

/**
 * @param {(shown: Shown | null) => void} listener
 * @returns {() => void} ends it
 */
export function onShown(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
