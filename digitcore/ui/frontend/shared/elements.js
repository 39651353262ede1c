/**
 * Makes an HTML element.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {string | number} content its text
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function html(name, className, content = "") {
  return Object.assign(document.createElement(name), { className, textContent: String(content) });
}

/**
 * Finds what our own HTML has for sure.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(parent, selector) {
  const found = parent.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`There is no ${selector}.`);
  return found;
}
