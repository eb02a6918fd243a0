"""datatrove: a formatter that cleans, an annotator, and a filter.

    from masthead.datatrove import Annotator, BoilerplateFilter, BoilerplateFormatter
    pipeline = [reader, Annotator(), BoilerplateFilter(max_share=0.5), BoilerplateFormatter(), writer]

There is no filter by leaning: it is a rating of outlets, and no reason to drop an article.
"""

from __future__ import annotations

from typing import Any, Collection, Optional, Tuple, Union

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter

from . import _shared

#: The key of a document's metadata that holds what was found.
KEY = "masthead"


def _judged(doc: Document, classifier: Any) -> Any:
    """The verdict of a document, from its metadata where an annotator was before."""
    if KEY not in doc.metadata:
        url, title = (doc.metadata.get(key) or "" for key in ("url", "title"))
        verdict = _shared.classifier(**classifier).classify(doc.text, title=title, url=url)
        doc.metadata[KEY] = verdict.to_dict()
    return doc.metadata[KEY]


class BoilerplateFormatter(BaseFormatter):
    """Cuts the boilerplate out of each document."""

    name = "🧹 masthead"

    def __init__(self, **classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier

    def format(self, text: str) -> str:
        clean = _shared.classifier(**self.classifier).clean(text)
        self.stat_update("cut_chars", value=len(text) - len(clean))
        return clean


class Annotator(PipelineStep):
    """Adds the verdict of each document to its metadata, as ``masthead``."""

    name = "🏷 masthead"
    type = "📝 - ANNOTATOR"

    def __init__(self, **classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        for doc in data:
            with self.track_time():
                found = _judged(doc, self.classifier)
                self.stat_update(f"language_{found['language']['code']}")
                self.update_doc_stats(doc)
            yield doc


class BoilerplateFilter(BaseFilter):
    """Keeps the documents of which at most ``max_share`` is boilerplate, whose expected quality is
    at least ``min_quality``, and whose language and outlet are among those named. The reason goes to
    the exclusion writer and the statistics."""

    name = "🗞 masthead"

    def __init__(
        self,
        max_share: Optional[float] = None,
        min_quality: Optional[float] = None,
        languages: Optional[Collection[str]] = None,
        outlets: Optional[Collection[str]] = None,
        exclusion_writer: Any = None,
        **classifier: Any,
    ) -> None:
        super().__init__(exclusion_writer)
        self.max_share, self.min_quality = max_share, min_quality
        self.languages, self.outlets = languages, outlets
        self.classifier = classifier

    def filter(self, doc: Document) -> Union[bool, Tuple[bool, str]]:
        found = _judged(doc, self.classifier)
        cut = sum(span["end"] - span["start"] for span in found["boilerplate"])
        quality = found.get("quality")
        if self.max_share is not None and cut > self.max_share * max(len(doc.text), 1):
            return False, "boilerplate"
        if self.min_quality is not None and quality is not None and quality < self.min_quality:
            return False, "quality"
        if self.languages is not None and found["language"]["code"] not in self.languages:
            return False, "language"
        if self.outlets is not None and found["outlet"]["label"] not in self.outlets:
            return False, "outlet"
        return True
