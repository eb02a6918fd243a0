"""One classifier of a kind in a process, for workers that run many tasks."""

from __future__ import annotations

import functools
from typing import Any

from . import Classifier


def classifier(**said: Any) -> Classifier:
    """The classifier of these arguments, loaded once a process."""
    plain = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
    return _loaded(tuple(sorted(plain.items())))


@functools.lru_cache(maxsize=4)
def _loaded(said: tuple) -> Classifier:
    return Classifier(**dict(said))
