// Parts of a drawn figure that Plotly promises nobody. A test looks for each, by name.

export const PARTS = {
  "the plot": ".js-plotly-plot",
  "the paper": ".js-plotly-plot .svg-container",
  "the area between the axes": ".js-plotly-plot .nsewdrag",
  "the button that saves a picture": '.modebar-btn[data-attr="toImage"], .modebar-btn[data-title*="PNG"]',
};

// Properties of the plot's element, and of them.
export const FIELDS = ["layout", "_fullLayout._uid", "_context.toImageButtonOptions"];

export function findPlot(frame) {
  return frame?.querySelector(PARTS["the plot"]) ?? null;
}

export function findPaper(frame) {
  return frame.querySelector(PARTS["the paper"]);
}

export function findArea(frame) {
  return frame.querySelector(PARTS["the area between the axes"]);
}

// Plotly's own button draws a copy of the layout as it is at that moment: the title is lent to it and taken back.
// `room` is the title's height in px.
export function downloadPicture(plot, { text, room, font, file }) {
  const { width, height } = plot.getBoundingClientRect();
  const { layout, _context: context } = plot;
  const kept = { title: layout.title, margin: layout.margin, font: layout.font };
  const options = context.toImageButtonOptions;
  layout.title = { text, x: 0, xref: "paper", xanchor: "left", y: 1, yanchor: "top", pad: { t: 22 }, font: { size: 18 } };
  layout.margin = { ...layout.margin, t: (layout.margin?.t ?? 0) + room };
  layout.font = { ...layout.font, family: font };
  context.toImageButtonOptions = { format: "png", filename: file, scale: 2, width, height: height + room };
  plot.querySelector(PARTS["the button that saves a picture"]).click();
  Object.assign(layout, kept);
  context.toImageButtonOptions = options;
}

const attentive = new WeakSet(); // frames of figures

// Plotly takes a click for one on what it last saw under the pointer: with a mouse up to 50 ms before, with a finger at the
// tap before. So it is made to look where it is pressed; its pause between two looks is one per name of a layout.
export function lookWherePressed(frame) {
  if (!frame || attentive.has(frame)) return;
  attentive.add(frame);
  const look = (event) => {
    const layout = findPlot(frame)?._fullLayout;
    if (!layout || !event.target.closest(PARTS["the area between the axes"])) return;
    const { clientX, clientY } = event.touches?.[0] ?? event;
    const name = layout._uid;
    layout._uid = `${name}-pressed`;
    event.target.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
    layout._uid = name;
  };
  for (const press of ["mousedown", "touchstart"]) frame.addEventListener(press, look, { capture: true, passive: true });
}
