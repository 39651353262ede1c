// The ten sums and what softmax makes of them, a row a digit.

import { html } from "../shared/elements.js";
import { plain } from "./numbers.js";

export class SumsTable {
  /** @param {HTMLButtonElement[]} rows */
  constructor(rows) {
    this.rows = rows.map((button, digit) => {
      const [label, track, sum, number, chance] = ["digit", "track", "sum", "number", "chance"].map(part);
      label.textContent = String(digit);
      track.append(sum);
      button.append(label, track, number, chance);
      return { button, sum, number, chance };
    });
  }

  /**
   * @param {Float32Array} sums
   * @param {number} full the sum that fills its half
   * @param {number[]} chances none where nothing is drawn
   */
  paint(sums, full, chances) {
    const top = Math.max(...chances);
    this.rows.forEach(({ button, sum, number, chance }, digit) => {
      const share = Math.min(Math.max(sums[digit] / full, -1), 1);
      sum.style.transform = `scaleX(${share.toFixed(3)})`;
      sum.toggleAttribute("data-negative", share < 0);
      // painted by the style, for eyes alone: who speaks to the button calls it by its name
      const text = chances.length > 0 ? plain(sums[digit]) : "";
      if (number.dataset.text !== text) number.dataset.text = text;
      chance.style.setProperty("--share", (chances[digit] ?? 0).toFixed(3));
      button.toggleAttribute("data-top", chances[digit] === top);
    });
  }
}

/** @param {string} name */
function part(name) {
  return html("span", `digit-inside__${name}`);
}
