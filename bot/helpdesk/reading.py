"""From a ticket to the questions that it asks, without what identifies anyone: masking comes before everything else."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.emergency_rules import RULES
from bot.emergency_text import plain
from bot.helpdesk.config import Rules
from bot.helpdesk.language import is_foreign
from bot.helpdesk.message import READ_MAX, own_words
from bot.helpdesk.model import Intake, Ticket
from bot.privacy import mask, without_marks
from bot.question import MAX_CHARS, is_elliptic, leans_on_history
from index.tokens import fold, words
from ingest.sentences import sentence_spans
from ingest.text import clean

MASKED_BEFORE = "before"
"""Kind of what was masked when the message came: which it was is not known any more."""
QUESTIONS_MAX = 3
"""Questions of a ticket that are answered: an agent reads three drafts, not ten."""
_SHORT_STORY = 400
"""Characters up to which a message with one question is searched whole: the story tells what it is about."""
_FEW_WORDS = 12
_SUBJECT_MAX = 500
_SENTENCES_MAX = 500
"""Sentences in which an emergency is looked for: those of a message as long as is read, written by a person."""
_CONTEXT = 300
_NO_SUBJECT = re.compile(r"[(\[<]?(?:sans|aucun|pas d['’ ]?) ?(?:objet|sujet|titre)[)\]>]?|[(\[<]?no subject[)\]>]?")
_NUMBER = re.compile(r"^\W*(?:\d{1,2}[.)]|[-*•–])\s*")
_ASKS = re.compile(
    r"(?:comment|combien|quand|quels?|quelles?|qui|ou|pourquoi|est-ce|puis-je|peut-on|dois-je|doit-on|faut-il|ai-je|"
    r"a-t-on|suis-je|y a-t-il|sommes-nous|devons-nous|pouvons-nous)\b"
    r"|.{0,80}\b(?:je|j'|nous|on) ?(?:voudr\w+|souhait\w+|ve\w+|aimer\w+|cherch\w+|besoin)(?: a| de)? "
    r"(?:savoir|connaitre|comprendre)\b"
    r"|.{0,80}\b(?:pouvez|pourriez|peux|pourrais)[- ](?:vous|tu)\b|.{0,80}\bmerci de (?:me|nous|m'|bien)\b"
    r"|je (?:me demande|m'interroge|ne sais pas (?:si|comment|quoi|ou|quand))\b"
)
_AND_ASKS = re.compile(
    r",?\s+et\s+(?=(?:peut-on|peut-il|peut-elle|doit-on|doit-il|doit-elle|faut-il|puis-je|dois-je|pouvons-nous|"
    r"devons-nous|est-ce qu|comment|combien|pourquoi)\b)",
    re.IGNORECASE,
)
_ASKS_WITHIN = re.compile(
    r"\b(?:quels?|quelles?|qui|quand|comment|combien|pourquoi|est-ce|(?:peut|doit|faut|puis|dois|pouvons|devons)-\w+)\b",
    re.IGNORECASE,
)
_QUESTION_WORDS = 4
"""Words that each of two questions in one sentence has at least: "Qui prévenir et comment ?" is one."""
# Questions that ask for nothing to be found: "Pouvez-vous m'aider ?", "Qu'en pensez-vous ?".
_COURTESY = re.compile(
    r"(?:comment (?:allez|vas)[- ](?:vous|tu)|(?:pouvez|pourriez|peux|pourrais)[- ](?:vous|tu) "
    r"(?:s'il (?:vous|te) plait )?(?:me |m'|nous )?"
    r"(?:aider|rappeler|repondre|renseigner|eclairer|recontacter|conseiller|dire|contacter)\b.{0,30}"
    r"|qu'en (?:pensez|penses)[- ](?:vous|tu)|(?:avez-vous |auriez-vous |as-tu )?une (?:idee|solution|reponse)"
    r"|c'est possible|est-ce possible|d'accord|ok|merci de (?:me|nous) (?:repondre|rappeler|recontacter|aider).{0,30})"
    r" ?[?.!]*"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The questions of a ticket, masked, the most urgent first, with the marks of what was masked: they are to be read
    so, and searched without them. ``masked``: kinds of identifiers that were masked.

    ``left_out``: how many questions are beyond ``QUESTIONS_MAX``, ``unread``: the first of them. ``cut``: the end of
    the message was not read. ``again``: for a question, what to search where it has no answer: the question alone,
    after what was told before it. ``foreign``: the message is not in French: only an emergency was looked for.
    """

    questions: tuple[str, ...]
    masked: tuple[str, ...]
    left_out: int
    cut: bool
    unread: tuple[str, ...] = ()
    again: Mapping[str, str] = field(default_factory=dict)
    foreign: bool = False


def masked_ticket(ticket: Ticket, public_phones: frozenset[str], rules: Rules) -> Ticket:
    """The ticket as it may be stored until it is delivered: masked, and of its labels those that the rules name."""
    known = {*rules.categories, *rules.auto_reply_categories}
    return replace(
        ticket,
        text=mask("\n".join(map(_cleaned, ticket.text[: READ_MAX + 1].splitlines())), public_phones).text,
        subject=mask(clean(ticket.subject[:_SUBJECT_MAX]), public_phones).text,
        category=ticket.category if ticket.category.casefold() in known else "",
        tags=frozenset(tag for tag in ticket.tags if tag.casefold() in {rules.consent_tag, rules.evaluation_tag}),
    )


def masked_intakes(intakes: Iterable[Intake], public_phones: frozenset[str], rules: Rules) -> tuple[Intake, ...]:
    """Announcements as they may be stored."""
    return tuple(
        intake if intake.ticket is None else replace(intake, ticket=masked_ticket(intake.ticket, public_phones, rules))
        for intake in intakes
    )


def read_ticket(ticket: Ticket, public_phones: frozenset[str]) -> Reading:
    """What a ticket asks."""
    text = mask("\n".join(map(_cleaned, ticket.text[:READ_MAX].splitlines())), public_phones)
    subject = mask(clean(ticket.subject[:_SUBJECT_MAX]), public_phones)
    body = own_words(text.text)
    title = _title(subject.text)
    foreign = is_foreign(without_marks_by_line(body))
    sentences = _sentences(body)
    # An emergency is looked for in every message: "ransomware" is the same word.
    asked = () if foreign else _questions(sentences, body, title)[:_SENTENCES_MAX]
    found = _with_emergency(asked, sentences, body, title)
    masked = tuple(dict.fromkeys((*text.found, *subject.found)))
    if not masked and without_marks_by_line(text.text) != text.text:
        masked = (MASKED_BEFORE,)
    return Reading(
        found[:QUESTIONS_MAX],
        masked,
        left_out=max(0, len(found) - QUESTIONS_MAX),
        cut=len(ticket.text) > READ_MAX,
        unread=found[QUESTIONS_MAX : 2 * QUESTIONS_MAX],
        again=_again(found[:QUESTIONS_MAX], sentences),
        foreign=foreign,
    )


def without_marks_by_line(text: str) -> str:
    """Lines kept, what masking put in taken out: a mark is no word of a question."""
    return "\n".join(map(without_marks, text.split("\n")))


def _cleaned(line: str) -> str:
    return clean(line) if line.strip() else ""


def _title(subject: str) -> str:
    """A subject without "Re:" and the like; "" where a programme says that there is none."""
    title = re.sub(r"^(?:\s*(?:re|ré|rép|tr|fw|fwd)\s*:)+\s*", "", subject, flags=re.IGNORECASE).strip()
    return "" if _NO_SUBJECT.fullmatch(fold(title)) else title


def _sentences(body: str) -> list[str]:
    found = (line[span.start : span.end] for line in body.split("\n") for span in sentence_spans(line))
    return [piece for sentence in found for piece in _apart(sentence)]


def _apart(sentence: str) -> list[str]:
    """The two questions of "Dans quel délai lui répondre, et peut-on facturer les copies ?"."""
    second = _AND_ASKS.search(sentence) if sentence.rstrip().endswith("?") else None
    if second is None:
        return [sentence]
    before, after = sentence[: second.start()], sentence[second.end() :]
    if not _ASKS_WITHIN.search(before) or min(len(before.split()), len(after.split())) < _QUESTION_WORDS:
        return [sentence]
    return [f"{before}\u00a0?", after[:1].upper() + after[1:]]


def _again(questions: Iterable[str], sentences: list[str]) -> dict[str, str]:
    """For each question, the same after the last sentence before it that asks nothing."""
    found: dict[str, str] = {}
    for question in questions:
        asked = [n for n, sentence in enumerate(sentences) if sentence in question and _is_question(sentence)]
        if len(asked) != 1:
            continue
        told = [sentence for sentence in sentences[: asked[0]] if words(sentence) and not _is_question(sentence)]
        alone = _NUMBER.sub("", sentences[asked[0]])
        again = _bounded(_joined(_NUMBER.sub("", told[-1])[-_CONTEXT:], alone) if told else alone)
        if again != question:
            found[question] = again
    return found


def _questions(sentences: list[str], body: str, title: str) -> tuple[str, ...]:
    asked = [number for number, sentence in enumerate(sentences) if _is_question(sentence)]
    whole = clean(body.replace("\n", " "))
    if not asked:
        told = _bounded(_joined(title, whole) if len(words(whole)) < _FEW_WORDS else whole)
        return (told,) if words(without_marks(told)) else ()
    if len(asked) == 1 and len(whole) <= _SHORT_STORY:
        return (_joined(title, whole) if is_elliptic(without_marks(whole)) else whole,)
    found = {fold(one): one for one in (_in_context(sentences, number, title) for number in asked)}
    return tuple(found.values())


def _is_question(sentence: str) -> bool:
    plain = fold(without_marks(_NUMBER.sub("", sentence))).replace("’", "'").strip(" \u00a0\u202f")
    if len(words(plain)) == 0 or _COURTESY.fullmatch(plain):
        return False
    return plain.rstrip(" »)\u00a0\u202f").endswith("?") or bool(_ASKS.match(plain))


def _in_context(sentences: list[str], number: int, title: str) -> str:
    """A question, after the sentence before it where it says too little alone."""
    question = _NUMBER.sub("", sentences[number])
    bare = without_marks(question)
    if not is_elliptic(bare) and not leans_on_history(bare):
        return _bounded(question)
    before = _NUMBER.sub("", sentences[number - 1])[-_CONTEXT:] if number else title
    return _bounded(_joined(before, question))


def _with_emergency(found: tuple[str, ...], sentences: list[str], body: str, title: str) -> tuple[str, ...]:
    """The questions, after the words that tell of an emergency where some do and no question holds them first."""
    whole = _bounded(clean(body.replace("\n", " ")))
    pieces = dict.fromkeys((*found, whole, *sentences[:_SENTENCES_MAX], title))
    told = next((piece for piece in pieces if piece and _tells_of_emergency(piece)), None)
    if told is None:
        return found
    told = _bounded(told)
    return (told, *(question for question in found if question != told and not _tells_of_emergency(question)))


def _tells_of_emergency(text: str) -> bool:
    """By the rules only: the second look of ``emergency.detect`` is for whole messages, and takes parts amiss."""
    told = plain(without_marks(text))
    return any(rule.tells(told) for rule in RULES)


def _joined(before: str, after: str) -> str:
    if not before or not after:
        return before or after
    return f"{before} {after}" if before[-1] in ".?!…:" else f"{before}. {after}"


def _bounded(text: str) -> str:
    """At most what a question may hold, cut between words; a long message says the essential first."""
    if len(text) <= MAX_CHARS:
        return text
    cut = text[:MAX_CHARS].rsplit(" ", 1)[0]
    # Not within a mark.
    return cut[: cut.rindex("[")].rstrip() if cut.rfind("[") > cut.rfind("]") else cut
