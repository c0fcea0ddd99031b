"""Histograms of the running player's picture over the IPC: those of the decoded picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from player.media.pixels import region_values
from tests.player.test_pixels import picture_of
from tests.ui.ipc_kit import running

pytest.importorskip("cv2", reason="the scopes count by OpenCV", exc_type=ImportError)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips


def test_histograms_of_the_picture_on_screen(clips: Clips, tmp_path: Path) -> None:
    path = clips("video_only").path
    with av.open(str(path)) as container:
        picture = picture_of(next(container.decode(video=0)))
    values = region_values(picture, (0, 0, *picture.coded_size))
    with running(tmp_path, path, "--pause") as player, player.connect() as client:
        client.until_shown()
        found = client.do("overplay/scopes")
        assert (found["bits"], found["float"]) == (8, False)
        assert [each["component"] for each in found["components"]] == ["Y'", "Cb", "Cr"]
        for each in found["components"]:
            plane = values[each["component"]]
            assert each["histogram"] == np.bincount(plane.ravel(), minlength=256).tolist()
            assert (each["samples"], each["min"], each["max"]) == (plane.size, plane.min(), plane.max())
            assert each["mean"] == pytest.approx(plane.mean())
        client.do("set_property", "overplay/look", {"override": {"range": "full"}})
        luma = client.do("overplay/scopes")["components"][0]
        assert (luma["nominal"], luma["below"], luma["above"]) == ([0, 255], 0, 0)
        client.do("stop")
        assert client.ask("overplay/scopes")["error"] == "error running command"
