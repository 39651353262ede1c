// How a component comes onto the page, and leaves it.

/**
 * What Streamlit gives a component's function, whenever its data change.
 * @typedef {object} Component
 * @property {HTMLElement} parentElement where its HTML is
 * @property {any} data what Python sent
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * @typedef {object} Part
 * @property {(component: Component) => void} update shows what Python sent
 * @property {() => void} stop gives back what it holds outside its own HTML
 */

/**
 * Makes a component's function of a class: one object per place on the page, stopped when it leaves the page.
 * @param {new (parentElement: HTMLElement) => Part} Kind
 */
export function mount(Kind) {
  /** @type {Map<HTMLElement, Part>} */
  const parts = new Map();
  return (/** @type {Component} */ component) => {
    const { parentElement } = component;
    const part = parts.get(parentElement) ?? new Kind(parentElement);
    parts.set(parentElement, part);
    part.update(component);
    return () => {
      part.stop();
      if (parts.get(parentElement) === part) parts.delete(parentElement);
    };
  };
}
