// What the page reads, told to whatever else on the page shows it.

/**
 * @typedef {object} Told
 * @property {import("../engine/reader.js").Reading | null} reading null where nothing is drawn
 * @property {Float32Array[]} layers the outputs of all layers, in the network's order
 * @property {string} address of the weights that read it
 */

/** @type {Set<(told: Told) => void>} */
const listeners = new Set();

/** Whether anybody wants to know, and so what the layers made of it. */
export function isAnyoneListening() {
  return listeners.size > 0;
}

/** @param {Told} told */
export function tell(told) {
  for (const listener of listeners) {
    try {
      listener(told);
    } catch (error) {
      reportError(error); // what can't be shown must not end the reading
    }
  }
}

/** @type {Set<() => void>} */
const readers = new Set();

/**
 * @param {() => void} reader reads again what is shown, as somebody new wants to know
 * @returns {() => void} ends it
 */
export function whenAsked(reader) {
  readers.add(reader);
  return () => readers.delete(reader);
}

/**
 * @param {(told: Told) => void} listener is told of every reading in the page
 * @returns {() => void} ends it
 */
export function listen(listener) {
  listeners.add(listener);
  for (const reader of readers) reader();
  return () => listeners.delete(listener);
}
