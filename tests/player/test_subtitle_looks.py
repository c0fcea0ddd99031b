"""What is drawn of subtitles: words with their marks and places, pictures with their own colours."""

from __future__ import annotations

import pytest

from player.media.subtitle_palettes import Palette, PgsPalettes, rgba_of, vobsub_palette
from player.options import OpenOptions
from player.records import Cue
from player.subtitles.styled import Block, Span, block_of, blocks_of
from tests.helpers.media import need_media
from tests.helpers.playing import Playing

IDX = "size: 720x576\npalette: 000000, 0000ff, 00ff00, ff0000, " + ", ".join(["112233"] * 12) + "\n"


def event(text: str) -> str:
    return f"0,0,Default,,0,0,0,,{text}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("plain, with a comma", ((Span("plain, with a comma"),),)),
        (r"{\i1}leaning{\i0} not", ((Span("leaning", italic=True), Span(" not")),)),
        (r"one\Ntwo\nthree", ((Span("one"),), (Span("two"),), (Span("three"),))),
        (r"{\b700\u1}both{\s1}all", ((Span("both", True, underlined=True), Span("all", True, False, True, True)),)),
        (r"a\hb", ((Span("a"), Span("\u00a0"), Span("b")),)),
        (r"{a note}{\fs40\c&H00FF00&}words", ((Span("words"),),)),
        (r"{\p1}m 0 0 l 10 0{\p0}words", ((Span("words"),),)),
        (r"open {brace \q", ((Span("open "), Span("{"), Span("brace "), Span("\\"), Span("q")),)),
    ],
)
def test_override_tags(text: str, lines: tuple[tuple[Span, ...], ...]) -> None:
    assert block_of(event(text)).lines == lines


@pytest.mark.parametrize(
    ("tag", "place"), [(r"\an8", 8), (r"\an1", 1), (r"\a6", 8), (r"\a10", 5), (r"\an0", 2), (r"\a4", 2), ("", 2)]
)
def test_places(tag: str, place: int) -> None:
    assert block_of(event("{" + tag + "}words")).place == place


def test_a_cue_without_an_ass_line_is_its_text() -> None:
    assert blocks_of([Cue(0, 1, "<b>a</b>\nb")]) == (Block(((Span("<b>a</b>"),), (Span("b"),))),)


def test_nothing_is_drawn_of_nothing() -> None:
    assert blocks_of([Cue(0, 1, "", event(r"{\p1}m 0 0")), Cue(0, 1, "", event("  ")), Cue(0, 1, "")]) == ()


def test_control_characters_do_not_come_through() -> None:
    ((span,),) = block_of(event("a\x1b[2Jb\u202ec")).lines
    assert "\x1b" not in span.text
    assert "\u202e" not in span.text


def segment(kind: int, data: bytes) -> bytes:
    return bytes([kind]) + len(data).to_bytes(2, "big") + data


def composition(palette: int, *, epoch: bool, height: int = 1080) -> bytes:
    size = (1920).to_bytes(2, "big") + height.to_bytes(2, "big")
    return segment(0x16, size + bytes([0x10, 0, 1, 0x80 if epoch else 0, 0, palette, 0]))


def test_pgs_colours_go_by_the_standard_of_their_size() -> None:
    red_709, red_601 = bytes([5, 63, 240, 102, 255]), bytes([5, 81, 240, 90, 128])
    hd = PgsPalettes().take(composition(0, epoch=True) + segment(0x14, bytes([0, 0]) + red_709))
    sd = PgsPalettes().take(composition(0, epoch=True, height=576) + segment(0x14, bytes([0, 0]) + red_601))
    for palette, opacity in ((hd, 255), (sd, 128)):
        red, green, blue, alpha = palette.colours[5]
        assert red >= 253
        assert green <= 2
        assert blue <= 2
        assert alpha == opacity
    assert hd.canvas == (1920, 1080)


def test_pgs_colours_last_until_the_next_epoch() -> None:
    follows = PgsPalettes()
    follows.take(composition(1, epoch=True) + segment(0x14, bytes([1, 0, 7, 235, 128, 128, 255])))
    assert follows.take(composition(1, epoch=False)).colours[7] == (255, 255, 255, 255)
    assert follows.take(composition(2, epoch=False)).colours == {}
    assert follows.take(composition(1, epoch=True)).colours == {}


@pytest.mark.parametrize("cut", range(0, 30, 3))
def test_pgs_cut_short_is_no_error(cut: int) -> None:
    whole = composition(0, epoch=True) + segment(0x14, bytes([0, 0, 1, 235, 128, 128, 255]))
    PgsPalettes().take(whole[:cut])


def unit(*commands: int) -> bytes:
    """A sub-picture unit of no pixels with one control sequence."""
    control = bytes([0, 0, 0, 4, *commands])
    return (4 + len(control)).to_bytes(2, "big") + (4).to_bytes(2, "big") + control


def test_vobsub_colours_are_chosen_by_the_unit() -> None:
    palette = vobsub_palette(unit(0x00, 0x03, 0x32, 0x10, 0x04, 0xF8, 0x40, 0x01, 0xFF), IDX)
    assert palette.canvas == (720, 576)
    assert palette.colours == {0: (0, 0, 0, 0), 1: (0, 0, 255, 68), 2: (0, 255, 0, 136), 3: (255, 0, 0, 255)}


@pytest.mark.parametrize("packet", [b"", b"\x00", unit(), unit(0x03), unit(0x99, 0x03, 0, 0), unit(0x03, 0, 0)])
def test_vobsub_without_its_colours_has_none(packet: bytes) -> None:
    assert vobsub_palette(packet, IDX).colours == {}
    assert vobsub_palette(unit(0x03, 0x32, 0x10, 0x04, 0xFF, 0xFF, 0xFF), "size: 0x0").colours == {}


def test_pixels() -> None:
    palette = Palette({0: (1, 2, 3, 4), 9: (5, 6, 7, 8)})
    assert rgba_of(bytes([9, 0, 200]), palette) == bytes([5, 6, 7, 8, 1, 2, 3, 4, 0, 0, 0, 0])


@pytest.mark.parametrize(("name", "canvas"), [("sub_pgs.mkv", (1280, 720)), ("sub_vobsub.mkv", (1280, 720))])
def test_real_pictures_have_light_letters_with_a_dark_edge(name: str, canvas: tuple[int, int]) -> None:
    path = need_media(name)
    with Playing(numbered=False) as playing:
        playing.open_paused(path, OpenOptions(paused=True, sid=1, start_s=0.5))
        playing.until(lambda: bool(playing.player.cues()))
        (cue,) = playing.player.cues()
    (bitmap,) = cue.bitmaps
    assert bitmap.canvas == canvas
    assert bitmap.y > canvas[1] / 2
    opaque = [bitmap.rgba[at : at + 3] for at in range(0, len(bitmap.rgba), 4) if bitmap.rgba[at + 3] > 200]
    assert sum(min(pixel) > 180 for pixel in opaque) > 500
    assert sum(max(pixel) < 60 for pixel in opaque) > 500
