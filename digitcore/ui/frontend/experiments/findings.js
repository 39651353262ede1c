// What was measured at the end: a column a run, what the text claims and whether it came out, and pictures that each run read.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { chance } from "../shared/numbers.js";

/**
 * @typedef {object} Pictures
 * @property {string} sheet
 * @property {number} count
 * @property {number[]} digits
 * @property {number[]} sure
 * @property {(boolean | null)[]} right
 * @property {boolean[]} rejected
 */

class Findings {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".findings"));
    this.known = "";
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data }) {
    const known = JSON.stringify(data);
    if (known === this.known) return;
    this.known = known;
    this.part("table").replaceChildren(this.head(data.runs), this.body(data.rows));
    this.part("note").textContent = data.note;
    this.part("claims").replaceChildren(...data.claims.map((/** @type {any} */ claim) => this.claim(claim)));
    this.part("pictures").replaceChildren(...(data.title ? [html("h3", "findings__title", data.title)] : []), ...this.strips(data));
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`.findings__${name}`));
  }

  /** @param {string[]} runs */
  head(runs) {
    const row = html("tr", "");
    row.append(html("td", ""));
    runs.forEach((title, index) => row.append(heading(title, "col", index)));
    const head = html("thead", "");
    head.append(row);
    return head;
  }

  /** @param {{ title: string, values: string[] }[]} rows */
  body(rows) {
    const body = html("tbody", "");
    for (const { title, values } of rows) {
      const row = html("tr", "");
      row.append(heading(title, "row"), ...values.map((value) => html("td", "", value)));
      body.append(row);
    }
    return body;
  }

  /** @param {{ says: string, holds: boolean }} claim */
  claim({ says, holds }) {
    const item = html("li", "findings__claim");
    item.dataset.holds = String(holds);
    item.append(html("span", "findings__sign", holds ? "✓" : "✗"), html("span", "", holds ? says : `Not this time: ${says}`));
    return item;
  }

  /** @param {{ runs: string[], pictures: (Pictures | null)[] }} data */
  strips({ runs, pictures }) {
    return pictures.flatMap((strip, index) => (strip ? [this.strip(strip, runs[index], index)] : []));
  }

  /**
   * @param {Pictures} strip
   * @param {string} title
   * @param {number} index
   */
  strip(strip, title, index) {
    const part = html("figure", "findings__strip");
    part.dataset.run = String(index);
    part.style.setProperty("--sheet", `url("${strip.sheet}")`);
    part.style.setProperty("--count", String(strip.count));
    const list = html("ol", "findings__cells");
    for (let at = 0; at < strip.count; at++) list.append(cell(strip, at));
    part.append(html("figcaption", "findings__run", title), list);
    return part;
  }

  stop() {}
}

/**
 * @param {string} words
 * @param {string} scope
 * @param {number} [run]
 */
function heading(words, scope, run) {
  const header = Object.assign(html("th", "", words), { scope });
  if (run !== undefined) header.dataset.run = String(run);
  return header;
}

/**
 * @param {Pictures} strip
 * @param {number} at
 */
function cell({ digits, sure, right, rejected }, at) {
  const item = html("li", "findings__cell");
  if (right[at] !== null) item.dataset.right = String(right[at]);
  const picture = html("span", "findings__picture");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `Picture ${at + 1}`);
  picture.style.setProperty("--at", String(at));
  const mark = right[at] === null ? "" : right[at] ? "✓ " : "✗ ";
  item.append(picture, html("b", "", `${mark}${digits[at]}`), " ", html("span", "", chance(sure[at]).replace(".0%", "%")));
  if (rejected[at]) item.append(html("small", "", "rejected"));
  return item;
}

export default mount(Findings);
