"""Looking closely at the running player over the IPC: the values are those of the decoded picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import pytest

from player.media.pixels import native_values, region_statistics
from tests.player.test_pixels import picture_of
from tests.ui.ipc_kit import running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips


def decoded(path: Path, count: int) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return [frame for frame, _ in zip(container.decode(video=0), range(count), strict=False)]


def test_viewport_pixel_and_selection(clips: Clips, tmp_path: Path) -> None:
    path = clips("video_only").path
    pictures = [picture_of(frame) for frame in decoded(path, 2)]
    region = (1, 3, pictures[0].coded_size[0] - 2, pictures[0].coded_size[1] - 3)
    with running(tmp_path, path, "--pause") as player, player.connect() as client:
        assert client.ask("overplay/pixel", 3, 4)["error"] in ("success", "error running command")
        client.until_shown()

        client.do("observe_property", 1, "overplay/viewport")
        client.until_change("overplay/viewport", lambda view: view == {"zoom": None, "center": [0.5, 0.5]})
        client.do("set_property", "overplay/viewport", {"zoom": 16, "center": [0, 0]})
        view = client.until_change("overplay/viewport")
        assert view["zoom"] == 16
        assert 0 < view["center"][0] < 0.5, "no farther than the border"
        assert client.ask("set_property", "overplay/viewport", {"zoom": 100})["error"] != "success"

        found = client.do("overplay/pixel", 21, 13)
        assert values(found) == [each.value for each in native_values(pictures[0], 21, 13)]
        assert found["native"][1]["x"] == 10
        assert client.ask("overplay/pixel", 99999, 0)["error"] == "invalid parameter"

        client.do("observe_property", 2, "overplay/selection")
        client.do("set_property", "overplay/selection", list(region))
        assert_statistics(client.until_change("overplay/selection", known)["statistics"], pictures[0], region)
        client.do("frame-step")
        stepped = client.until_change(
            "overplay/selection",
            lambda data: known(data) and data["statistics"][0]["mean"] != pytest.approx(mean(pictures[0], region)),
        )
        assert_statistics(stepped["statistics"], pictures[1], region)
        assert values(client.do("overplay/pixel", 21, 13)) == [
            each.value for each in native_values(pictures[1], 21, 13)
        ]
        assert client.ask("set_property", "overplay/selection", [0, 0, 99999, 1])["error"] != "success"

        assert_statistics(client.do("overplay/statistics", 0, 0, 8, 8), pictures[1], (0, 0, 8, 8))
        client.do("set_property", "overplay/selection", None)
        assert client.until_change("overplay/selection", lambda data: data is None) is None
        client.do("quit")
        assert player.end() == 0


def known(data: Any) -> bool:
    return bool(data and data["statistics"])


def values(found: dict[str, Any]) -> list[int]:
    return [each["value"] for each in found["native"]]


def mean(picture: Any, region: tuple[int, int, int, int]) -> float:
    return region_statistics(picture, region)[0].mean


def assert_statistics(found: list[dict[str, Any]], picture: Any, region: tuple[int, int, int, int]) -> None:
    wanted = region_statistics(picture, region)
    assert [(each["component"], each["min"], each["max"], each["count"]) for each in found] == [
        (each.name, each.minimum, each.maximum, each.count) for each in wanted
    ]
    assert [each["mean"] for each in found] == pytest.approx([each.mean for each in wanted])
    assert [each["deviation"] for each in found] == pytest.approx([each.deviation for each in wanted])
