#!/usr/bin/env python3
"""How fast others tell the leaning of the same articles, on one thread, in one table.

    cargo build --release
    python3 benches/speed_peers.py
    python3 benches/speed_peers.py --megabytes 50 --articles 5000
    python3 benches/speed_peers.py --vs /elsewhere/masthead --instructions

Installs scikit-learn and fastText from PyPI into the virtual environment of
benches/peers.py; whichever can't be had is named and left out. Each learns the
leaning from Article-Bias-Prediction's training part (which is not timed) and tells
that of its validation part, repeated to some size. Beside them stand whatlang and
whichlang, which tell the language alone, and trafilatura, which extracts the text of
a page of a <p> a line. The peers get the texts as a list
that is in memory already; `masthead score` is a whole process that starts, reads JSON
lines, labels outlet, leaning, frames and boilerplate, and writes them. Rounds go by
turns, the fastest counts. On a machine that others use too, processor time says more
than time. Needs Python 3.11, and for masthead the release binary. With --vs an earlier
binary runs by turns with this one; with --instructions valgrind counts what both take to
start and for each byte of text, which no neighbour changes.
"""

import argparse
import csv
import html
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib import import_module, metadata
from itertools import cycle
from pathlib import Path

sys.dont_write_bytecode = True  # it leaves no folder beside peers.py
from peers import PACKAGES as PAGE_PACKAGES  # noqa: E402
from peers import VENV, install, say  # noqa: E402

DATA = Path("../shared/data/allsides")
BINARY = Path("target/release/masthead")
PACKAGES = {
    "zstandard": ["zstandard==0.25.0"],
    "scikit-learn": ["scikit-learn==1.9.1"],
    "fastText": ["fasttext-numpy2==0.10.4"],
    "whatlang": ["whatlang-pyo3==0.6.0"],
    "whichlang": ["whichlang-py==0.1.0"],
    "trafilatura": [*PAGE_PACKAGES["trafilatura"]],
}
# numpy and its libraries look at these when they are loaded.
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
ROUNDS = 3


def read(path):
    """Articles, the headline on a line of its own, and their leanings."""
    expand = import_module("zstandard").ZstdDecompressor()
    data = expand.stream_reader(path.read_bytes(), read_across_frames=True).read().decode()
    csv.field_size_limit(1 << 30)
    rows = csv.DictReader(io.StringIO(data, newline=""))
    articles = ((f"{' '.join(row['title'].split())}\n{row['text']}", row["leaning"]) for row in rows)
    return list(zip(*articles))


def sklearn_tfidf(texts, leanings):
    vectorizer = import_module("sklearn.feature_extraction.text").TfidfVectorizer
    return sklearn(vectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True), texts, leanings)


def sklearn_hashed(texts, leanings):
    vectorizer = import_module("sklearn.feature_extraction.text").HashingVectorizer
    return sklearn(vectorizer(ngram_range=(1, 2), alternate_sign=False), texts, leanings)


def sklearn(vectorizer, texts, leanings):
    classifier = import_module("sklearn.linear_model").SGDClassifier(random_state=1)
    classifier.fit(vectorizer.fit_transform(texts), leanings)
    return lambda texts: classifier.predict(vectorizer.transform(texts))


def fasttext(texts, leanings):
    module = import_module("fasttext")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, leaning in zip(texts, leanings):
            print(f"__label__{leaning}", " ".join(text.split()), file=file)
        file.flush()
        model = module.train_supervised(file.name, wordNgrams=2, lr=1.0, epoch=10, verbose=0)

    def predict(texts):
        labels, _ = model.predict([text.replace("\n", " ") for text in texts])
        return [of[0].removeprefix("__label__") for of in labels]

    return predict


def whatlang(*_):
    """The language alone, by the library that masthead asks too."""
    module = import_module("whatlang")
    return lambda texts: [module.detect(text) for text in texts] and []


def whichlang(*_):
    """The language alone."""
    detect = import_module("whichlang_py").detect_language
    return lambda texts: [detect(text) for text in texts] and []


def trafilatura(*_):
    """Boilerplate alone: each line is a <p> of a page."""
    extract = import_module("trafilatura").extract

    def predict(texts):
        for text in texts:
            lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line)
            extract(f"<html><body><article>{lines}</article></body></html>", fast=True)
        return []

    return predict


def written(path, texts):
    with path.open("w", encoding="utf-8") as file:
        for text in texts:
            title, _, story = text.partition("\n")
            print(json.dumps({"title": title, "text": story}, ensure_ascii=False), file=file)
    return path


def masthead(binary, folder, texts, command="score"):
    """A command of masthead on a file of the texts, which is written before the clock runs."""
    given = written(folder / "texts.jsonl", texts)
    made = folder / "made.jsonl"

    def predict(_):
        subprocess.run([binary, command, given, "-o", made, "-q", "-j1"], check=True)
        return []

    def leanings():
        rows = made.read_text(encoding="utf-8").split("\n")
        return [json.loads(row)["verdict"]["leaning"]["label"] for row in rows if row]

    return predict, leanings if command == "score" else None


def counted(binary, folder, texts, command):
    """Millions of instructions of a start, and instructions for each byte of text."""
    counts = {}
    for count in (1, len(texts)):
        given = written(folder / "counted.jsonl", texts[:count])
        run = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, command]
        done = subprocess.run(
            [*run, given, "-o", folder / "counted.out.jsonl", "-j1"], capture_output=True, text=True
        )
        counts[count] = int(re.search(r"Collected : (\d+)", done.stderr)[1])
    size = sum(len(text.encode()) for text in texts[1:])
    return counts[1] / 1e6, (counts[len(texts)] - counts[1]) / size


def table_of_instructions(binaries, texts, folder):
    print("\n| | start, million instructions | instructions a byte of text |")
    print("|---|---:|---:|")
    for name, binary in binaries.items():
        for command in ("score", "clean"):
            start, each = counted(binary, folder, texts, command)
            print(f"| {name} {command} | {start:.0f} | {each:.0f} |")


def processor():
    """Seconds of this process and of its children that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = map(resource.getrusage, kinds)
    return sum(of.ru_utime + of.ru_stime for of in used)


def timed(work):
    """Seconds, processor seconds, and what came of it."""
    begun, used = time.perf_counter(), processor()
    found = work()
    return time.perf_counter() - begun, processor() - used, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=float, default=20, help="of text [%(default)s]")
    parser.add_argument("--articles", type=int, help="to learn from [all]")
    parser.add_argument("--masthead", type=Path, default=BINARY, help="[%(default)s]")
    parser.add_argument("--vs", type=Path, help="another binary to run by turns with it")
    parser.add_argument("--instructions", action="store_true", help="count them by valgrind")
    parser.add_argument("--venv", type=Path, default=VENV, help="[%(default)s]")
    parser.add_argument("--offline", action="store_true", help="install nothing")
    args = parser.parse_args()
    if not DATA.exists():
        print(f"SKIPPED: {DATA} is not there")
        return
    inside = Path(sys.prefix).resolve() == args.venv.resolve()
    if not inside and (python := install(args.venv, args.offline, PACKAGES)):
        command = [python, __file__, *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=os.environ | ONE_THREAD).returncode)

    texts, leanings = read(DATA / "train.csv.zst")
    if args.articles:  # the file is in no order that matters, but perhaps in some
        step = max(1, len(texts) // args.articles)
        texts, leanings = texts[::step][: args.articles], leanings[::step][: args.articles]
    learned, skipped, versions = {}, [], []
    peers = {
        "scikit-learn, TF-IDF of 1-2-grams, linear SVM": (sklearn_tfidf, "scikit-learn"),
        "scikit-learn, hashed 1-2-grams, linear SVM": (sklearn_hashed, "scikit-learn"),
        "fastText, 1-2-grams": (fasttext, "fasttext-numpy2"),
        "whatlang, language alone": (whatlang, "whatlang-pyo3"),
        "whichlang, language alone": (whichlang, "whichlang-py"),
        "trafilatura, boilerplate alone": (trafilatura, "trafilatura"),
    }
    for name, (learn, package) in peers.items():
        try:
            _, seconds, learned[name] = timed(partial(learn, texts, leanings))
            versions.append(f"{package} {metadata.version(package)}")
            say(f"{name}: learned from {len(texts)} articles, {seconds:.0f} processor s")
        except ImportError as error:
            skipped.append(f"{name} ({error})")

    given, truth = read(DATA / "valid.csv.zst")
    size, repeated = 0, []
    for text in cycle(given):
        if size >= args.megabytes * 1e6:
            break
        repeated.append(text)
        size += len(text.encode())
    with tempfile.TemporaryDirectory() as folder:
        ours, told = "masthead score --jobs 1, whole process, all labels", {}
        binaries = {"masthead": args.masthead, "--vs": args.vs}
        binaries = {name: binary for name, binary in binaries.items() if binary}
        for name, binary in list(binaries.items()):
            if not binary.exists():
                skipped.append(f"{name} ({binary} is not there)")
                del binaries[name]
                continue
            for command in ("score", "clean"):
                row = ours.replace("masthead score", f"{name} {command}")
                row = row.replace(", all labels", "") if command == "clean" else row
                learned[row], told[row] = masthead(binary, Path(folder), repeated, command)
        best, least, right = ({name: float("inf") for name in learned} for _ in range(3))
        for _ in range(ROUNDS):
            for name, predict in learned.items():
                seconds, used, found = timed(partial(predict, repeated))
                best[name], least[name] = min(best[name], seconds), min(least[name], used)
                found = told[name]() if told.get(name) else found
                pairs = list(zip(found, truth))  # of the first time round
                if pairs:
                    right[name] = sum(one == two for one, two in pairs) / len(pairs)

    print(f"{size / 1e6:.1f} MB of text, {len(repeated)} articles; {ROUNDS} rounds, the fastest.")
    print(f"Peers: {', '.join(dict.fromkeys(versions)) or 'none'}.\n")
    print("| | MB/s | MB a processor second | times masthead's | accuracy |")
    print("|---|---:|---:|---:|---:|")
    for name, used in least.items():
        ratio = f"{least[ours] / used:.2f}" if ours in least else "–"
        speeds = " | ".join(f"{size / 1e6 / seconds:.1f}" for seconds in (best[name], used))
        accuracy = f"{right[name]:.3f}" if right[name] <= 1 else "–"
        print(f"| {name} | {speeds} | {ratio} | {accuracy} |")
    if args.instructions and not shutil.which("valgrind"):
        skipped.append("instructions (valgrind is not there)")
    elif args.instructions:
        with tempfile.TemporaryDirectory() as folder:
            table_of_instructions(binaries, given[:100], Path(folder))
    for line in skipped:
        print(f"SKIPPED: {line}")


if __name__ == "__main__":
    main()
