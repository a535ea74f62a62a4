"""Ways of reading a question."""

import pytest

from bot.reading import readings


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Faut-il un DPO ?", ("Faut-il un DPO ?",)),
        ("délai notification CNIL", ("délai notification CNIL",)),
        (
            "Je suis infirmière libérale. Faut-il un DPO ?",
            ("Je suis infirmière libérale. Faut-il un DPO ?", "Faut-il un DPO ?"),
        ),
        ("Faut-il un DPO ? Et qui le paie ?", ("Faut-il un DPO ? Et qui le paie ?",)),
        ("Mon cabinet ferme. Mes dossiers restent.", ("Mon cabinet ferme. Mes dossiers restent.",)),
    ],
)
def test_what_a_story_asks_is_also_read_alone(question: str, expected: tuple[str, ...]) -> None:
    assert readings(question) == expected
