// Names after a title, "patient" or before "né le", by the rules of bot/persons.py.

import { DATE, NAME_MARK } from "./births.js";
import { NOT_NAMES, OF_THINGS, ORDINARY, PARTICLES } from "./name-words.js";
import { fold, isUpper } from "./plain-text.js";
import { withoutStatedNames } from "./stated-names.js";

const WORD = /(\p{L}+(?:[’'-]\p{L}+)*)(\.?)/uy;
const TURNED = /-(?:t-)?(?:ils?|elles?|on|je|vous|nous|ci|là|la)$/u;
const TITLE =
  /(?:(M)(?:\.\s?|\s)|(M[Mr]|m[mr]|MR|[Mm](?:me|lle)s?|MMES?|MLLES?|[Mm]onsieur|MONSIEUR|[Mm]adame|MADAME|[Mm]ademoiselle|MADEMOISELLE|[DdPp]r|DR|PR|[Dd]octeur|DOCTEUR)(?:\.\s?|\s)|(?:(M(?:me|lle|r)|Dr)(?=[A-ZÀ-Ý][a-zà-ÿ]))|([Pp]atiente?s?|PATIENTE?S?)\s)\s*/gu;
const HASTY = new Set(["mme", "mlle", "mr", "madame", "monsieur", "mademoiselle"]);
const NAME_WORDS_MAX = 4;
const GIVEN_NAMES_MAX = 2;
const PAUSE = /\s*(?:[,;:.?!)\]]|$)/uy;
const EVERY_WORD = new RegExp(WORD.source, "gu");
const ACCENTED = new Set(["là", "où", "dès", "dû", "sûr", "né", "née", "nés", "nées", "à", "même", "très"]);
// Bounded: one endless word would otherwise be read again from each of its letters.
const BORN = new RegExp(
  `((?:[A-ZÀ-Ý](?:[\\p{L}\\p{N}_]|[’'-]){0,40}[\\s,(]{1,4}){1,4})(n[ée](?:e|\\(e\\)|·e)?\\s+(?:le\\s+)?(?=${DATE}))`,
  "gu",
);

/** The text with names masked where their place gives them away. */
export function withoutNames(text) {
  const parts = [];
  const named = [];
  const isShouted = shouted(text);
  let done = 0;
  for (const title of text.matchAll(TITLE)) {
    const before = text.slice(Math.max(0, title.index - 1), title.index);
    if (title.index < done || /[\p{L}\p{N}_’'-]/u.test(before)) continue;
    const start = title.index + title[0].length;
    const end = nameEnd(text, title, start, isShouted);
    if (end === null) continue;
    parts.push(text.slice(done, start), NAME_MARK);
    named.push(...split(text.slice(start, end)));
    done = end;
  }
  const { text: masked, named: stated } = withoutStatedNames(parts.join("") + text.slice(done), isShouted);
  named.push(...stated);
  for (const birth of masked.matchAll(BORN)) {
    if (born(...birth, birth.index, masked) !== birth[0]) named.push(...split(birth[1]));
  }
  return withoutRepeated(masked.replace(BORN, born), named, isShouted);
}

/** Where the name after a title ends; null when what follows is no name. */
function nameEnd(text, title, start, isShouted) {
  if (title[4] !== undefined && isShouted) return null;
  const hasty = HASTY.has(fold(title[2] ?? title[3] ?? ""));
  let end = null;
  let accepted = 0;
  for (const { place, word, stop } of words(text, start)) {
    const folded = fold(word).replaceAll("’", "'");
    const plain = folded.replace(/^d'/u, "").replace(/^l'/u, "");
    const capital = isUpper(word[0]) || (plain !== folded && isUpper(word[2] ?? ""));
    const particle = PARTICLES.has(folded) && !isForeign(word);
    if (title[4] !== undefined && OF_THINGS.has(plain)) break;
    if (capital && plain.length > 1 && (isForeign(word) || (!NOT_NAMES.has(plain) && !particle))) {
      end = place;
      accepted += 1;
    } else if (capital && particle && word.length > 1 && !accepted && !isShouted && title[4] === undefined && closes(text, place)) {
      return place;
    } else if (!accepted && hasty && !capital && plain.length > 2 && !NOT_NAMES.has(plain) && !TURNED.test(plain)) {
      return place;
    } else if (!particle || (!capital && !accepted && ["la", "le"].includes(folded))) {
      break;
    }
    if (accepted === (isShouted ? 2 : NAME_WORDS_MAX) || stop) break;
  }
  return end;
}

/** Whether an accent alone tells a short word from a French one: "Lê", "Đô". */
function isForeign(word) {
  const lower = word.toLowerCase();
  return [...lower].length <= 3 && /\p{M}/u.test(lower.normalize("NFKD")) && !ACCENTED.has(lower);
}

/** Whether no word follows on the same breath. */
function closes(text, place) {
  PAUSE.lastIndex = place;
  return PAUSE.test(text);
}

/** The text with names already recognised masked wherever they stand again, given names before or after included. */
function withoutRepeated(text, named, isShouted) {
  const known = new Map();
  for (const name of named) {
    for (const part of [name, ...name.split("-")]) {
      const word = plainName(part);
      if ([...word].length > 2 && !NOT_NAMES.has(word) && !PARTICLES.has(word)) known.set(word, isUpper(part));
    }
  }
  if (!known.size) return text;
  const found = [...text.matchAll(EVERY_WORD)].map(({ index, 1: word }) => ({ index, end: index + word.length, word }));
  const parts = [];
  let done = 0;
  found.forEach(({ index, word }, i) => {
    if (index < done || !isRepeated(word, known)) return;
    let first = i;
    let last = i;
    if (isUpper(word) && !isShouted) {
      while (i - first < GIVEN_NAMES_MAX && first > 0 && joins(text, found[first - 1], found[first], 0)) first -= 1;
      while (last - i < GIVEN_NAMES_MAX && last + 1 < found.length && joins(text, found[last], found[last + 1], 1)) last += 1;
      if (first < i && opens(text, found[first].index)) first += 1;
    }
    parts.push(text.slice(done, Math.max(found[first].index, done)), NAME_MARK);
    done = found[last].end;
  });
  return parts.join("") + text.slice(done);
}

function isRepeated(word, known) {
  const plain = plainName(word);
  if (!known.has(plain)) return false;
  return isUpper(word) || plain !== fold(word) || (!known.get(plain) && !ORDINARY.has(plain));
}

/** A name as it is compared: folded, without elision or punctuation. */
function plainName(word) {
  const folded = fold(word).replaceAll("’", "'").replace(/^[,.;:('\-)]+|[,.;:('\-)]+$/gu, "");
  return folded.replace(/^d'/u, "").replace(/^l'/u, "");
}

/** Whether two words are names side by side: a space only between, and the one asked for a capital that may be. */
function joins(text, one, other, asked) {
  const { word } = [one, other][asked];
  const close = /^\s+$/u.test(text.slice(one.end, other.index));
  const plain = plainName(word);
  const capital = isUpper(word) || (["'", "’"].includes(word[1]) && isUpper(word[2] ?? ""));
  return close && [...word].length > 1 && capital && !NOT_NAMES.has(plain) && !PARTICLES.has(plain);
}

function opens(text, place) {
  return ["", ".", "!", "?"].includes(text.slice(Math.max(0, place - 20), place).trimEnd().slice(-1));
}

function split(text) {
  return text.split(/\s+/u).filter(Boolean);
}

/** Words from `start` on with spaces only between them: where each ends, the word, whether a full stop follows. */
function* words(text, start) {
  WORD.lastIndex = start;
  for (let match = WORD.exec(text); match; match = WORD.exec(text)) {
    let next = match.index + match[0].length;
    yield { place: match.index + match[1].length, word: match[1], stop: match[2] !== "" };
    while (next < text.length && /\s/u.test(text[next])) next += 1;
    WORD.lastIndex = next;
  }
}

function born(...found) {
  const [whole, before, verb] = found;
  const offset = found.at(-2);
  const words = before.split(/\s+/u).filter(Boolean);
  const names = words.filter((word) => word.length > 1 && !NOT_NAMES.has(fold(word).replace(/^[,('’]+|[,('’]+$/gu, "")));
  const opens = offset === 0 || ".!?".includes(found.at(-1).slice(Math.max(0, offset - 20), offset).trimEnd().slice(-1) || " ");
  if (!names.length || (opens && names.length < 2) || /^(?:Patient|PATIENT)/u.test(words[0])) return whole;
  return `${NAME_MARK}${/[ ,(\u00a0\u202f]*$/u.exec(before)[0]}${verb}`;
}

function shouted(text) {
  const letters = [...text].filter((char) => /\p{L}/u.test(char));
  return letters.length > 12 && letters.filter(isUpper).length > 0.7 * letters.length;
}
