"""datatrove's steps on its local executor."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pytest.importorskip("orjson", reason="orjson, which datatrove reads JSONL with, is not installed")
pytest.importorskip("regex", reason="regex, which datatrove's filters import, is not installed")

from datatrove.data import Document
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from masthead.datatrove import Annotator, Cleaner, Filter
from test_engines import articles, snippet

FILES, ROWS = 8, 4000
GERMAN = "Der Hagel fiel am Montag auf die Stadt, sagte der Bürgermeister, und niemand wurde verletzt."


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "crawl"
    folder.mkdir()
    rows = [row for row in articles(ROWS) if row["text"]]
    for row in rows[::10]:
        row["text"] = f"{GERMAN} Der Schaden beträgt {row['id']} Kronen."
    for file in range(FILES):
        lines = (json.dumps(row) + "\n" for row in rows[file::FILES])
        (folder / f"{file}.jsonl").write_text("".join(lines))
    return folder, rows


def written(folder):
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def pipeline(crawl, folder):
    def writer(name):
        return JsonlWriter(str(folder / name), compression=None)

    return [
        JsonlReader(str(crawl)),
        Annotator(),
        Filter(languages=["en"], max_boilerplate=0.9, exclusion_writer=writer("dropped")),
        Cleaner(),
        writer("kept"),
    ]


def statistics(logs, step):
    stats = json.loads((logs / "stats.json").read_text())
    found = next(found["stats"] for found in stats if step in found["name"])
    return {name: of["total"] if isinstance(of, dict) else of for name, of in found.items()}


def test_documents_are_annotated_filtered_and_cleaned_with_statistics(m, crawl, tmp_path):
    folder, rows = crawl
    logs = tmp_path / "logs"
    LocalPipelineExecutor(
        pipeline(folder, tmp_path), tasks=FILES, workers=1, logging_dir=str(logs)
    ).run()
    kept = {str(document["id"]): document for document in written(tmp_path / "kept")}
    dropped = {str(document["id"]): document for document in written(tmp_path / "dropped")}
    assert len(kept) + len(dropped) == len(rows)
    wanted = m.classify_batch(rows, url="url", dictionary=False).to_pyarrow().to_pylist()
    for row in wanted:
        found = (kept if row["language"] == "en" else dropped)[str(row["id"])]
        for name in ("outlet", "leaning", "quality", "language"):
            assert found["metadata"].get(f"masthead_{name}") == row[name]
        if row["language"] == "en":
            assert found["text"] == m.clean(row["text"], url=row["url"])
        else:
            assert found["metadata"]["filter_reason"] == "language"
    assert dropped
    stats = statistics(logs, "FILTER")
    assert stats["dropped_language"] == len(dropped)
    assert stats["forwarded"] == len(kept)
    assert statistics(logs, "ANNOTATE")["outlet_answered"] > 0
    assert statistics(logs, "FORMAT")["changed"] > 0


def test_a_filter_looks_by_itself_and_asks_for_outlets_and_quality():
    page = "Rain fell in Veld on Monday, the mayor said.\n\nwww.presstv.ir"
    document = Document(text=page, id="1", metadata={"url": "https://www.presstv.ir/1"})
    assert Filter(outlets=["Press TV"]).filter(document) is True
    assert Filter(outlets=["Reuters"]).filter(document) == (False, "outlet")
    assert Filter(min_quality=1.0).filter(document) == (False, "quality")
    assert Filter(max_boilerplate=0.0).filter(document) == (False, "boilerplate")
    assert Filter(text_kinds=["list"]).filter(document) == (False, "text_kind")
    assert "masthead_language" not in document.metadata
    with pytest.raises(TypeError):
        Filter(leanings=["left"]).filter(document)


def test_the_snippet_of_the_docs_runs(tmp_path):
    rows = [row for row in articles(60) if row["text"]]
    (tmp_path / "crawl").mkdir()
    for file in range(3):
        lines = (json.dumps(row) + "\n" for row in rows[file::3])
        (tmp_path / "crawl" / f"{file}.jsonl").write_text("".join(lines))
    names = dict(globals(), JsonlWriter=lambda folder: JsonlWriter(folder, compression=None))
    exec(snippet("masthead.datatrove", tmp_path), names)
    found = [document for name in ("kept", "dropped") for document in written(tmp_path / name)]
    assert sorted(int(document["id"]) for document in found) == [row["id"] for row in rows]


RUN = """
import sys
from datatrove.executor.local import LocalPipelineExecutor
from test_datatrove import FILES, pipeline
from pathlib import Path
if __name__ == "__main__":
    crawl, folder = map(Path, sys.argv[1:])
    logs = str(folder / "logs")
    steps = pipeline(crawl, folder)
    LocalPipelineExecutor(steps, tasks=FILES, workers=1, logging_dir=logs).run()
"""


def test_a_pipeline_that_was_killed_is_resumed_and_nothing_is_lost_or_doubled(crawl, tmp_path):
    folder, rows = crawl
    script = tmp_path / "run.py"
    script.write_text(RUN)
    command = [sys.executable, str(script), str(folder), str(tmp_path)]
    path = [os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
    first = tmp_path / "logs" / "completions" / "00000"
    process = subprocess.Popen(
        command, env=env, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while not first.exists() and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = list(first.parent.iterdir())
    assert 0 < len(done) < FILES, "killed between the first task and the last"
    before = first.stat().st_mtime_ns
    subprocess.run(command, env=env, check=True, stderr=subprocess.DEVNULL)
    assert first.stat().st_mtime_ns == before
    ids = [str(document["id"]) for name in ("kept", "dropped") for document in written(tmp_path / name)]
    assert sorted(ids) == sorted(str(row["id"]) for row in rows)
