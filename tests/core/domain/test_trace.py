"""What a log says of a failure."""

import pytest

from core.domain.trace import trace


def fail_with(figure: str) -> None:
    try:
        int(figure)
    except ValueError as error:
        raise KeyError(figure) from error


def test_a_trace_says_where_and_why_and_repeats_nothing() -> None:
    typed = "SOL " + str(4241 + 1)
    with pytest.raises(KeyError, match="4242") as caught:
        fail_with(typed)
    said = trace(caught.value)
    assert "4242" not in said
    assert "in fail_with" in said
    assert said.index("builtins.ValueError") < said.index("which led to") < said.index("builtins.KeyError")


def test_a_cause_that_was_hidden_stays_hidden() -> None:
    def fail() -> None:
        try:
            int("sixty")
        except ValueError:
            raise OSError("gone") from None

    with pytest.raises(OSError, match="gone") as caught:
        fail()
    assert "ValueError" not in trace(caught.value)
