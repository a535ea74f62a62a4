// The first screen: what the assistant does, emergencies first, then questions to begin with.

import { button, element, focusOn, list, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { SITUATIONS } from "./incidents.js";
import { AUDIENCES, questionsFor } from "./questions.js";

const GREETING =
  "Chaque réponse cite ses sources mot pour mot (textes officiels, ou résumés signalés comme tels), avec le lien vers le texte officiel.";
/** In a narrow window the gravest situations leave room for the questions; the others are one tap away. */
const GRAVEST = 4;
const NARROW = "(max-width: 40rem)"; // as in style.css

/** The emergency panel and the questions to begin with; the panel comes back during the conversation, from its head. */
export class Welcome {
  #parts;
  #panel;
  #beginnings;

  /** `parts`: see layout.js; `options`: see chat.js; `ask(question)` asks what was chosen. */
  constructor(parts, options, ask) {
    this.#parts = parts;
    this.#panel = emergencyPanel(ask);
    this.#beginnings = beginnings(options, ask);
    parts.welcome.append(this.#panel, this.#beginnings);
    parts.urgent.addEventListener("click", () => this.#unfold(this.#panel.hidden));
  }

  /** Show the first screen, or what replaces it once the conversation has begun. */
  show(shown) {
    this.#panel.hidden = !shown;
    this.#beginnings.hidden = !shown;
    this.#parts.urgent.hidden = shown;
    this.#parts.reset.hidden = shown;
    this.#parts.urgent.setAttribute("aria-expanded", "false");
    this.#parts.urgent.setAttribute("aria-controls", "emergencies");
  }

  /** Fold the panel opened from the head; whether it was open. */
  fold() {
    const open = this.#parts.urgent.getAttribute("aria-expanded") === "true";
    if (open) this.#unfold(false);
    return open;
  }

  #unfold(open) {
    this.#panel.hidden = !open;
    this.#parts.urgent.setAttribute("aria-expanded", String(open));
    if (open) focusOn(this.#panel.querySelector("h2"));
  }
}

/** The emergency panel; `ask(question)` asks the situation chosen. */
function emergencyPanel(ask) {
  const title = tagged("h2", { id: "emergencies-title" }, icon("alarm"), "Urgence\u00a0?");
  const buttons = SITUATIONS.map(({ label }) => button(label, "", () => ask(label)));
  const others = element(
    "details",
    "others",
    element("summary", "", `Autres urgences (${buttons.length - GRAVEST})`),
    list("ul", "choices", buttons.slice(GRAVEST)),
  );
  const narrow = matchMedia(NARROW);
  const fold = () => {
    others.open = !narrow.matches;
  };
  narrow.addEventListener("change", fold);
  fold();
  return tagged(
    "section",
    { id: "emergencies", class: "urgent", "aria-labelledby": "emergencies-title" },
    title,
    element("p", "", "Choisissez votre situation\u00a0: les gestes dans l’ordre, les bons contacts."),
    list("ul", "choices", buttons.slice(0, GRAVEST)),
    others,
  );
}

/** Questions to begin with. Without a given `audience` the reader may choose one. */
function beginnings({ greeting, audience }, ask) {
  const section = tagged("section", { id: "beginnings", "aria-labelledby": "welcome-title" });
  const questions = element("div", "");
  const show = (chosen) => {
    questions.replaceChildren(
      list("ul", "choices", questionsFor(chosen).map((question) => button(question, "", () => ask(question)))),
    );
  };
  section.append(
    tagged("h2", { id: "welcome-title" }, "Que voulez-vous savoir\u00a0?"),
    element("p", "lead", greeting || GREETING),
  );
  if (!audience) section.append(audienceChoice(show));
  section.append(questions);
  show(audience);
  return section;
}

function audienceChoice(show) {
  const choices = [[null, "Tous"], ...Object.entries(AUDIENCES)].map(([value, label]) => {
    const radio = tagged("input", { type: "radio", name: "audience", value: value ?? "", checked: value === null });
    radio.addEventListener("change", () => show(value));
    return element("label", "", radio, element("span", "", label));
  });
  return tagged("fieldset", { class: "audience" }, element("legend", "", "Questions fréquentes pour\u00a0:"), ...choices);
}
