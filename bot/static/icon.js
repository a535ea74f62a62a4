// Line drawings of 24 by 24, drawn beside words and never instead of them.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  alarm: "M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.1",
  again: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4.5v4h4",
  cross: "M6 6l12 12M18 6 6 18",
  send: "M4 12 20 4.5 15.5 20l-4-6.5zM11.5 13.5 20 4.5",
  phone: "M6.5 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2 2A14 14 0 0 1 4.5 5.5a2 2 0 0 1 2-2z",
  open: "M13.5 4.5h6v6M19.5 4.5l-9 9M10 6H5.5v12.5H18V14",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3.2 2",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  print: "M7 8.5v-5h10v5M7 17H4V8.5h16V17h-3M7 13.5h10v7H7z",
  up: "M7.5 11 11.5 3.5c1.6 0 2.5 1 2.3 2.6l-.6 3.4h5.3c1.3 0 2.1 1.1 1.8 2.3l-1.6 6.3c-.3 1.1-1.1 1.9-2.4 1.9H7.5zM3.5 11h4v9h-4z",
  down: "M16.5 13 12.5 20.500c-1.600 0-2.500-1-2.300-2.600l.6-3.400H5.500c-1.300 0-2.100-1.100-1.800-2.300l1.600-6.300c.3-1.100 1.100-1.900 2.400-1.900h8.800zM20.500 13h-4V4h4z",
  stop: "M8.200 3.500h7.600l4.700 4.700v7.600l-4.700 4.700H8.200l-4.700-4.700V8.200zM8.500 12h7",
  book: "M4.500 5c3-1 5.500-.5 7.500 1 2-1.500 4.500-2 7.500-1v13.500c-3-1-5.500-.5-7.500 1-2-1.500-4.500-2-7.500-1zM12 6v13.500",
};

/** The drawing of that name, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
