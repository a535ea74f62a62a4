// The widget's frame: asks the page around it for its settings, then mounts the conversation.

import { mount } from "../chat.js";
import { accentSheet } from "./contrast.js";
import { connect, narrowed } from "./port.js";

const OWN_COLOUR = "#0b5573";
const root = document.getElementById("chat");
const { pass, origins, ...site } = JSON.parse(root.dataset.site);

// In an opaque origin (a page of this very host, see docs/widget.md) the API is another origin: this pass, which only
// the frame's own document holds, lets it read the replies.
if (self.origin === "null") {
  const plain = self.fetch;
  const api = new URL("../v1/", location.href).href;
  self.fetch = (target, options = {}) => {
    const url = new URL(target, location.href).href;
    if (!url.startsWith(api)) return plain(target, options);
    const headers = new Headers(options.headers);
    headers.set("X-CyberVigie-Frame", pass);
    return plain(target, { ...options, headers });
  };
}

const page = await connect(origins);
const { colour, colourDark, audiences, ...options } = narrowed(site, page?.settings ?? {});
// The product's own colour has its own pair of shades, in style.css.
if (colour !== OWN_COLOUR || colourDark) {
  document.adoptedStyleSheets = [accentSheet(colour, colour === site.colour ? colourDark : "")];
}
document.title = options.title;
options.privacy = { ...options.privacy, url: new URL(options.privacy.url, location.href).href };
const chat = mount(root, { ...options, compact: true });

/** The keyboard goes to the question; on a touch screen to the title, so that no virtual keyboard hides the page. */
function focus() {
  const { scrollX, scrollY } = window;
  if (matchMedia("(pointer: coarse)").matches) {
    const title = root.querySelector("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  } else {
    chat.focus();
  }
  scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
}

if (page) {
  chat.on("question", () => page.send({ type: "question" }));
  chat.on("answer", ({ status, citations }) => page.send({ type: "answer", status, citations }));
  chat.on("error", ({ code }) => page.send({ type: "error", code }));
  chat.on("reset", () => page.send({ type: "reset" }));
  chat.on("close", () => page.send({ type: "close" }));
  page.listen({ ask: (question) => chat.ask(question), focus });
  addEventListener("keydown", (event) => {
    // Inside the conversation, Esc is the conversation's; here, the keyboard is on the page itself.
    if (event.key === "Escape" && !root.contains(event.target)) page.send({ type: "close" });
  });
  page.send({ type: "mounted" });
}
