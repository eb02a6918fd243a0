#!/usr/bin/env python3
"""Makes the files that models/rebuild reads from public data sets as they are published.

    python3 models/prepare.py FORMAT SOURCE... -o FILE

docs/data.md says where each set is to be had and how its fields become our columns. FILE ends in
.csv or .jsonl, or in one of these and .zst (which needs the zstd command or Python 3.14).
Only the standard library is used. For pages, what an extractor leaves is written where
trafilatura is installed, and nothing in its place where it is not.
"""

import argparse
import ast
import csv
import gzip
import hashlib
import html
import html.parser
import io
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree

csv.field_size_limit(1 << 30)

ARTICLES = ["id", "outlet", "domain", "leaning", "topic", "date", "title", "url",
            "split_random", "split_media", "text"]
PARTISAN = ["id", "domain", "date", "hyperpartisan", "url", "title", "text"]
BUZZFEED = ["id", "outlet", "orientation", "veracity", "url", "title", "text"]
TEHRAN = ["id", "outlet", "domain", "title", "text"]
NARRATIVE = ["id", "outlet", "mbfc", "date", "frames", "text"]
# The columns of the Narrative Frames Corpus, in the order of our labels.
FRAMES = [("CO", "conflict"), ("EC", "economic"), ("HI", "human_interest"),
          ("MO", "morality"), ("RE", "resolution")]
# Tags that do not break a line.
INLINE = set("a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark "
             "q s samp small span strike strong sub sup time tt u var wbr".split())
# Tags whose text is none of the page's.
HIDDEN = {"script", "style", "noscript", "template", "svg", "iframe"}


class Problem(Exception):
    """What is wrong with a source, and where."""


def host(url):
    return urllib.parse.urlsplit(url if "//" in url else "//" + url).hostname or ""


def squeezed(text):
    return " ".join(text.split())


# Articles.


def article_bias(sources):
    """Article-Bias-Prediction: a checkout with data/jsons and data/splits."""
    folder = only(sources)
    splits = {}
    for kind in ("random", "media"):
        splits[kind] = {}
        # Test parts are left empty: they are measured on and never named in training.
        for part in ("train", "valid"):
            file = folder / "data" / "splits" / kind / f"{part}.tsv"
            with open(file, encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows, delimiter="\t"):
                    splits[kind][row["ID"]] = part
    for file in sorted(folder.glob("data/jsons/*.json")):
        row = json.loads(file.read_text(encoding="utf-8"))
        name = row["ID"]
        yield {
            "id": name,
            "outlet": row.get("source", ""),
            "domain": row.get("source_url", "") or host(row.get("url", "")),
            "leaning": row["bias_text"],
            "topic": row.get("topic", ""),
            "date": row.get("date", ""),
            "title": row.get("title", ""),
            "url": row.get("url", ""),
            "split_random": splits["random"].get(name, ""),
            "split_media": splits["media"].get(name, ""),
            "text": row["content_original"],
        }


def hyperpartisan(sources):
    """SemEval-2019 task 4, by article: the articles' XML and the ground truth's XML."""
    articles, truths = {}, {}
    for source in sources:
        for _, node in xml.etree.ElementTree.iterparse(source):
            if node.tag != "article":
                continue
            if "hyperpartisan" in node.attrib:
                truths[node.attrib["id"]] = node.attrib
            else:
                articles[node.attrib["id"]] = node
    if not articles or not truths:
        raise Problem("both the file of articles and that of the ground truth are needed")
    for name in sorted(articles):
        if name not in truths:
            raise Problem(f"article {name} has no ground truth")
        node, truth = articles[name], truths[name]
        yield {
            "id": f"hyper-{name}",
            "domain": host(truth.get("url", "")).removeprefix("www."),
            "date": node.get("published-at", ""),
            "hyperpartisan": truth["hyperpartisan"],
            "url": truth.get("url", ""),
            "title": squeezed(node.get("title", "")),
            "text": "\n\n".join(paragraphs(node)),
        }


def paragraphs(node):
    """The paragraphs of an article's XML; text between them is one by itself."""
    parts = [node.text or ""]
    for child in node:
        if child.tag == "p":
            parts += ["".join(child.itertext()), ""]
        else:
            parts[-1] += "".join(child.itertext())
        parts[-1] += child.tail or ""
    return [part for part in map(squeezed, parts) if part]


def buzzfeed(sources):
    """BuzzFeed-Webis 2016: the folder of articles, an XML file each."""
    files = sorted(only(sources).glob("*.xml"))
    for file in files:
        node = xml.etree.ElementTree.parse(file).getroot()
        of = lambda tag: (node.findtext(tag) or "").strip()
        if not of("mainText"):
            continue
        yield {
            "id": f"buzz-{file.stem}",
            "outlet": re.sub(r"[^a-z0-9]+", "-", of("portal").lower()).strip("-"),
            "orientation": of("orientation"),
            "veracity": of("veracity"),
            "url": of("uri"),
            "title": squeezed(of("title")),
            "text": of("mainText"),
        }


def tehran_times(sources):
    """Tehran-Times-Dataset: the folder of texts, one a file, its number in the name."""
    for file in sorted(only(sources).glob("*.txt")):
        number = re.search(r"news_(\d+)", file.name)
        text = file.read_text(encoding="utf-8", errors="replace").strip()
        if number and text:
            yield {"id": f"tehran-{number[1]}", "outlet": "Tehran Times",
                   "domain": "tehrantimes.com", "title": "", "text": text}


def narrative_frames(sources):
    """Narrative Frames Corpus: data/articles_metadata.tsv."""
    with open(only(sources), encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            frames = [name for short, name in FRAMES if row[short] == "True"]
            yield {"id": row["ID"], "outlet": row["source"], "mbfc": row["mbfc"],
                   "date": row["date"], "frames": ";".join(frames), "text": row["text"]}


# Pages.


class Lines(html.parser.HTMLParser):
    """The text of a page, a line for every block."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines, self.line, self.hidden = [], [], 0

    def end_line(self):
        text = squeezed("".join(self.line))
        self.line = []
        if text:
            self.lines.append(text)

    def handle_starttag(self, tag, attributes):
        if tag in HIDDEN:
            self.hidden += 1
        if tag not in INLINE:
            self.end_line()

    def handle_startendtag(self, tag, attributes):
        if tag not in INLINE:
            self.end_line()

    def handle_endtag(self, tag):
        if tag in HIDDEN:
            self.hidden = max(self.hidden - 1, 0)
        if tag not in INLINE:
            self.end_line()

    def handle_data(self, text):
        if not self.hidden:
            self.line.append(text)


def lines_of(page):
    parser = Lines()
    parser.feed(page)
    parser.close()
    parser.end_line()
    return parser.lines


def extracted(page):
    """The lines that trafilatura leaves, favouring recall."""
    try:
        import trafilatura
    except ImportError:
        return []
    text = trafilatura.extract(page, favor_recall=True, include_comments=False) or ""
    return [line for line in map(squeezed, text.split("\n")) if line]


def words(text):
    return re.findall(r"\w+", text.lower())


def labelled(lines, gold):
    """Each line with 1 where it is boilerplate and 0 where it is of the main text.

    A line of four words or more is content when at least half of its shingles of four words
    occur in the main text; a shorter one when it equals a line of it or, with two words or more,
    occurs in it as those words in a row.
    """
    all_words = words(gold)
    shingles = {tuple(all_words[at:at + 4]) for at in range(len(all_words) - 3)}
    joined = " " + " ".join(all_words) + " "
    own_lines = {" ".join(words(line)) for line in gold.split("\n")}
    out = []
    for line in lines:
        own = words(line)
        if len(own) >= 4:
            found = [tuple(own[at:at + 4]) in shingles for at in range(len(own) - 3)]
            content = 2 * sum(found) >= len(found)
        else:
            text = " ".join(own)
            content = bool(own) and (text in own_lines
                                     or len(own) > 1 and f" {text} " in joined)
        out.append([int(not content), line])
    return out


def page_row(name, corpus, url, language, title, gold, page):
    return {
        "id": f"{corpus}-{name}", "corpus": corpus, "url": url, "lang": language, "title": title,
        "gold": gold, "page_lines": labelled(lines_of(page), gold),
        "extracted_lines": labelled(extracted(page), gold),
    }


def zipped(file):
    return gzip.decompress(file.read_bytes()).decode("utf-8", errors="replace")


def wcxb(sources, articles=True):
    """WCXB: the folder dev or test, with ground-truth and html; pages that are articles."""
    folder = only(sources)
    for file in sorted(folder.glob("ground-truth/*.json")):
        row = json.loads(file.read_text(encoding="utf-8"))
        truth, kind = row["ground_truth"], row.get("_internal", {}).get("page_type", "article")
        kind = kind.get("primary", "article") if isinstance(kind, dict) else kind
        kind = "collection" if kind == "category" else kind
        if (kind == "article") != articles:
            continue
        page = zipped(folder / "html" / f"{file.stem}.html.gz")
        out = page_row(file.stem, "wcxb", row.get("url", ""), "", truth.get("title") or "",
                       truth["main_content"], page)
        yield out if articles else {"kind": kind, **out}


def wcxb_other(sources):
    """WCXB: the same folder; pages that are no articles, with their kind."""
    return wcxb(sources, articles=False)


def fundus(sources):
    """fundus: the folder of test data of its parsers, a folder for each country."""
    for info in sorted(only(sources).glob("*/meta.info")):
        meta = json.loads(info.read_text(encoding="utf-8"))
        for name in sorted(meta):
            stem = name.removesuffix(".html.gz")
            outlet = re.sub(r"(_\d+)+$", "", stem)
            truth = info.parent / f"{outlet}.json"
            # Several versions of a parser may be tested; the newest reads the newest page.
            newest = max(other for other in meta if re.sub(r"(_\d+)+\.html\.gz$", "", other)
                         == outlet)
            if not truth.exists() or name != newest:
                continue
            versions = json.loads(truth.read_text(encoding="utf-8"))
            row = versions[max(versions, key=lambda version: (len(version), version))]
            body = row.get("body") or {}
            parts = list(body.get("summary", []))
            for section in body.get("sections", []):
                parts += section.get("headline", []) + section.get("paragraphs", [])
            if parts:
                out = page_row(stem, "fundus", meta[name]["url"], info.parent.name,
                               row.get("title") or "", "\n\n".join(parts),
                               zipped(info.parent / name))
                yield {**out, "outlet": outlet}


def readability(sources):
    """readability: the folder of test pages, a folder for each with source and expected."""
    for expected in sorted(only(sources).glob("*/expected.html")):
        gold = "\n\n".join(lines_of(expected.read_text(encoding="utf-8", errors="replace")))
        page = (expected.parent / "source.html").read_text(encoding="utf-8", errors="replace")
        yield page_row(expected.parent.name, "readability", "", "", "", gold, page)


def trafilatura(sources):
    """trafilatura: the folder tests, with evaldata.py and the pages in cache or eval."""
    folder = only(sources)
    pages = evaluated((folder / "evaldata.py").read_text(encoding="utf-8"))
    for url, row in sorted(pages.items()):
        found = [folder / name / row["file"] for name in ("cache", "eval")]
        file = next((path for path in found if path.exists()), None)
        if file is None:
            continue
        page = file.read_text(encoding="utf-8", errors="replace")
        title = re.search(r"(?is)<title[^>]*>(.*?)</title>", page)
        yield {
            "id": row["file"],
            "host": host(url).removeprefix("www."),
            "title": squeezed(html.unescape(title[1])) if title else "",
            "page": "\n".join(lines_of(page)),
            "extracted": "\n".join(extracted(page)),
            "stay": row.get("with") or [],
            "go": row.get("without") or [],
        }


def evaluated(source):
    """The pages of evaldata.py by their address: a table that is read and never run."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "EVAL_PAGES":
            return ast.literal_eval(node.value)
    raise Problem("evaldata.py has no EVAL_PAGES")


FORMATS = {
    "article-bias": (article_bias, ARTICLES),
    "hyperpartisan": (hyperpartisan, PARTISAN),
    "buzzfeed": (buzzfeed, BUZZFEED),
    "tehran-times": (tehran_times, TEHRAN),
    "narrative-frames": (narrative_frames, NARRATIVE),
    "wcxb": (wcxb, None),
    "wcxb-other": (wcxb_other, None),
    "fundus": (fundus, None),
    "readability": (readability, None),
    "trafilatura": (trafilatura, None),
}


def only(sources):
    if len(sources) != 1:
        raise Problem("one source is needed")
    return sources[0]


def chosen(rows, most):
    """Of many rows those whose ids have the lowest digests, in the order they came."""
    rows = list(rows)
    if most is None or len(rows) <= most:
        return rows
    digest = lambda row: hashlib.sha256(row["id"].encode()).hexdigest()
    last = sorted(map(digest, rows))[most - 1]
    return [row for row in rows if digest(row) <= last]


def without(rows, files):
    """The rows whose ids are in none of the files."""
    ids = {line.strip() for file in files for line in open(file, encoding="utf-8")}
    return (row for row in rows if row["id"] not in ids)


def rendered(rows, columns, name):
    out = io.StringIO(newline="")
    if ".jsonl" in name:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    elif columns and ".csv" in name:
        table = csv.DictWriter(out, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    else:
        raise Problem("articles go into .csv or .jsonl, pages into .jsonl")
    return out.getvalue().encode("utf-8", errors="replace")


def compressed(data):
    try:
        from compression import zstd
        return zstd.compress(data)
    except ImportError:
        pass
    try:
        return subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE,
                              check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"zstd is not there ({error}); leave out .zst") from error


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("source", nargs="+", type=pathlib.Path)
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path)
    parser.add_argument("--max", type=int, help="so many rows, chosen by their ids")
    parser.add_argument("--without", action="append", default=[], metavar="IDS",
                        help="a file of ids, one a line, whose rows are left out")
    args = parser.parse_args(arguments)
    read, columns = FORMATS[args.format]
    try:
        rows = chosen(without(read(args.source), args.without), args.max)
        if not rows:
            raise Problem(f"no rows of {args.format} in {args.source[0]}")
        data = rendered(rows, columns, args.output.name)
        if args.output.suffix == ".zst":
            data = compressed(data)
        args.output.write_bytes(data)
    except (Problem, OSError, KeyError, ValueError, xml.etree.ElementTree.ParseError) as error:
        detail = f"{error} is missing" if isinstance(error, KeyError) else error
        sys.exit(f"prepare.py: {args.format}: {detail}")
    print(f"{args.output}: {len(rows)} rows")


if __name__ == "__main__":
    main()
