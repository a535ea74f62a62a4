// The first screen: what the assistant does, emergencies first, then questions to begin with.

import { button, element, list, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { SITUATIONS } from "./incidents.js";
import { AUDIENCES, questionsFor } from "./questions.js";

const GREETING =
  "Chaque réponse cite ses sources mot pour mot (textes officiels, ou résumés signalés comme tels), avec le lien vers le texte officiel.";

/** The emergency panel; `ask(question)` asks the situation chosen. */
export function emergencyPanel(ask) {
  const title = tagged("h2", { id: "emergencies-title" }, icon("alarm"), "Urgence\u00a0?");
  const buttons = SITUATIONS.map(({ label }) => button(label, "", () => ask(label)));
  return tagged(
    "section",
    { id: "emergencies", class: "urgent", "aria-labelledby": "emergencies-title" },
    title,
    element("p", "", "Choisissez votre situation\u00a0: les gestes dans l’ordre, les bons contacts."),
    list("ul", "choices", buttons),
  );
}

/** Questions to begin with. Without a given `audience` the reader may choose one. */
export function beginnings({ greeting, audience }, ask) {
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
