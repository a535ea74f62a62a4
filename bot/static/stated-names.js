// Names that no title gives away: introduced, or beside a date of birth, by the rules of bot/privacy_names.py.

import { DATES, NAME_MARK, RECENT, insideWord, isBirthLike } from "./births.js";
import { GIVEN_NAMES, NAMED_AFTER, NOT_NAMES, OF_THINGS, ORDINARY_GIVEN, PARTICLES } from "./name-words.js";
import { fold, isUpper } from "./plain-text.js";

const WORDS_MAX = 4;
const WINDOW = 90;
const ADULT_YEARS = 16;
const WORD = /\p{L}+(?:[’'-]\p{L}+)*/uy;
const EVERY_WORD = new RegExp(WORD.source, "gu");
const SPACE = /\s{1,3}/uy;
const BETWEEN = /^[\s,;:(/–—-]{1,4}$/u;
const GAP = /[\s,;:(/–—-]{1,4}/uy;
// Introduced for certain, after a label, or as one says in passing.
const INTRODUCTION =
  /(je\sm['’\s]appelle\s|mon\snom\sest\s|(?:il|elle|patiente?|fils|fille)\ss['’\s]appelle\s)|((?:patiente?|nom(?:\set\spr[ée]nom|\sde\sfamille|\sde\snaissance|\sdu\spatient|\sde\sla\spatiente)?|pr[ée]noms?|identit[ée])\s?[:=]\s?)|(?:je\ssuis|c['’]est|moi\sc['’]est|cordialement[,\s]|sign[ée]e?\s?:)\s/giu;
const AGE = /^[\s,(]{1,3}[0-9]{1,3}\s?ans(?![a-zà-ÿ])/iu;
const ENDS = /^\s*(?:[,;)\n]|$|pr[ée]noms?\s?[:=]|n[ée]e?\s)/iu;
const OPENS_LABEL = /(?:^|[.,;:!?(\n]|(?:^|\s)(?:le|la|un|une|du|au|mon|ma|notre|votre))\s*$/iu;

/** `{ text, named }`: the text with such names masked, and their words. */
export function withoutStatedNames(text, isShouted) {
  const runs = [...introduced(text, isShouted), ...besideBirths(text, isShouted)];
  runs.sort((one, other) => one.start - other.start || one.end - other.end);
  const parts = [];
  const named = [];
  let done = 0;
  for (const { start, end } of runs) {
    if (start < done) continue;
    parts.push(text.slice(done, start), NAME_MARK);
    named.push(...text.slice(start, end).split(/\s+/u).filter(Boolean));
    done = end;
  }
  return { text: parts.join("") + text.slice(done), named };
}

function* introduced(text, isShouted) {
  for (const found of text.matchAll(INTRODUCTION)) {
    if (insideWord(text, found.index)) continue;
    const run = runAfter(text, found.index + found[0].length);
    if (run === null) continue;
    const isLabel = found[2] !== undefined;
    let certain = run.hasGiven && run.names > 1 && !run.isOfThings;
    if (found[1] !== undefined) certain = true;
    else if (isSmall(run.words[0])) certain = run.hasGiven && run.names > 1 && isLabel;
    else if (isLabel && !isShouted) certain = isLabelled(run, found);
    if (certain) yield run;
  }
}

/** Whether words with capitals after a label are a name: they could be a heading ("Patient : Refus De Soins"). */
function isLabelled(run, found) {
  if (run.isOfThings) return false;
  const rest = found.input.slice(run.end, run.end + 40);
  if (run.hasGiven || run.hasSurnameInCapitals || AGE.test(rest)) return true;
  if (!/^patient/iu.test(found[2])) return run.names > 1 || ENDS.test(rest);
  return run.names === 2 && OPENS_LABEL.test(found.input.slice(Math.max(0, found.index - 30), found.index));
}

function* besideBirths(text, isShouted) {
  for (const { 0: date, index } of text.matchAll(DATES)) {
    if (insideWord(text, index)) continue;
    if (isBirthLike(date, RECENT)) {
      const run = runBefore(text, index);
      if (run && bearsABirth(run, date, index, text, isShouted)) yield run;
    }
    const gap = isBirthLike(date, ADULT_YEARS) ? matchAt(GAP, text, index + date.length) : null;
    const run = gap ? runAfter(text, gap.index + gap[0].length) : null;
    if (run && run.names > 1 && !run.isOfThings && (run.hasGiven || isHalfCapital(run, isShouted))) yield run;
  }
}

function bearsABirth(run, date, start, text, isShouted) {
  if (run.names < 2 || run.isOfThings) return false;
  if (run.hasGiven || isHalfCapital(run, isShouted)) return true;
  const apart = ["(", ","].includes(text.slice(run.end, start).trim().slice(0, 1));
  return !isShouted && !run.followsThing && run.names === 2 && apart && isBirthLike(date, ADULT_YEARS);
}

/** A surname in capitals and a given name that is not: "KOUADIO Aya". */
function isHalfCapital(run, isShouted) {
  return !isShouted && run.hasSurnameInCapitals && !run.words.every(isAllUpper);
}

/** The name from `start` on: words with capitals, or one or two in small letters. */
function runAfter(text, start) {
  const found = [];
  let place = start;
  for (let word = matchAt(WORD, text, place); word && found.length < WORDS_MAX; word = matchAt(WORD, text, place)) {
    if (!goesOn(word[0], found)) break;
    found.push(word);
    const space = matchAt(SPACE, text, word.index + word[0].length);
    if (space === null) break;
    place = space.index + space[0].length;
  }
  return asRun(withoutParticles(found));
}

/** Whether a word can belong to a name that the words before it begin. */
function goesOn(word, before) {
  const folded = fold(word);
  const first = before[0]?.[0];
  if (PARTICLES.has(folded) && (first === undefined || !isSmall(first))) return true;
  if (NOT_NAMES.has(folded) || [...word].length < 2) return false;
  const small = isSmall(word);
  if (first !== undefined && isSmall(first)) return small && before.length === 1 && [...word].length > 2 && isGiven(first);
  return !small || first === undefined;
}

/** The name right before `end`: words with capitals, or a given name in small letters and the word beside it. */
function runBefore(text, end) {
  const begin = Math.max(0, end - WINDOW);
  let tail = [...text.slice(begin, end).matchAll(EVERY_WORD)].map((word) => ({ 0: word[0], index: word.index + begin }));
  if (begin && tail[0]?.index === begin) tail = tail.slice(1);
  if (!tail.length || !BETWEEN.test(text.slice(endOf(tail.at(-1)), end))) return null;
  let found = [];
  let followsThing = false;
  for (const word of tail.reverse()) {
    if (found.length && !/^\s+$/u.test(text.slice(endOf(word), found[0].index))) break;
    const folded = fold(word[0]);
    const particle = PARTICLES.has(folded);
    const small = isSmall(word[0]);
    if (NAMED_AFTER.has(folded)) return null;
    followsThing = OF_THINGS.has(folded);
    if (followsThing || found.length === WORDS_MAX || (!particle && stops(folded))) break;
    if (!particle && found.length && (small !== isSmall(found.at(-1)[0]) || (small && found.length === 2))) break;
    found = [word, ...found];
  }
  found = withoutParticles(found);
  if (!found.length || (isSmall(found[0][0]) && !isSmallName(found))) return null;
  return asRun(withoutParticles(withoutOpening(text, found)), followsThing);
}

function stops(folded) {
  return NOT_NAMES.has(folded) || folded.startsWith("patient") || [...folded].length < 2;
}

/** Whether a word is written in small letters, an elision apart: "d’Estaing" is not. */
function isSmall(word) {
  return isLower(word) && !(["'", "’"].includes(word[1]) && isUpper(word[2] ?? ""));
}

function isSmallName(found) {
  return found.length === 2 && found.some((word) => isGiven(word[0]));
}

/** Three words or more, without the one that opens a sentence and owes its capital to that: "Voici Jean Dupont". */
function withoutOpening(text, found) {
  if (found.length < 3 || isGiven(found[0][0]) || isAllUpper(found[0][0])) return found;
  const before = text.slice(Math.max(0, found[0].index - 20), found[0].index).trimEnd().slice(-1);
  return ["", ".", "!", "?", ":"].includes(before) ? found.slice(1) : found;
}

/** The words without the particles that end them, or begin them in small letters. */
function withoutParticles(words) {
  const found = [...words];
  while (found.length && PARTICLES.has(fold(found.at(-1)[0]))) found.pop();
  while (found.length && PARTICLES.has(fold(found[0][0])) && isLower(found[0][0])) found.shift();
  return found;
}

function asRun(found, followsThing = false) {
  if (!found.length) return null;
  const words = found.map((word) => word[0]);
  const folded = words.map(fold);
  return {
    words,
    start: found[0].index,
    end: endOf(found.at(-1)),
    hasGiven: words.some(isGiven),
    followsThing,
    isOfThings: folded.some((word) => OF_THINGS.has(word)),
    hasSurnameInCapitals: words.some((word) => [...word].length > 2 && isAllUpper(word)),
    names: folded.filter((word) => !PARTICLES.has(word)).length,
  };
}

/** Whether a word is a given name, or a compound one; in small letters, unless it is an ordinary word too. */
function isGiven(word) {
  const folded = fold(word);
  const first = folded.split("-")[0];
  return (GIVEN_NAMES.has(folded) || GIVEN_NAMES.has(first)) && (isUpper(word) || !ORDINARY_GIVEN.has(first));
}

function isLower(word) {
  return /^\p{Ll}/u.test(word);
}

function isAllUpper(word) {
  return /\p{Lu}/u.test(word) && !/\p{Ll}/u.test(word);
}

function endOf(word) {
  return word.index + word[0].length;
}

function matchAt(pattern, text, place) {
  pattern.lastIndex = place;
  return pattern.exec(text);
}
