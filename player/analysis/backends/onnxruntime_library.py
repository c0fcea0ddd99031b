"""onnxruntime itself, imported so that it stays at home and stops whoever plays for no longer than it must."""

from __future__ import annotations

import os
from typing import Any

from player.shared_library import open_libraries


def import_onnxruntime() -> Any:
    """The module. Raises ImportError where it is not installed.

    From 1.31 on it keeps a database in the user's home and sends what it notes there to Microsoft, from the import on,
    unless the environment says this first. It registers its operators with the interpreter held: 16 ms. The 30 MB of
    library before that are read while other threads run.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    open_libraries("onnxruntime", "capi/onnxruntime_pybind11_state*.so")
    import onnxruntime

    return onnxruntime
