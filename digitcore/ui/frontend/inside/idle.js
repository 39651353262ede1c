// Work that can wait until the page has nothing better to do.

const PATIENCE = 400; // ms, after which it is done all the same

/** @returns {Promise<unknown>} */
export function idleMoment() {
  const hasNone = !("requestIdleCallback" in globalThis); // as in Safari
  return new Promise((resolve) => (hasNone ? setTimeout(resolve) : requestIdleCallback(resolve, { timeout: PATIENCE })));
}
