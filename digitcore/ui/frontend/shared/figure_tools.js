// Takes a figure along: its picture as the browser draws it, with the title set into it, and its numbers.

import { saveText } from "./clipboard.js";
import { downloadPicture, findPlot, lookWherePressed } from "./plotly_access.js";

const LINE = 24; // px, of the title
const LETTER = 10; // px, about the width of one at 18 px
const FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"; // a picture has no web fonts, and must not be laid out with one

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

function savePicture({ chart, title, whose, file }) {
  const plot = findPlot(document.querySelector(`.st-key-${chart}`));
  if (!plot) return;
  const width = plot.getBoundingClientRect().width - 80;
  const lines = wrap(title, width).map(escape);
  if (whose) lines.push(...wrap(whose, width).map((line) => `<span style="font-size: 14px">${escape(line)}</span>`));
  const text = lines.join("<br>");
  downloadPicture(plot, { text, room: LINE * lines.length + 40, font: FONT, file });
}

const papers = new WeakMap(); // the paper for which each figure has asked to be drawn

// Streamlit calls a component when the theme changes, but does not run the page: a figure would stay in the old colours.
function repaint(parentElement, drawnOn, ask) {
  const paper = getComputedStyle(parentElement).getPropertyValue("--st-background-color").trim().toLowerCase();
  if (paper === drawnOn || paper === papers.get(parentElement)) return;
  papers.set(parentElement, paper);
  ask();
}

export default function ({ parentElement, data, setTriggerValue }) {
  if (data.chart) repaint(parentElement, data.paper, () => setTriggerValue("repaint", true));
  lookWherePressed(document.querySelector(`.st-key-${data.chart}`));
  const button = (format) => parentElement.querySelector(`[data-format="${format}"]`);
  parentElement.querySelector(".figure-tools").setAttribute("aria-label", `Download: ${data.title}`);
  button("csv").onclick = () => saveText(`${data.file}.csv`, data.csv, "text/csv");
  button("png").onclick = () => savePicture(data);
  button("png").hidden = !data.chart;
}
