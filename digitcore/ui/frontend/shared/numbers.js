/**
 * A probability, in [0, 1], as a percentage that claims neither certainty nor impossibility. Python has the same rule, as
 * `chance` in digitcore/base/text.py; a test holds the two together.
 * @param {number} share
 */
export function chance(share) {
  if (share > 0.999) return "> 99.9%";
  if (share < 0.001) return "< 0.1%";
  const value = 100 * share;
  const rounded = value % 1 === 0.25 ? value - 0.05 : value; // halfway, Python takes the even digit and toFixed the larger
  return `${rounded.toFixed(1)}%`;
}

/**
 * @param {number} digit
 * @returns {string} "a 7", "an 8"
 */
export function named(digit) {
  return digit === 8 ? "an 8" : `a ${digit}`;
}
