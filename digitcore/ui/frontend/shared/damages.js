// What of the network is broken on this page, told to whoever reads with it. It is gone with the page.

/** @typedef {import("../engine/damage.js").Damage} Damage */

/** @type {Damage[]} */
let current = [];

/** @type {Set<(damages: Damage[]) => void>} */
const listeners = new Set();

export function damagesNow() {
  return current;
}

/** @param {Damage[]} damages */
export function setDamages(damages) {
  if (damages.length === 0 && current.length === 0) return;
  current = damages;
  for (const listener of listeners) listener(damages);
}

/**
 * @param {(damages: Damage[]) => void} listener
 * @returns {() => void} ends it
 */
export function onDamages(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
