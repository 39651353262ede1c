// A frame around some pixels of a map.

import { html } from "../shared/elements.js";

/** @typedef {import("./network/columns.js").Box} Box */

export class Frame {
  /**
   * @param {HTMLElement} around which the map fills, and where places count from
   * @param {string} kind
   */
  constructor(around, kind) {
    this.root = html("span", "digit-inside__frame");
    this.root.dataset.kind = kind;
    this.root.hidden = true;
    around.append(this.root);
  }

  /**
   * @param {Box} box
   * @param {number[]} shape height and width of the map
   */
  show({ top, left, bottom, right }, [height, width]) {
    Object.assign(this.root.style, {
      top: `${(100 * top) / height}%`,
      left: `${(100 * left) / width}%`,
      width: `${(100 * (right - left + 1)) / width}%`,
      height: `${(100 * (bottom - top + 1)) / height}%`,
    });
    this.root.hidden = false;
  }

  hide() {
    this.root.hidden = true;
  }
}

/**
 * The pixel of a map under the pointer.
 * @param {MouseEvent} event
 * @param {HTMLElement} around which the map fills
 * @param {number[]} shape height and width of the map
 */
export function pixelAt({ clientX, clientY }, around, [height, width]) {
  const box = around.getBoundingClientRect();
  const y = Math.floor(((clientY - box.top) / box.height) * height);
  const x = Math.floor(((clientX - box.left) / box.width) * width);
  return { y: within(y, height), x: within(x, width) };
}

/**
 * @param {number} at
 * @param {number} count
 */
export function within(at, count) {
  return Math.min(Math.max(at, 0), count - 1);
}
