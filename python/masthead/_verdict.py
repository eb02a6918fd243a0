"""Verdicts: plain data with names."""

from __future__ import annotations

import html
from typing import Any, Callable, Dict, Iterator, List, Optional


def _wrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return Record(value)
    if isinstance(value, list):
        return [_wrapped(item) for item in value]
    return value


class Record:
    """An object of JSON whose keys are attributes; ``record["key"]`` is for names of labels."""

    __slots__ = ("_data",)

    def __init__(self, data: Dict[str, Any]) -> None:
        self._data = data

    def __getattr__(self, name: str) -> Any:
        try:
            return _wrapped(self._data[name])
        except KeyError:
            pass
        raise AttributeError(f"no {name} among: {', '.join(self._data)}")

    def __getitem__(self, key: str) -> Any:
        return _wrapped(self._data[key])

    def __contains__(self, key: object) -> bool:
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self._data]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self._data == other._data

    def __reduce__(self) -> Any:
        return type(self), (self._data,)

    def __repr__(self) -> str:
        pairs = (f"{key}={_wrapped(value)!r}" for key, value in self._data.items())
        return f"{type(self).__name__}({', '.join(pairs)})"

    def to_dict(self) -> Dict[str, Any]:
        """It as plain dicts and lists, as the key ``verdict`` of ``masthead score`` has it."""
        return _copied(self._data)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


class Verdict(Record):
    """What is found about an article; the keys are those of ``masthead schema``.

    A head that the model lacks is ``None``. A notebook shows the article with its boilerplate and
    evidence; a verdict that was pickled has forgotten the article, and is shown as text.
    """

    __slots__ = ("_page",)

    schema: int
    model: str
    registry: str
    language: Record
    text_kind: str
    quality: float
    outlet: Optional[Record]
    origin: Optional[Record]
    leaning: Optional[Record]
    frames: Record
    labels: Record
    boilerplate: List[Record]
    style: Optional[Record]
    evidence: Optional[Record]

    def __init__(self, data: Dict[str, Any], page: Optional[Callable[[], str]] = None) -> None:
        super().__init__(data)
        self._page = page

    def _repr_html_(self) -> Optional[str]:
        if self._page is None:
            return None
        # A frame of its own keeps the page's styles from the notebook, and runs no script.
        page = html.escape(self._page())
        style = "width: 100%; height: 32em; border: 0"
        return f'<iframe sandbox="" style="{style}" srcdoc="{page}"></iframe>'

    def __getattr__(self, name: str) -> Any:
        if name in ("outlet", "origin", "leaning", "style", "evidence") and name not in self._data:
            return None
        if name in ("frames", "labels") and name not in self._data:
            return Record({})
        return super().__getattr__(name)

    def __repr__(self) -> str:
        def head(name: str) -> Optional[str]:
            found = self._data.get(name)
            if not found:
                return None
            label = found.get("label")
            if not label:
                return f"{name}={found['status']}"
            share = found.get("probability", found.get("probabilities", {}).get(label))
            return f"{name}={label!r}" + ("" if share is None else f" ({share:.2f})")

        parts = [head("outlet"), head("leaning")]
        parts += [
            f"{name}={found['labels']!r}"
            for group in ("frames", "labels")
            for name, found in self._data.get(group, {}).items()
        ]
        parts += [f"language={self._data['language']['code']!r}"]
        parts += [f"boilerplate={len(self._data['boilerplate'])} spans"]
        return f"Verdict({', '.join(part for part in parts if part)})"
