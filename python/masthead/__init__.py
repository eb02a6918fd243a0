"""Reads news articles as scrapers leave them: which lines are boilerplate, which outlet published
it, which way it leans, how it frames its subject, and which parts of the text say so.

>>> import masthead
>>> m = masthead.Classifier()
>>> text = "The bridge opened on Monday.\\n\\nwww.presstv.ir\\n\\nSHARE THIS ARTICLE"
>>> verdict = m.classify(text)
>>> verdict.outlet.label, verdict.outlet.country
('Press TV', 'IR')
>>> m.clean(text)
'The bridge opened on Monday.'

A leaning is the usual rating of the outlet in terms of US politics. It is no judgement on an
article's truth or worth, and must not be used to rate, block or punish a journalist or an article.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Union

from . import _masthead
from ._masthead import (
    InputError,
    MastheadError,
    ModelFileError,
    RegistryError,
    TrainingError,
)
from ._verdict import Record, Verdict

__all__ = [
    "Classifier",
    "InputError",
    "MastheadError",
    "ModelFileError",
    "Record",
    "RegistryError",
    "Stream",
    "Table",
    "TrainingError",
    "Verdict",
    "evaluate",
    "schema",
    "train",
]

_Path = Union[str, "os.PathLike[str]"]

#: Rows of a chunk that plain Python values are gathered to.
_CHUNK = 2048


class _Columns:
    """What tables and streams share."""

    def __init__(self, core: Any) -> None:
        self._core = core

    @property
    def column_names(self) -> List[str]:
        """The names of the columns: those of the data, and ours."""
        return self._core.column_names

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._core.__arrow_c_stream__(requested_schema)

    def to_pyarrow(self) -> Any:
        """As a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> Any:
        """As a ``pandas.DataFrame``, by way of pyarrow."""
        return self.to_pyarrow().to_pandas()

    def to_polars(self) -> Any:
        """As a ``polars.DataFrame``."""
        import polars

        return polars.DataFrame(self)


class Table(_Columns):
    """An Arrow table, for whatever reads Arrow's C interface: ``pyarrow.table(t)``,
    ``polars.DataFrame(t)``, ``duckdb.from_arrow(pyarrow.table(t))``."""

    def __len__(self) -> int:
        return len(self._core)

    def __repr__(self) -> str:
        return f"<masthead.Table: {len(self)} rows, {len(self.column_names)} columns>"


class Stream(_Columns):
    """Batches that are judged as they are asked for. It can be read once: as an Arrow stream, or
    batch by batch as tables."""

    def __iter__(self) -> Iterator[Table]:
        return (Table(batch) for batch in self._core)

    def __repr__(self) -> str:
        return f"<masthead.Stream: {len(self.column_names)} columns>"


def _rows(data: Iterable[Any], text: str) -> Iterator[Dict[str, List[Any]]]:
    """Chunks of columns from texts or dicts."""
    rows = iter(data)
    names: Optional[List[str]] = None
    while True:
        chunk = list(itertools.islice(rows, _CHUNK))
        if not chunk:
            return
        chunk = [{text: row} if row is None or isinstance(row, str) else row for row in chunk]
        if names is None:
            names = list(dict.fromkeys(name for row in chunk for name in row))
        yield {name: [row.get(name) for row in chunk] for name in names}


def _arrow(data: Any, text: Optional[str]) -> Any:
    """Something that Arrow's C interface or our own reader takes."""
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return data
    if type(data).__module__.split(".")[0] == "pandas" and hasattr(data, "columns"):
        import pyarrow

        return pyarrow.Table.from_pandas(data)
    if hasattr(data, "fetch_record_batch"):  # DuckDB
        return data.fetch_record_batch()
    if isinstance(data, (str, bytes)) or not isinstance(data, Iterable):
        raise InputError(
            "the data is none that can be read; give a table (pyarrow, polars, pandas, DuckDB), "
            "or a list or iterator of texts or dicts"
        )
    return _rows(data, text or "text")


class Classifier:
    """A model with the registry of outlets, ready to judge.

    ``model``: a path, or the bytes of a model file; the default model where it is ``None``.
    ``registry``, ``ratings``: CSVs of outlets and of their ratings that add to those inside.
    ``phrases``: boilerplate that you know, a list of lines or one text.
    ``threshold``: the probability from which on a line is boilerplate; the model's own by default.
    ``style``: whether to measure how the content is written, too.

    It can be shared by threads, works after a fork, and pickles by the path or bytes of its model;
    a process loads the same model once.

    >>> import pickle
    >>> m = Classifier(phrases=["Read our privacy notice"])
    >>> pickle.loads(pickle.dumps(m))
    Classifier(phrases=['Read our privacy notice'])
    """

    def __init__(
        self,
        model: Union[_Path, bytes, None] = None,
        *,
        registry: Optional[_Path] = None,
        ratings: Optional[_Path] = None,
        phrases: Union[str, Sequence[str], None] = None,
        threshold: Optional[float] = None,
        ignore_address: bool = False,
        ignore_boilerplate: bool = False,
        style: bool = False,
    ) -> None:
        said = dict(
            model=model,
            registry=registry,
            ratings=ratings,
            phrases=phrases,
            threshold=threshold,
            ignore_address=ignore_address,
            ignore_boilerplate=ignore_boilerplate,
            style=style,
        )
        self._said = {name: value for name, value in said.items() if value not in (None, False)}
        if threshold is not None and not 0 <= threshold <= 1:
            raise MastheadError(f"threshold {threshold}: must be between 0 and 1")
        lines = phrases if isinstance(phrases, str) else "\n".join(phrases or ())
        self._core = _masthead.Core(
            model, registry, ratings, lines, threshold, ignore_address, ignore_boilerplate, style
        )

    def __reduce__(self) -> Any:
        return _built, (self._said,)

    def __repr__(self) -> str:
        def shown(value: Any) -> str:
            return f"<{len(value)} bytes>" if isinstance(value, bytes) else repr(value)

        said = (f"{name}={shown(value)}" for name, value in self._said.items())
        return f"Classifier({', '.join(said)})"

    @property
    def model(self) -> str:
        """The model's name."""
        return self._core.name

    @property
    def card(self) -> str:
        """The model's card: what it is for, what it must not be used for, and its figures."""
        return self._core.card

    def schema(self, form: str = "json") -> Any:
        """The columns of batches: ``json`` (JSON Schema), ``arrow`` (fields), ``spark`` (DDL)."""
        if form not in ("arrow", "json", "spark"):
            raise MastheadError(f"form {form!r}: there are arrow, json and spark")
        said = self._core.schema(form)
        return said if form == "spark" else json.loads(said)

    def classify(
        self,
        text: str,
        title: Optional[str] = None,
        url: Optional[str] = None,
        *,
        offsets: str = "chars",
    ) -> Verdict:
        """Judges an article. Places of spans are counted in characters, as Python slices do; in
        bytes of UTF-8 with ``offsets="bytes"``.

        >>> m = Classifier()
        >>> verdict = m.classify("Rain fell.\\n\\nSHARE THIS ARTICLE", url="https://www.presstv.ir/1")
        >>> verdict.outlet.basis
        'address'
        >>> [span.text for span in verdict.boilerplate]
        ['SHARE THIS ARTICLE']
        """
        return self._judged(text, title, url, False, offsets)

    def explain(
        self,
        text: str,
        title: Optional[str] = None,
        url: Optional[str] = None,
        *,
        offsets: str = "chars",
    ) -> Verdict:
        """The same with ``evidence``: the parts of the text that each label rests on.

        >>> text = "Rain fell in Veld.\\n\\nwww.presstv.ir"
        >>> [found, *_] = Classifier().explain(text).evidence.outlet
        >>> text[found.start : found.end]
        'presstv.ir'
        """
        return self._judged(text, title, url, True, offsets)

    def _judged(
        self, text: str, title: Optional[str], url: Optional[str], explain: bool, offsets: str
    ) -> Verdict:
        chars = _in_chars(offsets)
        article = [text, title or "", url or ""]
        found = json.loads(self._core.judge(article, explain, chars))
        return Verdict(found, functools.partial(self._core.page, article))

    def clean(self, text: str, title: Optional[str] = None, url: Optional[str] = None) -> str:
        """A text without its boilerplate.

        >>> Classifier().clean("The bridge opened on Monday.\\n\\nSHARE THIS ARTICLE")
        'The bridge opened on Monday.'
        """
        return self._core.clean([text, title or "", url or ""])

    def classify_batch(
        self,
        data: Any,
        text: Optional[str] = None,
        *,
        title: Optional[str] = None,
        url: Optional[str] = None,
        id: Optional[str] = None,
        jobs: Optional[int] = None,
        dictionary: bool = True,
        offsets: str = "chars",
        clean_text: bool = False,
    ) -> Table:
        """Judges all rows of a table (pyarrow, polars, pandas, DuckDB, whatever has Arrow's C
        interface) or of a list or iterator of texts or dicts, on all cores or ``jobs`` of them.

        Gives back its columns, not copied, and those of :meth:`schema`; what is found of a row
        without text is null. ``text``, ``title``, ``url`` and ``id`` name columns, which are
        guessed otherwise. ``dictionary=False`` writes labels as plain texts.

        >>> table = Classifier().classify_batch(["Rain fell.\\n\\nwww.presstv.ir", None])
        >>> len(table), table.column_names[:3]
        (2, ['text', 'outlet', 'outlet_status'])
        """
        wanted = _Wanted(text, title, url, id, jobs, dictionary, _in_chars(offsets), clean_text)
        return Table(self._core.table(_arrow(data, text), wanted))

    def classify_stream(
        self,
        data: Any,
        text: Optional[str] = None,
        *,
        title: Optional[str] = None,
        url: Optional[str] = None,
        id: Optional[str] = None,
        jobs: Optional[int] = None,
        dictionary: bool = True,
        offsets: str = "chars",
        clean_text: bool = False,
    ) -> Stream:
        """The same batch by batch, as they are asked for, in memory that does not grow with the
        data.

        >>> stream = Classifier().classify_stream(f"Rain fell on day {n}." for n in range(5000))
        >>> [len(table) for table in stream]
        [2048, 2048, 904]
        """
        wanted = _Wanted(text, title, url, id, jobs, dictionary, _in_chars(offsets), clean_text)
        return Stream(self._core.stream(_arrow(data, text), wanted))


class _Wanted:
    """How a batch is judged, as the core reads it."""

    def __init__(
        self,
        text: Optional[str],
        title: Optional[str],
        url: Optional[str],
        id: Optional[str],
        jobs: Optional[int],
        dictionary: bool,
        chars: bool,
        clean: bool,
    ) -> None:
        if jobs is not None and not 1 <= jobs <= 1024:
            raise MastheadError(f"jobs {jobs}: must be between 1 and 1024")
        self.text, self.title, self.url, self.id = text, title, url, id
        self.jobs, self.dictionary, self.chars, self.clean = jobs, dictionary, chars, clean


def _in_chars(offsets: str) -> bool:
    if offsets not in ("bytes", "chars"):
        raise MastheadError(f"offsets {offsets!r}: there are bytes and chars")
    return offsets == "chars"


def _built(said: Dict[str, Any]) -> Classifier:
    return Classifier(**said)


def schema(form: str = "json", *, model: Union[_Path, bytes, None] = None) -> Any:
    """The columns that batches get from a model; see :meth:`Classifier.schema`.

    >>> schema("spark").split(", ")[:2]
    ['`outlet` STRING', '`outlet_status` STRING']
    """
    return Classifier(model).schema(form)


def _settings(said: Dict[str, Any]) -> str:
    plain = {name: os.fspath(value) if name == "registry" else value for name, value in said.items()}
    return json.dumps(plain)


def _files(files: Union[_Path, Sequence[_Path]]) -> List[str]:
    several = [files] if isinstance(files, (str, os.PathLike)) else files
    return [os.fspath(file) for file in several]


def train(
    files: Union[_Path, Sequence[_Path]],
    output: Optional[_Path] = None,
    *,
    jobs: Optional[int] = None,
    **settings: Any,
) -> Classifier:
    """Learns a model from labelled files, as ``masthead train`` does, and writes it to ``output``.

    ``settings`` are those of its TOML file: ``text_column``, ``title_column``, ``outlet_column``,
    ``leaning_column``, ``frames_column``, ``label`` and ``multi`` (lists of columns), ``empty_means``,
    ``min_articles``, ``seed``, ``tune``, ``registry``.
    """
    model = _masthead.train(_files(files), _settings(settings), jobs)
    if output is None:
        return Classifier(model)
    part = f"{os.fspath(output)}.part"
    with open(part, "wb") as file:
        file.write(model)
    os.replace(part, output)
    return Classifier(output)


def evaluate(
    files: Union[_Path, Sequence[_Path]],
    model: Optional[_Path] = None,
    *,
    jobs: Optional[int] = None,
    **settings: Any,
) -> Dict[str, Any]:
    """Measures a model on labelled files, as ``masthead evaluate --json`` does."""
    return json.loads(_masthead.evaluate(_files(files), model, _settings(settings), jobs))
