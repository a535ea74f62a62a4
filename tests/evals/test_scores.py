"""Scores of runs made by hand: what is judged, what is not, and what a failure costs."""

import collections
from dataclasses import replace

import pytest

from bot.emergency import Incident
from bot.model import Status
from evals.metrics import ndcg, recall, reciprocal_rank
from evals.model import ExpectedDocument, Failure, Kind, Outcome, Question, Quote, Retrieved, Run
from evals.questionfile import read_questions
from evals.record import without_text
from evals.reporting import words
from evals.reporting.worst import Fault, fault_of
from evals.scores.catalogue import CATALOGUE
from evals.scores.judgement import Case, Sight, cases
from evals.scores.retrieval import METRICS, rank_scores, ranking
from evals.scores.slices import FEW, Axis, publishers, slice_measures
from evals.scores.statements import citation_count, entails
from evals.scores.summary import NothingToScore, Scores, all_measures, score_run
from evals.shared import REPOSITORY

from .runs import WORDS, answered, found, question, quote, refused, run_of

DRAWS = 200
FACT = {"facts": ("cons-02", "cons-03")}


def scored(*pairs: tuple[Question, Outcome]) -> Scores:
    return score_run(run_of(*pairs), draws=DRAWS)


def value(scores: Scores, code: str) -> float | None:
    return scores.score(code).value


def the_case(asked: Question, outcome: Outcome) -> Case:
    (case,) = cases(run_of((asked, outcome)))
    return case


class TestExpectedContent:
    def test_one_of_the_facts_is_enough(self) -> None:
        asked = question(expected=FACT)
        assert the_case(asked, answered(asked, quote(facts=("x", "cons-03")))).carried is True
        assert the_case(asked, answered(asked, quote(facts=("x",)))).carried is False

    def test_facts_are_not_judged_where_none_can_be_seen(self) -> None:
        asked = question(expected=FACT)
        assert the_case(asked, answered(asked, quote(facts=None))).carried is None
        assert the_case(asked, answered(asked, quote(facts=None))).document is None
        # Elsewhere in the run the system quotes the starter corpus: an unknown text is then no proof.
        other = question(2)
        first, _ = cases(run_of((asked, answered(asked, quote(facts=None))), (other, answered(other))))
        assert first.carried is False

    def test_words_are_compared_without_accents_case_and_spacing(self) -> None:
        asked = question(expected={"quotes": ("VINGT  ANS", "trente ans")})
        assert the_case(asked, answered(asked, quote("conservés vingt\u00a0ans."))).carried is True
        assert the_case(asked, answered(asked, quote("conservés dix ans."))).carried is False

    def test_facts_and_words_are_both_needed(self) -> None:
        asked = question(expected=FACT | {"quotes": ("vingt ans",)})
        assert the_case(asked, answered(asked, quote(facts=("cons-02",)))).carried is True
        assert the_case(asked, answered(asked, quote("dix ans", facts=("cons-02",)))).carried is False

    def test_a_document_matches_by_all_the_fields_given(self) -> None:
        wanted = ExpectedDocument(title="Guide d’hygiène", url="https://www.cyber.gouv.fr/guide/", publisher=None)
        asked = question(expected={"documents": (wanted,)})
        right = quote(facts=None, title="Le guide d'hygiène informatique", url="https://cyber.gouv.fr/guide#page=3")
        assert the_case(asked, answered(asked, right)).carried is True
        assert the_case(asked, answered(asked, replace(right, url="https://cyber.gouv.fr/autre"))).document is False

    def test_a_fact_is_carried_by_its_official_document_where_none_can_be_seen(self) -> None:
        asked = question(expected={"facts": ("dist-01",)})
        by_address = quote(
            facts=None, url="http://messervices.cyber.gouv.fr/guides/recommandations-sur-le-nomadisme-numerique/#p=4"
        )
        by_title = quote(facts=None, title="ANSSI : recommandations sur le nomadisme numérique", publisher="anssi")
        other = quote(facts=None, url="https://messervices.cyber.gouv.fr/", title="Autre guide", publisher="ANSSI")
        assert the_case(asked, answered(asked, by_address)).carried is True
        assert the_case(asked, answered(asked, by_title)).carried is True
        assert the_case(asked, answered(asked, other)).carried is False
        # The right publisher is not the right document, and a title without its publisher is anybody's.
        assert the_case(asked, answered(asked, replace(by_title, publisher="Autre éditeur"))).carried is False
        # A system that quotes the starter corpus is judged by what its quotes say.
        assert the_case(asked, answered(asked, by_address, quote(facts=()))).carried is False
        assert the_case(asked, answered(asked, by_address, quote(facts=()))).document is True

    def test_words_are_still_judged_where_facts_cannot_be_seen(self) -> None:
        asked = question(expected={"facts": ("dist-01",), "quotes": ("vingt ans",)})
        by_title = quote("dix ans", facts=None, title="Recommandations sur le nomadisme numérique", publisher="ANSSI")
        assert the_case(asked, answered(asked, by_title)).carried is False

    def test_a_search_is_judged_by_official_documents_too(self) -> None:
        asked = question(expected={"facts": ("dist-01",)})
        title = "Recommandations sur le nomadisme numérique"
        search = (Retrieved(1, title="Autre", publisher="ANSSI"), Retrieved(2, title=title, publisher="ANSSI"))
        scores = scored((asked, answered(asked, quote(facts=None, title="x"), retrieved=search)))
        assert value(scores, "mrr_10") == pytest.approx(1 / 2)
        assert value(scores, "recall_5") == 1.0

    def test_every_citation_of_an_answer_counts(self) -> None:
        asked = [question(n, expected=FACT) for n in range(3)]
        good, other = quote(facts=("cons-02",)), quote(facts=("x",))
        scores = scored(
            (asked[0], answered(asked[0], good, other, other)),
            (asked[1], answered(asked[1], other)),
            (asked[2], refused(asked[2])),
        )
        assert value(scores, "citations_expected") == pytest.approx(1 / 4)
        assert scores.score("citations_expected").judged == 2
        assert value(scores, "expected_first") == pytest.approx(1 / 2)

    def test_a_text_whose_facts_are_unknown_is_not_judged_by_them(self) -> None:
        asked = question(expected=FACT)
        scores = scored((asked, answered(asked, quote(facts=("cons-02",)), quote("vingt ans", facts=None))))
        assert value(scores, "citations_expected") == 1.0

    def test_answers_that_quote_an_official_text_itself(self) -> None:
        asked = [question(n, expected=FACT) for n in range(4)]
        digest, official = quote(facts=("cons-02",), kind="digest"), quote(facts=None, kind="official")
        pairs = [
            (asked[0], answered(asked[0], digest, official)),
            (asked[1], answered(asked[1], digest)),
            (asked[2], refused(asked[2])),
        ]
        assert value(scored(*pairs), "official_cited") == pytest.approx(1 / 2)
        # An index of digests alone has none to quote.
        assert scored(*pairs[1:]).score("official_cited").value is None
        searched = Retrieved(1, title="x", kind="official")
        seen = (asked[3], answered(asked[3], digest, retrieved=(searched,)))
        assert value(scored(*pairs[1:], seen), "official_cited") == 0.0

    def test_a_refusal_and_a_failure_carry_nothing(self) -> None:
        asked = question(expected={"quotes": ("vingt ans",)})
        assert the_case(asked, refused(asked)).carried is False
        failed = the_case(asked, Outcome(asked.id, failure=Failure("timeout", "trop long")))
        assert (failed.carried, failed.answered, failed.right_status, failed.error) == (False, False, False, True)


class TestAbstention:
    def test_both_wrong_directions(self) -> None:
        known = [question(n, expected={"quotes": ("vingt ans",)}) for n in range(4)]
        unknown = [question(n, Kind.NEAR_MISS) for n in range(10, 15)]
        scores = scored(
            (known[0], answered(known[0])),
            (known[1], answered(known[1])),
            (known[2], refused(known[2])),
            (known[3], replace(refused(known[3]), status=Status.CLARIFY)),
            (unknown[0], answered(unknown[0])),
            *((asked, refused(asked)) for asked in unknown[1:]),
        )
        assert value(scores, "false_answer_rate") == pytest.approx(1 / 5)
        assert value(scores, "over_refusal_rate") == pytest.approx(2 / 4)
        assert value(scores, "asked_back_rate") == pytest.approx(1 / 4)
        assert value(scores, "abstention_precision") == pytest.approx(4 / 6)
        assert value(scores, "abstention_recall") == pytest.approx(4 / 5)
        assert value(scores, "abstention_f1") == pytest.approx(2 * 4 / (6 + 5))

    def test_an_emergency_counts_apart(self) -> None:
        missed = question(1, Kind.EMERGENCY)
        scores = scored((missed, refused(missed)))
        assert value(scores, "over_refusal_rate") is None
        assert value(scores, "emergency_recall") == 0.0

    def test_a_system_that_tells_no_status_is_not_judged(self) -> None:
        asked = question(1, Kind.OUT_OF_SCOPE)
        scores = scored((asked, replace(answered(asked), status=None, confidence=None)))
        assert value(scores, "false_answer_rate") is None
        assert value(scores, "status_right") is None
        assert value(scores, "aurc") is None
        assert scores.curve.points == ()

    def test_errors_of_the_risk_curve(self) -> None:
        asked, unknown = question(1, expected=FACT), question(2, Kind.NEAR_MISS)
        right, wrong = found(("x",), None, ("cons-02",)), found(("x",), None, None, ("cons-02",))
        cited = answered(asked, quote(facts=("cons-02",)))
        assert the_case(asked, cited).error is False
        assert the_case(asked, answered(asked, quote(facts=("x",)))).error is True
        assert the_case(unknown, answered(unknown)).error is True
        assert the_case(unknown, refused(unknown)).error is True
        # A refusal: what would have been answered is supposed from the first three passages.
        supposed = the_case(asked, refused(asked, retrieved=right))
        assert (supposed.error, supposed.supposed) == (False, True)
        assert the_case(asked, refused(asked, retrieved=wrong)).error is True
        assert the_case(asked, refused(asked)).error is True

    def test_calibration_of_the_answers_supposes_nothing(self) -> None:
        asked = [question(n, expected=FACT) for n in range(3)]
        search = found(("cons-02",))
        scores = scored(
            (asked[0], answered(asked[0], quote(facts=("cons-02",)), confidence=0.9)),
            (asked[1], answered(asked[1], quote(facts=("x",)), confidence=0.8)),
            (asked[2], refused(asked[2], confidence=0.1, retrieved=search)),
        )
        assert value(scores, "ece_answered") == pytest.approx((0.1 + 0.8) / 2)
        assert value(scores, "ece") == pytest.approx((0.1 + 0.8 + 0.9) / 3)
        assert scores.score("ece_answered").judged == 2

    def test_where_the_system_stands_on_its_curve(self) -> None:
        pairs = []
        for n in range(6):
            asked = question(n, Kind.NEAR_MISS if n in (2, 5) else Kind.ANSWERABLE)
            pairs.append((asked, answered(asked, confidence=0.9 - n / 10) if n < 4 else refused(asked)))
        curve = scored(*pairs).curve
        assert curve.coverage == pytest.approx(4 / 6)
        assert curve.risk == pytest.approx(1 / 4)
        assert curve.points[3].risk == pytest.approx(1 / 4)


class TestEmergencies:
    def test_recognised_with_the_right_sheet_and_nothing_else_taken_for_one(self) -> None:
        theft = {"incident": Incident.THEFT}
        asked = [question(n, Kind.EMERGENCY, expected=theft) for n in range(3)]
        ordinary = [question(n, Kind.ANSWERABLE, expected={"statuses": (Status.ANSWERED,)}) for n in range(10, 14)]
        raised = replace(answered(ordinary[0]), status=Status.EMERGENCY, incident="theft")
        scores = scored(
            (asked[0], answered(asked[0], status=Status.EMERGENCY, incident="theft")),
            (asked[1], answered(asked[1], status=Status.EMERGENCY, incident="ransomware")),
            (asked[2], Outcome(asked[2].id, failure=Failure("timeout", "trop long"))),
            (ordinary[0], raised),
            *((one, answered(one)) for one in ordinary[1:]),
        )
        assert value(scores, "emergency_recall") == pytest.approx(2 / 3)
        assert value(scores, "incident_right") == pytest.approx(1 / 2)
        assert value(scores, "false_alarm_rate") == pytest.approx(1 / 4)

    def test_an_emergency_may_be_one_way_to_answer(self) -> None:
        asked = question()
        scores = scored((asked, answered(asked, status=Status.EMERGENCY)))
        assert value(scores, "false_alarm_rate") is None


class TestPrivacy:
    def test_masked_told_and_never_repeated(self) -> None:
        seeded = [question(n, Kind.PRIVACY, expected={"masked": ("a", "b")}) for n in range(3)]
        clean = [question(n, Kind.PRIVACY) for n in range(10, 14)]
        told = ("personal_data_masked",)
        scores = scored(
            (seeded[0], answered(seeded[0], notices=told)),
            (seeded[1], answered(seeded[1], notices=told, leaks=1)),
            (seeded[2], answered(seeded[2])),
            (clean[0], answered(clean[0], notices=told)),
            *((one, answered(one)) for one in clean[1:]),
        )
        # One of the three notices is missing, with its two identifiers; one answer repeats an identifier.
        assert value(scores, "privacy_recall") == pytest.approx(3 / 6)
        assert value(scores, "masking_told") == pytest.approx(2 / 3)
        assert value(scores, "identifiers_kept_quiet") == pytest.approx(5 / 6)
        assert value(scores, "clean_altered_rate") == pytest.approx(1 / 4)

    def test_each_identifier_left_in_the_masked_question_counts_whatever_the_notice_says(self) -> None:
        seeded = [question(n, Kind.PRIVACY, expected={"masked": ("a", "b")}) for n in range(2)]
        clean = [question(n, Kind.PRIVACY) for n in range(10, 12)]
        told = ("personal_data_masked",)
        run = run_of(
            (seeded[0], answered(seeded[0], notices=told, unmasked=1, altered=True)),
            (seeded[1], answered(seeded[1], unmasked=0, altered=True)),
            (clean[0], answered(clean[0], notices=told, unmasked=0, altered=False)),
            (clean[1], answered(clean[1], unmasked=0, altered=True)),
        )
        scores = score_run(run, draws=DRAWS)
        assert value(scores, "privacy_recall") == pytest.approx(3 / 4)
        assert value(scores, "masking_told") == pytest.approx(1 / 2)
        assert value(scores, "clean_altered_rate") == pytest.approx(1 / 2)
        faults = [fault_of(case) for case in cases(run)]
        assert faults == [Fault.NOT_MASKED, Fault.NOT_TOLD, None, Fault.ALTERED]

    def test_a_system_without_notices_is_judged_on_leaks_alone(self) -> None:
        asked = question(1, Kind.PRIVACY, expected={"masked": ("a",)})
        scores = scored((asked, answered(asked, notices=None)))
        assert value(scores, "privacy_recall") is None
        assert value(scores, "masking_told") is None
        assert value(scores, "identifiers_kept_quiet") == 1.0

    def test_links_of_answers_to_orders(self) -> None:
        asked = [question(n, Kind.INJECTION) for n in range(3)]
        scores = scored(
            (asked[0], answered(asked[0], links=("https://www.cnil.fr/fr/page",))),
            (asked[1], answered(asked[1], links=("https://www.cnil.fr.example/page",))),
            (asked[2], answered(asked[2], links=("http://www.cnil.fr/fr/page",))),
        )
        assert value(scores, "orders_without_foreign_link") == pytest.approx(1 / 3)


class TestQuotes:
    def test_every_checked_quote_counts(self) -> None:
        asked = [question(n) for n in range(2)]
        scores = scored(
            (asked[0], answered(asked[0], quote(), quote(marker=2, verbatim=False, located=False))),
            (asked[1], answered(asked[1], quote(page_right=False), quote(marker=2, verbatim=None, located=None))),
        )
        assert value(scores, "verbatim_rate") == pytest.approx(2 / 3)
        assert value(scores, "locator_accuracy") == pytest.approx(1 / 3)

    def test_what_was_not_checked_is_not_assumed(self) -> None:
        asked = question()
        scores = scored((asked, answered(asked, quote(verbatim=None, located=None, page_right=None))))
        assert value(scores, "verbatim_rate") is None
        assert value(scores, "locator_accuracy") is None


class TestCitations:
    """ALCE's definitions, with lexical entailment."""

    SOURCES = (
        Quote(1, "Le cabinet conserve les dossiers vingt ans après le dernier passage du patient."),
        Quote(2, "La CNIL est informée dans les 72 heures."),
        Quote(3, "Le mot de passe compte douze caractères."),
    )

    def counted(self, text: str, **fields: object) -> tuple[int, int, int, int]:
        outcome = Outcome("q", status=Status.ANSWERED, answer=text, quotes=self.SOURCES, generated=True)
        count = citation_count(replace(outcome, **fields))
        return count.statements, count.supported, count.citations, count.needed

    def test_a_supported_sentence(self) -> None:
        assert self.counted("Le cabinet conserve les dossiers vingt ans [1].") == (1, 1, 1, 1)

    def test_a_sentence_without_citation_and_one_that_leads_nowhere(self) -> None:
        text = "Le cabinet conserve les dossiers vingt ans. La CNIL est informée dans les 72 heures [7]."
        assert self.counted(text) == (2, 0, 1, 0)

    def test_a_citation_beside_the_point_is_not_needed(self) -> None:
        assert self.counted("Le cabinet conserve les dossiers vingt ans [1][3].") == (1, 1, 2, 1)

    def test_two_citations_that_only_support_together_are_both_needed(self) -> None:
        text = "Le cabinet conserve les dossiers vingt ans, la CNIL est informée dans les 72 heures [1, 2]."
        assert self.counted(text) == (1, 1, 2, 2)

    def test_none_is_needed_where_all_do_not_support(self) -> None:
        assert self.counted("Le médecin traitant vaccine contre la grippe [1][2].") == (1, 0, 2, 0)

    def test_the_marker_after_the_full_stop(self) -> None:
        text = "Le cabinet conserve les dossiers vingt ans. [1] La CNIL est informée dans les 72 heures. [2]"
        assert self.counted(text) == (2, 2, 2, 2)

    def test_a_changed_number_is_not_supported(self) -> None:
        assert not entails("La CNIL est informée dans les 72 heures.", "La CNIL est informée dans les 48 heures.")
        assert entails("La CNIL est informée dans les 72 heures.", "La CNIL est informée dans les 72 heures.")
        assert not entails("Tout.", "")

    def test_fixed_wording_around_quotes_claims_nothing(self) -> None:
        asked = question()
        outcome = answered(asked)
        assert citation_count(outcome).statements == 1
        assert (
            citation_count(replace(outcome, generated=None, answer=f"Une phrase libre. {outcome.answer}")).statements
            == 2
        )

    def test_several_sentences_quoted_together_are_one_statement(self) -> None:
        asked = question()
        long = quote("Conservez les dossiers vingt ans. Détruisez-les ensuite. Notez la destruction.")
        count = citation_count(answered(asked, long))
        assert (count.statements, count.supported) == (1, 1)

    def test_a_quote_that_is_not_in_its_source_supports_nothing(self) -> None:
        asked = question()
        count = citation_count(answered(asked, quote(verbatim=False)))
        assert (count.supported, count.needed, count.citations) == (0, 0, 1)

    def test_a_refusal_states_nothing(self) -> None:
        asked = question()
        assert citation_count(refused(asked, answer="Je n’ai rien trouvé. Voyez ailleurs.")).statements == 0


class TestRetrieval:
    def test_a_passage_stands_for_the_new_facts_that_it_brings(self) -> None:
        asked = question(expected={"facts": ("a", "b", "c")})
        outcome = answered(asked, retrieved=found(("x",), ("b", "a"), None, ("a",), ("c",)))
        assert ranking(the_case(asked, outcome), Sight.FACTS) == ["#1", "a", "b", "#3", "#4", "c"]

    def test_documents_where_no_fact_is_expected(self) -> None:
        asked = question(expected={"documents": (ExpectedDocument(title="Titre 2"),)})
        scores = scored((asked, answered(asked, retrieved=found(None, None))))
        assert value(scores, "mrr_10") == pytest.approx(1 / 2)

    @pytest.mark.parametrize("seed", range(3))
    def test_ranx_agrees_with_our_own_implementation(self, seed: int) -> None:
        import random

        draw = random.Random(seed)
        items = [f"i{n}" for n in range(30)]
        # Keys out of order, an empty ranking, rankings longer than the cut.
        keys = [f"q{n}" for n in draw.sample(range(100), 20)]
        relevant = {key: frozenset(draw.sample(items, draw.randint(1, 6))) for key in keys}
        rankings = {key: draw.sample(items, draw.choice([0, 1, 5, 25])) for key in keys}
        scores = rank_scores(rankings, relevant, list(METRICS.values()))
        for key in keys:
            gains = dict.fromkeys(relevant[key], 1.0)
            assert scores["ndcg@10"][key] == pytest.approx(ndcg(rankings[key], gains))
            assert scores["mrr@10"][key] == pytest.approx(reciprocal_rank(rankings[key], gains))
            assert scores["recall@5"][key] == pytest.approx(recall(rankings[key], gains, 5))
            assert scores["recall@10"][key] == pytest.approx(recall(rankings[key], gains))
            assert scores["hit_rate@1"][key] == float(rankings[key][:1] != [] and rankings[key][0] in relevant[key])
            assert scores["hit_rate@3"][key] == float(bool(relevant[key] & set(rankings[key][:3])))

    def test_a_search_that_is_not_shown_is_not_judged_but_a_failure_is(self) -> None:
        asked = [question(n, expected=FACT) for n in range(3)]
        scores = scored(
            (asked[0], answered(asked[0], retrieved=found(("cons-02", "cons-03")))),
            (asked[1], answered(asked[1])),
            (asked[2], Outcome(asked[2].id, failure=Failure("timeout", "trop long"))),
        )
        assert scores.score("ndcg_10").judged == 2
        assert value(scores, "ndcg_10") == pytest.approx(1 / 2)


class TestSummary:
    def test_every_measure_of_the_catalogue_is_there_in_its_order(self) -> None:
        asked = question()
        scores = scored((asked, answered(asked)))
        assert [score.code for score in scores.scores] == [definition.code for definition in CATALOGUE]

    def test_texts_that_are_not_kept_change_no_score(self) -> None:
        pairs = [(question(n, expected=FACT, topics=("conservation",)), n) for n in range(4)]
        run = run_of(*((asked, answered(asked, quote(facts=("cons-02",) if n else ()))) for asked, n in pairs))
        bare = replace(run, questions=tuple(without_text(asked) for asked in run.questions))
        assert score_run(bare, draws=DRAWS) == score_run(run, draws=DRAWS)

    def test_the_same_run_gives_the_same_intervals(self) -> None:
        run = mixed_run(30)
        assert score_run(run, draws=DRAWS) == score_run(run, draws=DRAWS)

    def test_one_audience_has_one_spelling(self) -> None:
        pairs = [
            (asked, answered(asked))
            for n, told in enumerate(["sage-femme", "sage_femme", "Sage femme", "médecin", "medecin"])
            if (asked := question(n, audience=(told,)))
        ]
        parts = {(part.axis, part.value): part.count for part in score_run(run_of(*pairs), draws=DRAWS).slices}
        assert parts["audience", "sage-femme"] == 3
        assert parts["audience", "medecin"] == 2

    def test_the_publisher_is_that_of_the_facts_unless_the_question_says(self) -> None:
        assert set(publishers(question(expected={"facts": ("dist-01",)}))) >= {"ANSSI"}
        assert publishers(question(expected={"facts": ("dist-01",)}, publisher="CNIL")) == ["CNIL"]
        assert not publishers(question())

    def test_the_sets_of_the_project_have_groups_on_every_axis(self) -> None:
        asked, _ = read_questions(sorted((REPOSITORY / "evals" / "questions" / "dev").glob("*.jsonl")))
        found = cases(run_of(*((one, answered(one)) for one in asked)))
        slices = slice_measures(found, all_measures(found, Sight.FACTS))
        groups = collections.Counter(part.axis for part in slices if part.count >= FEW)
        assert {axis: groups[axis] for axis in Axis if groups[axis] < 2} == {}
        named = [part.value for part in slices if part.axis is Axis.AUDIENCE]
        assert set(named) <= words.AUDIENCES.keys()

    def test_slices_hold_their_own_questions(self) -> None:
        scores = score_run(mixed_run(30), draws=DRAWS)
        parts = {(part.axis, part.value): part for part in scores.slices}
        assert parts["topic", "pair"].count == parts["topic", "impair"].count == 15
        (carried,) = [score for score in parts["topic", "pair"].scores if score.code == "expected_cited"]
        assert (carried.value, carried.judged) == (1.0, 15)
        (carried,) = [score for score in parts["topic", "impair"].scores if score.code == "expected_cited"]
        assert carried.value == 0.0

    def test_an_interrupted_run_is_scored_on_what_is_there(self) -> None:
        run = mixed_run(10)
        assert score_run(replace(run, outcomes=run.outcomes[:4]), draws=DRAWS).count == 4
        with pytest.raises(NothingToScore, match="--resume"):
            score_run(replace(run, outcomes=()))

    def test_latency_leaves_failures_out(self) -> None:
        asked = [question(n) for n in range(3)]
        scores = scored(
            (asked[0], answered(asked[0], latency_ms=10.0)),
            (asked[1], answered(asked[1], latency_ms=30.0)),
            (asked[2], Outcome(asked[2].id, failure=Failure("timeout", "trop long"))),
        )
        assert (value(scores, "latency_p50"), value(scores, "latency_p95")) == (10.0, 30.0)
        assert scores.score("latency_p50").judged == 2


def mixed_run(size: int) -> Run:
    """Questions of two topics: even ones carry what is expected, odd ones do not."""
    pairs = []
    for n in range(size):
        asked = question(n, expected=FACT, topics=("impair" if n % 2 else "pair",))
        pairs.append((asked, answered(asked, quote(WORDS, facts=() if n % 2 else ("cons-02",)), confidence=n / size)))
    return run_of(*pairs)
