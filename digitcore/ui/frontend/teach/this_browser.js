// What this browser holds: the key to its own drawings, and the code of the class that it shares them with. The server keeps
// neither, so what is lost here can't be had again.

const KEY = "digit-studio-key";
const CODE = "digit-studio-class";

/** @type {Map<string, string>} */
const here = new Map(); // for a browser that keeps nothing: as long as the page is open

export function ownKey() {
  return get(KEY);
}

/**
 * Returns this browser's key, which is `fresh` from now on where there is none.
 * @param {string} fresh
 */
export function keyOr(fresh) {
  const known = ownKey();
  if (!known) set(KEY, fresh);
  return known ?? fresh;
}

export function classCode() {
  return get(CODE);
}

/** @param {string | null} code null: none any more */
export function setClassCode(code) {
  set(CODE, code);
}

/** @param {string} name */
function get(name) {
  try {
    return localStorage.getItem(name) ?? here.get(name) ?? null;
  } catch {
    return here.get(name) ?? null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value
 */
function set(name, value) {
  if (value === null) here.delete(name);
  else here.set(name, value);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // then it is known until the page is closed
  }
}
