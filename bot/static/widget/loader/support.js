// What the parts of the loader share: where it comes from, the options of an element, small makers of nodes.

const script = document.currentScript;
const PROTOCOL = 1;
const MARK = Symbol.for("cybervigie.v1");
const ELEMENT = "cybervigie-chat";
const SITE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const COLOUR = /^#[0-9a-f]{6}$/i;
const CODE = /^[a-z_]{1,40}$/;
const STATUSES = /^(?:answered|no_answer|emergency|clarify)$/;
const EVENTS = /^(?:open|ready|close|question|answer|error|reset)$/;
// The frame says hello while it loads; a page that the browser refused to show never does.
const HELLO_AFTER_LOAD_MS = 2000;
const MOUNTED_MS = 20000;
// Behind a timer that comes late because the page was busy, the frame's message may still be waiting its turn.
const AGAIN_MS = 300;
const QUESTION_MAX = 1000;
// Pixels under which a panel has no height of its own.
const LOW = 40;
// As in style.css.
const FULL_SCREEN = "(max-width: 479.98px), (max-height: 439.98px)";
const warn = (text) => console.warn("CyberVigie\u00a0: " + text);

const base = script && script.src ? new URL("./", script.src) : null;
const host = location.origin;
// In a frame of the page's own origin, "allow-same-origin" would let the frame undo its sandbox: it gets an opaque one.
const opaque = base !== null && base.origin === host;
const SANDBOX =
  "allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox" + (opaque ? "" : " allow-same-origin");

/** Relative luminance of #rrggbb (WCAG 2.1). */
function luminance(colour) {
  const channel = (at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function icon() {
  const draw = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of attributes) node.setAttribute(name, value);
    return node;
  };
  const lines = [["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "2"]];
  const svg = draw("svg", [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ...lines]);
  const shield = draw("path", [["d", "M12 2.5 4 5.5v6c0 5 3.4 8.6 8 10 4.6-1.4 8-5 8-10v-6z"]]);
  const tick = draw("path", [["d", "M8.5 12l2.5 2.5 4.5-5"]]);
  svg.append(shield, tick);
  return svg;
}

const line = (text, max) => (typeof text === "string" ? text.replace(/\s+/g, " ").trim().slice(0, max) : "");

function optionsOf(node) {
  const read = (name) => node.getAttribute("data-" + name) || "";
  const publishers = [];
  for (const part of read("publishers").split("|")) if (part.trim()) publishers[publishers.length] = line(part, 200);
  const colour = read("color");
  if (colour && !COLOUR.test(colour)) warn("data-color attend # et six chiffres hexadécimaux, comme #0b5573.");
  return {
    site: node.getAttribute("data-site") || node.getAttribute("site") || "",
    title: line(read("title"), 60),
    position: read("position") === "bottom-left" ? "left" : "right",
    colour: COLOUR.test(colour) ? colour.toLowerCase() : "",
    audience: line(read("audience"), 40),
    publishers: publishers.slice(0, 20),
    greeting: line(read("greeting"), 300),
    open: node.hasAttribute("data-open") && read("open") !== "false",
  };
}

function validSite(options) {
  if (SITE.test(options.site)) return true;
  warn("indiquez le nom du site donné par l’exploitant\u00a0: data-site=\"…\".");
  return false;
}
