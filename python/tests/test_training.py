"""Models of one's own."""

import csv

import pytest

import masthead


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "labelled.csv"
    words = {"sport": ("the match", "goals"), "weather": ("the storm", "rain")}
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "subject", "text"])
        for n in range(120):
            label, (what, told) = list(words.items())[n % 2]
            text = f"On day {n} people spoke of {what}. There was talk of {told} all day."
            rows.writerow([n, label, text])
    return path


def test_a_model_is_learned_measured_and_used(labelled, tmp_path):
    model = tmp_path / "mine.masthead"
    m = masthead.train(labelled, model, label=["subject"])
    verdict = m.classify("People spoke of the storm and of rain. There was talk of rain all day.")
    assert verdict.labels["subject"].main == "weather"
    figures = masthead.evaluate([labelled], model)
    assert figures["rows"] > 0 if "rows" in figures else figures
    again = masthead.Classifier(model.read_bytes())
    assert again.model == m.model


def test_the_same_rows_in_parquet_are_learned_from(labelled, tmp_path):
    pa_csv = pytest.importorskip("pyarrow.csv")
    import pyarrow.parquet as pq

    path = tmp_path / "labelled.parquet"
    pq.write_table(pa_csv.read_csv(labelled), path)
    m = masthead.train(path, label=["subject"])
    verdict = m.classify("People spoke of the match and its goals. There was talk of goals all day.")
    assert verdict.labels["subject"].main == "sport"
