import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.fuse import DEFAULT_WEIGHTS, FusionWeights, fuse, standardise
from index.model import FloatVector

SCORES = arrays.arrays(np.float32, st.integers(0, 30), elements=st.floats(-100, 100, width=32))


def vector(*values: float) -> FloatVector:
    return np.array(values, dtype=np.float32)


@settings(deadline=None)
@given(SCORES)
def test_standardised_scores_keep_their_order(scores: FloatVector) -> None:
    found = standardise(scores)
    assert found.shape == scores.shape
    assert np.isfinite(found).all()
    assert (np.diff(found[np.argsort(scores, kind="stable")]) >= 0).all()


def test_standardised_scores_have_zero_mean_and_unit_deviation() -> None:
    found = standardise(vector(0.81, 0.82, 0.9, 0.84))
    assert found.mean() == pytest.approx(0, abs=1e-5)
    assert found.std() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("scores", [vector(), vector(3), vector(2, 2, 2)])
def test_scores_that_do_not_differ_say_nothing(scores: FloatVector) -> None:
    assert standardise(scores).tolist() == [0] * len(scores)


def test_fusion_does_not_depend_on_the_scale_of_an_engine() -> None:
    dense, line, lexical = vector(0.80, 0.85, 0.83), vector(0.8, 0.8, 0.9), vector(0, 4, 12)
    one = fuse(dense, line, lexical, DEFAULT_WEIGHTS)
    other = fuse(10 * dense - 3, line, 7 * lexical, DEFAULT_WEIGHTS)
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_weights_choose_the_engine() -> None:
    dense, line, lexical = vector(1, 0, 0), vector(0, 1, 0), vector(0, 0, 1)
    for i, weights in enumerate([FusionWeights(1, 0, 0), FusionWeights(0, 1, 0), FusionWeights(0, 0, 1)]):
        assert int(fuse(dense, line, lexical, weights).argmax()) == i


def test_default_weights_add_up_to_one() -> None:
    assert DEFAULT_WEIGHTS.dense + DEFAULT_WEIGHTS.line + DEFAULT_WEIGHTS.lexical == pytest.approx(1)
