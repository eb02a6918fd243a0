"""Tables of articles."""

import os
import resource

import pytest

import masthead
from conftest import PAGE


def column(table, name):
    return table.to_pyarrow()[name].to_pylist()


def test_texts_and_dicts_become_tables_with_their_columns(m, rows):
    pytest.importorskip("pyarrow")
    table = m.classify_batch(rows)
    assert len(table) == 5
    assert table.column_names[:3] == ["id", "text", "score"]
    assert column(table, "id") == [0, 1, 2, 3, 9]
    assert column(table, "score")[-1] == 0.5
    assert column(table, "outlet_status")[-1] is None and column(table, "boilerplate")[-1] is None
    alone = m.classify(rows[2]["text"])
    assert column(table, "outlet_status")[2] == alone.outlet.status
    spans = column(table, "boilerplate")[2]
    assert [span["start"] for span in spans] == [span.start for span in alone.boilerplate]
    assert column(m.classify_batch([PAGE]), "outlet") == ["Press TV"]


def test_pyarrow_keeps_types_and_metadata_and_shares_the_text(m, rows):
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_pylist(rows).replace_schema_metadata({"crawl": "2019-30"})
    judged = m.classify_batch(table).to_pyarrow()
    assert judged.select(["id", "text", "score"]).equals(table)
    assert judged.schema.metadata == {b"crawl": b"2019-30"}
    assert judged.schema.field("outlet").type == pa.dictionary(pa.int32(), pa.string())
    assert judged.schema.field("leaning_p_left").type == pa.float32()
    plain = m.classify_batch(table, dictionary=False).to_pyarrow()
    assert plain.schema.field("outlet").type == pa.string()
    before, after = (t["text"].chunk(0).buffers()[2].address for t in (table, judged))
    assert before == after
    assert m.classify_batch(table.to_batches()[0]).to_pyarrow().num_rows == 5


def test_pandas_polars_and_duckdb_are_read(m, rows):
    pa = pytest.importorskip("pyarrow")
    wanted = m.classify_batch(pa.Table.from_pylist(rows))
    wanted = column(wanted, "outlet_status")
    read = 0
    for name in ("pandas", "polars", "duckdb"):
        try:
            module = __import__(name)
        except ImportError:
            print(f"SKIPPED: {name} is not installed")
            continue
        if name == "duckdb":
            arrow = pa.Table.from_pylist(rows)
            data = module.from_arrow(arrow)
        else:
            data = module.DataFrame(rows)
        assert column(m.classify_batch(data), "outlet_status") == wanted, name
        read += 1
    if read == 0:
        pytest.skip("none of pandas, polars and DuckDB is installed")


def test_results_are_read_by_polars_and_pandas(m, rows):
    pytest.importorskip("pyarrow")
    table = m.classify_batch(rows)
    pandas = pytest.importorskip("pandas")
    assert isinstance(table.to_pandas(), pandas.DataFrame)
    polars = pytest.importorskip("polars")
    assert polars.DataFrame(table)["language"].to_list()[0] == "en"


def test_columns_are_named_or_guessed_and_one_that_is_missing_is_told(m):
    pytest.importorskip("pyarrow")
    data = [{"body": PAGE, "link": "https://www.presstv.ir/1"}]
    assert column(m.classify_batch(data), "outlet_basis") == ["address"]
    with pytest.raises(masthead.InputError, match="no txt column among: body, link"):
        m.classify_batch(data, "txt")
    with pytest.raises(masthead.InputError, match="none that can be read"):
        m.classify_batch(PAGE)


def test_a_column_of_the_same_name_stays_and_ours_is_called_otherwise(m):
    pytest.importorskip("pyarrow")
    table = m.classify_batch([{"text": PAGE, "outlet": "mine"}])
    assert column(table, "outlet") == ["mine"]
    assert column(table, "masthead_outlet") == ["Press TV"]


def test_the_clean_text_comes_where_it_is_asked_for(m):
    pytest.importorskip("pyarrow")
    table = m.classify_batch([PAGE], clean_text=True)
    assert column(table, "clean_text") == [m.clean(PAGE)]


def test_the_threads_decide_nothing(m, rows):
    pa = pytest.importorskip("pyarrow")
    one, two = (m.classify_batch(rows * 50, jobs=jobs).to_pyarrow() for jobs in (1, 2))
    assert one.equals(two)
    assert pa.table(m.classify_stream(rows * 50)).equals(one)


def test_a_stream_is_read_once(m, rows):
    pytest.importorskip("pyarrow")
    stream = m.classify_stream(rows)
    assert stream.to_pyarrow().num_rows == 5
    with pytest.raises(masthead.MastheadError, match="read already"):
        stream.to_pyarrow()


def test_an_error_of_the_data_is_passed_on(m):
    def broken():
        yield from ["Rain fell in Veld on Monday."] * 3000
        raise ValueError("the disk is gone")

    with pytest.raises(masthead.InputError, match="the disk is gone"):
        m.classify_batch(broken())


@pytest.mark.skipif("MASTHEAD_SLOW" not in os.environ, reason="a minute; set MASTHEAD_SLOW")
def test_a_million_short_texts_take_bounded_memory(m):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    texts = (f"Rain fell in Veld on day {n}." for n in range(1_000_000))
    assert sum(len(table) for table in m.classify_stream(texts)) == 1_000_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"grown by {grown >> 10} MiB")
    assert grown < 200 << 10, grown


def test_the_schema_is_that_of_the_results(m):
    pytest.importorskip("pyarrow")
    names = m.classify_batch(["Rain fell."]).column_names[1:]
    assert [field["name"] for field in masthead.schema("arrow")["fields"]] == names
    assert masthead.schema("spark").count("`") == 2 * len(names)
    # JSON Schema is that of rows of a CSV, which have no place for spans.
    assert set(masthead.schema()["properties"]) == set(names) - {"boilerplate"}
