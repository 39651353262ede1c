// Paints what a column holds: all maps into one small canvas, a screen's pixel or more to each number; single numbers as bars.

import { clamp } from "../../preprocessing/numbers.js";
import { inkOn } from "../../shared/elements.js";
import { BAR, PICTURE, SHADES, SIGNED } from "./palette.js";

/** @typedef {import("./layout.js").Grid} Grid */

const BRIGHTEST = SHADES - 1;
const GROUND = "rgb(0 0 0)"; // of bars, as that of maps

/** Maps, each a rectangle of its grid. */
export class MapsPainter {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {[number, number, number]} shape height, width, maps
   * @param {boolean} [isPicture] white on black
   */
  constructor(canvas, [height, width, maps], isPicture = false) {
    this.canvas = canvas;
    this.context = inkOn(canvas);
    this.height = height;
    this.width = width;
    this.offsets = new Int32Array(maps);
    this.colours = isPicture ? PICTURE : SIGNED;
    this.zoom = 1;
    this.image = this.context.createImageData(1, 1);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** @param {Pick<Grid, "columns" | "rows" | "zoom" | "gap">} grid */
  lay({ columns, rows, zoom, gap }) {
    const { canvas } = this;
    const [width, height] = [this.width * zoom + gap, this.height * zoom + gap];
    canvas.width = columns * width - gap;
    canvas.height = rows * height - gap;
    this.zoom = zoom;
    this.image = this.context.createImageData(canvas.width, canvas.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    for (let map = 0; map < this.offsets.length; map++) {
      this.offsets[map] = Math.floor(map / columns) * height * canvas.width + (map % columns) * width;
    }
  }

  /**
   * @param {Float32Array} values row by row, the maps of a pixel side by side
   * @param {number} full the number that gets the brightest colour
   */
  paint(values, full) {
    const { offsets, image, pixels, width, height, zoom, colours } = this;
    const factor = BRIGHTEST / full;
    const maps = offsets.length;
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const pixel = (y * image.width + x) * zoom;
        for (let map = 0; map < maps; map++, at++) {
          const shade = clamp(values[at] * factor, -BRIGHTEST, BRIGHTEST);
          const colour = colours[(shade + SHADES) | 0];
          if (zoom === 1) pixels[offsets[map] + pixel] = colour;
          else this.fill(offsets[map] + pixel, colour);
        }
      }
    }
    this.context.putImageData(image, 0, 0);
  }

  /**
   * @param {number} at the upper left pixel of a number
   * @param {number} colour
   */
  fill(at, colour) {
    const { pixels, zoom, image } = this;
    for (let row = 0, from = at; row < zoom; row++, from += image.width) {
      for (let column = 0; column < zoom; column++) pixels[from + column] = colour;
    }
  }
}

/** Numbers as bars from the left, in the cells of a grid. */
export class BarsPainter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = inkOn(canvas);
  }

  /** @param {Grid} grid */
  lay(grid) {
    this.grid = grid;
    const ratio = globalThis.devicePixelRatio || 1;
    this.canvas.width = Math.round(grid.width * ratio);
    this.canvas.height = Math.round(grid.height * ratio);
    this.ratio = ratio;
  }

  /**
   * @param {Float32Array} values
   * @param {number} full the number that fills its cell
   */
  paint(values, full) {
    const { context, grid, ratio = 1 } = this;
    if (!grid) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, grid.width, grid.height);
    context.fillStyle = GROUND;
    for (let index = 0; index < values.length; index++) this.fill(grid, index, 1);
    context.fillStyle = BAR;
    for (let index = 0; index < values.length; index++) this.fill(grid, index, Math.min(Math.max(values[index], 0) / full, 1));
  }

  /**
   * @param {Grid} grid
   * @param {number} index
   * @param {number} share
   */
  fill({ columns, cellWidth, cellHeight, spacing, rowSpacing }, index, share) {
    const x = (index % columns) * (cellWidth + spacing);
    const y = Math.floor(index / columns) * (cellHeight + rowSpacing);
    this.context.fillRect(x, y, cellWidth * share, cellHeight);
  }
}
