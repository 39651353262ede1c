// The live panel: shows readings, and while the canvas is on the page sends it what is being drawn.
//
// The rules of the loop: one frame under way at a time, taken from the canvas at the moment of sending, so the newest
// always goes next and no queue can build up; a last one after the pen is up; and a slow look at the canvas for what no
// pointer tells of (undo, clear, a canvas that came back).

const FRAME_SIDE = 160; // pixels: half the canvas, three times what a 20x20 digit needs, 2 kB as PNG
const LOOK_EVERY = 250; // ms between looks at a canvas that nobody is drawing on
const GIVE_UP_AFTER = 2500; // ms without an answer, as when the connection broke, before the next frame may go

let framesSent = 0; // numbers frames for as long as the page is open, however often the panel is made anew

class Camera {
  constructor() {
    this.sheet = Object.assign(document.createElement("canvas"), { width: FRAME_SIDE, height: FRAME_SIDE });
    this.context = this.sheet.getContext("2d", { willReadFrequently: true });
    this.context.imageSmoothingQuality = "high";
    this.blank = this.shoot([]);
  }

  // Black with the canvases' ink on it, as a PNG data URL.
  shoot(canvases) {
    this.context.fillStyle = "#000";
    this.context.fillRect(0, 0, FRAME_SIDE, FRAME_SIDE);
    for (const canvas of canvases) this.context.drawImage(canvas, 0, 0, FRAME_SIDE, FRAME_SIDE);
    return this.sheet.toDataURL("image/png");
  }
}

class LiveLoop {
  constructor(camera, onCleared) {
    this.camera = camera;
    this.onCleared = onCleared;
    this.send = null; // set while the panel is live
    this.underWay = null; // the frame that no answer has come to: { number, sentAt }
    this.picture = null; // what was sent last
    this.number = null; // and its number
    this.penDown = false;
    this.settling = false; // the pen is up and the stroke is on its way from one canvas to the other
    this.planned = 0;
    this.stopped = new AbortController();
    this.listen();
  }

  listen() {
    const options = { capture: true, passive: true, signal: this.stopped.signal };
    const on = (type, handler) => window.addEventListener(type, handler, options);
    on("pointerdown", (event) => this.lower(event));
    on("pointermove", () => this.penDown && this.plan());
    for (const type of ["pointerup", "pointercancel"]) on(type, () => this.penDown && this.lift());
    this.timer = setInterval(() => !this.penDown && this.pump(), LOOK_EVERY);
  }

  lower(event) {
    if (isOnCanvas(event)) this.penDown = true;
    if (this.penDown) this.plan();
  }

  // The canvas hands a finished stroke over in two animation frames of its own; a picture between them would miss it.
  lift() {
    this.penDown = false;
    this.settling = true;
    cancelAnimationFrame(this.planned);
    this.planned = 0;
    afterFrames(3, () => {
      this.settling = false;
      this.pump();
    });
  }

  plan() {
    this.planned ||= requestAnimationFrame(() => {
      this.planned = 0;
      this.pump();
    });
  }

  pump() {
    if (!this.send || this.settling || (this.penDown && this.waiting())) return;
    const drawing = findDrawing();
    if (!drawing) return;
    const picture = this.camera.shoot([drawing.strokes, drawing.pen]);
    if (picture === this.picture && (this.underWay === null || this.waiting())) return;
    const blank = picture === this.camera.blank;
    if (blank) this.clear();
    if (this.waiting()) return;
    if (picture !== this.picture) this.number = ++framesSent; // else the answer got lost, and may come yet
    this.picture = picture;
    this.underWay = { number: this.number, sentAt: performance.now() };
    this.send({ number: this.number, picture: blank ? null : picture });
  }

  // Nothing is drawn any more: shown at once, however long the frame that is under way may take yet.
  clear() {
    this.number = this.picture = null;
    this.onCleared();
  }

  waiting() {
    return this.underWay !== null && performance.now() - this.underWay.sentAt < GIVE_UP_AFTER;
  }

  // Takes note of an answer to frame `number`. Returns its round trip in ms, or null if it was not waited for.
  answered(number) {
    if (this.underWay?.number !== number) return null;
    const roundTrip = performance.now() - this.underWay.sentAt;
    this.underWay = null;
    return roundTrip;
  }

  get quiet() {
    return !this.penDown && !this.settling && this.underWay === null;
  }

  stop() {
    this.stopped.abort();
    clearInterval(this.timer);
    cancelAnimationFrame(this.planned);
  }
}

function afterFrames(count, then) {
  if (count === 0) then();
  else requestAnimationFrame(() => afterFrames(count - 1, then));
}

class View {
  constructor(parentElement) {
    this.root = parentElement.querySelector(".digit-panel");
    this.part = (name) => this.root.querySelector(`.digit-panel__${name}`);
    this.seen = this.part("seen").querySelector("canvas").getContext("2d");
    this.bars = Array.from({ length: 10 }, (_, digit) => this.addBar(digit));
    this.shown = 0;
  }

  addBar(digit) {
    const bar = document.createElement("li");
    bar.className = "digit-panel__bar";
    bar.innerHTML =
      `<span class="digit-panel__label">${digit}</span>` +
      '<span class="digit-panel__track"><span class="digit-panel__fill"></span></span>' +
      '<span class="digit-panel__value"></span>';
    this.part("bars").append(bar);
    return bar;
  }

  showEmpty(hint) {
    this.mark("empty", "", "");
    this.write("0–9", hint.title, hint.text);
    this.setBars(null, null);
    this.seen.clearRect(0, 0, 28, 28);
    this.part("fine").textContent = "";
  }

  show(reading, roundTrip) {
    const { digit, confidence, probabilities, title, text } = reading;
    this.mark(digit === null ? "rejected" : "read", digit ?? "", confidence.toFixed(4));
    this.root.dataset.frame = ++this.shown;
    this.write(digit ?? "?", title, text);
    this.setBars(probabilities, digit);
    this.paint(reading.image);
    this.time(roundTrip);
  }

  mark(state, digit, confidence) {
    Object.assign(this.root.dataset, { state, digit, confidence });
  }

  write(digit, title, text) {
    this.part("digit").textContent = digit;
    this.part("confidence").textContent = title;
    this.part("verdict").textContent = text;
  }

  setBars(probabilities, top) {
    this.bars.forEach((bar, digit) => {
      bar.style.setProperty("--share", probabilities?.[digit] ?? 0);
      bar.toggleAttribute("data-top", digit === top);
      bar.querySelector(".digit-panel__value").textContent = probabilities ? percent(probabilities[digit]) : "";
    });
  }

  // `grey`: 784 bytes as base64, row by row, 255 is ink.
  paint(grey) {
    const pixels = this.seen.createImageData(28, 28);
    Array.from(atob(grey), (char, index) => pixels.data.fill(char.charCodeAt(0), 4 * index, 4 * index + 3));
    for (let alpha = 3; alpha < pixels.data.length; alpha += 4) pixels.data[alpha] = 255;
    this.seen.putImageData(pixels, 0, 0);
  }

  // `roundTrip` in ms; null where nothing was sent for this reading.
  time(roundTrip) {
    this.part("fine").textContent = "";
    if (roundTrip === null) return;
    this.root.dataset.roundTripMs = roundTrip.toFixed(1);
    this.part("fine").textContent = `${Math.round(roundTrip)} ms from canvas to network and back`;
  }

  // Only what the drawing came to, lest a screen reader reads out every change of mind.
  speak(reading) {
    const said = reading ? `${reading.digit ?? "Not a digit"}. ${reading.title}. ${reading.text}` : "";
    if (this.part("spoken").textContent !== said) this.part("spoken").textContent = said;
  }
}

function percent(share) {
  if (share < 0.0005) return "0%";
  return share > 0.9995 ? "100%" : `${(100 * share).toFixed(1)}%`;
}

class Panel {
  constructor(parentElement) {
    this.view = new View(parentElement);
    this.loop = new LiveLoop(new Camera(), () => this.view.showEmpty(this.hint));
  }

  update({ live, frame, reading, hint }, setStateValue) {
    this.hint = hint;
    this.loop.send = live ? (value) => setStateValue("frame", value) : null;
    const roundTrip = live ? this.loop.answered(frame) : null;
    if (!live || frame === this.loop.number) this.display(reading, roundTrip);
    this.loop.pump();
    if (this.loop.quiet) this.settle(reading, frame);
  }

  display(reading, roundTrip) {
    if (reading) this.view.show(reading, roundTrip);
    else this.view.showEmpty(this.hint);
  }

  settle(reading, frame) {
    this.view.speak(reading);
    document.dispatchEvent(new CustomEvent("digit-settled", { detail: frame }));
  }
}

const panels = new Map();

export default function ({ parentElement, data, setStateValue }) {
  keepOnePer(panels, parentElement, () => new Panel(parentElement)).update(data, setStateValue);
  return () => {
    panels.get(parentElement)?.loop.stop();
    panels.delete(parentElement);
  };
}
