// The ten sums and what softmax makes of them, a row a digit.

import { html } from "../shared/elements.js";
import { Paced } from "../shared/paced.js";
import { plain } from "./numbers.js";

const NUMBERS_EVERY = 80; // ms: what is read, unlike the bars, need not change with every reading

export class SumsTable {
  /** @param {HTMLButtonElement[]} rows */
  constructor(rows) {
    /** @type {string[]} */
    this.texts = [];
    this.numbers = new Paced(
      () => this.write(),
      () => NUMBERS_EVERY,
    );
    this.rows = rows.map((button, digit) => {
      const [label, track, sum, number, chance] = ["digit", "track", "sum", "number", "chance"].map(part);
      label.textContent = String(digit);
      track.append(sum);
      button.append(label, track, number, chance);
      return { button, sum, number, chance, shares: ["", ""] };
    });
  }

  /**
   * @param {Float32Array} sums
   * @param {number} full the sum that fills its half
   * @param {number[]} chances none where nothing is drawn
   */
  paint(sums, full, chances) {
    const top = Math.max(...chances);
    this.texts = Array.from(sums, (sum) => (chances.length > 0 ? plain(sum) : ""));
    this.rows.forEach(({ button, sum, chance, shares }, digit) => {
      const share = Math.min(Math.max(sums[digit] / full, -1), 1);
      sum.toggleAttribute("data-negative", share < 0);
      [share, chances[digit] ?? 0].forEach((value, at) => {
        const written = value.toFixed(3);
        if (written !== shares[at]) [sum, chance][at].style.setProperty("--share", (shares[at] = written));
      });
      button.toggleAttribute("data-top", chances[digit] === top);
    });
    this.numbers.ask();
  }

  // Painted by the style, for eyes alone: who speaks to the button calls it by its name.
  write() {
    this.rows.forEach(({ number }, digit) => {
      if (number.dataset.text !== this.texts[digit]) number.dataset.text = this.texts[digit];
    });
  }
}

/** @param {string} name */
function part(name) {
  return html("span", `digit-inside__${name}`);
}
