// Sums of products for many kernels, four at a time: a few dozen instructions of WebAssembly, put together here since browsers
// take them as bytes alone. Where there are no such instructions, `convolution.js` goes without.

const LANES = 4; // numbers in a vector
const MOST = 8; // vectors of sums at once: no processor has room for many more
const BYTES = Float32Array.BYTES_PER_ELEMENT;
const VECTOR = LANES * BYTES; // bytes
const PAGE = 65_536; // bytes, by which memory grows

const [I32, V128, NOTHING] = [0x7f, 0x7b, 0x40]; // types
const [SUMS, END, WEIGHTS, AT, ROW, VALUE, FIRST] = [0, 1, 2, 3, 4, 5, 6]; // addresses; an entry's value; the first sums
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
 * The code for `count` vectors of sums: to those at SUMS come the products of all entries from address 0 to END.
 * @param {number} count
 */
function code(count) {
  const vectors = Array.from({ length: count }, (_, vector) => vector);
  const all = (/** @type {(vector: number) => number[]} */ part) => vectors.flatMap(part);
  const weighed = (/** @type {number} */ vector) => [...get(VALUE), ...get(ROW), ...load(vector), ...MULTIPLY];
  return [
    [2, 2, I32, 1 + count, V128], // AT and ROW, then VALUE and the sums
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
      [1, ...sized([1, 0x60, 3, I32, I32, I32, 0])], // one type: three addresses, and nothing comes back
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
    this.functions = /** @type {Record<string, (sums: number, end: number, weights: number) => void>} */ (exports);
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

/** The numbers that are not 0 among those of a patch, each with where the kernels' weights for it lie; as `Patch`. */
export class VectorPatch {
  /**
   * @param {Machine} machine
   * @param {Float32Array} kernels one after the other
   * @param {Float32Array} bias one for each
   */
  constructor(machine, kernels, bias) {
    const size = kernels.length / bias.length;
    const vectors = Math.ceil(bias.length / LANES);
    this.machine = machine;
    this.units = bias.length;
    this.blocks = Math.ceil(vectors / MOST);
    this.vectors = Math.ceil(vectors / this.blocks); // in each of them
    this.row = this.blocks * this.vectors * LANES; // numbers
    this.sums = Math.ceil((size * ENTRY) / VECTOR) * LANES; // where they lie, counted in floats: behind the entries
    this.bias = new Float32Array(this.row);
    this.bias.set(bias);
    this.weights = byPlace(kernels, size, this.row);
    this.used = 0;
  }

  /** To be called before a picture: another layer may have had the memory meanwhile. */
  begin() {
    const at = this.sums + this.row;
    this.machine.reserve((at + this.weights.length) * BYTES);
    this.machine.floats.set(this.weights, at);
  }

  clear() {
    this.used = 0;
  }

  /**
   * Takes in `count` numbers of `data`, from `from` on, which stand in the patch from `place` on.
   * @param {Float32Array} data
   * @param {number} from
   * @param {number} count
   * @param {number} place
   */
  add(data, from, count, place) {
    const { floats, integers } = this.machine;
    const row = this.row * BYTES;
    let entry = 2 * this.used;
    for (let index = 0; index < count; index++) {
      const value = data[from + index];
      floats[entry] = value;
      integers[entry + 1] = (place + index) * row;
      entry += value === 0 ? 0 : 2; // the next one overwrites a zero, which is quicker than to ask first
    }
    this.used = entry >> 1;
  }

  /**
   * Writes to `out`, from `at` on, what each kernel makes of the patch, plus its bias.
   * @param {Float32Array} out
   * @param {number} at
   */
  times(out, at) {
    const { floats, functions } = this.machine;
    const { sums, used, blocks, vectors, units } = this;
    const multiply = functions[vectors];
    floats.set(this.bias, sums);
    for (let block = 0; block < blocks; block++) {
      const start = sums * BYTES + block * vectors * VECTOR;
      multiply(start, used * ENTRY, start + this.row * BYTES);
    }
    for (let unit = 0; unit < units; unit++) out[at + unit] = floats[sums + unit];
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
 * @param {Float32Array} kernels
 * @param {Float32Array} bias
 * @returns {VectorPatch | null} null where that can't be had
 */
export function vectorPatch(kernels, bias) {
  const found = theMachine();
  return found && new VectorPatch(found, kernels, bias);
}
