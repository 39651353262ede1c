// Drawing a box around what was missed on a page: by dragging with a mouse, a pen or a finger, or with the arrow keys.

/** @typedef {[left: number, top: number, width: number, height: number]} Box as shares of the picture */

const SMALLEST = 0.01; // of the picture: what is smaller was a tap
const STEP = 0.01; // of the picture, for each press of an arrow key
/** @type {Box} */
const BEGINNING = [0.3, 0.42, 0.4, 0.16]; // where a box is that keys move
/** @type {Record<string, [x: number, y: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class BoxDrawing {
  /**
   * @param {HTMLElement} area over the picture, which hears of nothing while no box is drawn
   * @param {HTMLElement} frame in it: the box
   * @param {(box: Box) => void} onDrawn
   * @param {() => void} onEnd it was drawn, or given up
   */
  constructor(area, frame, onDrawn, onEnd) {
    this.area = area;
    this.frame = frame;
    this.onDrawn = onDrawn;
    this.onEnd = onEnd;
    /** @type {{ pointer: number, x: number, y: number } | null} */
    this.start = null;
    this.box = BEGINNING;
    area.onpointerdown = (event) => this.begin(event);
    area.onpointermove = (event) => this.goOn(event);
    area.onpointerup = (event) => this.finish(event);
    area.onpointercancel = () => (this.start = null);
    frame.onkeydown = (event) => this.press(event);
  }

  get isOn() {
    return !this.area.hidden;
  }

  open() {
    this.area.hidden = false;
    this.place(BEGINNING);
    this.frame.focus({ preventScroll: true });
  }

  close() {
    this.start = null;
    this.area.hidden = true;
    this.onEnd();
  }

  /** @param {Box} box */
  place(box) {
    this.box = box;
    ["left", "top", "width", "height"].forEach((edge, at) => this.frame.style.setProperty(edge, `${100 * box[at]}%`));
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button !== 0 || this.start) return;
    event.preventDefault(); // or the text beside is marked
    if (event.isTrusted) this.area.setPointerCapture(event.pointerId);
    const [x, y] = this.placeOf(event);
    this.start = { pointer: event.pointerId, x, y };
  }

  /** @param {PointerEvent} event */
  goOn(event) {
    if (event.pointerId !== this.start?.pointer) return;
    const [x, y] = this.placeOf(event);
    this.place([Math.min(x, this.start.x), Math.min(y, this.start.y), Math.abs(x - this.start.x), Math.abs(y - this.start.y)]);
  }

  /** @param {PointerEvent} event */
  finish(event) {
    if (event.pointerId !== this.start?.pointer) return;
    this.goOn(event);
    this.start = null;
    const [, , width, height] = this.box;
    if (width < SMALLEST || height < SMALLEST) this.place(BEGINNING);
    else this.done();
  }

  done() {
    const { box } = this;
    this.close();
    this.onDrawn(box);
  }

  /** @param {{ clientX: number, clientY: number }} event */
  placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.area.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height].map((share) => within(share, 0, 1));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow) this.place(event.shiftKey ? grown(this.box, arrow) : moved(this.box, arrow));
    else if (event.key === "Enter" || event.key === " ") this.done();
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation(); // arrows choose a digit elsewhere
  }
}

/**
 * @param {Box} box
 * @param {[x: number, y: number]} arrow
 * @returns {Box}
 */
function moved([left, top, width, height], [x, y]) {
  return [within(left + x * STEP, 0, 1 - width), within(top + y * STEP, 0, 1 - height), width, height];
}

/**
 * @param {Box} box
 * @param {[x: number, y: number]} arrow
 * @returns {Box}
 */
function grown([left, top, width, height], [x, y]) {
  return [left, top, within(width + x * STEP, 2 * SMALLEST, 1 - left), within(height + y * STEP, 2 * SMALLEST, 1 - top)];
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function within(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
