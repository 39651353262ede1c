// The training panel: bars, curves, guesses and mistakes of a job, drawn anew in place whenever newer figures come.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";
import { Curve, FIGURES } from "./curve.js";
import { OwnDigit } from "./own_digit.js";

const OWN_WAYS = ["wheel", "touchmove", "keydown"]; // of somebody who goes where they like
const VIEW_KEY = "digitcore-training-view";
const LEADS = 3000; // ms for which the panel is kept in view, while what stood above it goes
const IN_VIEW = 0.6; // of the window's height: a panel that begins below this is out of sight

class Guesses {
  constructor(part) {
    this.list = part.querySelector(".training__digits");
    this.cells = [];
  }

  show({ sprite, labels, guesses, confidences }) {
    if (this.sprite !== sprite) this.build(sprite, labels);
    this.cells.forEach((cell, index) => this.fill(cell, labels[index], guesses?.[index], confidences?.[index]));
    const right = guesses?.filter((guess, index) => guess === labels[index]).length;
    this.list.dataset.right = right ?? "";
  }

  build(sprite, labels) {
    this.sprite = sprite;
    this.list.style.setProperty("--sprite", `url("${sprite}")`);
    this.list.style.setProperty("--count", labels.length);
    this.cells = labels.map((label, index) => {
      const cell = html("li", "training__digit");
      const picture = html("span", "training__picture");
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", `A handwritten ${label}`);
      picture.style.setProperty("--index", index);
      cell.append(picture, html("span", "training__guess"));
      return cell;
    });
    this.list.replaceChildren(...this.cells);
  }

  fill(cell, label, guess, confidence) {
    const line = cell.lastChild;
    if (guess === undefined) {
      delete cell.dataset.right;
      line.replaceChildren(html("b", "", "?"));
      return;
    }
    cell.dataset.right = guess === label;
    const mark = html("b", "", `${guess === label ? "✓" : "✗"} ${guess}`);
    line.replaceChildren(mark, html("span", "", sureness(confidence)));
  }
}

// In whole percent, since there is no room for more; nothing is ever quite certain.
function sureness(confidence) {
  return confidence > 0.995 ? ">99%" : `${Math.round(100 * confidence)}%`;
}

class Matrix {
  constructor(part) {
    this.table = part.querySelector(".training__matrix");
    this.show(null);
  }

  show(confusion) {
    const key = confusion ? `${confusion.epoch} ${confusion.words}` : "";
    if (this.key === key) return;
    this.key = key;
    this.table.dataset.epoch = confusion?.epoch ?? 0;
    this.table.replaceChildren(this.header(), ...this.rows(confusion?.counts));
  }

  header() {
    const row = html("tr", "");
    const corner = html("th", "");
    row.append(corner, ...Array.from({ length: 10 }, (_, digit) => heading(digit, "col", `read as ${digit}`)));
    return row;
  }

  rows(counts) {
    const most = (wrong) => Math.max(1, ...(counts ?? []).flatMap((row, i) => row.filter((_, j) => (i !== j) === wrong)));
    const deepest = { true: most(true), false: most(false) };
    return Array.from({ length: 10 }, (_, truth) => {
      const row = html("tr", "");
      row.append(heading(truth, "row", `true digit ${truth}`));
      for (let said = 0; said < 10; said++) {
        const number = counts?.[truth][said] ?? 0;
        const cell = html("td", "", number ? number.toLocaleString("en") : "");
        cell.toggleAttribute("data-wrong", truth !== said);
        // the root brings out small counts, which are what one looks for
        cell.style.setProperty("--depth", Math.sqrt(number / deepest[truth !== said]).toFixed(3));
        row.append(cell);
      }
      return row;
    });
  }
}

function heading(digit, scope, label) {
  const cell = html("th", "", digit);
  cell.scope = scope;
  cell.setAttribute("aria-label", label);
  return cell;
}

// Two views in one place, as tabs: which one is shown outlives a look at another page.
class Views {
  constructor(root) {
    this.root = root;
    this.tabs = [...root.querySelectorAll(".training__views [role=tab]")];
    this.notes = {};
    for (const tab of this.tabs) tab.addEventListener("click", () => this.open(tab.dataset.view));
    root.querySelector(".training__views").addEventListener("keydown", (event) => this.step(event));
    this.open(sessionStorage.getItem(VIEW_KEY) === "confusion" ? "confusion" : "digits");
  }

  open(view) {
    this.view = view;
    sessionStorage.setItem(VIEW_KEY, view);
    for (const tab of this.tabs) {
      const chosen = tab.dataset.view === view;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const panel of this.root.querySelectorAll(".training__view")) panel.hidden = panel.dataset.part !== view;
    this.note();
  }

  step(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = this.tabs.find((tab) => tab.dataset.view !== this.view);
    this.open(other.dataset.view);
    other.focus();
  }

  show(notes) {
    this.notes = notes;
    this.note();
  }

  note() {
    const note = this.root.querySelector(".training__note");
    note.dataset.view = this.view;
    note.textContent = this.notes[this.view] ?? "";
  }
}

class TrainingPanel {
  constructor(parentElement) {
    this.root = parentElement.querySelector(".training");
    const part = (name) => this.root.querySelector(`[data-part="${name}"]`);
    this.curves = [
      new Curve(part("accuracy"), "Accuracy", FIGURES.accuracy),
      new Curve(part("loss"), "Loss", FIGURES.loss),
    ];
    this.guesses = new Guesses(part("digits"));
    this.matrix = new Matrix(part("confusion"));
    this.own = new OwnDigit(this.root.querySelector(".own-digit"));
    this.views = new Views(this.root);
    this.shares = {};
    this.leads = 0; // ms, until when
    this.free = () => (this.leads = 0);
    for (const own of OWN_WAYS) window.addEventListener(own, this.free, { passive: true });
  }

  update({ data }) {
    const { state, epoch, overall, epochs_done: epochsDone } = data;
    Object.assign(this.root.dataset, { state, epoch, share: overall.share, epochsDone });
    this.write(".training__status", data.status);
    this.write(".training__message", data.message);
    this.write(".training__weights", data.fingerprint.shown);
    this.root.querySelector(".training__weights").title = data.fingerprint.words;
    this.bar("overall", overall);
    this.bar("current", data.current);
    this.queue(data.queue);
    this.curves.forEach((curve) => curve.show(data.curves, data.epochs));
    this.guesses.show(data.digits);
    this.matrix.show(data.confusion);
    this.own.show(data.own);
    this.views.show({ digits: data.digits.words, confusion: data.confusion?.words ?? "" });
    this.write(".training__now", data.now);
    for (const hint of this.root.querySelectorAll(".training__hint")) {
      hint.textContent = data.hints?.[hint.parentElement.dataset.part] ?? "";
    }
    this.arrive(data.arrived);
  }

  // Who has just pressed Train, further up on a phone's screen, is led to what happens.
  arrive(job) {
    const before = this.arrived;
    this.arrived = job;
    if (before !== undefined && before !== job && job) this.leads = performance.now() + LEADS;
    if (performance.now() < this.leads) this.lead();
  }

  lead() {
    const { top } = this.root.getBoundingClientRect();
    if (top >= 0 && top < IN_VIEW * window.innerHeight) return;
    this.root.scrollIntoView({ block: "start" });
    this.root.focus({ preventScroll: true });
  }

  // Only what has changed, lest a screen reader reads the same words twice a second.
  write(selector, words) {
    const element = this.root.querySelector(selector);
    if (element.textContent !== words) element.textContent = words;
  }

  bar(name, { share, left, right }) {
    const bar = this.root.querySelector(`[data-bar="${name}"]`);
    bar.toggleAttribute("data-back", share < (this.shares[name] ?? 0));
    this.shares[name] = share;
    bar.style.setProperty("--share", share);
    bar.querySelector('[role="progressbar"]').setAttribute("aria-valuenow", Math.round(100 * share));
    bar.querySelector('[data-side="left"]').textContent = left;
    bar.querySelector('[data-side="right"]').textContent = right;
  }

  queue(rows) {
    const list = this.root.querySelector(".training__queue");
    list.hidden = rows.length === 0;
    list.replaceChildren(
      ...rows.map(({ name, words, share, followed }) => {
        const row = html("li", "training__job");
        row.toggleAttribute("data-followed", followed);
        const track = html("span", "training__track");
        track.append(html("span", "training__fill"));
        track.style.setProperty("--share", share);
        row.append(html("span", "", name), track, html("span", "", words));
        return row;
      }),
    );
  }

  stop() {
    for (const own of OWN_WAYS) window.removeEventListener(own, this.free);
    this.curves.forEach((curve) => curve.resized.disconnect());
    this.own.stop();
  }
}

export default mount(TrainingPanel);
