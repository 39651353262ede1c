// The examples that this page reads by, besides its network: told by what keeps them to whoever reads.

/** @typedef {import("../engine/prototypes.js").Examples} Examples */

/** @type {Examples | null} */
let current = null;

/** @type {Set<(examples: Examples | null) => void>} */
const listeners = new Set();

export function examplesNow() {
  return current;
}

/** @param {Examples | null} examples */
export function setExamples(examples) {
  if (examples?.version === current?.version && examples?.address === current?.address) return;
  current = examples;
  for (const listener of listeners) listener(examples);
}

/**
 * @param {(examples: Examples | null) => void} listener
 * @returns {() => void} ends it
 */
export function onExamples(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
