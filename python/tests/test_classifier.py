"""One article at a time."""

import ast
import inspect
import html.parser
import json
import multiprocessing
import pathlib
import pickle
import resource
import subprocess
import sys
import threading
import time

import pytest

import masthead
from conftest import PAGE


def test_a_verdict_has_names_and_a_repr_and_becomes_plain_data(m):
    verdict = m.classify(PAGE)
    assert (verdict.outlet.label, verdict.outlet.status) == ("Press TV", "answered")
    assert repr(verdict).startswith("Verdict(outlet='Press TV' (")
    plain = verdict.to_dict()
    assert plain["outlet"]["country"] == "IR"
    plain["outlet"]["country"] = "?"
    assert verdict.outlet.country == "IR"
    assert verdict == pickle.loads(pickle.dumps(verdict))
    with pytest.raises(AttributeError, match="no outlett among: schema"):
        verdict.outlett


def test_the_types_of_a_verdict_name_the_keys_that_it_has(m):
    found = masthead.Classifier(style=True).explain(PAGE)
    assert set(found) - {"labels"} == set(masthead.Verdict.__annotations__) - {"labels"}


def test_places_are_counted_as_python_slices_count_unless_bytes_are_asked_for(m):
    text = "Łódź opened a bridge on Monday, the mayor said.\n\nSHARE THIS ARTICLE"
    [span] = m.classify(text).boilerplate
    assert text[span.start : span.end] == span.text == "SHARE THIS ARTICLE"
    [span] = m.classify(text, offsets="bytes").boilerplate
    assert text.encode()[span.start : span.end].decode() == span.text


def test_the_address_is_heeded_unless_it_is_to_be_ignored(m):
    text = "Rain fell in Veld on Monday and on Tuesday, the mayor said."
    assert m.classify(text, url="https://www.presstv.ir/1").outlet.label == "Press TV"
    blind = masthead.Classifier(ignore_address=True)
    assert blind.classify(text, url="https://www.presstv.ir/1").outlet.label != "Press TV"


def test_evidence_comes_with_explain_alone(m):
    assert m.classify(PAGE).evidence is None
    found = m.explain(PAGE).evidence.outlet
    assert any("presstv.ir" in PAGE[piece.start : piece.end] for piece in found)


def test_phrases_that_are_known_are_cut(m):
    text = "Rain fell in Veld on Monday, the mayor said.\n\nOur Harrow club meets on Fridays."
    knowing = masthead.Classifier(phrases=["Our Harrow club meets"])
    assert knowing.clean(text) != m.clean(text) or "club" not in m.clean(text)


@pytest.mark.parametrize(
    "make, kind, says",
    [
        (lambda: masthead.Classifier("none.masthead"), masthead.ModelFileError, "none.masthead"),
        (lambda: masthead.Classifier(b"none"), masthead.ModelFileError, "model"),
        (lambda: masthead.Classifier(registry="none.csv"), masthead.RegistryError, "none.csv"),
        (lambda: masthead.Classifier(threshold=2), masthead.MastheadError, "between 0 and 1"),
        (lambda: masthead.evaluate("none.csv"), masthead.InputError, "none.csv"),
        (lambda: masthead.train("none.csv", sead=1), masthead.TrainingError, "sead"),
    ],
)
def test_what_is_wrong_is_said_by_kind(make, kind, says):
    with pytest.raises(kind, match=says):
        make()


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_classifier_is_pickled_by_what_it_was_built_of_and_loaded_once(m):
    pickled = pickle.dumps(m)
    assert len(pickled) < 1000
    before = _peak()
    again = [pickle.loads(pickled) for _ in range(20)]
    # Twenty models would be half a gigabyte.
    assert _peak() - before < 20 << 10
    assert again[0].classify(PAGE) == m.classify(PAGE)


def test_a_model_is_pickled_by_its_path_or_by_its_bytes(tmp_path):
    rows = [{"id": n, "mood": ["calm", "angry"][n % 2], "text": ""} for n in range(80)]
    for row in rows:
        row["text"] = f"On day {row['id']} people were {row['mood']} about it, said the mayor."
    path, model = tmp_path / "labelled.jsonl", tmp_path / "mine.masthead"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    by_path = masthead.train(path, model, label=["mood"])
    by_bytes = masthead.Classifier(model.read_bytes())
    assert len(pickle.dumps(by_path)) < 1000
    assert len(pickle.dumps(by_bytes)) > model.stat().st_size
    for mine in (by_path, by_bytes):
        again = pickle.loads(pickle.dumps(mine))
        assert again.model == mine.model and "mood" in again.classify(PAGE).labels.to_dict()


def test_other_threads_run_while_a_batch_is_judged(m):
    turns, done = [], threading.Event()

    def turn():
        while not done.is_set():
            turns.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=turn)
    thread.start()
    begun = time.monotonic()
    m.classify_batch([PAGE] * 2000, jobs=1)
    ended = time.monotonic()
    done.set()
    thread.join()
    # With the lock held there would be one at the start and one at the end.
    assert sum(begun < at < ended for at in turns) > 5


def test_the_stubs_name_what_the_core_has():
    core = masthead._masthead
    with open(pathlib.Path(masthead.__file__).parent / "_masthead.pyi", encoding="utf-8") as file:
        stubs = [node for node in ast.parse(file.read()).body if hasattr(node, "name")]
    public = {name for name in vars(core) if not name.startswith("_")}
    assert {node.name for node in stubs} == public
    for node in stubs:
        for member in getattr(node, "body", []):
            name = getattr(member, "name", None) or getattr(getattr(member, "target", None), "id", None)
            assert name is None or isinstance(node, ast.FunctionDef) or hasattr(getattr(core, node.name), name)
            if isinstance(member, ast.FunctionDef) and not member.name.startswith("__"):
                theirs = inspect.signature(getattr(getattr(core, node.name), member.name))
                assert [arg.arg for arg in member.args.args] == list(theirs.parameters), member.name
    assert (pathlib.Path(masthead.__file__).parent / "py.typed").exists()


def test_threads_share_a_classifier(m):
    wanted = m.classify(PAGE)
    found = []
    threads = [threading.Thread(target=lambda: found.append(m.classify(PAGE))) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert found == [wanted] * 8


def _in_child(pages):
    table = masthead.Classifier().classify_batch(pages)
    return len(table)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
def test_it_works_after_a_fork(m):
    assert len(m.classify_batch([PAGE] * 10)) == 10
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(_in_child, [[PAGE] * 10] * 2).get(timeout=120)
    assert found == [10, 10]


def test_a_notebook_shows_the_article_in_a_frame_of_its_own(m):
    tags = []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append((tag, dict(attributes)))

    hostile = PAGE + "\n\n\"'></iframe><script>document.title = 1</script> Share this article"
    for judge in (m.classify, m.explain):
        verdict = judge(hostile, title="Rain' onload=\"alert(1)\" <b>")
        tags.clear()
        Parser().feed(verdict._repr_html_())
        # One frame, which may run nothing, and no way out of it.
        [(tag, attributes)] = tags
        assert (tag, attributes["sandbox"], set(attributes)) == (
            "iframe",
            "",
            {"sandbox", "style", "srcdoc"},
        )
        page = attributes["srcdoc"]
        assert page.startswith("<!DOCTYPE html>") and "Content-Security-Policy" in page
        assert "The bridge over the Harrow opened on Monday" in page
        assert "<script" not in page and "&lt;script&gt;document.title = 1" in page
        # Boilerplate is struck through with its kind, evidence says what it is, answers are beside.
        assert "<s class=" in page and "</small></s>" not in page and "> share " in page
        assert 'aria-description="Outlet: Press TV +' in page
        assert "Press TV" in page.split("<h3>Outlet:")[1].split("</h3>")[0]
        assert "Iran" in page and "<h3>Leaning:" in page and "frames:" in page
        assert pickle.loads(pickle.dumps(verdict))._repr_html_() is None


def test_importing_takes_less_than_a_tenth_of_a_second():
    # Of processor time, which other programs don't make longer.
    code = "import time; t = time.process_time(); import masthead; print(time.process_time() - t)"
    took = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    print(f"importing: {min(took) * 1000:.0f} ms")
    assert min(took) < 0.1, took
