"""Takes back what PySide6 does to Python's `import`."""

from __future__ import annotations

import builtins
import sys

import PySide6.QtCore  # noqa: F401  (puts its own in place)


def restore_import() -> None:
    """Every later import statement is Python's own again.

    PySide6's asks of each module that is imported whether its source mentions PySide6, for `from __feature__ import
    snake_case`, which nobody here writes. For that it reads every source there is, and keeps it: 30 ms of a start and
    3 MB, and 0.3 s of loading torch.
    """
    # An import that another thread is in the middle of puts PySide6's back when it is done: that one reads no source.
    asks = sys.modules.get("shibokensupport.feature")
    if hasattr(asks, "_mod_uses_pyside"):
        setattr(asks, "_mod_uses_pyside", lambda _module: False)  # noqa: B010  (not ours: no type checker knows it)
    own = getattr(builtins, "__orig_import__", None)
    if own is not None:
        builtins.__import__ = own
