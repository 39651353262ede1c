// Where everything stands: how wide each column is, and how its units are laid out in it.

/** @typedef {import("../network/columns.js").Column} Column */

/**
 * The cells of a column's units, in px of the page. On their canvas a number of a map takes `zoom` pixels a side, and between
 * maps there are `gap`.
 * @typedef {object} Grid
 * @property {number} columns
 * @property {number} rows
 * @property {number} zoom
 * @property {number} gap
 * @property {number} cellWidth
 * @property {number} cellHeight
 * @property {number} spacing between cells side by side
 * @property {number} rowSpacing between rows
 * @property {number} width of all
 * @property {number} height of all
 */

const SPACE = 2; // px between maps
const LARGEST_MAP = 84; // px: what is larger says no more
const ENOUGH = 0.75; // of the room that maps are to fill, if need be with pixels of unequal sizes
const LARGE = 3; // px of the screen: numbers that take so many are painted as large as they are shown
const BAR_SPACE = 1; // px between bars

/**
 * The grid in which maps are largest, in a box of `width` by `height` px. A map's pixel takes whole pixels of the screen where
 * there is room, so that all are of one size.
 * @param {Column["shape"]} shape
 * @param {number} width
 * @param {number} height
 * @returns {Grid}
 */
export function mapGrid([tall, wide, count], width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  let [best, columns] = [0, 1];
  for (let each = 1; each <= count; each++) {
    const pixel = pixelIn(each, [tall, wide, count], width, height, ratio);
    if (pixel > best) [best, columns] = [pixel, each];
  }
  const rows = Math.ceil(count / columns);
  if (Number.isInteger(best)) return exact(columns, rows, [tall, wide], best, ratio);
  const size = best / ratio;
  return gridOf(columns, rows, { zoom: 1, gap: 1 }, [size * wide, size * tall], [size, size]);
}

/**
 * How large a map's pixel can be in so many columns, in pixels of the screen. It is asked for thousands of grids, before one is made.
 * @param {number} columns
 * @param {Column["shape"]} shape
 * @param {number} width
 * @param {number} height
 * @param {number} ratio pixels of the screen to one of the page
 */
function pixelIn(columns, [tall, wide, count], width, height, ratio) {
  const rows = Math.ceil(count / columns);
  const across = (width - SPACE * (columns - 1)) / columns / wide;
  const down = (height - SPACE * (rows - 1)) / rows / tall;
  const most = ratio * Math.min(across, down, count > 1 ? LARGEST_MAP / wide : Infinity);
  if (Math.floor(most) >= ENOUGH * most) return Math.floor(most);
  return ratio * Math.max(Math.min(width / (columns * (wide + 1)), height / (rows * (tall + 1))), 0.1);
}

/**
 * @param {number} columns
 * @param {number} rows
 * @param {number[]} size of a map in its own pixels
 * @param {number} whole pixels of the screen to each of them
 * @param {number} ratio pixels of the screen to one of the page
 */
function exact(columns, rows, [tall, wide], whole, ratio) {
  const zoom = whole >= LARGE ? whole : 1;
  const gap = Math.max(1, Math.floor((SPACE * ratio * zoom) / whole));
  const space = (gap * whole) / zoom / ratio;
  return gridOf(columns, rows, { zoom, gap }, [(whole * wide) / ratio, (whole * tall) / ratio], [space, space]);
}

/**
 * Bars, side by side where they are many.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @returns {Grid}
 */
export function barGrid(count, width, height) {
  const columns = Math.max(1, Math.min(Math.round(width / 28), Math.ceil(count / 8)));
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.floor((width - 2 * SPACE * (columns - 1)) / columns);
  const cellHeight = Math.max(1, Math.min(Math.floor((height - BAR_SPACE * (rows - 1)) / rows), 12));
  const between = cellHeight > 4 ? 2 * BAR_SPACE : BAR_SPACE;
  return gridOf(columns, rows, { zoom: 1, gap: 0 }, [cellWidth, cellHeight], [2 * SPACE, between]);
}

/**
 * @param {number} columns
 * @param {number} rows
 * @param {{ zoom: number, gap: number }} canvas
 * @param {[number, number]} cell width and height
 * @param {[number, number]} space between columns and between rows
 * @returns {Grid}
 */
function gridOf(columns, rows, canvas, [cellWidth, cellHeight], [spacing, rowSpacing]) {
  const width = columns * (cellWidth + spacing) - spacing;
  const height = rows * (cellHeight + rowSpacing) - rowSpacing;
  return { columns, rows, ...canvas, cellWidth, cellHeight, spacing, rowSpacing, width, height };
}

const HEIGHT = 176; // px of the units in a window of 1366, and more in a larger one
const ROOM = 1062; // px that a window of 1366 has
const GAP = 14; // px between columns at least; the arrows stand there
const LEAST_MAPS = 84; // px a column of maps, below which columns go one below the other
const WIDEST_MAPS = 264; // px
const FINE = 2; // px by which columns of maps are made narrower until all have room

const WIDTHS = { picture: 56, neurons: 110, averages: 56, sums: 142, maps: 0 }; // px at least
const WIDEST = { picture: 168, neurons: 300, averages: 168, sums: 420, maps: 0 };

/**
 * How wide each column is, and how high its units may be.
 * @typedef {{ isSideBySide: boolean, widths: number[], height: number }} Measures
 */

/**
 * @param {Column[]} columns
 * @param {number} room px
 * @returns {Measures}
 */
export function measures(columns, room) {
  const zoom = Math.min(Math.max(room / ROOM, 1), 1.7);
  const height = Math.round(HEIGHT * zoom);
  const fixed = columns.reduce((sum, { kind }) => sum + WIDTHS[kind] * zoom, GAP * (columns.length - 1));
  const shapes = columns.filter(({ kind }) => kind === "maps").map(({ shape }) => shape);
  const widest = widestMaps(shapes, room - fixed, height, WIDEST_MAPS * zoom);
  if (fixed > room || widest < LEAST_MAPS) return stacked(columns, room);
  const left = room - fixed - totalWidth(shapes, widest, height);
  const share = left / (columns.length - shapes.length);
  const own = (/** @type {Column["kind"]} */ kind) => Math.min(WIDTHS[kind] * zoom + share, WIDEST[kind] * zoom);
  const widths = columns.map(({ kind }) => (kind === "maps" ? widest : own(kind)));
  return { isSideBySide: true, widths: widths.map(Math.floor), height };
}

/**
 * The most that each column of maps may be wide so that all have room.
 * @param {Column["shape"][]} shapes
 * @param {number} room
 * @param {number} height
 * @param {number} most
 */
function widestMaps(shapes, room, height, most) {
  let width = most;
  while (width >= LEAST_MAPS && totalWidth(shapes, width, height) > room) width -= FINE;
  return width;
}

/**
 * @param {Column["shape"][]} shapes
 * @param {number} width
 * @param {number} height
 */
function totalWidth(shapes, width, height) {
  return shapes.reduce((sum, shape) => sum + mapGrid(shape, width, height).width, 0);
}

const WIDE = 620; // px: from here on captions stand beside what they are about, where columns are one below the other
const CAPTION = 206; // px, as in inside.css, with the space beside it

/**
 * @param {Column[]} columns
 * @param {number} room
 * @returns {Measures}
 */
function stacked(columns, room) {
  const width = room >= WIDE ? room - CAPTION : room;
  return { isSideBySide: false, widths: columns.map(() => width), height: room >= WIDE ? 112 : 132 };
}
