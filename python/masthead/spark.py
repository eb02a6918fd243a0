"""Spark: the rows of a data frame judged by ``mapInArrow``, one model a worker.

    from masthead.spark import classify
    labelled = classify(spark.read.parquet("crawl/"), text="text", url="url")
    labelled.write.parquet("labelled/")

``masthead`` and ``pyarrow`` must be installed where the workers are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Optional

from . import _shared

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def classify(
    df: "DataFrame",
    text: str = "text",
    *,
    title: Optional[str] = None,
    url: Optional[str] = None,
    id: Optional[str] = None,
    jobs: int = 1,
    offsets: str = "chars",
    clean_text: bool = False,
    **classifier: Any,
) -> "DataFrame":
    """The data frame with the columns of :meth:`masthead.Classifier.schema`.

    ``jobs`` are the threads of a task, as many as ``spark.task.cpus``; ``classifier`` is what
    :class:`masthead.Classifier` takes, of which paths must be there for all workers.
    """
    from pyspark.sql.types import StringType, StructType

    ours = StructType.fromDDL(_shared.classifier(**classifier).schema("spark"))
    if clean_text:
        ours.add("clean_text", StringType())
    schema = StructType(list(df.schema.fields))
    for field in ours:
        while field.name in df.columns:
            field.name = f"masthead_{field.name}"
        schema.add(field)
    wanted = dict(
        text=text, title=title, url=url, id=id, jobs=jobs, offsets=offsets, clean_text=clean_text
    )

    def judged(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        from masthead import _shared

        judge = _shared.classifier(**classifier)
        for batch in batches:
            table = pyarrow.Table.from_batches([batch])
            for part in judge.classify_stream(table, dictionary=False, **wanted):
                yield from part.to_pyarrow().to_batches()

    return df.mapInArrow(judged, schema)
