"""The built wheel works outside the checkout: its command runs, its resources are found, its tests stay at home."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = ROOT / "resources"


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout by the build tool that the test extra has: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("overplay-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed alone in a folder."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", folder, wheel)
    done = run(*pip, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def python(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """An interpreter that sees the installed wheel, and of this environment only what the wheel depends on.

    `-S` leaves out the `site` module and with it the editable install's link to the checkout.
    """
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    paths = os.pathsep.join([str(installed), *sorted(libraries)])
    return run(sys.executable, "-S", *arguments, cwd=installed, env=os.environ | {"PYTHONPATH": paths})


def test_the_wheel_has_the_packages_and_the_licence_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"player", "ui", "resources"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.endswith(".pyc") for name in names)


def test_what_is_imported_is_the_installed_one(installed: Path) -> None:
    done = python(installed, "-c", "import player, ui, resources; print(player.__file__, ui.__file__)")
    assert done.returncode == 0, done.stderr
    assert all(Path(word).is_relative_to(installed) for word in done.stdout.split())
    assert python(installed, "-c", "import tests").returncode != 0


def test_every_resource_is_found_where_it_is_installed(installed: Path) -> None:
    wanted = {
        str(path.relative_to(RESOURCES))
        for path in RESOURCES.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path.parent.name != "screenshots"  # those are the README's
    }
    assert "demo.mp4" in wanted
    code = "import sys; from importlib.resources import files; root = files('resources')\n"
    code += "for name in sys.argv[1:]: print(len(root.joinpath(name).read_bytes()), name)"
    done = python(installed, "-c", code, *sorted(wanted))
    assert done.returncode == 0, done.stderr
    found = {line.split(" ", 1)[1]: int(line.split(" ", 1)[0]) for line in done.stdout.splitlines()}
    assert found == {name: (RESOURCES / name).stat().st_size for name in wanted}


def test_the_command_helps_and_probes(installed: Path, clips: Clips) -> None:
    done = python(installed, "-m", "player.cli", "--help")
    assert done.returncode == 0, done.stderr
    assert "overplay" in done.stdout

    done = python(installed, "-m", "player.cli", "probe", str(clips("cfr")))
    assert done.returncode == 0, done.stderr
    assert "h264" in done.stdout
    assert "aac" in done.stdout


def test_the_console_script_names_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "overplay = player.cli.main:entry" in archive.read(entry).decode()
