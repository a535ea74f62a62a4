// The text as identifiers are read in it, and the way back from there, by the rules of bot/privacy_fold.py.

const MARK = /(\[[^\]\[]{3,40} masquée?\])/u;

/** `{ read, places }`: the plain text, and where each of its UTF-16 units begins in `text`, its end included. */
export function plain(text) {
  const read = [];
  const places = [];
  let place = 0;
  for (const char of text) {
    const composed = read.length && /\p{M}/u.test(char) ? (read.at(-1) + char).normalize("NFC") : "";
    const one = plainChar(char);
    if (composed && [...composed].length === 1) {
      read[read.length - 1] = composed;
    } else if (one) {
      read.push(one);
      places.push(place);
    }
    place += char.length;
  }
  // A character of two units begins where its first half does, and its second half one further on.
  const units = read.flatMap((char, i) => (char.length === 2 ? [places[i], places[i] + 1] : [places[i]]));
  return { read: read.join(""), places: [...units, text.length] };
}

function plainChar(char) {
  if (/[\x20-\x7e]/u.test(char)) return char;
  if (/\p{Nd}/u.test(char)) return figure(char);
  if (/\p{Cf}/u.test(char)) return "";
  if (/\p{Zs}/u.test(char)) return " ";
  if (/[\p{No}\p{Nl}]/u.test(char)) return "*";
  const one = char.normalize("NFKC").replace("İ", "I").replace("ı", "i");
  return [...one].length === 1 && !/[ªº]/u.test(char) ? one : char;
}

/** The figure 0 to 9 of a digit: Unicode has each script's ten in a row. */
function figure(char) {
  let first = char.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((char.codePointAt(0) - first) % 10);
}

/** `masked`, which is the plain text `read` with marks in place of words, with the rest as `text` has it. */
export function asTyped(text, read, places, masked) {
  if (read === text) return masked;
  const pieces = masked.split(MARK);
  const parts = [];
  let done = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    const piece = pieces[i];
    const start = i === pieces.length - 1 ? read.length - piece.length : read.indexOf(piece, done);
    if (start < done || !read.startsWith(piece, start)) return masked;
    parts.push(text.slice(start ? places[start] : 0, places[start + piece.length]), pieces[i + 1] ?? "");
    done = start + piece.length + 1;
  }
  return parts.join("");
}

/** Small letters without accents, as index/tokens.py folds them. */
export function fold(text) {
  return text.toLowerCase().replaceAll("ß", "ss").replaceAll("œ", "oe").replaceAll("æ", "ae").normalize("NFKD").replace(/\p{M}/gu, "");
}

export function isUpper(char) {
  return /^\p{Lu}/u.test(char);
}
