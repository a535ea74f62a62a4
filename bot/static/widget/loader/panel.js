// The button, its panel and the frame: opened, spoken to, closed.

class Widget {
  #options;
  #root;
  #place = make("div");
  #button = make("button", "launcher");
  #panel = make("dialog", "panel");
  #full = matchMedia(FULL_SCREEN);
  #inline;
  #frame = null;
  #port = null;
  #mounted = false;
  #waiting = null;
  #timers = [];
  #nonce = "";
  #opener = null;
  #grab = false;
  #questions = [];
  #tell;
  #onMessage = (event) => this.#hello(event);

  /** `root`: an empty shadow root; `tell(name, detail)` gets every event. */
  constructor(root, options, inline, tell) {
    this.#root = root;
    this.#options = options;
    this.#inline = inline;
    this.#tell = tell;
    const title = options.title || "Assistant cybersécurité";
    const colour = options.colour || "#0b5573";
    // Black or white, whichever reads best: one of them always has 4.5:1.
    const on = luminance(colour) > 0.179 ? "#000" : "#fff";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS + `.launcher{--colour:${colour};--on:${on}}`);
    root.adoptedStyleSheets = [sheet];
    this.#place.className = inline ? "inline" : "bar " + options.position;
    this.#place.lang = "fr";
    this.#button.type = "button";
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.setAttribute("aria-haspopup", "dialog");
    this.#button.append(icon(), make("span", "", title));
    this.#panel.setAttribute("aria-label", title);
    this.#panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#button.addEventListener("click", () => (this.opened ? this.close() : this.#show(true, this.#button)));
    this.#place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.opened) return;
      event.stopPropagation();
      this.close();
    });
    this.#full.addEventListener("change", this.#onResize);
    if (inline) this.#place.append(make("p", "hint", "La conversation s’ouvrira ici."));
    this.#place.append(this.#button, this.#panel);
    root.append(this.#place);
  }

  get opened() {
    return this.#panel.open;
  }

  /** Over the whole screen the panel is modal: the keyboard must not go on in a page that nobody sees. */
  #unfold() {
    if (this.#full.matches && !this.#inline) this.#panel.showModal();
    // Not show(), which would take the keyboard from whoever writes elsewhere in the page.
    else this.#panel.setAttribute("open", "");
  }

  #onResize = () => {
    if (!this.opened || this.#inline) return;
    const here = this.#root.activeElement !== null;
    this.#panel.close();
    this.#unfold();
    if (here) this.#focus();
  };

  /** Open; the keyboard goes to the conversation, unless `focus` is false. */
  open(focus = true) {
    if (!this.opened) this.#show(focus, focus ? document.activeElement : null);
  }

  close() {
    if (!this.opened) return;
    // The keyboard is given back only if it was here: it may be elsewhere in the page already.
    const here = this.#root.activeElement !== null;
    this.#panel.close();
    this.#place.classList.remove("opened");
    this.#button.setAttribute("aria-expanded", "false");
    const back = this.#opener && this.#opener.isConnected && this.#opener !== document.body ? this.#opener : this.#button;
    if (here) back.focus();
    this.#tell("close", {});
  }

  ask(question) {
    const text = typeof question === "string" ? question.trim() : "";
    if (!text || text.length > QUESTION_MAX) return warn(`ask() attend une question de 1 à ${QUESTION_MAX} caractères.`);
    this.open();
    if (this.#mounted) this.#send({ type: "ask", question: text });
    else this.#questions = [text];
  }

  destroy() {
    this.#drop();
    this.#full.removeEventListener("change", this.#onResize);
    this.#panel.removeAttribute("open");
    this.#place.remove();
  }

  #show(focus, opener) {
    this.#opener = opener;
    this.#grab = focus;
    this.#unfold();
    this.#place.classList.add("opened");
    if (this.#inline && this.#panel.offsetHeight < LOW) this.#place.classList.add("low");
    this.#button.setAttribute("aria-expanded", "true");
    if (!this.#frame) this.#load();
    if (focus) this.#focus();
    this.#tell("open", {});
  }

  #focus() {
    if (!this.#mounted) return this.#waiting.lastChild.focus();
    this.#frame.focus();
    this.#send({ type: "focus" });
  }

  #load() {
    const close = make("button", "", "Fermer");
    close.type = "button";
    close.addEventListener("click", () => this.close());
    const text = make("p", "", "Ouverture de l’assistant…");
    text.setAttribute("role", "status");
    // After a failure, what was said then is still there.
    if (this.#waiting) this.#waiting.remove();
    this.#waiting = make("div", "wait");
    this.#waiting.append(text, close);
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    this.#nonce = "";
    for (const byte of bytes) this.#nonce += (byte + 256).toString(16).slice(1);
    const frame = (this.#frame = make("iframe"));
    frame.title = this.#panel.getAttribute("aria-label");
    frame.setAttribute("sandbox", SANDBOX);
    // Copying an answer is the one permission the frame needs; the browser asks for a click all the same.
    frame.setAttribute("allow", "clipboard-write");
    frame.setAttribute("referrerpolicy", "no-referrer");
    const address = new URL("frame", base);
    address.search = new URLSearchParams([["site", this.#options.site]]);
    // In the fragment, which no server sees: where the frame may say hello, and the proof that it is this frame.
    address.hash = new URLSearchParams([["host", host], ["nonce", this.#nonce]]);
    addEventListener("message", this.#onMessage);
    frame.addEventListener("load", () => this.#expect(HELLO_AFTER_LOAD_MS, () => this.#port));
    this.#expect(MOUNTED_MS, () => this.#mounted);
    frame.src = address.href;
    this.#panel.append(frame, this.#waiting);
  }

  /** Give the frame up unless `here()` is so after `milliseconds`, and still is not when messages that wait are read. */
  #expect(milliseconds, here) {
    const later = (action, delay) => (this.#timers[this.#timers.length] = setTimeout(() => here() || action(), delay));
    later(() => later(() => this.#failed(), AGAIN_MS), milliseconds);
  }

  /** The one message taken from a window: from this frame, of its origin, with its nonce, with a port. */
  #hello(event) {
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== (opaque ? "null" : base.origin)) return;
    const hello = event.data;
    if (!hello || hello.cybervigie !== PROTOCOL || hello.type !== "hello" || hello.nonce !== this.#nonce) return;
    if (event.ports.length !== 1) return;
    removeEventListener("message", this.#onMessage);
    const { title, audience, publishers, greeting, colour } = this.#options;
    this.#port = event.ports[0];
    this.#port.onmessage = (message) => this.#received(message.data);
    this.#send({ type: "settings", title, audience, publishers, greeting, colour });
  }

  #send(message) {
    if (this.#port) this.#port.postMessage({ cybervigie: PROTOCOL, ...message });
  }

  /** What the frame says: known types only, each field checked; anything else is left unsaid. */
  #received(message) {
    if (!message || message.cybervigie !== PROTOCOL) return;
    const { type, status, citations, code } = message;
    if (type === "mounted") this.#ready();
    else if (type === "close") this.close();
    else if (type === "expired") this.#renew();
    else if (type === "question" || type === "reset") this.#tell(type, {});
    else if (type === "answer" && STATUSES.test(status) && Number.isInteger(citations) && citations >= 0 && citations <= 100) {
      this.#tell("answer", { status: String(status), citations });
    } else if (type === "error" && CODE.test(code)) this.#tell("error", { code: String(code) });
  }

  /** A new pass for a frame of opaque origin: this page is of the service's own origin, and may read it. */
  async #renew() {
    if (!opaque) return;
    const frame = this.#frame;
    try {
      const reply = await fetch(new URL("pass", base), { cache: "no-store", credentials: "omit" });
      if (!reply.ok) throw new Error(reply.status);
      this.#send({ type: "pass", pass: await reply.text() });
    } catch {
      // The policy of the page forbids it, or the service is gone: a new frame comes with a new pass.
      if (this.#frame !== frame) return;
      this.#drop();
      if (this.opened) this.#load();
    }
  }

  #ready() {
    if (this.#mounted) return;
    // Whoever went elsewhere in the page meanwhile stays there.
    const here = this.#grab && this.#root.activeElement !== null;
    this.#mounted = true;
    this.#clear();
    this.#waiting.remove();
    if (here && this.opened) this.#focus();
    for (const question of this.#questions) this.#send({ type: "ask", question });
    this.#questions = [];
    this.#tell("ready", {});
  }

  #failed() {
    const link = make("a", "", "Ouvrir l’assistant dans une nouvelle fenêtre");
    link.href = new URL("../", base).href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    const waiting = this.#waiting;
    waiting.firstChild.textContent = "L’assistant ne peut pas s’afficher dans cette page.";
    waiting.insertBefore(link, waiting.lastChild);
    this.#drop();
    warn(
      `le cadre n’a pas répondu. Vérifiez que le site « ${this.#options.site} » existe bien chez l’exploitant ` +
        `(data-site), que ${host} est dans ses « origins », et que la politique de sécurité de cette page contient « frame-src ${base.origin} ».`,
    );
    this.#tell("error", { code: "unavailable" });
  }

  #clear() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    removeEventListener("message", this.#onMessage);
  }

  /** Let the frame go; what the panel says stays until the next opening. */
  #drop() {
    this.#clear();
    if (this.#port) this.#port.close();
    if (this.#frame) this.#frame.remove();
    this.#port = this.#frame = null;
    this.#mounted = false;
  }
}
