"""onnxruntime itself, imported so that it stays at home."""

from __future__ import annotations

import os
from typing import Any


def import_onnxruntime() -> Any:
    """The module. Raises ImportError where it is not installed.

    From 1.31 on it keeps a database in the user's home and sends what it notes there to Microsoft, from the import on,
    unless the environment says this first.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime
