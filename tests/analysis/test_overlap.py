"""A device that works by itself: the next pictures are prepared meanwhile, and each has its own boxes all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.detections import Detections
from player.analysis.detector import Detector
from player.analysis.formats.classes import PictureClasses
from player.analysis.formats.results import PictureResult
from player.analysis.inputs import InputFile
from player.analysis.offline import analyze
from player.analysis.picture_stream import PictureStream, Unreadable
from player.analysis.selection import Selection
from player.errors import ModelError, OutOfDeviceMemoryError
from player.records import Picture
from tests.analysis.test_analysis import LIMIT_S, Looking, numbered
from tests.analysis.test_detector import BOX, picture_with
from tests.helpers.clips import Clips
from tests.helpers.libraries import need_library
from tests.helpers.networks import NumpyBackend, blobs, made_model
from tests.helpers.reading_model import Holding, ReadingModel, loads, number_said

need_library("cv2")

Outputs = dict[str, NDArray[np.float32]]


class Beside(NumpyBackend):
    """Computes when it is waited for; `log` has what happened, in order, by the number of its runs."""

    overlaps = True

    def __init__(self) -> None:
        super().__init__(blobs, (None, 3, 64, 64))
        self.log: list[str] = []
        self.room = 100
        """More pictures at once there is no memory for."""
        self.fails_at = -1
        self._count = 0

    def start(self, batch: NDArray[np.float32]) -> Callable[[], Outputs]:
        if len(batch) > self.room:
            self.log.append("no room")
            raise OutOfDeviceMemoryError("made up", "cuda:0")
        number, self._count = self._count, self._count + 1
        batch = batch.copy()  # a device has its own
        self.log.append(f"begin {number}")

        def finish() -> Outputs:
            self.log.append(f"end {number}")
            if number == self.fails_at:
                raise ModelError("The device has failed.")
            return self.run(batch)

        return finish


def widths(found: Sequence[Detections]) -> list[int]:
    return [round(float(each.xyxy[0, 2] - each.xyxy[0, 0])) // 8 for each in found]


def pictures(count: int) -> list[Picture]:
    """The box in each is wider than in the one before."""
    return [picture_with([(8, 8, 24 + 8 * at, 40)]) for at in range(count)]


def test_a_chunk_is_prepared_while_the_network_has_the_one_before() -> None:
    backend = Beside()
    network = Detector(made_model(backend, BOX))
    network._at_once = 3
    finish = network.begin(pictures(8))
    assert backend.log == ["begin 0"]
    assert widths(finish()) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert backend.log == ["begin 0", "begin 1", "end 0", "begin 2", "end 1", "end 2"]


def test_two_that_are_under_way_keep_to_themselves() -> None:
    network = Detector(made_model(Beside(), BOX))
    first, second = network.begin(pictures(3)), network.begin(pictures(5)[3:])
    assert widths(first()) == [2, 3, 4]
    assert widths(second()) == [5, 6]


def test_what_there_is_no_room_for_waits_until_the_run_before_has_ended() -> None:
    backend = Beside()
    network = Detector(made_model(backend, BOX))
    first = network.begin(pictures(2))
    backend.room = 2
    second = network.begin(pictures(6)[2:])
    assert backend.log == ["begin 0", "no room"]
    assert widths(first()) == [2, 3]
    assert widths(second()) == [4, 5, 6, 7]
    assert backend.log[2:] == ["end 0", "begin 1", "end 1", "begin 2", "end 2"]


def results(
    stream: PictureStream, network: Detector, batch: int
) -> Iterator[PictureResult | PictureClasses | Unreadable]:
    return analyze(stream, network, Selection(low=0.0), batch=batch)


def files(*paths: Path) -> list[InputFile]:
    return [InputFile(str(path), path.name, is_image=False) for path in paths]


@pytest.mark.parametrize("batch", [1, 4, 7])
def test_analyze_has_one_batch_under_way_and_keeps_the_order(clips: Clips, tmp_path: Path, batch: int) -> None:
    """Against the same network that holds its thread; a file that cannot be read stands in its place."""
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(b"no film")
    given = files(clips("bframes").path, broken, clips("cfr").path)
    found = []
    backends = [Beside(), NumpyBackend(blobs, (None, 3, 64, 64))]
    for backend in backends:
        with PictureStream(given, ahead=2 * batch) as stream:
            found.append(list(results(stream, Detector(made_model(backend, BOX)), batch)))
    beside, alone = found
    assert len(beside) == len(alone) > 90
    for one, other in zip(beside, alone, strict=True):
        if isinstance(one, PictureResult) and isinstance(other, PictureResult):
            assert (one.file, one.index, one.pts) == (other.file, other.index, other.pts)
            assert np.array_equal(one.found.xyxy, other.found.xyxy)
        else:
            assert isinstance(one, Unreadable)
            assert isinstance(other, Unreadable)
    assert isinstance(backends[0], Beside)
    assert backends[0].log[:4] == ["begin 0", "begin 1", "end 0", "begin 2"]


def test_what_came_before_a_failure_is_told_and_nothing_behind_it(clips: Clips) -> None:
    backend = Beside()
    backend.fails_at = 3
    came: list[PictureResult | PictureClasses | Unreadable] = []
    with PictureStream(files(clips("cfr").path)) as stream:
        told = results(stream, Detector(made_model(backend, BOX)), 2)
        with pytest.raises(ModelError, match="failed"):
            came += told  # one by one, as far as they come
    with PictureStream(files(clips("cfr").path)) as stream:
        backend = Beside()
        network = Detector(made_model(backend, BOX))
        whole = [each.index for each in results(stream, network, 2) if isinstance(each, PictureResult)]
    assert [each.index for each in came if isinstance(each, PictureResult)] == whole[:6]


def test_a_runner_begins_the_next_picture_while_it_waits_for_one() -> None:
    model = ReadingModel(overlaps=True)
    looking = Looking(loads(model))
    try:
        looking.add()
        held = model.wait = Holding()
        first, second = numbered(1), numbered(2)
        for each in (first, second):
            looking.analysis.coming(each)
        assert held.begun.wait(LIMIT_S)
        assert model.runs == 2, "the second was begun before the first one's boxes were there"
        assert looking.analysis.look(second)[0].state == "pending"
        held.go_on.set()
        looking.analysis.shown(second, resting=True)
        looking.until(lambda: looking.analysis.look(second)[0].state == "exact")
        for number, each in ((1, first), (2, second)):
            (view,) = looking.analysis.look(each)
            assert (view.state, number_said(view.detections)) == ("exact", number)
        assert model.runs == 2, "none is looked at twice"
    finally:
        looking.analysis.close()


def test_what_a_run_changes_of_the_precision_is_said() -> None:
    model = ReadingModel()
    model.precision = "fp16"
    looking = Looking(loads(model))
    try:
        looking.add()
        assert looking.rest(numbered(1)).precision == "fp16"
        model.precision, model.remark = "fp32", "not in fp16: its numbers are too large for it"
        looking.rest(numbered(2))
        looking.until(lambda: looking.analysis.look(None)[0].precision == "fp32")
        assert looking.analysis.look(None)[0].remark == model.remark
        assert looking.analysis.report()["precision"] == "fp32"
    finally:
        looking.analysis.close()
