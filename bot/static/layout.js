// The furniture of the conversation: head, notice, log, question field, foot. Built once, inside the given root.

import { button, element, spoken, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { pageLink } from "./link.js";
import { NOTICE_PARTS } from "./wording.js";

const LOGO = new URL("favicon.svg", import.meta.url);
const TAGLINE = "La cybersécurité du cabinet, textes officiels à l’appui.";

/** The parts that the conversation works with, by name. `options`: see chat.js. */
export function layOut(root, options) {
  const parts = {
    urgent: headButton("Urgence\u00a0?", "alarm", "urgent-button"),
    reset: headButton("Nouvelle conversation", "again", "quiet"),
    close: options.compact ? headButton("Fermer", "cross", "quiet") : null,
    welcome: tagged("div", { id: "welcome" }),
    log: tagged("div", { id: "log", role: "log", "aria-live": "polite", "aria-labelledby": "log-title" }),
    status: tagged("p", { id: "status", role: "status" }),
    // How far the search is: for the eyes, the status above is read out once.
    progress: tagged("p", { id: "progress", "aria-hidden": "true" }),
    promise: element("p", ""),
    ...composerParts(),
  };
  parts.reset.id = "reset";
  parts.reset.hidden = true;
  parts.urgent.hidden = true;
  const logTitle = tagged("h2", { id: "log-title", class: "visually-hidden" }, "Conversation");
  root.classList.add("chat");
  root.classList.toggle("chat-compact", options.compact);
  root.replaceChildren(
    ...(options.compact ? [] : [tagged("a", { class: "skip", href: "#question" }, "Aller à la question")]),
    element("div", "head", masthead(options, parts), transparency()),
    tagged("main", { class: "column" }, parts.welcome, logTitle, parts.log, parts.status, parts.progress),
    parts.form,
    foot(options, parts.promise),
  );
  return parts;
}

function headButton(label, picture, className) {
  const node = button("", className, () => {});
  node.append(icon(picture), element("span", "label", label));
  return node;
}

function masthead(options, parts) {
  const logo = tagged("img", { class: "logo", src: LOGO.href, alt: "", width: "40", height: "40" });
  const brand = element("div", "brand", element("h1", "", options.title));
  if (!options.compact) brand.append(element("p", "", TAGLINE));
  const tools = element("div", "tools", parts.urgent, parts.reset, parts.close);
  return element("header", "masthead", element("div", "column masthead-row", logo, brand, tools));
}

function transparency() {
  // In a small window the conversation needs the room: the short words stay in sight, the long ones are still read out.
  const words = NOTICE_PARTS.map((words, i) => (i % 2 ? element("span", "at-length", words) : words));
  return tagged("aside", { class: "transparency", "aria-label": "Nature du service" }, element("p", "column", ...words, "."));
}

function composerParts() {
  const field = tagged("textarea", {
    id: "question",
    rows: "1",
    autocomplete: "off",
    placeholder: "Ex.\u00a0: délai pour la CNIL\u00a0?",
    enterkeyhint: "send",
    "aria-describedby": "privacy error counter",
  });
  const send = tagged("button", { type: "submit", class: "primary" }, icon("send"), element("span", "label", "Envoyer"));
  const parts = {
    field,
    send,
    error: tagged("p", { id: "error", role: "alert" }),
    counter: tagged("p", { id: "counter" }),
    retry: tagged("button", { type: "button", id: "retry", hidden: true }, "Réessayer"),
  };
  const privacy = tagged(
    "p",
    { id: "privacy", class: "privacy" },
    element("strong", "", "N’indiquez aucune donnée de patient"),
    element("span", "wide", " (nom, numéro de sécurité sociale, date de naissance…)"),
  );
  parts.form = tagged(
    "form",
    { id: "composer", class: "composer", "aria-label": "Poser une question", novalidate: true },
    element(
      "div",
      "column",
      element("div", "composer-head", tagged("label", { for: "question" }, "Votre question"), privacy),
      element("div", "field", field, send),
      element("div", "feedback-line", parts.error, parts.retry, parts.counter),
    ),
  );
  return parts;
}

function foot({ privacy, operator, accessibility, compact }, promise) {
  const lines = [promise];
  if (privacy.summary || privacy.url) {
    const link = pageLink(privacy.url, "Protection des données");
    lines.push(element("p", "", privacy.summary, privacy.summary && link ? " " : "", link));
  }
  if (operator.name) lines.push(element("p", "", `Service proposé par ${operator.name}.`));
  // Its state is said on every first page, and leads to the statement (RGAA 4.1).
  const statement = pageLink(accessibility?.url, accessibility?.label);
  if (statement) lines.push(element("p", "", statement));
  if (!compact) {
    lines.unshift(element("p", "keys", "Entrée pour envoyer, Maj\u00a0+\u00a0Entrée pour aller à la ligne.", spoken(" ")));
  }
  return element("footer", "column foot", ...lines);
}
