"""What is counted, drawn and written of a run."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.training.events import Epoch, Step
from player.training.pace import Pace
from player.training.seldom import Seldom
from tests.helpers.fake_time import FakeTime
from tests.helpers.libraries import need_library, need_torch

torch = need_torch()

from player.training.metrics import Tally, balanced_accuracy, count_pairs  # noqa: E402
from player.training.plots import draw_confusion, draw_curves  # noqa: E402
from player.training.tensorboard import TensorBoard  # noqa: E402


def test_accuracy_counts_the_first_answer_and_top5_the_first_five() -> None:
    tally = Tally(8)
    logits = torch.arange(8.0).repeat(4, 1)  # says 7, then 6, 5, 4, 3
    for part in (slice(0, 3), slice(3, 4)):
        labels = torch.tensor([7, 3, 2, 7])[part]
        tally.add(logits[part], labels, torch.tensor(2.0 if part.start == 0 else 6.0))
    evaluation = tally.evaluation()
    assert evaluation.metrics["accuracy"] == 0.5
    assert evaluation.metrics["top5"] == 0.75
    assert evaluation.metrics["loss"] == pytest.approx((3 * 2.0 + 6.0) / 4)
    assert evaluation.confusion is not None
    assert evaluation.confusion[:, 7].tolist() == [0, 0, 1, 1, 0, 0, 0, 2]
    assert evaluation.confusion.sum() == 4


def test_few_classes_have_no_top5() -> None:
    tally = Tally(3)
    tally.add(torch.eye(3), torch.arange(3), torch.tensor(0.0))
    assert set(tally.evaluation().metrics) == {"loss", "accuracy", "balanced_accuracy"}


def test_balanced_accuracy_is_the_mean_of_the_recalls_of_the_classes_there_are() -> None:
    confusion = count_pairs(np.array([0] * 8 + [1] * 2), np.array([0] * 8 + [0, 1]), 3)
    assert confusion.tolist() == [[8, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert balanced_accuracy(confusion) == pytest.approx((1.0 + 0.5) / 2)


def test_half_precision_answers_are_counted() -> None:
    tally = Tally(3)
    tally.add(torch.eye(3, dtype=torch.bfloat16), torch.arange(3), torch.tensor(0.5, dtype=torch.bfloat16))
    assert tally.evaluation().metrics["accuracy"] == 1.0


def test_the_rate_and_the_time_left() -> None:
    time = FakeTime()
    pace = Pace(time, total=100, done=20)
    assert pace.left_s == 0.0
    for _ in range(10):
        time.advance(0.5)
        pace.step(8)
        pace.look()
    assert pace.rate == pytest.approx(16.0)
    assert pace.left_s == pytest.approx(70 * 0.5)
    time.advance(100)  # it was judged
    pace.resume()
    time.advance(0.5)
    pace.step(8)
    pace.look()
    assert pace.rate == pytest.approx(16.0)
    assert pace.left_s == pytest.approx(69 * 105.5 / 11)


def test_the_rate_follows_a_change_within_seconds() -> None:
    time = FakeTime()
    pace = Pace(time, total=1000, done=0)
    for seconds in [0.1] * 100 + [0.5] * 30:
        time.advance(seconds)
        pace.step(10)
        pace.look()
    assert pace.rate == pytest.approx(20, rel=0.1)


def test_what_takes_long_is_done_seldom() -> None:
    time = FakeTime()
    seldom = Seldom(time)
    assert seldom.due()
    assert not seldom.due(at_least_s=10)
    with seldom.doing():
        time.advance(2)
    assert not seldom.due()
    time.advance(39.9)
    assert not seldom.due()
    time.advance(0.2)
    assert seldom.due()


EPOCHS = [
    Epoch(number, {"loss": 2.0 / number}, {"loss": 2.5 / number, "accuracy": 0.2 * number}, True, 1.0)
    for number in (1, 2, 3)
]


def pixels(png: bytes, path: Path) -> Any:
    import av

    path.write_bytes(png)
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


@pytest.mark.usefixtures("fonts")
def test_curves_are_lines_in_two_fields(tmp_path: Path) -> None:
    drawn = pixels(draw_curves(EPOCHS, "a $title$ of its own"), tmp_path / "curves.png")
    halves = drawn[:, : drawn.shape[1] // 2], drawn[:, drawn.shape[1] // 2 :]
    for half in halves:
        assert ((half == (0x2F, 0x6F, 0xDE)).all(axis=2)).sum() > 100, "the first line's colour"
    assert ((halves[0] == (0xD9, 0x82, 0x2B)).all(axis=2)).sum() > 100, "the validation's"


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("epochs", [0, 1])
def test_there_are_curves_of_little(epochs: int, tmp_path: Path) -> None:
    pixels(draw_curves(EPOCHS[:epochs], "short"), tmp_path / "curves.png")


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("classes", [2, 100])
def test_a_confusion_is_dark_where_it_is_right(classes: int, tmp_path: Path) -> None:
    names = [f"{at} \u7403\n\x1b $very$ <b>long</b> names that go on and on" for at in range(classes)]
    right = pixels(draw_confusion(np.eye(classes, dtype=np.int64) * 9, names, "right"), tmp_path / "right.png")
    wrong = pixels(draw_confusion(np.zeros((classes, classes), np.int64), names, "none"), tmp_path / "wrong.png")
    assert right.shape == wrong.shape
    assert right.mean() < wrong.mean()


def test_tensorboard_gets_the_kept_steps_and_the_epochs(tmp_path: Path) -> None:
    need_library("tensorboardX")
    board = TensorBoard(tmp_path, steps=10, every=5, first=0)
    board.listen(Step(1, 4, 9.0, 0.1, 1.0, 1.0))
    board.listen(Step(1, 5, 2.0, 0.1, 1.0, 1.0))
    board.listen(Epoch(1, {"loss": 2.0}, {"loss": 1.5, "accuracy": 0.5}, True, 1.0))
    board.close()
    assert scalars(tmp_path) == {
        ("train/loss", 5): 2.0,
        ("train/lr", 5): pytest.approx(0.1),
        ("valid/loss", 10): 1.5,
        ("valid/accuracy", 10): 0.5,
    }


def scalars(folder: Path) -> dict[tuple[str, int], float]:
    """What TensorBoard would show of the only file there is."""
    from tensorboardX.proto.event_pb2 import Event

    (path,) = folder.iterdir()
    data, at, found = path.read_bytes(), 0, {}
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        event = Event.FromString(data[at + 12 : at + 12 + size])
        found.update({(value.tag, event.step): value.simple_value for value in event.summary.value})
        at += size + 16
    return found
