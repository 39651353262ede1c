// Has text, canvas and bars grow with the window, for a projector, where the switch in the sidebar says so; page.css has
// the rest. The browser remembers the switch, for the next visit by an address that says nothing of it.

import { mount } from "./shared/mount.js";

const REMEMBERED = "digit-studio-big-screen";
const SIDE = 320; // px, of the canvas at its usual size
const LEAST = 1.1; // times the usual size, in a small window

const root = document.documentElement;
let asked = false; // of this browser, whether it remembers the switch as on: once a visit

class BigScreen {
  /** @param {HTMLElement} parentElement */
  constructor(parentElement) {
    this.home = parentElement;
    this.fit = () => this.measure();
    addEventListener("resize", this.fit);
  }

  update({ data: { on }, setTriggerValue }) {
    const first = !asked;
    asked = true;
    if (first && !on && remembered()) return setTriggerValue("remembered", true);
    remember(on);
    root.toggleAttribute("data-big-screen", on);
    this.measure();
  }

  // What is seen while one draws is to fit into the window: the canvas takes about half of its height.
  measure() {
    const text = Math.max(LEAST, Math.min(innerWidth / 1280, innerHeight / 720));
    const canvas = Math.max(LEAST, Math.min(0.3 * innerWidth, 0.52 * innerHeight) / SIDE);
    root.style.setProperty("--larger-text", text.toFixed(3));
    root.style.setProperty("--larger-canvas", canvas.toFixed(3));
  }

  stop() {
    removeEventListener("resize", this.fit);
  }
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) === "on";
  } catch {
    return false; // a browser that keeps nothing
  }
}

/** @param {boolean} on */
function remember(on) {
  try {
    if (on) localStorage.setItem(REMEMBERED, "on");
    else localStorage.removeItem(REMEMBERED);
  } catch {
    // then it is asked for at the next visit
  }
}

export default mount(BigScreen);
