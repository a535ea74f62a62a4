"""The weights that the page carries: each word with what it adds to an incident, or takes from it."""

import re

import numpy as np
from sklearn.linear_model import LogisticRegression

from evals.offline_weights import LETTERS, NAMES, STEPS, features, script


def test_features_are_beginnings_of_words_without_accents() -> None:
    assert features("J’ai cliqué… CLIQUÉ !") == {"j", "ai", "cliqu", "!", "^j"}
    assert features("cœur ?") == {"coeur", "?", "^coeur"}
    assert features("") == set()
    assert max(len(word) for word in features("anticonstitutionnellement")) == LETTERS + 1


def test_a_trained_model_is_written_in_letters() -> None:
    words = ["cliqu", "rien", "vole"]
    model = LogisticRegression()
    model.classes_ = np.array(sorted(NAMES))
    model.coef_ = np.zeros((len(NAMES), len(words)))
    model.intercept_ = np.zeros(len(NAMES))
    clicked, ordinary = (list(model.classes_).index(name) for name in ("clicked", "ordinary"))
    model.coef_[clicked, 0] = 1.5
    model.coef_[ordinary, 0] = -0.5
    # Too small to be worth its bytes.
    model.coef_[clicked, 1] = 0.1
    model.coef_[ordinary, 2] = 3.0
    model.intercept_[ordinary] = 2.0
    written = script(model, words)
    weights = re.findall(r"`\n(.*)\n`", written, re.DOTALL)[0].split()
    rank = NAMES.index("ordinary")
    assert weights == [
        f"cliquA{1.5 * STEPS:.0f}{chr(ord('A') + rank + len(NAMES))}{0.5 * STEPS:.0f}",
        f"vole{chr(ord('A') + rank)}{3 * STEPS}",
    ]
    assert re.findall(r"INTERCEPTS = (\[.*\])", written) == [str([0] * rank + [2 * STEPS])]
    assert NAMES[0] == "clicked"
