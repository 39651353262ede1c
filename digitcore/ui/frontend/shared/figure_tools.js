// Takes a figure along: its picture as the browser draws it, with the title set into it, and its numbers.

const LINE = 24; // px, of the title
const LETTER = 10; // px, about the width of one at 18 px
const FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"; // a picture has no web fonts, and must not be laid out with one

function save(url, file) {
  Object.assign(document.createElement("a"), { href: url, download: file }).click();
}

function saveNumbers({ csv, file }) {
  const url = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  save(url, `${file}.csv`);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function findPlot(key) {
  return document.querySelector(`.st-key-${key} .js-plotly-plot`);
}

function wrap(title, width) {
  const lines = [""];
  for (const word of title.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length * LETTER <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// Plotly's own button draws a copy of the layout as it is at that moment: the title is lent to it and taken back.
function savePicture({ chart, title, file }) {
  const plot = findPlot(chart);
  const { width, height } = plot.getBoundingClientRect();
  const lines = wrap(title, width - 80);
  const room = LINE * lines.length + 40;
  const { layout, _context: context } = plot;
  const kept = { title: layout.title, margin: layout.margin, font: layout.font };
  const options = context.toImageButtonOptions;
  const text = lines.map(escape).join("<br>");
  layout.title = { text, x: 0, xref: "paper", xanchor: "left", y: 1, yanchor: "top", pad: { t: 22 }, font: { size: 18 } };
  layout.margin = { ...layout.margin, t: (layout.margin?.t ?? 0) + room };
  layout.font = { ...layout.font, family: FONT };
  context.toImageButtonOptions = { format: "png", filename: file, scale: 2, width, height: height + room };
  plot.querySelector('.modebar-btn[data-attr="toImage"], .modebar-btn[data-title*="PNG"]').click();
  Object.assign(layout, kept);
  context.toImageButtonOptions = options;
}

const papers = new WeakMap(); // the paper for which each figure has asked to be drawn

// Streamlit calls a component when the theme changes, but does not run the page: a figure would stay in the old colours.
function repaint(parentElement, drawnOn, ask) {
  const paper = getComputedStyle(parentElement).getPropertyValue("--st-background-color").trim().toLowerCase();
  if (paper === drawnOn || paper === papers.get(parentElement)) return;
  papers.set(parentElement, paper);
  ask();
}

const attentive = new WeakSet(); // frames of figures

// Plotly takes a click for one on what it last saw under the pointer: with a mouse up to 50 ms before, with a finger at the
// tap before. So it is made to look where it is pressed; its pause between two looks is one per name of a layout.
function lookWherePressed(frame) {
  if (!frame || attentive.has(frame)) return;
  attentive.add(frame);
  const look = (event) => {
    const layout = frame.querySelector(".js-plotly-plot")?._fullLayout;
    if (!layout || !event.target.closest(".nsewdrag")) return;
    const { clientX, clientY } = event.touches?.[0] ?? event;
    const name = layout._uid;
    layout._uid = `${name}-pressed`;
    event.target.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
    layout._uid = name;
  };
  for (const press of ["mousedown", "touchstart"]) frame.addEventListener(press, look, { capture: true, passive: true });
}

export default function ({ parentElement, data, setTriggerValue }) {
  if (data.chart) repaint(parentElement, data.paper, () => setTriggerValue("repaint", true));
  lookWherePressed(document.querySelector(`.st-key-${data.chart}`));
  const button = (format) => parentElement.querySelector(`[data-format="${format}"]`);
  parentElement.querySelector(".figure-tools").setAttribute("aria-label", `Download: ${data.title}`);
  button("csv").onclick = () => saveNumbers(data);
  button("png").onclick = () => savePicture(data);
  button("png").hidden = !data.chart;
}
