#!/usr/bin/env python3
"""What others keep of the same pages, in one table.

    python3 benches/peers.py
    python3 benches/peers.py my-pages.jsonl --html pages/ --masthead target/release/masthead

Installs trafilatura, jusText and resiliparse from PyPI into a virtual
environment of its own; whichever can't be had is named and left out. The line
rules of C4 and FineWeb are written here from their descriptions.

The pages are JSONL: id, corpus, title, gold (the story), page_lines (the whole
page's text) and extracted_lines (what an extractor left of it), both as [label,
text] pairs. They have no HTML, so the extractors get each line as a <p>, which
deprives them of markup; with `--html DIR` they read DIR/ID.html as well. Figures
are taken as `src/evaluate/cleaning.rs` takes them. Needs Python 3.11.
"""

import argparse
import html
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import venv
from collections import Counter
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from types import SimpleNamespace

TRAINING_PAGES = Path("../shared/data/boilerplate/pages.jsonl.zst")
VENV = Path("target/peers-venv")
# trafilatura calls jusText, which needs a part of lxml that is now a package.
JUSTEXT = ["justext==3.0.2", "lxml_html_clean==0.4.6"]
PACKAGES = {
    "zstandard": ["zstandard==0.25.0"],
    "trafilatura": ["trafilatura==2.3.1", *JUSTEXT],
    "jusText": JUSTEXT,
    "resiliparse": ["resiliparse==2.0.1"],
}


def say(message):
    print(f"peers: {message}", file=sys.stderr, flush=True)


def install(folder, offline, packages=PACKAGES):
    """The Python of the peers' environment, with all that could be installed."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if offline:
        return python if python.exists() else None
    if not python.exists():
        try:
            venv.create(folder, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            say(f"no virtual environment in {folder}: {error}")
            return None
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries=1"]
    for name, wanted in packages.items():
        done = subprocess.run([*pip, *wanted], capture_output=True, text=True)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            say(f"can't install {name} (no network?): {reason}")
    return python


def read(path):
    """Pages, each with the lines that are `given` of it."""
    data = path.read_bytes()
    if path.suffix == ".zst":
        try:
            expand = import_module("zstandard").ZstdDecompressor()
            data = expand.stream_reader(data, read_across_frames=True).read()
        except ImportError:  # then it takes the program
            data = subprocess.check_output(["zstd", "-dc"], input=data)
    rows = data.decode().split("\n")  # texts hold U+2028, so no splitlines
    pages = [SimpleNamespace(**json.loads(row)) for row in rows if row.strip()]
    for page in pages:
        lines = {"page": page.page_lines, "extract": page.extracted_lines}
        page.given = {name: [text for _, text in of] for name, of in lines.items()}
        page.words, page.shingles = counted(page.gold)
    return pages


def counted(text):
    """Words, case ignored, and shingles of four words in a row, case kept, each as
    often as it occurs. A text of fewer than four words is one shingle."""
    words = re.findall(r"\w+", text)
    width = max(1, min(4, len(words)))
    shingles = Counter(zip(*(words[at:] for at in range(width))))
    return Counter(word.lower() for word in words), shingles


class Means:
    """Means over a corpus, where a page of which nothing is kept counts as nought."""

    def __init__(self):
        self.pages = self.emptied = 0
        self.word = self.precision = self.recall = 0.0

    def add(self, kept, page):
        words, shingles = counted(kept)
        self.pages += 1
        self.emptied += not words
        total = words.total() + page.words.total()
        self.word += 2 * (words & page.words).total() / max(total, 1)
        both = (shingles & page.shingles).total()
        self.precision += both / max(shingles.total(), 1)
        self.recall += both / max(page.shingles.total(), 1)

    def figures(self):
        """Mean word F1; F1 of mean shingle precision and mean shingle recall."""
        shingle = 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)
        return [f"{sum / self.pages:.3f}" if self.pages else "–" for sum in (self.word, shingle)]


TERMINAL = (".", "!", "?", '"')
UNWANTED = ["javascript", "lorem ipsum", "{", "terms of use", "privacy policy", "cookie policy"]
UNWANTED += ["uses cookies", "use of cookies", "use cookies"]
CITATION = re.compile(r"\[(\d*|edit|citation needed)\]")
SENTENCE_BREAK = re.compile(r"[.!?][\"')\]]*\s+(?=\S)")


def c4(_, lines, *, pages, terminal=True, least_words=5, least_sentences=3):
    """C4's lines as released (its paper's first version asked for three words and
    five sentences), and with `pages` its rules for whole pages. Sentences are
    counted by their punctuation."""

    def keeps(line):
        words, lower = line.split(), line.lower()
        return (
            len(words) >= least_words
            and max(map(len, words), default=0) <= 1000
            and (not terminal or line.endswith(TERMINAL) and not line.endswith("..."))
            and not any(phrase in lower for phrase in UNWANTED)
        )

    kept = list(filter(keeps, (CITATION.sub("", line).strip() for line in lines)))
    if pages:
        text = "\n".join(lines).lower()
        sentences = sum(len(SENTENCE_BREAK.split(line)) for line in kept)
        if "lorem ipsum" in text or "{" in text or sentences < least_sentences:
            return ""
    return "\n".join(kept)


def fineweb(page, lines, *, pages):
    """FineWeb: C4 without the terminal punctuation, then with `pages` its own three rules
    at its paper's thresholds (its code allows a hundredth of duplicated characters)."""
    kept = c4(page, lines, pages=pages, terminal=False, least_words=3, least_sentences=5)
    if pages and kept:
        lines = kept.split("\n")
        ended = sum(line.endswith((*TERMINAL, "'")) for line in lines)
        short = sum(len(line) <= 30 for line in lines)
        again = sum(len(line) * (count - 1) for line, count in Counter(lines).items())
        size = sum(map(len, lines))
        if ended <= 0.12 * len(lines) or short >= 0.67 * len(lines) or again >= 0.1 * size:
            return ""
    return kept


def as_paragraphs(reader, page, lines):
    """What a reader of HTML makes of bare lines."""
    head = f'<meta charset="utf-8"><title>{html.escape(page.title)}</title>'
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return reader(page, f"<html><head>{head}</head><body>{body}</body></html>".encode())


class JusText:
    """jusText, of lines by its paragraph classifier."""

    def __init__(self):
        self.justext, self.core = import_module("justext"), import_module("justext.core")
        self.paragraph = import_module("justext.paragraph").Paragraph
        self.lists_of = {}
        for name in sorted(self.justext.get_stoplists()):
            for word in self.justext.get_stoplist(name):
                self.lists_of.setdefault(word, []).append(name)

    def language(self, lines):
        """The stop list of a text's language. Pages rarely name theirs, so it is
        English unless another list covers half as many words again; where none
        covers a tenth, jusText's mode without a list."""
        covered = Counter()
        found = Counter(word.lower() for line in lines for word in line.split())
        for word, count in found.items():
            covered.update(dict.fromkeys(self.lists_of.get(word, ()), count))
        best = max(covered, key=covered.get, default="English")
        best = best if covered[best] >= 1.5 * covered["English"] else "English"
        if covered[best] < 0.1 * found.total():
            return {"stoplist": frozenset(), "stopwords_low": 0, "stopwords_high": 0}
        return {"stoplist": self.justext.get_stoplist(best)}

    def of_lines(self, _, lines):
        paragraphs = []
        for line in lines:
            paragraphs.append(self.paragraph(SimpleNamespace(dom="body.p", xpath="/body/p")))
            paragraphs[-1].append_text(line)
        self.core.classify_paragraphs(paragraphs, **self.language(lines))
        self.core.revise_paragraph_classification(paragraphs)
        return self.kept(paragraphs)

    def of_html(self, page, source):
        return self.kept(self.justext.justext(source, **self.language(page.given["page"])))

    @staticmethod
    def kept(paragraphs):
        return "\n".join(part.text for part in paragraphs if not part.is_boilerplate)


def trafilatura():
    extract = import_module("trafilatura").extract
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return lambda _, source: extract(source, include_comments=False)


def resiliparse():
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    coding = import_module("resiliparse.parse.encoding")

    def read_html(_, source):
        text = coding.bytes_to_str(source, coding.detect_encoding(source))
        return extract(text, main_content=True, alt_texts=False, list_bullets=False)

    return read_html


def masthead(binary, given):
    """What `masthead clean` keeps. It rejects rows without text, so these stay out."""
    rows = []
    for at, (page, lines) in enumerate(given):
        if text := "\n".join(lines).strip():
            rows.append(json.dumps({"id": str(at), "title": page.title, "text": text}))
    command = [binary, "clean", "-", "--input-format=jsonl", "--format=jsonl", "-q", "-j1"]
    done = subprocess.run(command, input="\n".join(rows).encode(), capture_output=True)
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace").strip() or "it gave no reason")
    articles = map(json.loads, filter(None, done.stdout.decode().split("\n")))
    kept = {int(article["id"]): article["text"] for article in articles}
    return [(page, kept.get(at, "")) for at, (page, _) in enumerate(given)]


def each(method, given):
    """What a method keeps of each page: nothing where it fails."""
    for page, source in given:
        try:
            kept = method(page, source) or ""
        except Exception as error:  # whatever a peer raises
            kept = ""
            say(f"{page.id} failed: {error!r}")
        yield page, kept


NOTES = """
page: the whole page's text. extract: what an extractor left of it. emptied: pages of
which no word is kept; they count as nought. C4's and FineWeb's rules for pages choose
pages rather than clean them, and are meant for English.
* Each line is a <p>, with no links, classes or nesting to go by: the extractor is
deprived of the markup it was made for. What it does with that: --html DIR."""
SEEN = """
The extract is what trafilatura, favouring recall, left of the real HTML, so 'as it
came' is its own row there. masthead's default model has learned from these very pages;
its figures on pages that it has not seen: cargo bench --bench folds"""


def row(corpora, given, method, kept):
    means = {corpus: Means() for corpus in corpora}
    for page, text in kept:
        means[page.corpus].add(text, page)
    cells = [figure for mean in means.values() for figure in mean.figures()]
    emptied = sum(mean.emptied for mean in means.values())
    say(f"measured: {given}, {method}")
    return f"| {' | '.join([given, method, *cells, str(emptied)])} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = partial(parser.add_argument, type=Path, metavar="PATH")
    add("pages", nargs="?", default=TRAINING_PAGES, help="JSONL, also .zst [%(default)s]")
    add("--html", help="folder of the pages' HTML, ID.html each")
    add("--masthead", help="the masthead program, to be measured too")
    add("--venv", default=VENV, help="where the peers are installed [%(default)s]")
    parser.add_argument("--offline", action="store_true", help="install nothing")
    args = parser.parse_args()
    if not args.pages.exists():
        print(f"SKIPPED: {args.pages} is not there")
        return
    inside = Path(sys.prefix).resolve() == args.venv.resolve()
    if not inside and (python := install(args.venv, args.offline)):
        sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)

    pages = read(args.pages)
    corpora = Counter(page.corpus for page in pages)
    known = {page.gold for page in read(TRAINING_PAGES)} if TRAINING_PAGES.exists() else ()
    seen = any(page.gold in known for page in pages)
    us = "masthead" if known else "masthead, PERHAPS TRAINED ON THESE PAGES"
    us = "masthead, TRAINED ON THESE PAGES" if seen else us
    methods = {
        "as it came": lambda _, lines: "\n".join(lines),
        "C4, lines": partial(c4, pages=False),
        "C4, lines and pages": partial(c4, pages=True),
        "FineWeb, lines": partial(fineweb, pages=False),
        "FineWeb, lines and pages": partial(fineweb, pages=True),
    }
    readers, versions, skipped = {}, [], []
    peers = {"jusText": JusText, "trafilatura": trafilatura, "resiliparse": resiliparse}
    for name, peer in peers.items():
        try:
            reader = peer()
            versions.append(f"{name} {metadata.version(name)}")
            readers[name] = getattr(reader, "of_html", reader)
            of_lines = getattr(reader, "of_lines", partial(as_paragraphs, reader))
            methods[f"{name}, lines as paragraphs *"] = of_lines
        except ImportError as error:
            skipped.append(f"{name} ({error})")

    rows = []
    for given in ("page", "extract"):
        sources = [(page, page.given[given]) for page in pages]
        for name, method in methods.items():
            rows.append(row(corpora, given, name, each(method, sources)))
        if args.masthead:
            try:
                rows.append(row(corpora, given, us, masthead(args.masthead, sources)))
            except OSError as error:
                skipped.append(f"masthead, {given} ({error})")
    if args.html:
        files = [(page, args.html / f"{page.id}.html") for page in pages]
        sources = [(page, file.read_bytes()) for page, file in files if file.is_file()]
        given = "HTML" if len(sources) == len(pages) else f"HTML of {len(sources)} pages"
        for name, reader in readers.items():
            rows.append(row(corpora, given, name, each(reader, sources)))

    counts = [f"{name} {count}" for name, count in corpora.items()]
    print(f"Pages: {', '.join(counts)}. Peers: {', '.join(versions) or 'none'}.\n")
    names = [f"{corpus} {figure}" for corpus in corpora for figure in ("word F1", "shingle F1")]
    print(f"| given | method | {' | '.join(names)} | emptied |")
    print(f"|---|---|{'---:|' * (len(names) + 1)}", *rows, sep="\n")
    print(NOTES + SEEN if seen else NOTES)
    for line in skipped:
        print(f"SKIPPED: {line}")


if __name__ == "__main__":
    main()
