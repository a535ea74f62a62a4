// Dates of birth: after "né le", and beside a masked name when the year can be a birth's (bot/privacy_births.py).

export const NAME_MARK = "[nom masqué]";
const DATE_MARK = "[date masquée]";
const MONTH =
  "janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|d[ée]c(?:embre)?";
export const DATE =
  `(?:[0-9]{1,2}(?:er)?[\\s/.\\-]{1,3}(?:[0-9]{1,2}|(?:${MONTH})\\.?)[\\s/.\\-]{1,3}(?:(?:19|20)[0-9]{2}|[0-9]{2})|` +
  "(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])";
export const DATES = new RegExp(DATE, "giu");
const GLUE = "[\\s:=,()’']{0,3}(?:(?:est|en date du|est le|le|du|un|l[ea]?)\\s+)?(?:le\\s+)?";
const BIRTH = new RegExp(
  `((?:n[ée](?:e|\\(e\\)|·e|\\.e)?s?|naissance|naiss\\.?|ddn|d\\.d\\.n\\.?)${GLUE})(${DATE}|[0-9]{8}(?![0-9]))`,
  "giu",
);
export const RECENT = 2;
const MINORITY = 16;
const REACH = 41;
const AT_ONCE = /^[\s,;:()/–—-]*$/u;
const ADULT = /(?:^|[^\p{L}\p{N}_])(?:M|Mr|Mme|Monsieur|Madame|Dr|Pr|Docteur|Professeur)\.?\s*$/iu;
const AFTER = /^[\s,;:()–—-]{1,4}(\p{L}{1,30}\.?\s)?\[nom masqué\]/u;
const AGE_AFTER = /^[\s,;:()–—-]{1,4}(?:soit\s|a\s)?([0-9]{1,3})\s?(ans?|mois)(?![a-zà-ÿ])/iu;
const AGE_BEFORE = /(?:^|[^0-9])([0-9]{1,3})\s?(ans?|mois)[\s,;:()–—-]{1,4}$/iu;

/** The text with dates of birth masked, and dates beside a masked name that can be the birth of who bears it. */
export function withoutBirths(text) {
  return text
    .replace(BIRTH, (...found) => (insideWord(found.at(-1), found.at(-2)) ? found[0] : `${found[1]}${DATE_MARK}`))
    .replace(DATES, (date, start, whole) => (isOfAName(date, start, whole) ? DATE_MARK : date));
}

/** Whether a date exists and lies `years` years back at least, a human life at most. */
export function isBirthLike(written, years) {
  const year = yearOf(written);
  return year !== null && years <= thisYear() - year && thisYear() - year <= 120;
}

/** Whether a letter or a figure stands right before a place. */
export function insideWord(text, place) {
  return /[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, place - 2), place));
}

function isOfAName(date, start, text) {
  if (insideWord(text, start)) return false;
  const end = start + date.length;
  const before = text.slice(Math.max(0, start - REACH - NAME_MARK.length - 12), start);
  const marked = before.lastIndexOf(NAME_MARK);
  const aged = hasAge(date, start, text);
  if (marked >= 0) {
    const gap = before.slice(marked + NAME_MARK.length);
    const atOnce = AT_ONCE.test(gap) && !ADULT.test(before.slice(0, marked));
    const near = [...gap].length <= REACH && !/[.?!]|[0-9]$/u.test(gap);
    if (near && (aged || isBirthLike(date, atOnce ? RECENT : MINORITY))) return true;
  }
  const after = AFTER.exec(text.slice(end, end + 100));
  return after !== null && (aged || isBirthLike(date, after[1] ? MINORITY : RECENT));
}

/** Whether an age stands beside the date that fits it: "12/03/2024, 2 ans". */
function hasAge(date, start, text) {
  const end = start + date.length;
  const age = AGE_AFTER.exec(text.slice(end, end + 40)) ?? AGE_BEFORE.exec(text.slice(Math.max(0, start - 16), start));
  const year = yearOf(date);
  if (age === null || year === null) return false;
  const years = /^a/iu.test(age[2]) ? Number(age[1]) : Math.floor(Number(age[1]) / 12);
  return years <= thisYear() - year && thisYear() - year <= years + 1;
}

/** The year of a date; of two figures, the last that is past. null when there is no such day or month. */
function yearOf(written) {
  const numbers = written.match(/[0-9]+/gu).map(Number);
  const year = /^[0-9]{4}-/u.test(written) ? numbers.shift() : numbers.pop();
  const [one, other] = numbers;
  if (numbers.length === 2 && !isDayAndMonth(one, other) && !isDayAndMonth(other, one)) return null;
  if (!numbers.every((number) => number >= 1 && number <= 31)) return null;
  if (year >= 100) return year;
  const near = year + thisYear() - (thisYear() % 100);
  return near > thisYear() ? near - 100 : near;
}

function isDayAndMonth(day, month) {
  return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

function thisYear() {
  return new Date().getFullYear();
}
