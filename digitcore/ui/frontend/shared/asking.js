const ASK_AGAIN_AFTER = 500; // ms
const MOST_ASKS = 20;

// Sets a value again and again until Python answers to it: of two components that set theirs at the same moment Streamlit
// reruns one only, and the busier the machine, the longer that moment.
/** @template Value */
export class Asking {
  /** @type {Value | null} */
  wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /**
   * @param {Value} wanted
   * @param {(value: Value) => void} set sends the value that is wanted
   */
  ask(wanted, set, asks = MOST_ASKS) {
    this.stop();
    this.wanted = wanted;
    set(wanted);
    if (asks > 1) this.timer = setTimeout(() => this.ask(wanted, set, asks - 1), ASK_AGAIN_AFTER);
  }

  /**
   * Takes note of what Python has answered to.
   * @param {Value} value
   */
  answered(value) {
    if (value === this.wanted) this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    this.wanted = null;
  }
}
