// Strokes as the pen of MNIST's writers would have made them: `image_of_strokes` in `digitcore/segmentation/strokes.py`.

import { greyGrid } from "../preprocessing/grid.js";
import { clamp, rint } from "../preprocessing/numbers.js";
import { centred, findPlacement } from "../preprocessing/placement.js";

/** @typedef {[x: number, y: number]} Point */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Edges */

/**
 * @param {Point[][]} strokes
 * @param {{ side: number, brush: number }} rules px: the longer side of the painting, and the pen's width
 * @returns {Float32Array} 28 times 28 numbers in [0, 1]
 */
export function imageOf(strokes, { side, brush }) {
  const { left, top, right, bottom } = edgesOf(strokes.flat());
  const zoom = (side - brush) / Math.max(right - left, bottom - top, 1e-9);
  const ink = greyGrid(Math.ceil((right - left) * zoom) + 2 * brush, Math.ceil((bottom - top) * zoom) + 2 * brush);
  for (const stroke of strokes) {
    const path = stroke.map(([x, y]) => [(x - left) * zoom + brush, (y - top) * zoom + brush]);
    path.forEach(([x, y], at) => sweep(ink, path[Math.max(0, at - 1)], [x, y], brush / 2));
  }
  return centred(ink, findPlacement(ink));
}

/**
 * @param {Point[]} points
 * @returns {Edges}
 */
export function edgesOf(points) {
  const edges = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of points) {
    edges.left = Math.min(edges.left, x);
    edges.right = Math.max(edges.right, x);
    edges.top = Math.min(edges.top, y);
    edges.bottom = Math.max(edges.bottom, y);
  }
  return edges;
}

/**
 * Inks what lies within `radius` px of the straight way between two points.
 * @param {import("../preprocessing/grid.js").Grey} ink
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} radius
 */
function sweep(ink, [fromX, fromY], [toX, toY], radius) {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = Math.max(alongX * alongX + alongY * alongY, 1e-9);
  const reach = radius + 1;
  const lastX = Math.min(ink.width - 1, Math.ceil(Math.max(fromX, toX) + reach));
  const lastY = Math.min(ink.height - 1, Math.ceil(Math.max(fromY, toY) + reach));
  const firstX = Math.max(0, Math.floor(Math.min(fromX, toX) - reach));
  for (let y = Math.max(0, Math.floor(Math.min(fromY, toY) - reach)); y <= lastY; y++) {
    for (let x = firstX, at = y * ink.width + firstX; x <= lastX; x++, at++) {
      if (ink.data[at] === 255) continue;
      const share = clamp(((x - fromX) * alongX + (y - fromY) * alongY) / length, 0, 1);
      const away = Math.hypot(x - fromX - share * alongX, y - fromY - share * alongY);
      ink.data[at] = Math.max(ink.data[at], rint(255 * clamp(radius + 0.5 - away, 0, 1)));
    }
  }
}
