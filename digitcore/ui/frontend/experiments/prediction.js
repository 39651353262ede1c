// What a visitor predicts before anything is shown: one of a few options, or a point on an axis. Afterwards, beside it, what the
// others of a class predicted and what happened.

import { html } from "../shared/elements.js";
import { mount } from "../shared/mount.js";

/**
 * `options` of a choice, or the ends of an axis in percent; `mine` is what was predicted, null before; `happened` is what came
 * out, null before it is known; `votes` are those of a class, by answer, null outside of a class.
 * @typedef {object} Prediction
 * @property {{ key: string, text: string }[] | null} options
 * @property {number} low
 * @property {number} high
 * @property {string | null} mine
 * @property {string | number | null} happened
 * @property {Record<string, number> | null} votes
 * @property {string} verdict
 * @property {boolean} changeable
 * @property {string} question
 */

const UNSURE = "unsure";
const BINS = 10; // of a class's points on the axis

/** @param {number} count */
const people = (count) => `${count} ${count === 1 ? "person" : "people"}`;

class Options {
  /**
   * @param {Prediction} data
   * @param {(key: string) => void} choose
   */
  constructor(data, choose) {
    this.element = html("fieldset", "prediction__options");
    this.element.append(html("legend", "prediction__legend", "Your prediction"));
    const most = Math.max(1, ...Object.values(data.votes ?? {}));
    for (const option of data.options ?? []) this.element.append(this.option(option, data, most, choose));
  }

  /**
   * @param {{ key: string, text: string }} option
   * @param {Prediction} data
   * @param {number} most votes that an option has
   * @param {(key: string) => void} choose
   */
  option({ key, text }, data, most, choose) {
    const label = html("label", "prediction__option");
    const radio = Object.assign(html("input", "prediction__radio"), { type: "radio", name: "prediction", value: key });
    radio.checked = data.mine === key;
    radio.disabled = data.mine !== null;
    radio.addEventListener("change", () => choose(key));
    label.append(radio, html("span", "prediction__text", text));
    label.toggleAttribute("data-mine", data.mine === key);
    label.toggleAttribute("data-happened", data.happened === key);
    if (data.mine === key) label.append(html("span", "prediction__you", "you"));
    if (data.happened === key) label.append(html("span", "prediction__mark", "happened"));
    if (data.votes && data.mine !== null) {
      const votes = data.votes[key] ?? 0;
      label.style.setProperty("--votes", String(votes / most));
      const count = html("span", "prediction__votes", votes);
      count.setAttribute("aria-label", `predicted by ${people(votes)}`);
      label.append(count);
    }
    return label;
  }
}

class Axis {
  /**
   * @param {Prediction} data
   * @param {(value: string) => void} choose
   */
  constructor(data, choose) {
    const { low, high, mine, happened, votes } = data;
    this.low = low;
    this.high = high;
    this.element = html("div", "prediction__axis");
    const title = html("p", "prediction__legend", "Your prediction");
    this.readout = html("b", "prediction__readout", mine && mine !== UNSURE ? `${mine}%` : "");
    title.append(this.readout);
    this.track = html("div", "prediction__track");
    this.element.append(title, this.track, this.ends());
    if (votes && mine !== null) this.track.append(...this.crowd(votes));
    if (mine === null) this.track.append(this.slider(choose));
    else if (mine !== UNSURE) this.mark("mine", Number(mine), "you");
    if (typeof happened === "number") this.mark("happened", happened, `${happened.toFixed(1)}%`);
  }

  ends() {
    const ends = html("p", "prediction__ends");
    ends.append(html("span", "", `${this.low}%`), html("span", "", `${this.high}%`));
    return ends;
  }

  /** @param {(value: string) => void} choose */
  slider(choose) {
    const middle = Math.round((this.low + this.high) / 2);
    const slider = Object.assign(html("input", "prediction__slider"), {
      type: "range", min: String(this.low), max: String(this.high), step: "1", value: String(middle),
    });
    slider.setAttribute("aria-label", "Your prediction in percent");
    slider.toggleAttribute("data-untouched", true);
    const take = () => {
      slider.removeAttribute("data-untouched");
      this.readout.textContent = `${slider.value}%`;
      choose(slider.value);
    };
    slider.addEventListener("input", take);
    slider.addEventListener("pointerup", take);
    return slider;
  }

  /**
   * @param {string} kind
   * @param {number} value
   * @param {string} words
   */
  mark(kind, value, words) {
    const mark = html("span", "prediction__pin", words);
    mark.dataset.kind = kind;
    mark.style.left = `${this.share(value)}%`;
    this.track.append(mark);
  }

  /** @param {Record<string, number>} votes */
  crowd(votes) {
    const bins = Array.from({ length: BINS }, () => 0);
    for (const [answer, count] of Object.entries(votes)) {
      if (answer === UNSURE) continue;
      bins[Math.min(BINS - 1, Math.floor((this.share(Number(answer)) / 100) * BINS))] += count;
    }
    const most = Math.max(1, ...bins);
    return bins.map((count, bin) => {
      const bar = html("span", "prediction__bin", count || "");
      bar.style.left = `${(100 * bin) / BINS}%`;
      bar.style.setProperty("--votes", String(count / most));
      return bar;
    });
  }

  /** @param {number} value */
  share(value) {
    return Math.max(0, Math.min(100, (100 * (value - this.low)) / (this.high - this.low)));
  }
}

class PredictionPart {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.root = /** @type {HTMLElement} */ (parentElement.querySelector(".prediction"));
    /** @type {string | null} */
    this.chosen = null;
    this.known = "";
    /** @type {(answer: string) => void} */
    this.send = () => {};
    this.part("predict").addEventListener("click", () => this.chosen !== null && this.send(this.chosen));
    this.part("unsure").addEventListener("click", () => this.send(UNSURE));
    this.part("change").addEventListener("click", () => this.send(""));
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLButtonElement} */ (this.root.querySelector(`.prediction__${name}`));
  }

  /** @param {import("../shared/mount.js").Component} component */
  update({ data, setTriggerValue }) {
    this.send = (answer) => setTriggerValue("predicted", answer);
    const known = JSON.stringify(data);
    if (known === this.known) return;
    if (!this.known || JSON.parse(this.known).question !== data.question || data.mine !== null) this.choose(null);
    this.known = known;
    this.show(data);
  }

  /** @param {Prediction} data */
  show(data) {
    const { mine, happened, verdict, changeable } = data;
    const Kind = data.options ? Options : Axis;
    const body = /** @type {HTMLElement} */ (this.root.querySelector(".prediction__body"));
    if (mine !== null || !body.firstChild || this.chosen === null) {
      body.replaceChildren(new Kind(data, (answer) => this.choose(answer)).element);
    }
    this.root.dataset.state = mine === null ? "open" : happened === null ? "predicted" : "answered";
    this.root.dataset.mine = mine ?? "";
    for (const name of ["predict", "unsure"]) this.part(name).hidden = mine !== null;
    this.part("change").hidden = mine === null || !changeable;
    const line = /** @type {HTMLElement} */ (this.root.querySelector(".prediction__verdict"));
    if (line.textContent !== verdict) line.textContent = verdict;
  }

  /** @param {string | null} answer */
  choose(answer) {
    this.chosen = answer;
    this.part("predict").disabled = answer === null;
  }

  stop() {}
}

export default mount(PredictionPart);
