import pytest

import masthead

PAGE = "The bridge over the Harrow opened on Monday, the mayor said.\n\nwww.presstv.ir\n\nSHARE THIS ARTICLE"


@pytest.fixture(scope="session")
def m():
    return masthead.Classifier()


@pytest.fixture
def rows():
    """Invented articles, one of them without text."""
    places = ["Veld", "Harrow", "Ørsted", "Łódź"]
    texts = [
        f"Hail fell in {place} for {n} hours on Monday, and the mayor spoke of repairs.\n\nSHARE THIS"
        for n, place in enumerate(places, 2)
    ]
    rows = [{"id": n, "text": text, "score": n / 2} for n, text in enumerate(texts)]
    return [*rows, {"id": 9, "text": None, "score": 0.5}]
