// Numbers and addresses that identify a person, by the rules of bot/identifiers.py and
// bot/privacy_numbers.py (see there for their sources).
// No lookbehind: browsers of 2022 refuse a whole module over one.

import { GIVEN_NAMES } from "./name-words.js";
import { OFFICIAL_DOMAINS } from "./official-domains.js";
import { fold } from "./plain-text.js";

const SEP = "[\\s._\\-\\u2010-\\u2015/\\u00b7]{0,3}";
const D = "[0-9Oo]";
const WORD = "[\\p{L}\\p{N}_]";
const EMAIL = new RegExp(
  `(?:${WORD}|[.+%-]){1,64}(?:@|\\s@\\s|\\s?[(\\[]\\s?(?:at|AT|arobase)\\s?[)\\]]\\s?|\\s(?:arobase|AROBASE)\\s)(?:${WORD}|-){1,63}` +
    `(?:(?:\\.|\\spoint\\s)(?:${WORD}|-){1,63}){0,6}(?:\\.|\\s(?:point|POINT)\\s)[A-Za-z]{2,24}(?!${WORD})`,
  "gu",
);
const KEY = "[\\s,;.(\\[/\\-\\u2010-\\u2015]{0,3}cl[ée]f?[\\s:=.\\-]{0,4}(?:n°\\s?)?";
const NIR = new RegExp(
  `[1-478](?:${SEP}${D}){4}${SEP}(?:2${SEP}[AB]|${D}${SEP}${D})(?:${SEP}${D}){6}(?:(?:${KEY}|\\s?\\(|${SEP})${D}${SEP}${D})?(?![0-9])`,
  "giu",
);
const AS_PRINTED = new RegExp(
  `^[12]\\s{1,2}${D}{2}\\s{1,2}${D}{2}\\s{1,2}(?:2[AB]|${D}{2})\\s{1,2}${D}{3}\\s{1,2}${D}{3}`,
  "iu",
);
const CLOSED = /\s?\)/uy;
const NIR_WORDS =
  /s[ée]cu(?!r)|s[ée]curit[ée] sociale|(?:^|[^a-zà-ÿ])(?:nir|nss|ins|num(?:[ée]ro)? ?ss|n°? ?ss|carte vitale|vitale)(?![a-zà-ÿ])|immatriculation|assur[ée]e?s?(?![a-zà-ÿ])/iu;
const PATIENT_BEFORE = /patiente?s?(?![a-zà-ÿ])[^.?!]{0,30}$/iu;
const OBJECT_IDENTIFIER = "1225012131";
const GAP = "[\\s._\\-/\\u2010-\\u2015]{0,3}";
const IBAN = new RegExp(`[A-Za-z]${GAP}[A-Za-z]${GAP}${D}${GAP}${D}(?:${GAP}[A-Za-z0-9]){11,30}`, "gu");
const RIB = new RegExp(`[0-9](?:${GAP}${D}){9}(?:${GAP}[A-Za-z0-9]){11}${GAP}${D}${GAP}${D}(?![A-Za-z0-9])`, "gu");
const RIB_LETTERS_MAX = 3;
const ADELI = /[0-9](?:[\s._\-]{0,2}[0-9ABab])(?:[\s._\-]{0,2}[0-9]){7}(?![0-9])/gu;
const ADELI_BEFORE = /adeli[^0-9?!]{0,25}$/iu;
const ADELI_AFTER = /^[\s,(:\-]{0,3}(?:n° ?)?adeli/iu;
const PHONE = new RegExp(
  `(?:(?:\\+|00)${SEP}33${SEP}(?:\\(0\\)${SEP})?[1-9]|33${SEP}[67]|\\(?[0Oo]${SEP}[1-9]\\)?)(?:${SEP}${D}){8}(?![0-9])|` +
    "(?:\\+|00)[1-9](?:[\\s.\\-]?[0-9]){7,13}(?![0-9])",
  "gu",
);
const WHOLE_PHONE = new RegExp(`^(?:${PHONE.source})$`, "u");
const SERVICE = /^0\s8[0-9]{2}\s[0-9]{3}\s[0-9]{3}$/u;
const DATE_FIRST = /^[0-9]{1,2}([/.\-])[0-9]{1,2}\1(?:19|20)[0-9]{2}/u;
const RPPS = new RegExp(`[0-9](?:[\\s._\\-\\u2010-\\u2015]{0,3}${D}){10}(?![0-9])`, "gu");
const RPPS_BEFORE = /rpps[^0-9?!]{0,15}$/iu;
const VERSION = /^0\.[0-9]{3,}\./u;
const INITIAL = /^[a-z][._-][a-z-]{2,}$/u;
const TWO_WORDS = /^[a-z-]{2,}[._][a-z-]{2,}$/u;
const ROLES = new Set(
  (
    "accueil aide alerte assistance bureau cabinet cert communication contact courrier cpd delegue dpd dpo emploi info " +
    "infos mail mediateur plainte plaintes presse protection rgpd secretariat securite service services signalement " +
    "ssi support usagers webmaster"
  ).split(" "),
);
const RPPS_WORDS =
  /rpps|praticien|m[ée]decin|docteur|(?:^|[^a-zà-ÿ])dr(?![a-zà-ÿ])|infirmi|pharmacien|sage-femme|(?:^|[^a-zà-ÿ])kin[ée]|professionnel/iu;
const CARD = /[2-6](?:[\s._\-\u2010-\u2015]{0,2}[0-9]){12,18}(?![0-9])/gu;
const CARD_WORDS = /carte|(?:^|[^a-zà-ÿ])(?:cb|visa|amex|master ?card|maestro)(?![a-zà-ÿ])|cryptogramme|expir/iu;
const CARD_ALONE = /^(?:(?:4[0-9]|5[1-5]|2[2-7]|6[05])[0-9]{14}|3[47][0-9]{13})$/u;
const NO_CARD_BEFORE = /(?:siret|siren|imei|iccid|sim|finess|nir|ins|vitale)[^.?!0-9]{0,25}$/iu;
const IBAN_LENGTHS = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 " +
    "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 " +
    "LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 " +
    "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((code) => [code.slice(0, 2), Number(code.slice(2))]),
);

export const withoutEmails = (text) => replaced(text, EMAIL, emailEnd, "[courriel masqué]");
export const withoutIbans = (text) => replaced(text, IBAN, ibanEnd, "[IBAN masqué]");
export const withoutRibs = (text) => replaced(text, RIB, ribEnd, "[RIB masqué]");
export const withoutAdelis = (text) => replaced(text, ADELI, adeliEnd, "[ADELI masqué]");
export const withoutPhones = (text, publicPhones) =>
  replaced(text, PHONE, (match) => phoneEnd(match, publicPhones), "[téléphone masqué]");

/** Which numbers a text speaks of: their keys may then be missing, or their beginning unusual. */
export function named(text) {
  return { nir: NIR_WORDS.test(text), rpps: RPPS_WORDS.test(text), card: CARD_WORDS.test(text) };
}

export const withoutNirs = (text, isNamed) =>
  replaced(text, NIR, (match) => nirEnd(match, isNamed), "[numéro de sécurité sociale masqué]");
export const withoutCards = (text, isNamed) => replaced(text, CARD, (match) => cardEnd(match, isNamed), "[carte masquée]");
export const withoutRpps = (text, isNamed, publicPhones) =>
  replaced(text, RPPS, (match) => rppsEnd(match, isNamed, publicPhones), "[RPPS masqué]");

/** `mark` in place of each match that the judge accepts; a refused one is looked into again. */
function replaced(text, pattern, judge, mark) {
  const parts = [];
  let done = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const end = judge(match);
    if (end === null) {
      pattern.lastIndex = match.index + 1;
    } else {
      parts.push(text.slice(done, match.index), mark);
      done = end;
      pattern.lastIndex = end;
    }
  }
  return parts.join("") + text.slice(done);
}

function ends(match) {
  return match.index + match[0].length;
}

function emailEnd(match) {
  const at = match[0].lastIndexOf("@");
  const domain = match[0].slice(at + 1).toLowerCase();
  if (at < 0 || !OFFICIAL_DOMAINS.some((known) => domain === known || domain.endsWith(`.${known}`))) return ends(match);
  const before = /(?:[\p{L}\p{N}_]|[.+%-])*$/u.exec(before64(match))[0];
  return isPerson(fold(before + match[0].slice(0, at))) ? ends(match) : null;
}

function before64(match) {
  return match.input.slice(Math.max(0, match.index - 64), match.index);
}

function isPerson(local) {
  const parts = local.split(/[^a-z]+/u);
  if (parts.some((part) => GIVEN_NAMES.has(part)) || INITIAL.test(local)) return true;
  return TWO_WORDS.test(local) && !parts.some((part) => ROLES.has(part));
}

function nirEnd(match, isNamed) {
  if (!isNir(match, isNamed || /cl/iu.test(match[0]) || AS_PRINTED.test(match[0]))) return null;
  CLOSED.lastIndex = ends(match);
  return match[0].includes("(") && CLOSED.test(match.input) ? CLOSED.lastIndex : ends(match);
}

function isNir(match, isNamed) {
  if (follows(match, "0123456789")) return false;
  const digits = zeros(match[0].toUpperCase().replace(/[^0-9ABO]/gu, ""));
  const month = Number(digits.slice(3, 5));
  const plausible = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
  if (!plausible || digits.startsWith(OBJECT_IDENTIFIER)) return false;
  if (digits.length === 15 && hasNirKey(digits)) return true;
  return isNamed || (digits.length === 13 && PATIENT_BEFORE.test(match.input.slice(Math.max(0, match.index - 45), match.index)));
}

function hasNirKey(digits) {
  const number = digits.slice(0, 13).replace("2A", "19").replace("2B", "18");
  return /^[0-9]+$/u.test(number) && 97 - Number(BigInt(number) % 97n) === Number(digits.slice(13));
}

function ibanEnd(match) {
  const places = [...match[0].matchAll(/[A-Za-z0-9]/gu)].map(({ index }) => index);
  const whole = places.map((place) => match[0][place]).join("").toUpperCase();
  const length = IBAN_LENGTHS.get(whole.slice(0, 2));
  if (length === undefined || places.length < length) return null;
  const number = whole.slice(0, length);
  const apart = !/^[A-Za-z0-9]{4}/u.test(match[0]);
  if (apart && number.replace(/[^0-9]/gu, "").length < (2 * length) / 3) return null;
  const valid = mod97(number) === 1n || mod97(number.slice(0, 2) + zeros(number.slice(2))) === 1n;
  return valid ? match.index + places[length - 1] + 1 : null;
}

function ribEnd(match) {
  if (/[\p{L}\p{N}]$/u.test(before64(match))) return null;
  const number = match[0].toUpperCase().replace(/[^0-9A-Z]/gu, "");
  if (number.replace(/[0-9]/gu, "").length > RIB_LETTERS_MAX) return null;
  const account = [...number.slice(10, 21)].map(ribValue).join("");
  const [bank, branch, key] = [number.slice(0, 5), number.slice(5, 10), number.slice(21)].map((part) => BigInt(zeros(part)));
  return key === 97n - ((89n * bank + 15n * branch + 3n * BigInt(account)) % 97n) ? ends(match) : null;
}

/** A to I are 1 to 9, J to R too, S to Z are 2 to 9. */
function ribValue(char) {
  const place = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(char);
  return place < 0 ? char : "12345678912345678923456789"[place];
}

function adeliEnd(match) {
  if (follows(match, "0123456789")) return null;
  const near = match.input.slice(Math.max(0, match.index - 30), match.index);
  const after = match.input.slice(ends(match), ends(match) + 20);
  return ADELI_BEFORE.test(near) || ADELI_AFTER.test(after) ? ends(match) : null;
}

function mod97(number) {
  const moved = number.slice(4) + number.slice(0, 4);
  return BigInt([...moved].map((char) => parseInt(char, 36)).join("")) % 97n;
}

function cardEnd(match, isNamed) {
  if (follows(match, "0123456789+")) return null;
  const digits = match[0].replace(/[^0-9]/gu, "");
  if (!luhn(digits) || NO_CARD_BEFORE.test(match.input.slice(Math.max(0, match.index - 40), match.index))) return null;
  return isNamed || CARD_ALONE.test(digits) ? ends(match) : null;
}

function phoneEnd(match, publicPhones) {
  const before = match.input[match.index - 1] ?? " ";
  if (follows(match, "0123456789+") || (/^o/iu.test(match[0]) && /\p{L}/u.test(before))) return null;
  if (VERSION.test(match[0]) || DATE_FIRST.test(match[0]) || SERVICE.test(match[0])) return null;
  const typed = zeros(match[0].toUpperCase()).replace("(0)", "").replace(/[^0-9]/gu, "");
  const digits = typed.replace(/^(?:00)?33/u, "0");
  return publicPhones.has(digits) || /^08[0129][0-9]{7}$/u.test(digits) ? null : ends(match);
}

function rppsEnd(match, isNamed, publicPhones) {
  if (follows(match, "0123456789+")) return null;
  const digits = zeros(match[0].toUpperCase()).replace(/[^0-9]/gu, "");
  if (RPPS_BEFORE.test(match.input.slice(Math.max(0, match.index - 20), match.index))) return ends(match);
  if (WHOLE_PHONE.test(match[0]) || publicPhones.has(digits.slice(1))) return null;
  return luhn(digits) && (isNamed || /^[18]/u.test(digits)) ? ends(match) : null;
}

function luhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function follows(match, characters) {
  return match.index > 0 && characters.includes(match.input[match.index - 1]);
}

function zeros(text) {
  return text.replaceAll("O", "0");
}
