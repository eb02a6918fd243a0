"""datatrove: steps of a pipeline that clean documents, annotate them, and filter them.

    from masthead.datatrove import Annotator, Cleaner, Filter
    pipeline = [
        JsonlReader("crawl/"),
        Annotator(),
        Filter(languages=["en"], max_boilerplate=0.5, exclusion_writer=JsonlWriter("dropped/")),
        Cleaner(),
        JsonlWriter("kept/"),
    ]
    LocalPipelineExecutor(pipeline, logging_dir="logs", tasks=8, workers=2).run()

The title and the address of a document are taken from its metadata, ``title`` and ``url``. A task
has one thread and loads the model once; ``classifier`` is what :class:`masthead.Classifier` takes.

It takes ``datatrove``, ``regex``, which its filters import, and ``pyarrow``.
"""

from __future__ import annotations

import itertools
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple, Union

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from . import _shared

#: Documents that are judged at a time.
_BATCH = 256


def _found(documents: List[Document], classifier: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The flat columns of each document."""
    names = ("title", "url")
    rows = [
        {"text": document.text, **{name: document.metadata.get(name) for name in names}}
        for document in documents
    ]
    judge = _shared.classifier(**classifier)
    wanted = dict(text="text", title="title", url="url", jobs=1, dictionary=False)
    return judge.classify_batch(rows, **wanted).to_pyarrow().drop(["text", *names]).to_pylist()


class Annotator(PipelineStep):
    """Adds the columns of :meth:`masthead.Classifier.schema` to the metadata, each as
    ``masthead_NAME``, without the spans of boilerplate."""

    name = "📰 masthead"
    type = "🏷 - ANNOTATE"

    def __init__(self, **classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier

    def run(
        self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1
    ) -> DocumentsPipeline:
        documents = iter(data)
        while batch := list(itertools.islice(documents, _BATCH)):
            with self.track_time("batch"):
                found = _found(batch, self.classifier)
            for document, row in zip(batch, found):
                row.pop("boilerplate")
                document.metadata.update((f"masthead_{name}", value) for name, value in row.items())
                self.stat_update(StatHints.total, f"outlet_{row['outlet_status'] or 'empty'}")
                self.update_doc_stats(document)
                yield document


class Cleaner(BaseFormatter):
    """Cuts the boilerplate out of the text."""

    name = "📰 masthead"

    def __init__(self, **classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier

    def format(self, text: str) -> str:
        return _shared.classifier(**self.classifier).clean(text)

    def run(
        self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1
    ) -> DocumentsPipeline:
        for document in data:
            self.stat_update(StatHints.total)
            with self.track_time():
                about = (document.metadata.get(name) for name in ("title", "url"))
                clean = _shared.classifier(**self.classifier).clean(document.text, *about)
            if clean != document.text:
                self.stat_update("changed")
            document.text = clean
            self.update_doc_stats(document)
            yield document


class Filter(BaseFilter):
    """Keeps documents of which all hold that is asked: at most ``max_boilerplate`` of the text is
    boilerplate, at least ``min_quality`` is expected of it, it is of one of these ``languages``
    (codes), ``outlets`` (names of the registry; no others, and none that is unknown) and
    ``text_kinds``.

    What an :class:`Annotator` found is not looked for again, so it must stand behind what changes
    the text. There is none by leaning: a leaning is the usual rating of an outlet, and no ground to
    leave an article out.
    """

    name = "📰 masthead"

    def __init__(
        self,
        *,
        max_boilerplate: Optional[float] = None,
        min_quality: Optional[float] = None,
        languages: Optional[Iterable[str]] = None,
        outlets: Optional[Iterable[str]] = None,
        text_kinds: Optional[Iterable[str]] = None,
        exclusion_writer: Optional[DiskWriter] = None,
        **classifier: Any,
    ) -> None:
        super().__init__(exclusion_writer, batch_size=_BATCH)
        self.max_boilerplate, self.min_quality = max_boilerplate, min_quality
        wanted = dict(language=languages, outlet=outlets, text_kind=text_kinds)
        self.wanted = {name: sorted(of) for name, of in wanted.items() if of is not None}
        self.classifier = classifier

    def filter(self, doc: Document) -> Union[bool, Tuple[bool, str]]:
        [kept] = self.filter_batch([doc])
        return kept

    def filter_batch(self, batch: List[Document]) -> List[Union[bool, Tuple[bool, str]]]:
        unknown = [document for document in batch if "masthead_language" not in document.metadata]
        found = iter(_found(unknown, self.classifier) if unknown else ())
        return [self._judged(document, found) for document in batch]

    def _judged(
        self, document: Document, found: Iterator[Dict[str, Any]]
    ) -> Union[bool, Tuple[bool, str]]:
        if "masthead_language" in document.metadata:
            names = ("boilerplate_share", "quality", *self.wanted)
            row = {name: document.metadata[f"masthead_{name}"] for name in names}
        else:
            row = next(found)
        share, quality = row["boilerplate_share"], row["quality"]
        if self.max_boilerplate is not None and (share is None or share > self.max_boilerplate):
            return False, "boilerplate"
        if self.min_quality is not None and (quality is None or quality < self.min_quality):
            return False, "quality"
        return next(((False, name) for name, of in self.wanted.items() if row[name] not in of), True)
