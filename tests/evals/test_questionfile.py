"""Question files: what is accepted, and what is said of what is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emergency import Incident
from bot.model import Status, Turn
from evals.errors import EvalError, QuestionFileError
from evals.model import ExpectedDocument, Kind, Question, Register
from evals.question_skeleton import write_skeleton
from evals.questionfile import known_facts, read_questions
from evals.shared import REPOSITORY, shared_folder


def read(path: Path, content: bytes | str) -> tuple[Question, ...]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_questions([path])[0]


def problems(path: Path, content: bytes | str) -> list[str]:
    with pytest.raises(QuestionFileError) as caught:
        read(path, content)
    assert str(path) in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


def test_every_field_of_json_lines_is_read(tmp_path: Path) -> None:
    fact = sorted(known_facts())[0]
    row = {
        "id": "q-1",
        "question": "et pour 06 00 00 00 00 ?",
        "kind": "privacy",
        "history": [{"question": "Avant ?", "answer": "Oui."}, "Puis ?"],
        "expected": {
            "facts": [fact],
            "quotes": ["huit jours"],
            "documents": [{"title": "Guide", "publisher": "CNIL"}],
            "status": ["answered", "clarify"],
            "incident": "theft",
            "masked": ["06 00 00 00 00"],
        },
        "topic": ["droits", "copie"],
        "audience": "médecin",
        "publisher": "CNIL",
        "register": "follow_up",
        "notes": "à relire",
    }
    (question,) = read(tmp_path / "q.jsonl", "# commentaire\n\n" + json.dumps(row, ensure_ascii=False))
    assert (question.id, question.kind, question.register) == ("q-1", Kind.PRIVACY, Register.FOLLOW_UP)
    assert question.history == (Turn("Avant ?", "Oui."), Turn("Puis ?"))
    assert question.topics == ("droits", "copie")
    assert question.audience == ("médecin",)
    assert question.right_statuses == {Status.ANSWERED, Status.CLARIFY}
    expected = question.expected
    assert (expected.facts, expected.quotes, expected.masked) == ((fact,), ("huit jours",), ("06 00 00 00 00",))
    assert expected.documents == (ExpectedDocument("Guide", None, "CNIL"),)
    assert expected.incident is Incident.THEFT
    assert (question.notes, question.publisher, question.source) == ("à relire", "CNIL", "q.jsonl")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_reads_the_same_in_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [
        "# un commentaire, avec un accent é",
        delimiter.join(["ID", "Question", "kind", "status", "document_url", "history"]),
        delimiter.join(
            [
                "a",
                '"Où est « l’agrément » ;, d’un ""hébergeur"" ?"',
                "ambiguous",
                "clarify|answered",
                "https://x.fr",
                "un ?|deux ?",
            ]
        ),
        delimiter * 5,
        delimiter.join(["b", '"sur\nplusieurs lignes"', "", "", "", ""]),
    ]
    first, second = read(tmp_path / "q.csv", "\r\n".join(lines).encode(encoding))
    assert first.text == 'Où est « l’agrément » ;, d’un "hébergeur" ?'
    assert first.expected.statuses == (Status.CLARIFY, Status.ANSWERED)
    assert first.expected.documents == (ExpectedDocument(url="https://x.fr"),)
    assert first.history == (Turn("un ?"), Turn("deux ?"))
    assert second.text == "sur\nplusieurs lignes"
    assert second.kind is Kind.ANSWERABLE


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ('{"question": "a ?"}\n{"question": "b ?"', 2, "JSON incorrect"),
        ('{"question": "a ?", "question": "b ?"}', 1, "donné deux fois"),
        ('["a ?"]', 1, "un objet JSON est attendu"),
        ('{"question": "  ?! "}', 1, "« question » est vide"),
        ('{"question": 12}', 1, "« question » n’est pas un texte"),
        ('{"question": "a ?", "kind": "facile"}', 1, "valeurs possibles : answerable"),
        ('{"question": "a ?", "regster": "sms"}', 1, "vouliez-vous dire « register »"),
        ('{"question": "a ?", "expected": {"fact": []}}', 1, "vouliez-vous dire « facts »"),
        ('{"question": "a ?", "expected": ["cons-02"]}', 1, "« expected » n’est pas un objet"),
        ('{"question": "a ?", "expected": {"facts": ["zz-99"]}}', 1, "fait inconnu « zz-99 »"),
        ('{"question": "a ?", "expected": {"documents": [{}]}}', 1, "sans titre, adresse ni éditeur"),
        ('{"question": "a ?", "expected": {"masked": ["06"]}}', 1, "n’est pas dans la question"),
        ('{"question": "a ?", "expected": {"status": "refused"}}', 1, "answered, no_answer, emergency, clarify"),
        ('{"question": "a ?", "history": [{"answer": "x"}]}', 1, "sans question"),
        ('{"question": "et lui ?", "register": "follow_up"}', 1, "sans « history »"),
        (
            '{"question": "a ?", "kind": "out_of_scope", "expected": {"quotes": ["x"]}}',
            1,
            "hors sujet avec une réponse",
        ),
        ('{"id": "a", "question": "a ?"}\n\n{"id": "a", "question": "b ?"}', 3, "déjà pris (q.jsonl, ligne 1)"),
        ('{"id": "a\\u0000", "question": "a ?"}', 1, "caractère invisible"),
        ("# rien\n", 1, "aucune question"),
        ('{"question": "caf\xe9 ?"}'.encode("latin-1"), 1, "pas de l’UTF-8"),
        ("[" * 100_000, 1, "JSON incorrect"),
    ],
)
def test_what_is_wrong_in_json_lines_is_told_with_its_line(
    tmp_path: Path, content: bytes | str, line: int, said: str
) -> None:
    found = problems(tmp_path / "q.jsonl", content)
    assert any(problem.startswith(f"ligne {line} :") and said in problem for problem in found), found


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", 1, "aucune ligne"),
        ("id;texte\n1;a ?\n", 1, "aucune colonne « question »"),
        ("question;question\na ?;b ?\n", 1, "donnée deux fois"),
        ("# x\nquestion;kind\na ?;sms\n", 3, "« kind » vaut « sms »"),
        ("question;kind\na, b ;answerable;oups\n", 2, "3 cellules pour 2 colonnes"),
        ('question;kind\n"a ?;answerable\nb ?;answerable\n', 2, "guillemets mal fermés"),
        ('question;kind\n"sur\ndeux lignes";x\n', 2, "« kind » vaut « x »"),
        ("question;publique\na ?;x\n", 2, "champ inconnu « publique »"),
        ("question\n\0\n", 2, "caractère nul"),
        (b"question\n\x81\x8d\n", 2, "encodage illisible"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_line(
    tmp_path: Path, content: bytes | str, line: int, said: str
) -> None:
    found = problems(tmp_path / "q.csv", content)
    assert any(problem.startswith(f"ligne {line} :") and said in problem for problem in found), found


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    lines = ['{"question": "a ?", "kind": "x"}'] * 30
    with pytest.raises(QuestionFileError) as caught:
        read(tmp_path / "q.jsonl", "\n".join(lines))
    assert len(caught.value.problems) == 30
    assert "… et 10 de plus" in str(caught.value)


def test_ids_are_unique_over_all_files_and_stable_when_made(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"id": "one", "question": "a ?"}')
    with pytest.raises(QuestionFileError, match="déjà pris"):
        read_questions([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    first = read(tmp_path / "c.jsonl", '{"question": "a ?"}\n{"question": "b ?"}')
    again = read(tmp_path / "c.jsonl", '{"question": "b ?"}\n{"question": "a ?"}')
    assert {question.id for question in first} == {question.id for question in again}
    assert len({question.id for question in first}) == 2


@pytest.mark.parametrize(("name", "said"), [("absent.csv", "fichier illisible"), ("q.xlsx", "format inconnu")])
def test_other_files_are_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "q.xlsx").write_bytes(b"PK")
    with pytest.raises(QuestionFileError, match=said):
        read_questions([tmp_path / name])


def test_both_skeletons_are_correct_and_say_the_same(tmp_path: Path) -> None:
    found = []
    for name in ("modele.csv", "modele.jsonl"):
        write_skeleton(tmp_path / name)
        questions, _ = read_questions([tmp_path / name])
        found.append([(q.id, q.text, q.kind, q.expected, q.history, q.register, q.topics) for q in questions])
        with pytest.raises(EvalError, match="existe déjà"):
            write_skeleton(tmp_path / name)
    assert found[0] == found[1]
    assert len(found[0]) >= 6
    with pytest.raises(EvalError, match=r"\.csv"):
        write_skeleton(tmp_path / "modele.txt")


def test_the_sets_of_the_project_can_be_read() -> None:
    questions, files = read_questions(sorted((REPOSITORY / "evals" / "questions").rglob("*.jsonl")))
    assert len(questions) == sum(file.count for file in files) >= 88


@pytest.mark.skipif(shared_folder() is None, reason="shared material absent: put it in ../shared")
def test_the_development_questions_can_be_read() -> None:
    folder = shared_folder()
    assert folder is not None
    questions, _ = read_questions([folder / "domain" / "questions-dev.jsonl"])
    assert len(questions) == 120
    assert sum(question.kind is Kind.UNSAFE for question in questions) == 10
    assert all(question.expected.facts for question in questions if question.kind is Kind.ANSWERABLE)


def read_or_problems(path: Path, content: bytes) -> tuple[object, ...]:
    try:
        return read(path, content)
    except QuestionFileError as error:
        return error.problems


@given(content=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".jsonl"]))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    assert read_or_problems(path, b"question\n" + content if suffix == ".csv" else content)
