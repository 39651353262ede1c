// A curve over the epochs of a training, drawn anew in place whenever newer figures come.

import { html, svg } from "../shared/elements.js";
import { percent } from "../shared/numbers.js";

const ROUND_ENDS = [1, 2, 3, 5, 8, 12, 20, 30, 50, 75, 100]; // epochs that the curves' axis may reach to
const MOST_DOTS = 30; // epochs that get a dot each; more would touch
const LEFT = 46, RIGHT = 8, TOP = 6, BOTTOM = 22; // px around a curve, for labels of 12 px
const LABEL = 12; // px

// Round steps for about four grid lines between `low` and `high`.
function ticks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const values = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + 1e-9; index++) values.push(index * step);
  return { values, step };
}

function decimals(step) {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

// What differs between the two curves: `column` of the points, how values are written, and which range is shown.
export const FIGURES = {
  accuracy: {
    column: 1,
    write: (value) => percent(value),
    label: (value, step) => `${(100 * value).toFixed(decimals(100 * step))}%`,
    blank: [0, 1],
    range: (values) => [Math.max(0, 1 - 1.15 * (1 - Math.min(...values, 0.995))), 1],
  },
  loss: {
    column: 2,
    write: (value) => value.toFixed(4),
    label: (value, step) => value.toFixed(decimals(step)),
    blank: [0, 2.4], // guessing costs 2.3
    range: (values) => [0, 1.08 * Math.max(...values, 0.01)],
  },
};

export class Curve {
  constructor(part, name, figure) {
    this.name = name;
    this.figure = figure;
    this.keys = part.querySelector(".training__keys");
    /** @type {{ training: number[][], validation: number[][], tail?: number[] }} */
    this.points = { training: [], validation: [] };
    /** @type {number | null} */
    this.epochs = null; // until there is something to show
    this.width = this.height = 0; // px
    this.larger = 1; // times as large as on an ordinary screen are the labels
    this.range = [0, 1];
    this.end = 1; // epochs that the axis reaches to
    this.x = this.y = (/** @type {number} */ value) => value;
    this.plot = part.querySelector(".training__plot");
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.plot);
  }

  show({ training, validation, tail }, epochs) {
    const known = (points) => points.filter((point) => point[this.figure.column] !== null);
    this.points = { training: known(training), validation: known(validation), tail: known(tail ? [tail] : [])[0] };
    this.epochs = epochs;
    this.plot.dataset.points = this.all().length;
    this.draw();
  }

  all() {
    const { training, validation, tail } = this.points;
    return [...training, ...validation, ...(tail ? [tail] : [])];
  }

  draw() {
    if (this.epochs === null || !this.plot.clientWidth) return;
    const { training, validation, tail } = this.points;
    const head = tail ?? training.at(-1);
    this.scale();
    const picture = svg("svg", { width: this.width, height: this.height, role: "img" });
    const inside = svg("svg", { width: this.width, height: this.height - this.larger * BOTTOM + 5, overflow: "hidden" });
    inside.append(this.path("training", training));
    if (tail && training.length) inside.append(this.path("tail", [training.at(-1), tail]));
    inside.append(this.path("validation", validation));
    if (head) inside.append(this.circle("head", head, 3));
    if (validation.length <= MOST_DOTS) inside.append(...validation.map((point) => this.circle("dot", point, 4)));
    picture.append(...this.grid(), inside);
    picture.setAttribute("aria-label", this.tell({ training: head, validation: validation.at(-1) }));
    this.plot.replaceChildren(picture);
  }

  // in px: the big screen makes text larger, and these labels more than other text
  sizeOfLabels() {
    const big = document.documentElement.hasAttribute("data-big-screen");
    return parseFloat(getComputedStyle(document.documentElement).fontSize) * (big ? 1 : 0.75);
  }

  scale() {
    const at = Math.max(0, ...this.all().map((point) => point[0]));
    const larger = (this.larger = this.sizeOfLabels() / LABEL);
    const width = (this.width = this.plot.clientWidth), height = (this.height = this.plot.clientHeight);
    const end = (this.end = Math.min(this.epochs ?? 1, ROUND_ENDS.find((candidate) => candidate >= at - 1e-9) ?? at));
    // once two epochs are done, the steep beginning is left to run out of the picture
    const shown = this.points.validation.length < 2 ? this.all() : this.all().filter((point) => point[0] >= 1);
    const values = shown.map((point) => point[this.figure.column]);
    const [low, high] = (this.range = values.length ? this.figure.range(values) : this.figure.blank);
    this.x = (value) => larger * LEFT + (value / end) * (width - larger * LEFT - RIGHT);
    this.y = (value) => larger * TOP + ((high - value) / (high - low)) * (height - larger * (TOP + BOTTOM));
  }

  grid() {
    const { values, step } = ticks(...this.range);
    const every = Math.ceil((this.end * this.larger) / 8);
    const epochs = Array.from({ length: Math.floor(this.end / every) }, (_, index) => every * (index + 1));
    return [
      ...values.flatMap((value) => this.level(this.y(value), this.figure.label(value, step))),
      svg("text", { x: this.larger * LEFT, y: this.height - 5 }, "Epoch"),
      ...epochs.map((epoch) => svg("text", { x: this.x(epoch), y: this.height - 5, "text-anchor": "middle" }, String(epoch))),
    ];
  }

  level(y, label) {
    return [
      svg("line", { class: "grid", x1: this.larger * LEFT, x2: this.width - RIGHT, y1: y, y2: y }),
      svg("text", { x: this.larger * LEFT - 7, y: y + 4 * this.larger, "text-anchor": "end" }, label),
    ];
  }

  path(name, points) {
    return svg("path", { class: name, d: points.map((point, index) => `${index ? "L" : "M"}${this.place(point)}`).join("") });
  }

  circle(name, point, r) {
    const [cx, cy] = this.place(point);
    return svg("circle", { class: name, cx, cy, r });
  }

  place(point) {
    return [this.x(point[0]).toFixed(1), this.y(point[this.figure.column]).toFixed(1)];
  }

  // Writes the latest figures beside the names of the lines, and returns them in words.
  tell(latest) {
    const told = Object.entries(latest).filter(([, point]) => point);
    const keys = told.map(([line, point]) => {
      const key = html("span", "training__key", `${line} ${this.figure.write(point[this.figure.column])}`);
      key.dataset.line = line;
      return key;
    });
    this.keys.replaceChildren(...keys);
    return `${this.name}: ${keys.map((key) => key.textContent).join(", ") || "no figures yet"}`;
  }
}
