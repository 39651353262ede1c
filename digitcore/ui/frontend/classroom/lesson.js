// What the class asks of a page: a calm screen while the teacher wants all eyes at the front, and a clean sheet when the
// class is cleared. The page asks the server every other second, which is how that knows who is there.

import { mount } from "../shared/mount.js";

const EVERY = 2000; // ms
const SCREEN = "eyes-to-the-front";
const BOARD = "/classroom"; // from where the teacher clears the class, and goes on

class Lesson {
  constructor() {
    this.timer = 0;
    this.address = new URL(document.baseURI); // where the server tells what goes on
    /** @type {number | null} */
    this.cleared = null; // how often the class had been, when this page came
    this.stopped = false;
  }

  update({ data: { address } }) {
    this.address = new URL(address, document.baseURI);
    if (!this.timer) this.ask();
  }

  async ask() {
    try {
      const answer = await fetch(this.address, { cache: "no-store" });
      if (this.stopped) return;
      if (answer.status === 403) return location.reload(); // another class, or none: the door says more
      if (answer.ok) this.show(await answer.json());
    } catch {
      // the server can't be reached; the page says so by itself
    }
    if (!this.stopped) this.timer = setTimeout(() => this.ask(), EVERY);
  }

  /** @param {{ eyes: boolean, cleared: number }} now */
  show({ eyes, cleared }) {
    const before = this.cleared;
    this.cleared = cleared;
    if (before !== null && cleared !== before) return startAnew();
    if (eyes) cover();
    else uncover();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    uncover();
  }
}

function cover() {
  if (document.getElementById(SCREEN)) return;
  const screen = document.createElement("dialog");
  screen.id = SCREEN;
  screen.innerHTML = "<div><h1>Eyes to the front</h1><p>Your page is kept as it is, and goes on in a moment.</p></div>";
  screen.addEventListener("close", () => screen.isConnected && screen.showModal()); // by Escape, which browsers let nobody take away
  (document.querySelector(".stApp") ?? document.body).append(screen); // where the colours are the page's
  screen.showModal();
}

function uncover() {
  document.getElementById(SCREEN)?.remove();
}

function startAnew() {
  try {
    sessionStorage.clear();
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
  if (!location.pathname.endsWith(BOARD)) location.assign(new URL(".", document.baseURI));
}

export default mount(Lesson);
