"""Programs open when we wrote them or the user agreed, by sha256: now, for this run, or for good."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from player.analysis.model_file import ModelFile, ModelKind
from player.analysis.trust import Trust

ONE, OTHER = "1" * 64, "2" * 64


def program(sha256: str = ONE, path: str = "net.pt2", kind: ModelKind = "pt2") -> ModelFile:
    return ModelFile(Path(path), kind, sha256, 100)


@pytest.mark.parametrize("kind", ["onnx", "safetensors", "state-dict"])
def test_what_is_no_program_opens(kind: ModelKind) -> None:
    assert Trust(None).allows(program(kind=kind))


@pytest.mark.parametrize("kind", ["pt2", "torchscript"])
def test_a_program_opens_once_somebody_agreed_to_its_bytes(tmp_path: Path, kind: ModelKind) -> None:
    registry = tmp_path / "data" / "trusted.txt"
    trust = Trust(registry)
    assert not trust.allows(program(kind=kind))
    trust.agree(ONE, "net.pt2")
    assert trust.allows(program(kind=kind))
    assert not trust.allows(program(OTHER, kind=kind))
    assert Trust(registry).allows(program(kind=kind, path="moved/elsewhere.pt2"))
    assert not Trust(None).allows(program(kind=kind))


def test_the_registry_is_the_users_own_file_and_says_why(tmp_path: Path) -> None:
    registry = tmp_path / "trusted.txt"
    trust = Trust(registry)
    trust.wrote(ONE, "ours.pt2")
    trust.agree(OTHER, f"evil\n{'3' * 64} agreed name")
    trust.agree(OTHER, "again")
    lines = registry.read_text().splitlines()
    assert lines == [f"{ONE} written ours.pt2", f"{OTHER} agreed evil {'3' * 64} agreed name"]
    assert not Trust(registry).allows(program("3" * 64))
    if os.name == "posix":
        assert stat.S_IMODE(registry.stat().st_mode) == 0o600


def test_without_a_registry_it_is_remembered_for_this_process(tmp_path: Path) -> None:
    trust = Trust(None)
    trust.agree(ONE, "net.pt2")
    assert trust.allows(program())


def test_trust_model_holds_for_the_named_file_and_the_bytes_it_has(tmp_path: Path) -> None:
    path = str(tmp_path / "net.pt2")
    registry = tmp_path / "trusted.txt"
    trust = Trust(registry, named=[path])
    assert not trust.allows(program(path=str(tmp_path / "other.pt2")))
    assert trust.allows(program(path=path))
    assert trust.allows(program(path=path))
    assert not trust.allows(program(OTHER, path=path))
    assert not registry.exists()


def test_two_that_agree_at_once_are_both_remembered(tmp_path: Path) -> None:
    registry = tmp_path / "trusted.txt"
    hashes = [f"{number:064x}" for number in range(40)]
    threads = [threading.Thread(target=Trust(registry).agree, args=(each, "net")) for each in hashes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(Trust(registry).allows(program(each)) for each in hashes)
