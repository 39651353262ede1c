// Numbers as the inside writes them: with a real minus, and rounded so that what stands there adds up.

const DECIMALS = 2;

/** @param {number} value */
export function plain(value) {
  const text = Math.abs(value).toFixed(DECIMALS);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** @param {number} value */
export function signed(value) {
  const text = plain(value);
  return text.startsWith("−") ? text : `+${text}`;
}

/** @param {number} count */
export function counted(count) {
  return count.toLocaleString("en");
}

/**
 * The parts of a sum, rounded so that they add up to the rounded sum: each is off by less than two units of the last decimal.
 * @param {number[]} parts
 * @param {number} [sum] what they are to add up to, where that is rounded already
 * @returns {{ parts: number[], sum: number }}
 */
export function addingUp(parts, sum = parts.reduce((total, part) => total + part, 0)) {
  const unit = 10 ** DECIMALS;
  const total = Math.round(sum * unit);
  const rounded = parts.map((part) => Math.floor(part * unit));
  const missing = total - rounded.reduce((so, far) => so + far, 0);
  const order = [...parts.keys()].toSorted((one, other) => restOf(parts[other] * unit) - restOf(parts[one] * unit));
  for (let given = 0; given < Math.abs(missing); given++) rounded[order[given % order.length]] += Math.sign(missing);
  return { parts: rounded.map((part) => part / unit), sum: total / unit };
}

/** @param {number} value */
function restOf(value) {
  return value - Math.floor(value);
}
