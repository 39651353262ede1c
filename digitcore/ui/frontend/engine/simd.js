// Sums of products for many kernels, four at a time: a few dozen instructions of WebAssembly, put together here since browsers
// take them as bytes alone. Where there are no such instructions, `convolution.js` goes without.

const LANES = 4; // numbers in a vector
const MOST = 8; // vectors of sums at once: no processor has room for many more
const BYTES = Float32Array.BYTES_PER_ELEMENT;
const VECTOR = LANES * BYTES; // bytes
const PAGE = 65_536; // bytes, by which memory grows

const [I32, V128, NOTHING] = [0x7f, 0x7b, 0x40]; // types
const [SUMS, AT, END, WEIGHTS, ROW, VALUE, FIRST] = [0, 1, 2, 3, 4, 5, 6]; // addresses; an entry's value; the first sums
const ENTRY = 2 * BYTES; // a value, and how far behind WEIGHTS its weights lie
const get = (/** @type {number} */ name) => [0x20, name];
const set = (/** @type {number} */ name) => [0x21, name];
const number = (/** @type {number} */ value) => [0x41, value];
const load = (/** @type {number} */ vector) => [0xfd, 0x00, 0, ...leb(vector * VECTOR)];
const store = (/** @type {number} */ vector) => [0xfd, 0x0b, 0, ...leb(vector * VECTOR)];
const INTEGER = [0x28, 0, BYTES]; // the second half of an entry
const FOUR_TIMES = [0xfd, 0x09, 0, 0]; // its first half
const [PLUS, LESS] = [0x6a, 0x49]; // of integers
const [ADD, MULTIPLY] = [[0xfd, 0xe4, 0x01], [0xfd, 0xe6, 0x01]]; // of vectors
const [LOOP, IF, AGAIN, DONE] = [[0x03, NOTHING], [0x04, NOTHING], [0x0c, 1], 0x0b];

/**
 * The code for `count` vectors of sums: to those at SUMS come the products of all entries from AT to END.
 * @param {number} count
 */
function code(count) {
  const vectors = Array.from({ length: count }, (_, vector) => vector);
  const all = (/** @type {(vector: number) => number[]} */ part) => vectors.flatMap(part);
  const weighed = (/** @type {number} */ vector) => [...get(VALUE), ...get(ROW), ...load(vector), ...MULTIPLY];
  return [
    [2, 1, I32, 1 + count, V128], // ROW, then VALUE and the sums
    all((vector) => [...get(SUMS), ...load(vector), ...set(FIRST + vector)]),
    [...LOOP, ...get(AT), ...get(END), LESS, ...IF],
    [...get(AT), ...FOUR_TIMES, ...set(VALUE), ...get(WEIGHTS), ...get(AT), ...INTEGER, PLUS, ...set(ROW)],
    all((vector) => [...get(FIRST + vector), ...weighed(vector), ...ADD, ...set(FIRST + vector)]),
    [...get(AT), ...number(ENTRY), PLUS, ...set(AT), ...AGAIN, DONE, DONE],
    all((vector) => [...get(SUMS), ...get(FIRST + vector), ...store(vector)]),
    [DONE],
  ].flat();
}

/**
 * A whole number from 0, seven bits a byte, the lowest first.
 * @param {number} value
 * @returns {number[]}
 */
function leb(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}

/** @param {number[]} bytes */
const sized = (bytes) => [...leb(bytes.length), ...bytes];

/** @param {string} text */
const ascii = (text) => Array.from(text, (_, at) => text.charCodeAt(at));

/** @param {string} text */
const named = (text) => sized(ascii(text));

/** A module that has, under the name of each count from 1 to MOST, the function for as many vectors. */
function moduleBytes() {
  const counts = Array.from({ length: MOST }, (_, index) => index + 1);
  const all = (/** @type {(count: number) => number[]} */ part) => sized([MOST, counts.map(part)].flat(2));
  return Uint8Array.from(
    [
      [0, ...ascii("asm"), 1, 0, 0, 0],
      [1, ...sized([1, 0x60, 4, I32, I32, I32, I32, 0])], // one type: four addresses, and nothing comes back
      [2, ...sized([1, ...named("page"), ...named("memory"), 2, 0, 1])],
      [3, ...all(() => [0])], // all are of that type
      [7, ...all((count) => [...named(String(count)), 0, count - 1])],
      [10, ...all((count) => sized(code(count)))],
    ].flat(),
  );
}

/** The memory that all patches share, one after the other, and the functions that work on it. */
class Machine {
  constructor() {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { page: { memory } });
    this.memory = memory;
    this.functions = /** @type {Record<string, (sums: number, at: number, end: number, weights: number) => void>} */ (exports);
    this.floats = new Float32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
  }

  /** @param {number} bytes that are needed */
  reserve(bytes) {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / PAGE)); // which leaves the views of before without any memory
    this.floats = new Float32Array(this.memory.buffer);
    this.integers = new Int32Array(this.memory.buffer);
  }
}

/** @type {Machine | null | undefined} */
let made;

// Null where this browser has no such instructions. A file taken along may not put any together, by its own policy.
function theMachine() {
  if (made === undefined) made = globalThis.origin === "null" ? null : make();
  return made;
}

/** @returns {Machine | null} */
function make() {
  try {
    return new Machine();
  } catch {
    return null;
  }
}

/**
 * What is to be convolved: a picture, row by row, the channels of a pixel side by side, and where the result goes.
 * @typedef {object} Sliding
 * @property {number[]} shape of the output
 * @property {Float32Array} output
 * @property {number} kernel pixels a side
 * @property {number} stride
 * @property {number} channels
 * @property {number} row numbers in a row of the picture
 */

/** The kernels of a convolution. */
export class VectorKernels {
  /**
   * @param {Machine} machine
   * @param {Float32Array} kernels one after the other
   * @param {Float32Array} bias one for each
   */
  constructor(machine, kernels, bias) {
    const vectors = Math.ceil(bias.length / LANES);
    this.machine = machine;
    this.blocks = Math.ceil(vectors / MOST);
    this.vectors = Math.ceil(vectors / this.blocks); // in each of them
    this.row = this.blocks * this.vectors * LANES; // numbers
    this.bias = new Float32Array(this.row);
    this.bias.set(bias);
    this.weights = byPlace(kernels, kernels.length / bias.length, this.row);
    this.starts = new Int32Array(0);
  }

  /**
   * @param {Float32Array} pixels
   * @param {Sliding} sliding
   */
  convolve(pixels, sliding) {
    const { kernel, stride, channels, shape, row } = sliding;
    const [height, width, filters] = shape;
    this.takeUp(pixels, channels, row);
    const across = row / channels;
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += filters) {
        this.machine.floats.set(this.bias, 0);
        for (let line = 0; line < kernel; line++) {
          const first = (y * stride + line) * across + x * stride;
          this.add(this.starts[first], this.starts[first + kernel], (line * kernel - x * stride) * channels);
        }
        this.take(sliding.output, at, filters);
      }
    }
  }

  /**
   * Puts into memory the sums' place, the kernels' weights, and the numbers of the picture that are not 0, each with where in its row
   * it stands.
   * @param {Float32Array} pixels
   * @param {number} channels
   * @param {number} row
   */
  takeUp(pixels, channels, row) {
    const { machine, weights } = this;
    const begin = this.row + weights.length; // of the entries, counted in floats
    machine.reserve(begin * BYTES + pixels.length * ENTRY + ENTRY);
    machine.floats.set(weights, this.row);
    if (this.starts.length <= pixels.length / channels) this.starts = new Int32Array(pixels.length / channels + 1);
    const { floats, integers } = machine;
    let entry = begin;
    for (let from = 0, place = 0; from < pixels.length; from++, place = place + 1 === row ? 0 : place + 1) {
      if (from % channels === 0) this.starts[from / channels] = entry * BYTES;
      floats[entry] = pixels[from];
      integers[entry + 1] = place * this.row * BYTES;
      entry += pixels[from] === 0 ? 0 : 2; // the next one overwrites a zero, which is quicker than to ask first
    }
    this.starts[pixels.length / channels] = entry * BYTES;
  }

  /**
   * Adds to the sums what the entries from one address to another come to.
   * @param {number} from
   * @param {number} end
   * @param {number} shift how many places the kernels' weights for them lie behind where they stand
   */
  add(from, end, shift) {
    if (from === end) return;
    const multiply = this.machine.functions[this.vectors];
    for (let block = 0; block < this.blocks; block++) {
      const sums = block * this.vectors * VECTOR;
      multiply(sums, from, end, sums + (1 + shift) * this.row * BYTES);
    }
  }

  /**
   * @param {Float32Array} out
   * @param {number} at
   * @param {number} count
   */
  take(out, at, count) {
    const { floats } = this.machine;
    for (let unit = 0; unit < count; unit++) out[at + unit] = floats[unit];
  }
}

/**
 * @param {Float32Array} kernels one after the other, of `size` numbers
 * @param {number} size
 * @param {number} row
 * @returns {Float32Array} for each place of a patch its weight in every kernel, in a row of that many numbers
 */
function byPlace(kernels, size, row) {
  const weights = new Float32Array(size * row);
  for (let from = 0; from < kernels.length; from++) weights[(from % size) * row + Math.floor(from / size)] = kernels[from];
  return weights;
}

/**
 * @param {Float32Array} kernels one after the other
 * @param {Float32Array} bias one for each
 * @returns {VectorKernels | null} null where that can't be had
 */
export function vectorKernels(kernels, bias) {
  const found = theMachine();
  return found && new VectorKernels(found, kernels, bias);
}
