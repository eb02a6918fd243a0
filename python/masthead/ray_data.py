"""Ray Data: the batches of a data set judged by actors that have one model each.

    from masthead.ray_data import classify
    labelled = classify(ray.data.read_parquet("crawl/"), text="text", url="url", actors=4)
    labelled.write_parquet("labelled/")

``masthead`` and ``pyarrow`` must be installed where the actors are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from . import Classifier

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

#: Bytes of memory that an actor is said to take: what was measured, docs/scale.md, and as much
#: again, since Ray's blocks may be larger than those there.
MEMORY = 1 << 30


class Judge:
    """For ``Dataset.map_batches``, with batches of ``pyarrow``; ``classifier`` is what
    :class:`masthead.Classifier` takes, of which paths must be there for all actors.

    ``ds.map_batches(Judge, batch_format="pyarrow", compute=ActorPoolStrategy(size=4), memory=MEMORY)``
    """

    def __init__(
        self,
        text: Optional[str] = None,
        *,
        title: Optional[str] = None,
        url: Optional[str] = None,
        id: Optional[str] = None,
        jobs: int = 1,
        offsets: str = "chars",
        clean_text: bool = False,
        **classifier: Any,
    ) -> None:
        self._classifier = Classifier(**classifier)
        self._wanted = dict(text=text, title=title, url=url, id=id, jobs=jobs)
        self._wanted.update(offsets=offsets, clean_text=clean_text)

    def __call__(self, batch: "pyarrow.Table") -> "pyarrow.Table":
        # Dictionaries of two batches differ, and Ray would have to bring them into one.
        return self._classifier.classify_batch(batch, dictionary=False, **self._wanted).to_pyarrow()


def classify(
    ds: "Dataset", text: Optional[str] = None, *, actors: int = 1, jobs: int = 1, **wanted: Any
) -> "Dataset":
    """The data set with the columns of :meth:`masthead.Classifier.schema`.

    ``jobs`` are the threads, and so the cores, of each of the ``actors``; ``wanted`` is what
    :class:`Judge` takes. Reading, shuffles and writing need a core too, so that a cluster should
    have more cores than the first actor takes; the others start as cores are free.
    """
    from ray.data import ActorPoolStrategy

    return ds.map_batches(
        Judge,
        batch_format="pyarrow",
        batch_size=1024,
        # All of them at once could hold every core, and a shuffle before them waits for ever.
        compute=ActorPoolStrategy(min_size=1, max_size=actors),
        num_cpus=jobs,
        memory=MEMORY,
        fn_constructor_kwargs=dict(text=text, jobs=jobs, **wanted),
    )
