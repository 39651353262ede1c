/**
 * A share, in [0, 1], as a percentage: what is neither all nor nothing is not rounded to it. Python has the same rules, as
 * `percent` and `chance` in digitcore/base/text.py; a test holds them together.
 * @param {number} share
 */
export function percent(share, decimals = 2) {
  if (!Number.isFinite(share)) return "–";
  if (share === 0 || share === 1) return `${100 * share}%`;
  const least = 10 ** -decimals; // of 100
  if (share > 1 - least / 100) return `> ${(100 - least).toFixed(decimals)}%`;
  if (share < least / 100) return `< ${least.toFixed(decimals)}%`;
  const value = 100 * share;
  // halfway, Python takes the even digit and toFixed the larger; only eighths lie there exactly
  const halfway = (8 * value) % 1 === 0 && (value / least) % 2 === 0.5;
  return `${(halfway ? value - least / 2 : value).toFixed(decimals)}%`;
}

/**
 * A probability, in [0, 1], as a percentage that claims neither certainty nor impossibility.
 * @param {number} share
 */
export function chance(share) {
  const written = percent(share, 1);
  return { "100%": "> 99.9%", "0%": "< 0.1%" }[written] ?? written;
}

/**
 * @param {number} digit
 * @returns {string} "a 7", "an 8"
 */
export function named(digit) {
  return digit === 8 ? "an 8" : `a ${digit}`;
}
