// Parts of Streamlit's page that it promises nobody. A test looks for each, by name.

export const PARTS = {
  "a component in a shadow root": '[data-testid="stBidiComponentIsolated"]',
  "the state of the line": '[data-testid="stApp"][data-test-connection-state]', // in come_back.js
  "the frame of an element": '[data-testid="stElementContainer"]', // in matrix_cells.css
  "the middle of the page": '[data-testid="stMainBlockContainer"]', // in page.css
};

/**
 * The shadow roots of the isolated components in an element of this class.
 * @param {string} className
 * @returns {ShadowRoot[]}
 */
export function shadowRoots(className) {
  const hosts = [...document.querySelectorAll(`.${className} ${PARTS["a component in a shadow root"]}`)];
  return hosts.flatMap((host) => host.shadowRoot ?? []);
}
