// The accuracy of two or three runs over their epochs, in one picture; each line ends in its run's name.

import { svg } from "../shared/elements.js";
import { percent } from "../shared/numbers.js";

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} title
 * @property {number[][]} training points [epochs done, accuracy]
 * @property {number[][]} validation
 * @property {number | null} kept the epoch whose weights the run keeps, once it has ended
 */

const LEFT = 44, RIGHT = 12, TOP = 8, BOTTOM = 24; // px, at the usual size of text
const LABELS = 125; // px for the names at the lines' ends, where there is room
const ROOM = 430; // px of width from which there is
const APART = 15; // px between two names
const GUESSING = 0.1;
const RING = 8.5; // px, the radius of what marks the epoch that is kept
const ROUND = [1, 2, 3, 5, 10, 20, 40, 100]; // epochs from one label to the next

export class Plot {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {{ lines: Line[], epochs: number, both: boolean, until: number }} */
    this.shown = { lines: [], epochs: 1, both: false, until: Infinity };
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(place);
    this.width = this.height = 0;
    this.left = LEFT;
    this.right = RIGHT;
    this.larger = 1; // times the usual size of text
  }

  /**
   * @param {Line[]} lines
   * @param {number} epochs that the axis reaches to
   * @param {boolean} both whether training is shown beside validation
   * @param {number} until this many epochs: what comes later isn't shown yet
   */
  show(lines, epochs, both, until) {
    this.shown = { lines, epochs, both, until };
    this.draw();
  }

  draw() {
    this.width = this.place.clientWidth;
    this.height = this.place.clientHeight;
    if (!this.width) return;
    this.larger = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.left = LEFT * this.larger;
    const { lines, both, until } = this.shown;
    const cut = lines.map(({ name, title, training, validation, kept }) => ({
      name, title, training: before(training, until), validation: before(validation, until), kept: until === Infinity ? kept : null,
    }));
    this.right = this.width >= ROOM * this.larger ? LABELS * this.larger : RIGHT;
    const picture = svg("svg", { width: this.width, height: this.height, role: "img", "aria-label": words(cut) });
    picture.append(...this.grid());
    if (both) cut.forEach((line, index) => picture.append(this.path(line.training, index, "training")));
    cut.forEach((line, index) => picture.append(this.path(line.validation, index, "validation"), ...this.marks(line, index)));
    if (this.right > RIGHT) picture.append(...this.names(cut));
    this.place.dataset.points = String(cut.reduce((sum, line) => sum + line.validation.length, 0));
    this.place.replaceChildren(picture);
  }

  /** @param {number} epoch */
  x(epoch) {
    return this.left + (epoch / this.shown.epochs) * (this.width - this.left - this.right);
  }

  /** @param {number} accuracy */
  y(accuracy) {
    return TOP + (1 - accuracy) * (this.height - TOP - BOTTOM * this.larger);
  }

  grid() {
    const { epochs } = this.shown;
    const step = ROUND.find((each) => epochs / each <= 6) ?? 100;
    const levels = [0, 0.25, 0.5, 0.75, 1].flatMap((level) => [
      svg("line", { class: "grid", x1: this.left, x2: this.width - this.right, y1: this.y(level), y2: this.y(level) }),
      svg("text", { x: this.left - 7, y: this.y(level) + 4 * this.larger, "text-anchor": "end" }, `${100 * level}%`),
    ]);
    const marks = Array.from({ length: Math.floor(epochs / step) }, (_, index) => step * (index + 1)).map((epoch) =>
      svg("text", { x: this.x(epoch), y: this.height - 6, "text-anchor": "middle" }, String(epoch)),
    );
    return [
      ...levels,
      svg("line", { class: "guessing", x1: this.left, x2: this.width - this.right, y1: this.y(GUESSING), y2: this.y(GUESSING) }),
      svg("text", { class: "guessing", x: this.left + 4, y: this.y(GUESSING) - 4 }, "guessing"),
      svg("text", { x: this.left, y: this.height - 6 }, "Epoch"),
      ...marks,
    ];
  }

  /**
   * @param {number[][]} points
   * @param {number} index
   * @param {string} kind
   */
  path(points, index, kind) {
    const way = points.map(([epoch, share], at) => `${at ? "L" : "M"}${this.x(epoch).toFixed(1)},${this.y(share).toFixed(1)}`);
    return svg("path", { class: kind, "data-run": String(index), d: way.join("") });
  }

  /**
   * @param {Line} line
   * @param {number} index
   */
  marks(line, index) {
    const mark = (/** @type {number[] | undefined} */ point, /** @type {string} */ kind, /** @type {number} */ radius) =>
      point ? [svg("circle", { "data-run": String(index), class: kind, cx: this.x(point[0]), cy: this.y(point[1]), r: radius })] : [];
    return [...mark(line.validation.at(-1), "end", 4.5), ...mark(keptPoint(line), "kept", RING)];
  }

  /** @param {Line[]} lines */
  names(lines) {
    const ends = lines.flatMap((line, index) => {
      const last = line.validation.at(-1);
      return last ? [{ index, title: line.title, x: this.x(last[0]), y: this.y(last[1]) }] : [];
    });
    ends.sort((one, other) => one.y - other.y);
    ends.forEach((end, at) => {
      const above = ends[at - 1];
      if (above && end.y - above.y < APART * this.larger && Math.abs(end.x - above.x) < this.right) end.y = above.y + APART * this.larger;
    });
    const over = (ends.at(-1)?.y ?? 0) - (this.height - BOTTOM * this.larger);
    for (const end of ends) {
      if (over > 0) end.y -= over;
    }
    return ends.map(({ index, title, x, y }) => svg("text", { class: "name", "data-run": String(index), x: x + RING + 4, y: y + 4 * this.larger }, title));
  }

  stop() {
    this.resized.disconnect();
  }
}

/**
 * The points up to some epochs; the last one lies between two where they end there.
 * @param {number[][]} points
 * @param {number} until
 */
function before(points, until) {
  const known = points.filter(([epoch]) => epoch <= until);
  const next = points[known.length], last = known.at(-1);
  if (!next || !last || last[0] === until) return known;
  const share = (until - last[0]) / (next[0] - last[0]);
  return [...known, [until, last[1] + share * (next[1] - last[1])]];
}

/**
 * Where the epoch that is kept lies on a line; nowhere while none is known.
 * @param {Line} line
 */
export function keptPoint({ validation, kept }) {
  return validation.find(([epoch]) => epoch === kept);
}

/** @param {Line[]} lines */
function words(lines) {
  const told = lines.flatMap((line) => {
    const last = line.validation.at(-1), kept = keptPoint(line);
    const keeping = kept ? `, keeps epoch ${kept[0]} with ${percent(kept[1], 1)}` : "";
    return last ? [`${line.title} ${percent(last[1], 1)} after ${Math.round(last[0])} epochs${keeping}`] : [];
  });
  return `Validation accuracy: ${told.join(", ") || "nothing yet"}`;
}
