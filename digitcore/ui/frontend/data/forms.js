// The forms in which digits are written: drawings of each, where it is at home, and how well a network reads it.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

/** @typedef {{ url: string, columns: number, rows: number }} Sheet */
/** @typedef {{ at: number, wrong: string }} Picture */
/**
 * A form; the last three once a network has read it, `share` in [0, 1].
 * @typedef {{ name: string, where: string, label: string, pictures: Picture[],
 *   share?: number, figure?: string, rest?: string }} Form
 */

class Forms {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.place = /** @type {HTMLElement} */ (parentElement.querySelector(".digit-forms"));
    this.known = "";
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data }) {
    const known = JSON.stringify(data.digits);
    if (known === this.known) return; // so that scroll and what is read aloud stay where they are
    this.known = known;
    this.place.style.setProperty("--sheet", `url(${data.sheet.url})`);
    this.place.replaceChildren(...data.digits.map(({ digit, forms }) => section(digit, forms, data.sheet)));
  }

  stop() {}
}

/**
 * @param {number} digit
 * @param {Form[]} forms
 * @param {Sheet} sheet
 */
function section(digit, forms, sheet) {
  const found = html("section", "digit-forms__digit");
  found.setAttribute("aria-label", `Forms of ${digit}`);
  const list = html("ul", "digit-forms__list");
  list.append(...forms.map((form) => item(form, sheet)));
  found.append(html("h3", "digit-forms__title", digit), list);
  return found;
}

/**
 * @param {Form} form
 * @param {Sheet} sheet
 */
function item(form, sheet) {
  const found = html("li", "digit-forms__form");
  const strip = html("div", "digit-forms__strip");
  strip.setAttribute("role", "img");
  strip.setAttribute("aria-label", `${form.pictures.length} drawings of ${form.label}`);
  strip.append(...form.pictures.map((picture) => drawing(picture, sheet)));
  found.append(strip, html("p", "digit-forms__name", form.name), html("p", "digit-forms__where", form.where));
  if (form.share !== undefined) found.append(...figures(form.share, form.figure ?? "", form.rest ?? ""));
  return found;
}

/**
 * @param {Picture} picture
 * @param {Sheet} sheet
 */
function drawing({ at, wrong }, { columns, rows }) {
  const cut = html("span", "digit-forms__drawing");
  cut.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
  cut.style.backgroundPosition = `${share(at % columns, columns)} ${share(Math.floor(at / columns), rows)}`;
  cut.dataset.wrong = String(Boolean(wrong));
  cut.title = wrong;
  return cut;
}

/**
 * @param {number} index
 * @param {number} count
 */
function share(index, count) {
  return count > 1 ? `${(100 * index) / (count - 1)}%` : "0%";
}

/**
 * A bar as long as the share that is read, and the figures in words.
 * @param {number} read
 * @param {string} figure
 * @param {string} rest
 */
function figures(read, figure, rest) {
  const bar = html("div", "digit-forms__bar");
  bar.style.setProperty("--read", `${100 * read}%`);
  return [bar, html("p", "digit-forms__figure", figure), ...(rest ? [html("p", "digit-forms__rest", rest)] : [])];
}

export default mount(Forms);
