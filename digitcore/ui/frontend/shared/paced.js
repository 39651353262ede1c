// What follows every movement of the pen and need not follow each: shown at once, and then again as often as there is time for it.

/** Shows what is newest. What is asked for while it rests is done once, at the end of the rest. */
export class Paced {
  /**
   * @param {() => void} work
   * @param {(took: number) => number} rest how many ms to leave the page alone after work that took so many, with what the screen
   *   made of it: style, layout, painting
   */
  constructor(work, rest) {
    this.work = work;
    this.rest = rest;
    this.isAsked = false;
    this.isBusy = false;
    this.round = 0; // a rest that was begun before `stop` ends nothing any more
  }

  ask() {
    this.isAsked = true;
    if (!this.isBusy) this.go();
  }

  go() {
    this.isBusy = this.isAsked;
    if (!this.isAsked) return;
    this.isAsked = false;
    const { round } = this;
    const worked = timed(this.work);
    whenShown((painted) => setTimeout(() => round === this.round && this.go(), this.rest(worked + painted)));
  }

  stop() {
    this.isAsked = this.isBusy = false;
    this.round++;
  }
}

/**
 * @param {() => void} work
 * @returns {number} how many ms it took
 */
function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/**
 * @param {(took: number) => void} then is told how many ms the page spent on its next picture, the wait for it left out
 */
function whenShown(then) {
  requestAnimationFrame(() => {
    const began = performance.now();
    setTimeout(() => then(performance.now() - began)); // comes once the picture is made
  });
}
