"""ONNX files by OpenCV's cv2.dnn, which comes with every installation and runs on the CPU alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.backends.engines import RunsAtOnce, short_version
from player.analysis.backends.onnx_inputs import OnnxInputs
from player.analysis.onnx_file import OnnxFile
from player.errors import ModelError
from player.scopes.opencv import use_one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray


class OpenCvBackend(RunsAtOnce):
    on_torch = False
    device = "cpu"

    def __init__(
        self, data: bytes, file: OnnxFile, inputs: OnnxInputs, name: str, *, threads: int, precision: str = "auto"
    ) -> None:
        """`threads` holds for all that this process does with OpenCV. Raises ModelError."""
        super().__init__(precision)
        use_one_thread()
        import cv2

        self._name = name
        self._inputs = inputs
        self._outputs = [output.name for output in file.outputs]
        self.engine = f"OpenCV {short_version(cv2.__version__)}"
        self.input_shape = inputs.shape
        self.output_shapes = {output.name: output.shape for output in file.outputs}
        cv2.setNumThreads(threads)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # its errors are raised as well
        self._error = cv2.error
        try:
            self._net: Any = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
        except cv2.error as error:
            raise ModelError(f"Cannot open {name}: OpenCV cannot run it ({_reason(error)}).") from error

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        try:
            for name, value in self._inputs.feed(batch).items():
                self._net.setInput(value, name)
            values = self._net.forward(self._outputs)
        except self._error as error:
            raise ModelError(f"{self._name} failed in OpenCV: {_reason(error)}.") from error
        return {
            name: np.array(value, np.float32)  # the next run may use that memory again
            for name, value in zip(self._outputs, values, strict=True)
        }

    def close(self) -> None:
        self._net = None


def _reason(error: Exception) -> str:
    """The last of what it says in "OpenCV(5.0.0) file:line: error: (number:name) what is wrong in function 'where'"."""
    said = re.split(r"error: \(-?\d+:[^)]*\)", str(error))[-1]
    said = re.sub(r"in function '[^']*(?:'|$)|^>", "", said, flags=re.MULTILINE)
    return " ".join(said.split())[:200].rstrip(". ")
