"""Ray Data: batches judged by actors, one model an actor.

    from masthead.ray import classify
    labelled = classify(ray.data.read_parquet("crawl/"), text="text", concurrency=8)
    labelled.write_parquet("labelled/")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from . import _shared

if TYPE_CHECKING:
    from ray.data import Dataset

#: Bytes of memory that an actor needs: the model, and a batch of articles.
MEMORY = 600 << 20


class Classify:
    """What ``map_batches`` makes an actor of; its batches are tables of pyarrow."""

    def __init__(
        self,
        text: str = "text",
        *,
        title: Optional[str] = None,
        url: Optional[str] = None,
        id: Optional[str] = None,
        jobs: int = 1,
        offsets: str = "chars",
        clean_text: bool = False,
        **classifier: Any,
    ) -> None:
        self._judge = _shared.classifier(**classifier)
        self._wanted = dict(
            text=text, title=title, url=url, id=id, jobs=jobs, offsets=offsets,
            clean_text=clean_text,
        )  # fmt: skip

    def __call__(self, batch: Any) -> Any:
        table = self._judge.classify_batch(batch, dictionary=False, **self._wanted)
        return table.to_pyarrow()


def classify(
    ds: "Dataset",
    text: str = "text",
    *,
    concurrency: Any = 1,
    batch_size: int = 2048,
    memory: int = MEMORY,
    jobs: int = 1,
    **wanted: Any,
) -> "Dataset":
    """The data set with the columns of :meth:`masthead.Classifier.schema`: ``concurrency`` actors of
    ``jobs`` cores and ``memory`` bytes each."""
    return ds.map_batches(
        Classify,
        fn_constructor_kwargs=dict(text=text, jobs=jobs, **wanted),
        batch_format="pyarrow",
        batch_size=batch_size,
        concurrency=concurrency,
        num_cpus=jobs,
        memory=memory,
    )
