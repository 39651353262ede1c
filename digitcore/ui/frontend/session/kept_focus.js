// Keeps the focus in what is open over the page when that which had it is gone, as a button in whose place there is now what it has
// asked for: a browser would begin again at the top of the page.

const mark = Symbol.for("digitcore.kept-focus"); // one watches, whichever version of this module is loaded
const OPEN = '[data-testid="stPopoverBody"], [role="dialog"]'; // over the page
const REACHED = ":is(a[href], button, input, select, textarea, [tabindex='0']):not(:disabled)"; // by the Tab key

class KeptFocus {
  constructor() {
    /** @type {Element | null} */
    this.last = null; // what has the focus
    /** @type {Element | null} */
    this.around = null; // what is open there over the page
    this.watching = new MutationObserver(() => this.look());
    document.addEventListener("focusin", ({ target }) => target instanceof Element && this.follow(target));
  }

  /** @param {Element} target */
  follow(target) {
    this.last = target;
    const around = target.closest(OPEN);
    if (around === this.around) return;
    this.around = around;
    this.watching.disconnect();
    if (around) this.watching.observe(around, { childList: true, subtree: true });
  }

  look() {
    if (!this.around?.isConnected || this.last?.isConnected || document.activeElement !== document.body) return;
    const next = this.around.querySelector(REACHED);
    if (next instanceof HTMLElement) next.focus();
  }
}

export function keepFocus() {
  if (mark in document) return;
  Object.assign(document, { [mark]: new KeptFocus() });
}
