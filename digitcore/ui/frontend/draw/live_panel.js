// The live panel: shows readings. While the canvas is on the page it reads what is being drawn, and has the server confirm it.

import { mount } from "../shared/mount.js";
import { onExamples } from "../teach/examples.js";
import { whenAsked } from "../shared/readings.js";
import { setShown } from "../teach/shown.js";
import { Camera } from "./camera.js";
import { Desk } from "./desk.js";
import { LiveLoop } from "./frames.js";
import { PageReader } from "./page_reader.js";
import { bytesOf, ReadingView } from "./reading_view.js";
import { verdict } from "./verdict.js";

/** @typedef {{ digit: number | null, doubtful?: boolean, examples?: string } | null} Read null where there was no ink */
/** @typedef {{ version: number, reading: Read }} Answer to a version of the canvas */

/** @type {Answer} */
const NONE = { version: -1, reading: null };

/** @param {Read} reading */
function answerOf(reading) {
  return reading ? String(reading.digit ?? "no digit") : "nothing";
}

/** @param {Read} reading */
function examplesOf(reading) {
  return reading?.examples ?? "";
}

class LivePanel {
  constructor(parentElement) {
    this.view = new ReadingView(parentElement);
    this.reader = new PageReader(
      (reading, task) => this.displayOwn(reading, task),
      () => this.renew(),
    );
    this.loop = new LiveLoop(new Camera(), {
      onCleared: () => this.clear(),
      onDrawing: (drawing, version, movedAt) => this.reader.read({ drawing, version, movedAt, plainly: this.loop.penDown }),
      readsHere: () => this.reader.ready,
    });
    this.own = NONE; // what the page read last
    this.took = 0; // ms from the pen to the bars, for that
    this.servers = NONE; // and the server
    this.desk = new Desk((answer) => this.hear(answer));
    this.asked = ""; // which desk, and which network there
    const ends = [whenAsked(() => this.renew()), onExamples(() => this.loop.send && this.loop.askAgain())];
    this.stopAsking = () => ends.forEach((end) => end());
  }

  update({ data: { live, reading, hint, weights }, setStateValue }) {
    this.hint = hint;
    this.still = live ? null : reading;
    const asked = live ? `${live.desk} ${live.turn}` : "";
    this.desk.address = live?.desk ?? "";
    this.desk.tellOutdated = (/** @type {number} */ number) => setStateValue("outdated", number);
    this.loop.send = live ? (frame) => this.desk.send(frame) : null;
    this.reader.use(weights);
    if (!live) this.displayStill(reading);
    else if (asked !== this.asked) this.beginAnew();
    else this.loop.pump();
    this.asked = asked;
  }

  // Another network reads, or the server was started again: page and server read once more, in whatever order they get to it.
  beginAnew() {
    this.own = this.servers = NONE;
    this.loop.renew();
    this.loop.askAgain();
  }

  /** @param {import("./desk.js").Answer} answer */
  hear({ frame, reading, trouble }) {
    if (!this.loop.send) return; // the canvas has given way to a picture
    const roundTrip = this.loop.answered(frame);
    if (frame === this.loop.number) this.take(reading, roundTrip);
    if (trouble) this.view.showEmpty({ title: "This can't be read", text: trouble });
    this.loop.pump();
    if (this.loop.quiet) this.settle(this.reader.isDamaged ? this.displayed : reading, frame);
  }

  // What is shown is to be read once more: by another network, or by one that was damaged, or for who shows its inside.
  renew() {
    if (this.loop.send) this.loop.renew();
    else this.readStill();
  }

  // A picture that Python has read, as a test digit. The page reads it too, for what the layers made of it.
  displayStill(reading) {
    if (!this.reader.isDamaged || !reading) this.display(reading, null);
    this.readStill();
  }

  readStill() {
    if (!this.still) {
      this.reader.clear();
      return;
    }
    const drawing = Float32Array.from(bytesOf(this.still.image), (grey) => grey / 255);
    this.reader.read({ drawing, version: -1, movedAt: null, plainly: false });
  }

  // An answer of the server to the newest frame: it confirms what the page has read, or there is nothing but it.
  take(reading, roundTrip) {
    if (!this.loop.sentPlainly) this.servers = { version: this.loop.sent, reading }; // though the page may not read as yet
    if (this.reader.ready) this.compare();
    else this.display(reading, roundTrip);
  }

  clear() {
    this.displayed = null;
    setShown(null);
    this.view.showEmpty(this.hint);
    this.reader.clear();
  }

  displayOwn(reading, { version, movedAt }) {
    if (movedAt === null) {
      if (this.still) this.display(this.reader.isDamaged ? { ...reading, ...verdict(reading) } : this.still, null);
      return;
    }
    if (this.loop.camera.blank) return; // cleared meanwhile
    if (version !== this.own.version) this.took = performance.now() - movedAt; // else it has been shown, and other views come
    this.own = { version, reading };
    this.display(reading && { ...reading, ...verdict(reading) }, this.took);
    this.compare();
  }

  // Python's reading counts. Where the page's differs it is replaced, and that is said; but of a damaged network it knows nothing.
  compare() {
    if (this.reader.isDamaged) return;
    const { version, reading } = this.servers;
    if (version !== this.own.version || this.own.reading?.doubtful) return;
    if (examplesOf(this.own.reading) !== examplesOf(reading)) return; // one of them hasn't heard of the newest yet
    const [here, there] = [answerOf(this.own.reading), answerOf(reading)];
    if (here !== there) {
      console.warn(`The page has read ${here}, and Python ${there}.`);
      this.display(reading, null);
      this.view.note(`Your browser had read ${here}; the server's reading counts.`);
      this.own = { version, reading };
    }
    this.view.confirm(here === there);
  }

  display(reading, took) {
    this.displayed = reading;
    setShown(reading);
    this.view.damaged = this.reader.isDamaged;
    if (reading) this.view.show(reading, took);
    else this.view.showEmpty(this.hint);
  }

  settle(reading, frame) {
    this.view.speak(reading);
    document.dispatchEvent(new CustomEvent("digit-settled", { detail: frame }));
  }

  stop() {
    this.stopAsking();
    this.loop.stop();
    this.reader.stop();
  }
}

export default mount(LivePanel);
