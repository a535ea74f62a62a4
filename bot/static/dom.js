// Elements made of text nodes only: nothing here, or anywhere in this page, parses HTML.

/** An element with a class and children; strings become text nodes, null is left out. */
export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function button(label, className, onClick) {
  const node = element("button", className, label);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** Text for screen readers only. */
export function spoken(text) {
  return element("span", "visually-hidden", text);
}

/** Move the keyboard (and the screen reader) to something that is not a control. */
export function focusOn(node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
  reveal(node);
}

/** Bring the start of `node` under the top of the window; style.css says when this may be animated. */
export function reveal(node) {
  node.scrollIntoView({ block: "start" });
}
