// Elements made of text nodes only: nothing here, or anywhere in the conversation, parses HTML.

/** An element with a class and children; strings become text nodes, null is left out. */
export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** The same with attributes: `true` is an empty attribute, `null` and `false` are left out. */
export function tagged(tag, attributes, ...children) {
  const node = element(tag, "", ...children);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

export function button(label, className, onClick) {
  const node = element("button", className, label);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** A list that Safari still calls one when it has no markers. */
export function list(tag, className, items) {
  const node = element(tag, className, ...items.map((item) => element("li", "", item)));
  node.setAttribute("role", "list");
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

/** Change something inside a live region without having it read out: it adds to what was read already. */
export function quietly(region, change) {
  region.setAttribute("aria-live", "off");
  change();
  setTimeout(() => region.setAttribute("aria-live", "polite"), QUIET_MS);
}

/** Do something once the page is drawn and has nothing better to do. */
export function atLeisure(act) {
  if (window.requestIdleCallback) requestIdleCallback(act, { timeout: LEISURE_MS });
  else setTimeout(act, LEISURE_MS);
}

const LEISURE_MS = 2000;
const QUIET_MS = 100;
const ABOVE_PX = 12;

/** Bring the start of `node` under the head of the page; the style sheet says when this may be animated. */
export function reveal(node) {
  const head = document.querySelector(".head");
  const covered = head && getComputedStyle(head).position === "sticky" ? head.offsetHeight : 0;
  scrollTo({ top: node.getBoundingClientRect().top + scrollY - covered - ABOVE_PX });
}
