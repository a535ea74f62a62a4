// The widget's frame: asks the page around it for its settings, then mounts the conversation.

import { mount } from "../chat.js";
import { accentSheet } from "./contrast.js";
import { connect, ignored, narrowed } from "./port.js";

const OWN_COLOUR = "#0b5573";
const root = document.getElementById("chat");
const { pass: firstPass, origins, ...site } = JSON.parse(root.dataset.site);
let page = null;

// In an opaque origin (a page of this very host, see docs/widget.md) the API is another origin: this pass, which only
// the frame's own document holds, lets it read the replies. The service says 403 to one that holds no more, before it does
// anything: the page is asked for another, and the request sent again.
if (self.origin === "null") {
  const plain = self.fetch;
  let pass = firstPass;
  const api = new URL("../v1/", location.href).href;
  self.fetch = async (target, options = {}) => {
    const url = new URL(target, location.href).href;
    if (!url.startsWith(api)) return plain(target, options);
    const send = () => {
      const headers = new Headers(options.headers);
      headers.set("X-CyberVigie-Frame", pass);
      return plain(target, { ...options, headers });
    };
    const response = await send();
    if (response.status !== 403 || response.headers.get("X-CyberVigie-Frame") !== "expired") return response;
    pass = (await page?.renew()) || pass;
    return send();
  };
}

page = await connect(origins);
for (const told of ignored(site, page?.settings)) console.warn(`CyberVigie\u00a0: ${told}`);
const { colour, colourDark, audiences, known, ...options } = narrowed(site, page?.settings ?? {});
// The product's own colour has its own pair of shades, in style.css.
if (colour !== OWN_COLOUR || colourDark) {
  document.adoptedStyleSheets = [accentSheet(colour, colour === site.colour ? colourDark : "")];
}
document.title = options.title;
for (const told of [options.privacy, options.accessibility]) told.url = new URL(told.url, location.href).href;
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
