// The runs of an experiment as programs: what is different about each, and its text with these lines marked.

import { copyBy, saveText } from "../shared/clipboard.js";
import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

/**
 * @typedef {object} Program
 * @property {string} title of the run
 * @property {string} file
 * @property {[string, boolean][]} lines with whether each differs from the other programs
 */

const MARGIN = 60; // px that stay above the first line that differs

class Programs {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".programs"));
    /** @type {Program[]} */
    this.runs = [];
    this.page = document.querySelector(".stApp") ?? document.body;
    this.known = "";
    this.chosen = 0;
    this.button("copy").addEventListener("click", () => copyBy(this.button("copy"), this.text));
    this.button("save").addEventListener("click", () => saveText(this.runs[this.chosen].file, this.text, "text/x-python"));
    this.part("runs").addEventListener("keydown", (event) => this.step(event));
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`.programs__${name}`));
  }

  /** @param {string} name */
  button(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-do="${name}"]`));
  }

  get text() {
    return this.runs[this.chosen].lines.map(([text]) => `${text}\n`).join("");
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data }) {
    this.root.style.colorScheme = getComputedStyle(this.page).colorScheme; // a dialog lies beside the page, and has none
    const known = JSON.stringify(data.runs);
    if (known === this.known) return;
    this.known = known;
    this.runs = data.runs;
    this.chosen = 0;
    this.part("words").textContent = data.words;
    this.part("runs").replaceChildren(...this.runs.map((run, index) => this.tab(run, index)));
    this.show();
  }

  /**
   * @param {Program} run
   * @param {number} index
   */
  tab(run, index) {
    const tab = html("button", "programs__run");
    Object.assign(tab, { type: "button", role: "tab" });
    tab.dataset.run = String(index);
    tab.append(html("span", "programs__swatch"), html("b", "programs__title", run.title), html("code", "programs__own", own(run)));
    tab.addEventListener("click", () => this.choose(index));
    return tab;
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.choose((this.chosen + by + this.runs.length) % this.runs.length);
    /** @type {HTMLElement} */ (this.part("runs").children[this.chosen]).focus();
  }

  /** @param {number} index */
  choose(index) {
    this.chosen = index;
    this.show();
  }

  show() {
    [...this.part("runs").children].forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === this.chosen));
      /** @type {HTMLElement} */ (tab).tabIndex = index === this.chosen ? 0 : -1;
    });
    const text = this.part("text"), { lines, title } = this.runs[this.chosen];
    text.dataset.run = String(this.chosen);
    text.setAttribute("aria-label", `Program of “${title}”`);
    text.replaceChildren(...lines.map(written));
    const first = /** @type {HTMLElement | null} */ (text.querySelector("[data-differs]"));
    text.scrollTop = Math.max(0, (first?.offsetTop ?? 0) - text.offsetTop - MARGIN);
  }

  stop() {}
}

/** @param {[string, boolean]} line */
function written([text, differs]) {
  const code = html("code", text.trimStart().startsWith("#") ? "programs__line programs__comment" : "programs__line", text || " ");
  if (differs) code.dataset.differs = "";
  return code;
}

/**
 * What is different about a program, in a line.
 * @param {Program} run
 */
function own({ lines }) {
  const different = lines.filter(([text, differs]) => differs && text.trim()).map(([text]) => text.trim());
  if (different.length === 0) return "no line of its own";
  return different.length === 1 ? different[0] : `${different.length} lines of its own`;
}

export default mount(Programs);
