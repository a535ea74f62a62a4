// The hosts that links may lead to, told by /v1/meta: none until then, so that nothing in an answer leads elsewhere.

const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
const HOSTS_MAX = 5_000;

export class Hosts {
  #names = null;
  #waiting = [];

  get known() {
    return this.#names !== null;
  }

  has(name) {
    return this.#names?.has(name) ?? false;
  }

  /** Take the list of the service; whatever is no host name is left out. */
  learn(names) {
    const sound = names.slice(0, HOSTS_MAX).filter((name) => typeof name === "string" && HOST.test(name));
    this.#names = new Set(sound);
  }

  /** Have `draw()` called at the next `redraw()`, unless the hosts are known already. */
  whenKnown(draw) {
    if (!this.known) this.#waiting.push(draw);
  }

  /** Whether something was drawn without its links. */
  get awaited() {
    return this.#waiting.length > 0;
  }

  redraw() {
    for (const draw of this.#waiting.splice(0)) draw();
  }
}
