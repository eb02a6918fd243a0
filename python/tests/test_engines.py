"""The adapters on the engines that are installed; the others are skipped, and say so."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

import masthead

#: Rows of a run; engines.sh asks for more.
ROWS = int(os.environ.get("MASTHEAD_ROWS", 1000))
LABELS = ["outlet", "outlet_status", "leaning_status", "language", "model"]


def articles(rows=ROWS):
    places = ["Veld", "Harrow", "Ørsted", "Łódź", "Brücke"]
    hosts = ["presstv.ir", "reuters.com", "veld.example"]
    for n in range(rows):
        place, host = places[n % 5], hosts[n % 3]
        text = (
            f"{place.upper()} - Hail fell for {n % 7} hours on Monday; \"at last\", said the mayor."
            f"\n\nIt cost {n} crowns, and nobody was hurt in {place}.\n\nwww.{host}\n\nSHARE THIS"
        )
        url = None if n % 2 else f"https://{host}/{n}"
        yield {"id": n, "url": url, "text": text if n % 100 else None}


@pytest.fixture(scope="module")
def wanted(m):
    """The rows with the labels that one batch gives them."""
    table = m.classify_batch(articles()).to_pyarrow().to_pylist()
    return {row["id"]: [row[name] for name in LABELS] for row in table}


def binary():
    """The binary, where there is one to compare with."""
    return os.environ.get("MASTHEAD_BINARY") or shutil.which("masthead")


def with_parquet():
    """The binary, where it reads Parquet."""
    if not binary():
        pytest.skip("no masthead binary; name one with MASTHEAD_BINARY")
    said = subprocess.run([binary(), "score", "no.parquet"], capture_output=True, text=True).stderr
    if "built without" in said:
        pytest.skip("the binary was built without Parquet")
    return binary()


def snippet(of, folder):
    """The code of docs/engines.md that has these words, with its folders in this one."""
    docs = os.path.join(os.path.dirname(__file__), "../../docs/engines.md")
    with open(docs, encoding="utf-8") as file:
        [code] = [part for part in file.read().split("```")[1::2] if of in part]
    for name in ("crawl/", "labelled/", "dropped/", "kept/", "logs"):
        code = code.replace(f'"{name}"', repr(str(folder / name)))
    return code.removeprefix("python\n")


def crawl(folder, rows=50):
    """A folder with a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (folder / "crawl").mkdir()
    table = pa.Table.from_pylist([row for row in articles(rows) if row["text"]])
    pq.write_table(table, folder / "crawl" / "1.parquet")
    return table


def test_a_batch_says_what_the_binary_says(m, tmp_path):
    if not binary():
        pytest.skip("no masthead binary; name one with MASTHEAD_BINARY")
    lines = tmp_path / "in.jsonl"
    rows = [row for row in articles() if row["text"]]
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "out.jsonl"
    command = [binary(), "score", lines, "-o", out, "-q", "--offsets", "chars"]
    subprocess.run(command, check=True, env={**os.environ, "MASTHEAD_MODEL": ""})
    table = m.classify_batch(rows).to_pyarrow().to_pylist()
    for row, line in zip(table, out.open()):
        verdict = json.loads(line)["verdict"]
        assert row["outlet"] == verdict["outlet"]["label"]
        assert row["leaning"] == verdict["leaning"]["label"]
        spans = [(span["start"], span["end"]) for span in row["boilerplate"]]
        assert spans == [(span["start"], span["end"]) for span in verdict["boilerplate"]]
        if row["outlet_p"] is not None:
            assert abs(row["outlet_p"] - verdict["outlet"]["probability"]) < 1e-6


def test_an_error_has_the_sentence_of_the_command(tmp_path):
    if not binary():
        pytest.skip("no masthead binary; name one with MASTHEAD_BINARY")
    rows, page = tmp_path / "in.jsonl", tmp_path / "page.csv"
    rows.write_text(json.dumps({"id": 1, "text": "Rain fell in Veld."}))
    page.write_bytes(b"%PDF-1.7")
    for command, work in [
        (["evaluate", "none.csv"], lambda: masthead.evaluate("none.csv")),
        (["evaluate", page], lambda: masthead.evaluate(page)),
        (["train", rows, "-o", tmp_path / "m"], lambda: masthead.train(rows)),
    ]:
        said = subprocess.run([binary(), *command], capture_output=True, text=True).stderr
        with pytest.raises(masthead.MastheadError) as told:
            work()
        # What to do about it is said in terms of flags there, and of arguments here.
        assert str(told.value).split(";")[0] in said, (str(told.value), said)


@pytest.mark.skipif("MASTHEAD_SLOW" not in os.environ, reason="a minute; set MASTHEAD_SLOW")
def test_a_batch_takes_at_most_a_tenth_longer_than_the_binary(m, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    import pyarrow as pa

    if not binary():
        pytest.skip("no masthead binary; name one with MASTHEAD_BINARY")
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    long = [{**row, "text": row["text"] * 20} for row in articles(5000) if row["text"]]
    pq.write_table(pa.Table.from_pylist(long), path)
    command = [binary(), "score", path, "-o", out, "-q", "--jobs", "1"]

    def spent():
        return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) + time.process_time()

    def times(work):
        begun = spent()
        work()
        return spent() - begun

    def batch():
        judged = m.classify_batch(pq.read_table(path), url="url", jobs=1)
        pq.write_table(judged.to_pyarrow(), out, compression="zstd")

    rounds = [(times(lambda: subprocess.run(command, check=True)), times(batch)) for _ in range(3)]
    theirs, ours = (min(column) for column in zip(*rounds))
    print(f"binary {theirs:.2f} s, package {ours:.2f} s")
    assert ours < 1.1 * theirs


@pytest.fixture(scope="module")
def spark():
    pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed")
    if not shutil.which("java"):
        pytest.skip("Java is not installed, which Spark needs")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    major = re.search(r'version "(\d+)', said)
    if not major or int(major[1]) < 17:
        pytest.skip("Spark needs Java 17 or later")
    # The machine's own name may have no address.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def spark_rows(spark, parts=4, rows=ROWS):
    return spark.createDataFrame(
        [(row["id"], row["url"], row["text"]) for row in articles(rows)],
        "id BIGINT, url STRING, text STRING",
    ).repartition(parts)


def test_spark_gives_the_same_verdicts_whatever_the_partitions(spark, wanted):
    from masthead.spark import classify

    found = classify(spark_rows(spark), text="text", url="url", clean_text=True)
    assert found.columns[:3] == ["id", "url", "text"]
    rows = found.select("id", *LABELS).collect()
    assert {row["id"]: [row[name] for name in LABELS] for row in rows} == wanted
    [first] = found.where("id = 1").select("boilerplate", "clean_text").collect()
    assert "SHARE THIS" not in first["clean_text"]
    assert first["boilerplate"][0]["end"] > first["boilerplate"][0]["start"]


def workers():
    """The processes that have the package's core in memory, apart from this one."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/cmdline") as command:
                if "pyspark" in command.read() and "_masthead" in maps.read():
                    found.append(int(pid))
        except OSError:
            pass
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for workers in /proc")
def test_a_spark_worker_that_is_killed_is_retried_and_nothing_is_lost_or_doubled(spark):
    from masthead.spark import classify

    rows = max(ROWS, 20_000)
    for earlier in workers():
        os.kill(earlier, signal.SIGKILL)
    df = classify(spark_rows(spark, 4, rows), url="url").select("id", "model")
    found = []
    job = threading.Thread(target=lambda: found.extend(df.collect()))
    job.start()
    while not workers():
        assert job.is_alive(), "it ended before a worker was seen"
    time.sleep(0.2)
    for worker in workers():
        os.kill(worker, signal.SIGKILL)
    job.join()
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(n) for n in range(1000)]
    assert sum(stage.numFailedTasks for stage in stages if stage) > 0, "no task was broken off"
    assert sorted(row["id"] for row in found) == list(range(rows))


def test_the_snippet_of_the_docs_for_spark_runs(spark, tmp_path):
    rows = crawl(tmp_path)
    exec(snippet("masthead.spark", tmp_path), {"spark": spark})
    labelled = spark.read.parquet(str(tmp_path / "labelled/"))
    assert labelled.count() == len(rows) and labelled.where("outlet = 'Press TV'").count() > 0


def test_spark_gives_every_column_that_the_binary_writes(spark, tmp_path):
    from masthead.spark import classify

    binary = with_parquet()
    rows = spark_rows(spark).where("text is not null")
    rows.write.parquet(str(tmp_path / "in"))
    out = str(tmp_path / "out.parquet")
    command = [binary, "score", tmp_path / "in", "-o", out, "-q", "--offsets", "chars"]
    subprocess.run(command, check=True, env={**os.environ, "MASTHEAD_MODEL": ""})
    ours, theirs = classify(rows, url="url"), spark.read.parquet(out)
    assert ours.columns == theirs.columns
    assert theirs.count() == rows.count()
    assert ours.exceptAll(theirs).count() == 0


def test_an_encrypted_file_is_refused_whatever_of_it_is_encrypted(tmp_path):
    encryption = pytest.importorskip("pyarrow.parquet.encryption", reason="pyarrow lacks encryption")
    import pyarrow as pa
    import pyarrow.parquet as pq

    class Keys(encryption.KmsClient):
        def wrap_key(self, key, _):
            return key.hex()

        def unwrap_key(self, key, _):
            return bytes.fromhex(key)

    binary = with_parquet()
    for number, plain in enumerate((False, True)):
        wanted = encryption.EncryptionConfiguration(
            footer_key="footer", column_keys={"texts": ["text"]}, plaintext_footer=plain
        )
        factory = encryption.CryptoFactory(lambda _: Keys())
        said = factory.file_encryption_properties(encryption.KmsConnectionConfig(), wanted)
        path, out = tmp_path / f"{number}.parquet", tmp_path / f"out{number}.parquet"
        table = pa.Table.from_pylist([row for row in articles(20) if row["text"]])
        with pq.ParquetWriter(path, table.schema, encryption_properties=said) as writer:
            writer.write_table(table)
        done = subprocess.run([binary, "score", path, "-o", out], capture_output=True, text=True)
        says = "a page is damaged or encrypted" if plain else "is encrypted; decrypt it first"
        assert done.returncode == 2 and says in done.stderr, done.stderr
        assert not out.exists()


def test_spark_and_duckdb_read_what_the_binary_writes(spark, tmp_path):
    binary = with_parquet()
    path = tmp_path / "in.parquet"
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist([row for row in articles() if row["text"]]), path)
    out = tmp_path / "out.parquet"
    subprocess.run([binary, "score", path, "-o", out, "-q"], check=True)
    rows = spark.read.parquet(str(out)).select("id", "outlet", "boilerplate").orderBy("id").collect()
    assert [row["id"] for row in rows] == [row["id"] for row in articles() if row["text"]]
    assert rows[0]["boilerplate"][0]["kind"]
    table = pq.read_table(out)
    assert table.schema.field("outlet").type == pa.dictionary(pa.int32(), pa.string())
    assert [row["outlet"] for row in rows] == table["outlet"].to_pylist()
    assert "must not be used" in table.schema.metadata[b"masthead"].decode()
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    [[count]] = duckdb.sql(f"select count(outlet) from '{out}' where len(boilerplate) > 0").fetchall()
    assert count == len(rows)
    polars = pytest.importorskip("polars", reason="polars is not installed")
    assert polars.read_parquet(out)["outlet"].to_list() == table["outlet"].to_pylist()
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    assert pandas.read_parquet(out)["outlet"].tolist() == table["outlet"].to_pylist()


def test_hugging_face_data_sets_are_mapped(wanted):
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    data = datasets.Dataset.from_list(list(articles()))
    m = masthead.Classifier()

    def judge(batch):
        table = m.classify_batch(batch, url="url", dictionary=False)
        return table.to_pyarrow()

    found = data.with_format("arrow").map(judge, batched=True, batch_size=300)
    rows = found.with_format(None).to_list()
    assert {row["id"]: [row[name] for name in LABELS] for row in rows} == wanted


def test_ray_data_is_judged_by_actors(wanted, tmp_path):
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    pytest.importorskip("ray.data", reason="Ray Data is not installed")
    import pyarrow as pa

    from masthead.ray_data import MEMORY, Judge, classify

    class Measured(Judge):
        def peak(self):
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

    # As many actors as cores, and a shuffle before them, which needs one too.
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        ds = ray.data.from_items(list(articles())).repartition(4)
        rows = classify(ds, "text", url="url", actors=2).take_all()
        assert {row["id"]: [row[name] for name in LABELS] for row in rows} == wanted
        rows = crawl(tmp_path)
        exec(snippet("masthead.ray_data", tmp_path), {"ray": ray})
        assert ray.data.read_parquet(str(tmp_path / "labelled/")).count() == len(rows)
        judge = ray.remote(Measured).options(memory=MEMORY).remote("text", url="url")
        for _ in range(4):
            ray.get(judge.__call__.remote(pa.Table.from_pylist(list(articles(1024)))))
        peak = ray.get(judge.peak.remote())
        print(f"peak of an actor: {peak >> 20} MiB")
        assert peak < MEMORY
    finally:
        ray.shutdown()


def test_the_snippets_of_the_docs_for_polars_and_duckdb_run(m, tmp_path, monkeypatch):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    rows = [{"text": row["text"], "lang": "en"} for row in articles(50)]
    polars.DataFrame(rows).write_parquet(tmp_path / "crawl.parquet")
    monkeypatch.chdir(tmp_path)
    names = {"m": m, "polars": polars, "duckdb": duckdb}
    exec(snippet("polars.scan_parquet", tmp_path), names)
    assert names["by_outlet"].fetchall()
    # A short text may be taken for something else than an article.
    assert 40 < len(names["kept"]) <= 50


def test_the_snippet_of_the_docs_for_data_sets_runs(m, tmp_path):
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    names = {"m": m, "dataset": datasets.Dataset.from_list(list(articles(50)))}
    exec(snippet("with_format", tmp_path), names)
    assert "Press TV" in names["labelled"].with_format(None)["outlet"]


@pytest.mark.skipif("MASTHEAD_SLOW" not in os.environ, reason="a minute; set MASTHEAD_SLOW")
def test_a_row_group_of_300_mb_is_cleaned_within_250_mb(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    if not binary():
        pytest.skip("no masthead binary; name one with MASTHEAD_BINARY")
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    # Texts that hardly repeat themselves, about 3 KB each.
    duckdb.sql(
        "copy (select n as id, 'Hail fell in Veld. ' || list_aggregate([md5((n * 100 + i)::text) || "
        "' said the mayor, ' for i in range(60)], 'string_agg', '') as text from range(100000) "
        f"t(n)) to '{path}' (format parquet, row_group_size 122880)"
    )
    groups = duckdb.sql(f"select * from parquet_file_metadata('{path}')").fetchall()
    print(path.stat().st_size, groups)
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, binary(), "clean", path, "-o", out, "-q"]
    peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"peak: {peak >> 10} MiB")
    assert peak < 250_000_000 >> 10
    [[count]] = duckdb.sql(f"select count(*) from '{out}' where length(text) > 1000").fetchall()
    assert count == 100_000
