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

// One object per place on the page: Streamlit calls a component's function again whenever its data change.
function keepOnePer(instances, parentElement, make) {
  if (!instances.has(parentElement)) instances.set(parentElement, make());
  return instances.get(parentElement);
}
