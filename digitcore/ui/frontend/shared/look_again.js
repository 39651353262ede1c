// Asks the server to look again, a little after each of its answers, for as long as it keeps asking to be asked.

const PAUSE = 400; // ms

const timers = new WeakMap();

export default function ({ parentElement, setTriggerValue }) {
  clearTimeout(timers.get(parentElement));
  timers.set(parentElement, setTimeout(() => setTriggerValue("again", true), PAUSE));
  return () => clearTimeout(timers.get(parentElement));
}
