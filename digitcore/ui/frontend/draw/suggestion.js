// What to try next: one line, after the first digit that was read, once a session of the browser.

const KEY = "digit-suggestion";
const TEXT = "What else does it read? Try a letter, a tiny digit, or a 7 with a bar.";

export class Suggestion {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.cleared = false;
  }

  /** A digit that was drawn has been read, and the pen rests. */
  made() {
    if (this.place.textContent) this.place.textContent = this.cleared ? "" : TEXT; // the next one is there
    else if (isFirst()) this.place.textContent = TEXT;
  }

  clear() {
    this.cleared = this.place.textContent !== "";
  }
}

function isFirst() {
  try {
    const first = sessionStorage.getItem(KEY) === null;
    sessionStorage.setItem(KEY, "made");
    return first;
  } catch {
    return false; // rather never than with every digit
  }
}
