"""The classes that a person names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from player.errors import UsageError, plain


def hidden_classes(labels: Sequence[str], wanted: Iterable[str]) -> frozenset[int]:
    """Every class but those of the names in `wanted`, whatever their case; none where nothing is wanted.

    Raises UsageError for a name that is no label.
    """
    ids: dict[str, list[int]] = {}
    for class_id, label in enumerate(labels):
        ids.setdefault(label.casefold(), []).append(class_id)
    shown: set[int] = set()
    for name in wanted:
        if name.casefold() not in ids:
            near = difflib.get_close_matches(name.casefold(), ids, n=1)
            instead = f" (did you mean {labels[ids[near[0]][0]]}?)" if near else ""
            raise UsageError(plain(f"The model knows no {name}{instead}."))
        shown.update(ids[name.casefold()])
    return frozenset(range(len(labels))) - shown if shown else frozenset()
