// <cybervigie-chat>: the same, at a place chosen in the page.

function defineElement() {
  if (!window.customElements || customElements.get(ELEMENT)) return;
  class CyberVigieChat extends HTMLElement {
    #root = this.attachShadow({ mode: "closed" });
    #widget = null;

    connectedCallback() {
      const options = optionsOf(this);
      if (this.#widget || !validSite(options)) return;
      this.#widget = new Widget(this.#root, options, true, (name, detail) => {
        this.dispatchEvent(new CustomEvent("cybervigie-" + name, { bubbles: true, composed: true, detail: Object.freeze(detail) }));
      });
      if (options.open) this.#widget.open(false);
    }

    disconnectedCallback() {
      if (this.#widget) this.#widget.destroy();
      this.#widget = null;
    }

    open() {
      if (this.#widget) this.#widget.open();
    }

    close() {
      if (this.#widget) this.#widget.close();
    }

    toggle() {
      if (this.#widget) this.#widget.opened ? this.#widget.close() : this.#widget.open();
    }

    ask(question) {
      if (this.#widget) this.#widget.ask(question);
    }
  }
  customElements.define(ELEMENT, CyberVigieChat);
}
