// window.CyberVigie: one launcher a page, its methods and its events.

/** Listeners by name; one that throws stops neither the others nor the widget. */
class Emitter {
  #listeners = new Map();

  on(name, listener) {
    if (!EVENTS.test(name) || typeof listener !== "function") {
      throw new TypeError("CyberVigie.on(nom, fonction)\u00a0: nom inconnu ou fonction absente");
    }
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
  }

  off(name, listener) {
    const found = this.#listeners.get(name);
    if (found) found.delete(listener);
  }

  emit(name, detail) {
    for (const listener of new Set(this.#listeners.get(name))) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  }
}

/** The launcher, in a shadow root that the page's styles do not reach. */
function launch(options, emitter) {
  const place = make("div");
  // On the element itself and important: nothing in the page's sheets weighs more.
  const fixed = [["all", "initial"], ["display", "block"], ["position", "fixed"], ["z-index", "2147483647"]];
  for (const [name, value] of fixed) place.style.setProperty(name, value, "important");
  const root = place.attachShadow({ mode: "closed" });
  const widget = new Widget(root, options, false, (name, detail) => emitter.emit(name, Object.freeze(detail)));
  // Beside the body: a transform or a filter of the body would move whatever is fixed in it.
  document.documentElement.append(place);
  return { widget, place };
}

function whenParsed(action) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", action, { once: true });
  else queueMicrotask(action);
}

/** window.CyberVigie: what is called before the page is parsed waits for it. */
function makeApi(options) {
  const emitter = new Emitter();
  let launched = null;
  let gone = false;
  const early = [];
  const run = (name, given) => {
    if (gone) return;
    if (launched) launched.widget[name](...given);
    else early[early.length] = [name, given];
  };
  const ready = new Promise((resolve) => {
    whenParsed(() => {
      if (gone) return;
      launched = launch(options, emitter);
      if (options.open) launched.widget.open(false);
      for (const [name, given] of early) launched.widget[name](...given);
      resolve(api);
    });
  });
  const api = {
    version: "1",
    [MARK]: true,
    ready,
    open: () => run("open", []),
    close: () => run("close", []),
    toggle: () => (launched && launched.widget.opened ? api.close() : api.open()),
    ask: (question) => run("ask", [question]),
    on: (name, listener) => (emitter.on(name, listener), api),
    off: (name, listener) => (emitter.off(name, listener), api),
    push: (call) => call && typeof api[call[0]] === "function" && call[0] !== "push" && api[call[0]](call[1], call[2]),
    destroy: () => {
      gone = true;
      if (launched) {
        launched.widget.destroy();
        launched.place.remove();
      }
      if (window.CyberVigie === api) delete window.CyberVigie;
    },
  };
  return Object.freeze(api);
}

/** Take the global name, unless it is somebody else's; calls queued in an array are replayed. */
function publish(api) {
  const before = window.CyberVigie;
  const instead = "l’API est la propriété « cyberVigie » de l’élément <script>.";
  script.cyberVigie = api;
  if (before !== undefined && !Array.isArray(before)) {
    return warn(`le nom window.CyberVigie est pris dans cette page\u202f; ${instead}`);
  }
  try {
    Object.defineProperty(window, "CyberVigie", { value: api, configurable: true, enumerable: true });
  } catch {
    return warn(`window.CyberVigie ne peut pas être défini\u202f; ${instead}`);
  }
  if (Array.isArray(before)) for (const call of before) api.push(call);
}
