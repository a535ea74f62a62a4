// Contrast of colours (WCAG 2.1), and the nearest colour that has enough: as in bot/widget/colours.py.

export const TEXT = 4.5;
export const LIGHT = { surfaces: ["#ffffff", "#f4f6f8", "#e8f1f5"], on: "#ffffff" };
export const DARK = { surfaces: ["#19232b", "#10171d", "#1b3240"], on: "#0a1c26" };
const STEPS = 256;

function channels(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function luminance(colour) {
  const [red, green, blue] = channels(colour).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The smallest ratio of `colour` with what it meets in `scheme`. */
export function worst(colour, scheme) {
  return Math.min(...[...scheme.surfaces, scheme.on].map((other) => contrast(colour, other)));
}

export function mix(colour, end, share) {
  return `#${channels(colour)
    .map((channel) => Math.floor(channel + (end - channel) * share + 0.5).toString(16).padStart(2, "0"))
    .join("")}`;
}

/** `colour` when it has the contrast in `scheme`, else the least darkened or lightened one that has it. */
export function nearest(colour, scheme) {
  for (let step = 0; step <= STEPS; step += 1) {
    for (const end of [0, 255]) {
      const mixed = mix(colour, end, step / STEPS);
      if (worst(mixed, scheme) >= TEXT) return mixed;
    }
  }
  throw new RangeError("black or white passes in every scheme");
}

/** A style sheet that gives the conversation an accent readable in both schemes. */
export function accentSheet(light, dark) {
  const sheet = new CSSStyleSheet();
  const rules = (colour, scheme, towards) =>
    `:root{--brand:${colour};--brand-hover:${mix(colour, towards, 0.3)};--on-brand:${scheme.on};` +
    `--bubble:${nearest(light, LIGHT)};--on-bubble:#fff}`;
  sheet.replaceSync(
    `@media (prefers-color-scheme: light){${rules(nearest(light, LIGHT), LIGHT, 0)}}` +
      `@media (prefers-color-scheme: dark){${rules(nearest(dark || light, DARK), DARK, 255)}}`,
  );
  return sheet;
}
