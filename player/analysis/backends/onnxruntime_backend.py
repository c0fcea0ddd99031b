"""ONNX files by onnxruntime, on the CPU or on CUDA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.backends.engines import RunsAtOnce, first_line, short_version
from player.analysis.backends.onnx_inputs import OnnxInputs
from player.analysis.backends.onnxruntime_library import import_onnxruntime
from player.analysis.onnx_file import OnnxFile
from player.errors import ModelError, OutOfDeviceMemoryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CUDA = "CUDAExecutionProvider"
_ERRORS_ONLY = 3


class OnnxRuntimeBackend(RunsAtOnce):
    on_torch = False

    def __init__(
        self,
        data: bytes,
        file: OnnxFile,
        inputs: OnnxInputs,
        name: str,
        *,
        device: str,
        threads: int,
        precision: str = "auto",
    ) -> None:
        """`device` as `parse_device` gives it; "auto" is CUDA where onnxruntime has it. Raises ModelError."""
        super().__init__(precision)
        onnxruntime = import_onnxruntime()
        self._name = name
        self._inputs = inputs
        self._outputs = [output.name for output in file.outputs]
        self.engine = f"onnxruntime {short_version(onnxruntime.__version__)}"
        self.input_shape = inputs.shape
        self.output_shapes = {output.name: output.shape for output in file.outputs}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        # Idle threads of its pool would spin, on cores that playback needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.device, self._session = _open(onnxruntime, data, options, name, device)

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        try:
            values = self._session.run(self._outputs, self._inputs.feed(batch))
        except Exception as error:  # its own classes share no base
            if "Failed to allocate memory" in str(error) or "out of memory" in str(error):
                raise OutOfDeviceMemoryError(self._name, self.device) from error
            raise ModelError(f"{self._name} failed in onnxruntime: {first_line(error)}.") from error
        return {
            name: np.asarray(value).astype(np.float32, copy=False)
            for name, value in zip(self._outputs, values, strict=True)
        }

    def close(self) -> None:
        self._session = None


def _open(onnxruntime: Any, data: bytes, options: Any, name: str, wanted: str) -> tuple[str, Any]:
    """The device that it really runs on, and the session there."""
    device = wanted
    if wanted == "auto":
        device = "cuda:0" if _CUDA in onnxruntime.get_available_providers() else "cpu"
    elif wanted != "cpu" and not wanted.startswith("cuda:"):
        raise ModelError(f"Cannot run {name} on {wanted}: onnxruntime runs on the CPU and on CUDA here.")
    if device != "cpu":
        session = _on_cuda(onnxruntime, data, options, name, int(device.partition(":")[2]))
        if session is not None:
            return device, session
        if wanted != "auto":
            raise ModelError(
                f"Cannot run {name} on {wanted}: onnxruntime has no CUDA that works here (package onnxruntime-gpu)."
            )
    return "cpu", _session(onnxruntime, data, options, name, ["CPUExecutionProvider"])


def _on_cuda(onnxruntime: Any, data: bytes, options: Any, name: str, number: int) -> Any:
    """A session that runs on CUDA; None where it would run on the CPU instead, which it does not say by itself."""
    if _CUDA not in onnxruntime.get_available_providers():
        return None
    session = _session(onnxruntime, data, options, name, [(_CUDA, {"device_id": number}), "CPUExecutionProvider"])
    return session if session.get_providers()[0] == _CUDA else None


def _session(onnxruntime: Any, data: bytes, options: Any, name: str, providers: list[Any]) -> Any:
    try:
        session = onnxruntime.InferenceSession(data, options, providers=providers)
    except Exception as error:  # its own classes share no base
        raise ModelError(f"Cannot open {name}: onnxruntime refuses it ({first_line(error)}).") from error
    session.disable_fallback()
    return session
