"""`overplay frames --quick`: what it prints is what it prints without it, only sooner."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from player.cli import frames
from player.errors import StreamError, UsageError
from player.media import quick_reader
from player.media.frame_index import FrameIndex
from player.media.picture_reader import PictureReader
from tests.helpers.clips import Clips
from tests.helpers.media import need_media
from tests.helpers.truth_index import truth_index


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path / "home"))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert frames.run(arguments) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    ["bframes", "bpyramid", "open_gop", "vfr", "edit_list", "nonzero_start", "interlaced", "missing_pts", "no_pts",
     "avi", "jump_back", "resize", "damaged", "damaged_end"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["--md5", "--csv"])
def test_the_same_rows(clips: Clips, capsys: pytest.CaptureFixture[str], name: str, kind: str) -> None:
    path = str(clips(name).path)
    count = truth_index(path).index.count
    chosen = [path, kind, "--range", f"{count // 2}:{count}", "--every", "3"]
    exact = printed(capsys, *chosen)
    assert len(exact.splitlines()) > 1
    assert printed(capsys, *chosen, "--quick") == exact
    assert printed(capsys, *chosen, "--quick") == exact  # with the index from the disk, where it was kept


def test_pictures_far_apart_are_gone_to_one_by_one(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [str(clips("long_gop").path), "--range", "5:", "--every", "100"]
    exact = printed(capsys, *chosen)
    assert [row.split(",")[0] for row in exact.splitlines()] == ["5", "105", "205"]
    assert printed(capsys, *chosen, "--quick") == exact


@pytest.mark.parametrize("name", ["avc_pyramid_3b.mp4", "vtest_walkers.avi"])
def test_real_files_have_the_md5s_that_ffmpeg_gives(capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = need_media(name)
    stored = next((path.parent / "framemd5").glob(f"{name}.framemd5*"))
    text = gzip.decompress(stored.read_bytes()).decode() if stored.suffix == ".gz" else stored.read_text()
    expected = [line.rsplit(",", 1)[1].strip() for line in text.splitlines() if line and not line.startswith("#")]
    rows = printed(capsys, str(path), "--vid", "1", "--range", "70:90", "--quick").splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows] == expected[70:90]


def test_the_pictures_before_are_not_decoded(
    clips: Clips, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_reader: PictureReader) -> None:
        raise AssertionError("it decodes from the start")

    monkeypatch.setattr(PictureReader, "__iter__", never)
    path = str(clips("cfr").path)
    assert printed(capsys, path, "--csv", "--range", "40:42", "--quick").splitlines()[1].startswith("40,")


def test_pictures_are_written(clips: Clips, tmp_path: Path) -> None:
    assert frames.run([str(clips("bframes").path), "--range", "30:32", "--quick", "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["000030.png", "000031.png"]


def test_a_picture_past_the_end(clips: Clips) -> None:
    with pytest.raises(UsageError, match="There is no picture 50; the last one is 49"):
        frames.run([str(clips("bframes").path), "--range", "50:60", "--quick"])


@pytest.mark.parametrize("name", ["damaged", "cfr"])
def test_an_index_that_promised_too_much_is_an_error_and_not_a_wrong_picture(
    clips: Clips, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    truth = truth_index(str(clips(name).path))
    step = truth.index.pts_of(1) or 0
    first = truth.index.pts_of(0) or 0
    more = FrameIndex(
        first + step * np.arange(60, dtype=np.int64),
        (2 * truth.index.flags)[:60],
        truth.index.time_base,
        final=True,
        seek_margin=truth.index.seek_margin,
    )
    monkeypatch.setattr(quick_reader, "quick_index", lambda *_: more)
    with pytest.raises(StreamError, match="without --quick"):
        frames.run([truth.path, "--range", "10:60", "--quick"])
    rows = capsys.readouterr().out.splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows] == list(truth.md5s[10 : 10 + len(rows)])
