// The reading that the panel shows, for what else on the page is about it.

/**
 * @typedef {object} Shown a reading of the page or of the server
 * @property {number | null} digit
 * @property {number} confidence
 * @property {Float32Array | string} image 784 numbers in [0, 1], or as many bytes as base64
 * @property {string} [key] names it where it is one of several that are shown, and can be come back to
 * @property {{ pen: number, points: number[][] }[]} [strokes] of one of several
 */

/** @type {Shown | null} */
let current = null;

/** @type {Set<(shown: Shown | null) => void>} */
const listeners = new Set();

/** @type {Set<(key: string, label: number | null) => void>} */
const hearers = new Set();

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

/**
 * Tells that one of several was labelled.
 * @param {string} key
 * @param {number | null} label null: taken back
 */
export function tellLabel(key, label) {
  for (const hearer of hearers) hearer(key, label);
}

/**
 * @param {(key: string, label: number | null) => void} hearer
 * @returns {() => void} ends it
 */
export function onLabel(hearer) {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}
