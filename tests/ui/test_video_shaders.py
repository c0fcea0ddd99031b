"""The committed shaders are whole, and baked from the sources beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QShader

from resources.shaders import bake


def baked(path: Path) -> QShader:
    return QShader.fromSerialized(QByteArray(path.read_bytes()))


def versions(shader: QShader) -> dict[str, bytes]:
    """Every language and version in it, with its code."""
    return {
        f"{key.source().name} {key.sourceVersion().version()}": bytes(shader.shader(key).shader().data())
        for key in shader.availableShaders()
    }


@pytest.mark.parametrize("source", bake.sources(), ids=lambda path: path.name)
def test_every_graphics_system_finds_its_language(source: Path) -> None:
    shader = baked(source.with_name(f"{source.name}.qsb"))
    assert shader.isValid()
    languages = {
        "SpirvShader 100",
        "GlslShader 120",
        "GlslShader 150",
        "GlslShader 300",
        "HlslShader 50",
        "MslShader 12",
    }
    assert set(versions(shader)) == languages


def test_what_is_committed_was_baked_from_these_sources(tmp_path: Path) -> None:
    baker = bake.find_baker()
    if baker is None:
        pytest.skip("pyside6-qsb is not installed (package PySide6-Addons): the shaders cannot be baked again")
    for made in bake.bake(baker, tmp_path):
        assert versions(baked(made)) == versions(baked(bake.HERE / made.name)), f"bake {made.stem} again"
