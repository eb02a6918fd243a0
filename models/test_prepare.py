"""Tests prepare.py on small invented samples of each format.

    python3 models/test_prepare.py            runs the tests
    python3 models/test_prepare.py FOLDER     writes what it makes of the samples into FOLDER
"""

import contextlib
import csv
import gzip
import io
import json
import pathlib
import sys
import tempfile
import unittest

import prepare

PARAGRAPH = "The council of Harrow voted on Monday to open the mountain road again, it said."
SECOND = "Crews had cleared forty lorries of mud from the lower lane by Sunday night."
PAGE = f"""<html><head><title>Road opens | The Ledger</title><style>p {{}}</style></head>
<body><nav><a>Home</a></nav><div>Subscribe to our letter for more of this</div>
<h1>Road opens</h1><p>{PARAGRAPH[:20]}<b>{PARAGRAPH[20:]}</b></p><p>{SECOND}</p>
<script>var a = "{SECOND}";</script><footer>Terms</footer></body></html>"""


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def samples(folder):
    """Writes a sample of each format; the sources and the output of each."""
    bias = folder / "bias"
    for at, leaning in enumerate(["left", "center", "right"]):
        write(bias / f"data/jsons/id{at}.json", json.dumps({
            "ID": f"id{at}", "topic": "roads", "source": "The Harrow Ledger",
            "source_url": "www.ledger.example", "url": f"http://www.ledger.example/{at}",
            "date": "2019-05-01", "authors": "", "title": f"Road {at}", "content": "tokens",
            "content_original": f"{PARAGRAPH}\n\n{SECOND}", "bias_text": leaning, "bias": at}))
    for kind, parts in {"random": {"train": [0], "valid": [1], "test": [2]},
                        "media": {"train": [2], "valid": [], "test": [0, 1]}}.items():
        for part, rows in parts.items():
            write(bias / f"data/splits/{kind}/{part}.tsv",
                  "ID\tbias\n" + "".join(f"id{at}\t{at}\n" for at in rows))
    write(folder / "hyper.xml", f"""<?xml version="1.0" encoding="UTF-8"?><articles>
<article id="0000002" published-at="2017-09-10" title="Road &amp; mud"><p>{PARAGRAPH}</p>
<p>So <a href="http://x.example">{SECOND}</a></p></article>
<article id="0000001" title="No date">Loose text. <p>{PARAGRAPH}</p></article></articles>""")
    write(folder / "truth.xml", """<articles>
<article id="0000001" hyperpartisan="false" url="https://b.example/1" labeled-by="article"/>
<article id="0000002" hyperpartisan="true" url="https://www.a.example/2" labeled-by="article"/>
</articles>""")
    for at, text in enumerate([PARAGRAPH, ""]):
        write(folder / f"buzz/000{at}.xml", f"""<?xml version="1.0" encoding="UTF-8"?><article>
<author>Idris Vale</author><orientation>left</orientation><mainText>{text}</mainText>
<portal>The Other 98%</portal><title>Road opens</title><uri>http://c.example/{at}</uri>
<veracity>mostly true</veracity></article>""")
    write(folder / "tehran/_news_1002_Road-Opens.txt", PARAGRAPH + "\n")
    write(folder / "tehran/_news_1003_Empty.txt", "\n")
    write(folder / "narrative.tsv", "ID\tsource\tmbfc\tdate\ttext\tRE\tHI\tCO\tMO\tEC\n"
          f"0\tledger\tcenter\t2019-12-02\t\"A \"\"real\"\" road. {SECOND}\"\t"
          "True\tFalse\tTrue\tFalse\tFalse\n")
    for name, kind in [("0001", "article"), ("0002", {"primary": "forum"})]:
        write(folder / f"dev/ground-truth/{name}.json", json.dumps({
            "url": "https://d.example/1", "_internal": {"page_type": kind},
            "ground_truth": {"title": "Road opens", "main_content": f"{PARAGRAPH}\n\n{SECOND}"}}))
        write(folder / f"dev/html/{name}.html.gz", gzip.compress(PAGE.encode()))
    write(folder / "fundus/us/meta.info", json.dumps(
        {f"Ledger_{date}.html.gz": {"url": "https://e.example/1", "crawl_date": ""}
         for date in ("2023_04_28", "2024_05_01")}))
    write(folder / "fundus/us/Ledger_2024_05_01.html.gz", gzip.compress(PAGE.encode()))
    write(folder / "fundus/us/Ledger.json", json.dumps({
        "V1": {"title": "old", "body": {"summary": ["old"], "sections": []}},
        "V2": {"title": "Road opens", "body": {"summary": [PARAGRAPH], "sections": [
            {"headline": ["Mud"], "paragraphs": [SECOND]}]}}}))
    write(folder / "pages/001/source.html", PAGE)
    write(folder / "pages/001/expected.html", f"<div><p>{PARAGRAPH}</p><p>{SECOND}</p></div>")
    write(folder / "traf/evaldata.py", f"""EVAL_PAGES = {{
    'https://www.f.example/1': {{'file': 'f.html', 'with': ['{SECOND}'], 'without': ['Terms'],}},
    'https://f.example/2': {{'file': 'lost.html', 'with': None, 'without': ['Terms']}},
}}
""")
    write(folder / "traf/eval/f.html", PAGE)
    return {
        "article-bias": ([bias], "bias.csv"),
        "hyperpartisan": ([folder / "hyper.xml", folder / "truth.xml"], "hyper.csv"),
        "buzzfeed": ([folder / "buzz"], "buzz.csv"),
        "tehran-times": ([folder / "tehran"], "tehran.csv"),
        "narrative-frames": ([folder / "narrative.tsv"], "narrative.csv"),
        "wcxb": ([folder / "dev"], "wcxb.jsonl"),
        "wcxb-other": ([folder / "dev"], "other.jsonl"),
        "fundus": ([folder / "fundus"], "fundus.jsonl"),
        "readability": ([folder / "pages"], "readability.jsonl"),
        "trafilatura": ([folder / "traf"], "segments.jsonl"),
    }


def run(name, sources, output, *more):
    """Makes a file, and gives what is wrong, if anything."""
    arguments = [name, *map(str, sources), "-o", str(output), *more]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            prepare.main(arguments)
    except SystemExit as problem:
        return str(problem)
    return ""


def convert(folder, out):
    for name, (sources, output) in samples(folder).items():
        problem = run(name, sources, out / output)
        assert not problem, problem


def table(file):
    with open(file, encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


class Prepared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        convert(cls.folder, cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_articles_have_their_splits_and_no_test_part(self):
        rows = table(self.folder / "bias.csv")
        self.assertEqual([row["leaning"] for row in rows], ["left", "center", "right"])
        self.assertEqual([row["split_random"] for row in rows], ["train", "valid", ""])
        self.assertEqual([row["split_media"] for row in rows], ["", "", "train"])
        self.assertEqual(rows[0]["text"], f"{PARAGRAPH}\n\n{SECOND}")

    def test_hyperpartisan_articles_meet_their_truth(self):
        rows = table(self.folder / "hyper.csv")
        self.assertEqual([row["hyperpartisan"] for row in rows], ["false", "true"])
        self.assertEqual(rows[0]["text"], f"Loose text.\n\n{PARAGRAPH}")
        self.assertEqual(rows[1]["text"], f"{PARAGRAPH}\n\nSo {SECOND}")
        self.assertEqual((rows[1]["domain"], rows[1]["title"]), ("a.example", "Road & mud"))

    def test_articles_without_text_are_left_out(self):
        rows = table(self.folder / "buzz.csv")
        self.assertEqual([(row["id"], row["outlet"]) for row in rows],
                         [("buzz-0000", "the-other-98")])
        rows = table(self.folder / "tehran.csv")
        self.assertEqual([row["id"] for row in rows], ["tehran-1002"])

    def test_frames_are_named(self):
        (row,) = table(self.folder / "narrative.csv")
        self.assertEqual(row["frames"], "conflict;resolution")
        self.assertEqual(row["text"], f'A "real" road. {SECOND}')

    def test_lines_of_pages_are_labelled(self):
        for name in ("wcxb", "other", "fundus", "readability"):
            row = json.loads((self.folder / f"{name}.jsonl").read_text(encoding="utf-8"))
            lines = {line: label for label, line in row["page_lines"]}
            self.assertEqual(lines[PARAGRAPH], 0, name)
            self.assertEqual(lines[SECOND], 0, name)
            for gone in ("Home", "Subscribe to our letter for more of this", "Terms"):
                self.assertEqual(lines[gone], 1, name)
            self.assertFalse(any("var a" in line for line in lines), name)
        self.assertEqual(json.loads((self.folder / "other.jsonl").read_text())["kind"], "forum")

    def test_segments_that_stay_and_go_stand_beside_the_text_of_the_page(self):
        row = json.loads((self.folder / "segments.jsonl").read_text(encoding="utf-8"))
        self.assertEqual((row["host"], row["title"]), ("f.example", "Road opens | The Ledger"))
        self.assertEqual((row["stay"], row["go"]), ([SECOND], ["Terms"]))
        self.assertIn(PARAGRAPH, row["page"].split("\n"))

    def test_what_is_wrong_is_said(self):
        problem = run("hyperpartisan", [self.folder / "hyper.xml"], self.folder / "x.csv")
        self.assertIn("ground truth", problem)
        problem = run("wcxb", [self.folder / "buzz"], self.folder / "x.jsonl")
        self.assertIn("no rows of wcxb", problem)
        problem = run("wcxb", [self.folder / "dev"], self.folder / "x.csv")
        self.assertIn("pages into .jsonl", problem)

    def test_rows_are_chosen_by_their_ids(self):
        sources, out = [self.folder / "bias"], self.folder / "some.csv"
        run("article-bias", sources, out, "--max", "2")
        self.assertEqual(len(table(out)), 2)
        (self.folder / "ids").write_text("id1\n")
        run("article-bias", sources, out, "--without", str(self.folder / "ids"))
        self.assertEqual([row["id"] for row in table(out)], ["id0", "id2"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as temporary:
            convert(pathlib.Path(temporary), pathlib.Path(sys.argv[1]))
    else:
        unittest.main()
