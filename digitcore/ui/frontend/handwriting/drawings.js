// The drawings that were kept, cut from one sheet. Each can be chosen; what is chosen is given another label, or deleted.

import { Asking } from "../shared/asking.js";
import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

const SHOWN = 56; // px, of a drawing: two to each of its 28

/** @typedef {{ url: string, columns: number, rows: number }} Sheet */
/** @typedef {{ id: number, label: number, read: number | null, was_read: boolean, kept: string, mine: boolean }} Entry */

class Drawings {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".digit-drawings"));
    this.part = (name) => /** @type {HTMLElement} */ (this.root.querySelector(`.digit-drawings__${name}`));
    /** @type {Set<number>} */
    this.chosen = new Set(); // ids
    /** @type {Entry[]} */
    this.entries = [];
    this.known = "";
    this.said = "";
    this.canUndo = false;
    this.asking = new Asking();
    /** @type {(message: object) => void} */
    this.set = () => {};
    this.part("digits").append(...Array.from({ length: 10 }, (_, digit) => this.labelButton(digit)));
    this.on('[data-action="remove"]', () => this.send("remove", {}));
    this.on('[data-action="none"]', () => this.choose(() => this.chosen.clear()));
    this.on(".digit-drawings__undo", () => this.send("restore", {}));
  }

  /**
   * @param {string} selector
   * @param {() => void} act
   */
  on(selector, act) {
    const button = /** @type {HTMLButtonElement} */ (this.root.querySelector(selector));
    button.onclick = act;
  }

  /** @param {number} digit */
  labelButton(digit) {
    const button = html("button", "studio-button", digit);
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", `Label ${digit}`);
    button.onclick = () => this.send("relabel", { label: digit });
    return button;
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data: { sheet, entries, answer }, setStateValue }) {
    this.set = (message) => setStateValue("message", message);
    this.take(answer);
    const known = JSON.stringify([sheet, entries]);
    if (known !== this.known) this.draw(sheet, entries);
    this.known = known;
    this.show();
  }

  /** @param {{ ticket: string, said?: string, undo?: boolean } | null} answer */
  take(answer) {
    if (!answer || answer.ticket !== this.asking.wanted?.ticket) return;
    this.asking.stop();
    this.chosen.clear();
    this.said = answer.said ?? "";
    this.canUndo = answer.undo ?? false;
  }

  /**
   * @param {Sheet | null} sheet
   * @param {Entry[]} entries
   */
  draw(sheet, entries) {
    this.entries = entries;
    const there = new Set(entries.map(({ id }) => id));
    for (const id of this.chosen) if (!there.has(id)) this.chosen.delete(id);
    this.part("list").replaceChildren(...entries.map((entry, index) => this.tile(entry, index, sheet)));
  }

  /**
   * @param {Entry} entry
   * @param {number} index
   * @param {Sheet | null} sheet
   */
  tile(entry, index, sheet) {
    const item = html("li", "digit-drawings__item");
    const button = html("button", "digit-drawings__tile");
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", named(entry));
    button.title = named(entry);
    button.onclick = () => this.choose(() => this.chosen.delete(entry.id) || this.chosen.add(entry.id));
    button.append(picture(index, sheet), caption(entry));
    item.append(button);
    return item;
  }

  /** @param {() => void} change */
  choose(change) {
    change();
    this.said = "";
    this.canUndo = false;
    this.show();
  }

  show() {
    const count = this.chosen.size;
    this.part("list").childNodes.forEach((item, index) => {
      const button = /** @type {HTMLElement} */ (item.firstChild);
      button.setAttribute("aria-pressed", String(this.chosen.has(this.entries[index].id)));
    });
    this.part("actions").hidden = count === 0;
    this.part("undo").hidden = !this.canUndo || count > 0;
    this.part("ask").textContent = count === 1 ? "1 chosen. It is a …" : `${count} chosen. They are …`;
    const hint = this.entries.length ? "Choose drawings to give them another label, or to delete them." : "None of these yet.";
    this.part("said").textContent = count > 0 ? "" : this.said || hint;
  }

  /**
   * @param {string} what
   * @param {object} about
   */
  send(what, about) {
    if (this.asking.wanted) return;
    this.asking.ask({ do: what, ticket: crypto.getRandomValues(new Uint32Array(4)).join("-"), ids: [...this.chosen], ...about }, this.set);
  }

  stop() {
    this.asking.stop();
  }
}

/** @param {Entry} entry */
function named({ label, read, was_read: wasRead, kept }) {
  const misread = read === null ? ", not read as a digit" : `, read as ${read}`;
  return `${label}${wasRead && read !== label ? misread : ""}, kept on ${kept}`;
}

/**
 * @param {number} index
 * @param {Sheet | null} sheet
 */
function picture(index, sheet) {
  const cut = html("span", "digit-drawings__picture");
  if (!sheet) return cut;
  const { url, columns, rows } = sheet;
  cut.style.backgroundImage = `url(${url})`;
  cut.style.backgroundSize = `${SHOWN * columns}px ${SHOWN * rows}px`;
  cut.style.backgroundPosition = `${-SHOWN * (index % columns)}px ${-SHOWN * Math.floor(index / columns)}px`;
  return cut;
}

/** @param {Entry} entry */
function caption({ label, read, was_read: wasRead }) {
  const line = html("span", "digit-drawings__label", label);
  if (wasRead && read !== label) line.append(html("span", "digit-drawings__read", read === null ? "rejected" : `read ${read}`));
  return line;
}

export default mount(Drawings);
