"""The examples of the docstrings run."""

import doctest

import masthead
import masthead._verdict


def test_the_examples_of_the_docstrings_are_true():
    tests = [doctest.testmod(module, verbose=False) for module in (masthead, masthead._verdict)]
    assert sum(test.attempted for test in tests) > 12
    assert sum(test.failed for test in tests) == 0
