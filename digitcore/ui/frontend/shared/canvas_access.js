// Prelude of every component here: how to reach the drawable canvas, which lives in an open shadow root of its own.

const CANVAS_HOST = ".st-key-digit-canvas";

// Returns the canvas's parts, or null while it is not on the page.
function findDrawing() {
  for (const host of document.querySelectorAll(`${CANVAS_HOST} [data-testid="stBidiComponentIsolated"]`)) {
    const root = host.shadowRoot;
    const strokes = root?.querySelector("canvas.lower-canvas.dc-canvas");
    const pen = root?.querySelector("canvas.upper-canvas");
    if (strokes && pen) return { root, strokes, pen };
  }
  return null;
}

function isOnCanvas(event) {
  return event.composedPath().includes(findDrawing()?.pen);
}

const ASK_AGAIN_AFTER = 500; // ms
const MOST_ASKS = 20;

// Sets a value again and again until Python answers to it: of two components that set theirs at the same moment Streamlit
// reruns one only, and the busier the machine, the longer that moment.
class Asking {
  wanted = null;
  timer = 0;

  // `set` sends the value that is wanted.
  ask(wanted, set, asks = MOST_ASKS) {
    this.stop();
    this.wanted = wanted;
    set(wanted);
    if (asks > 1) this.timer = setTimeout(() => this.ask(wanted, set, asks - 1), ASK_AGAIN_AFTER);
  }

  // Takes note of what Python has answered to.
  answered(value) {
    if (value === this.wanted) this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    this.wanted = null;
  }
}

// One object per place on the page: Streamlit calls a component's function again whenever its data change.
function keepOnePer(instances, parentElement, make) {
  if (!instances.has(parentElement)) instances.set(parentElement, make());
  return instances.get(parentElement);
}
