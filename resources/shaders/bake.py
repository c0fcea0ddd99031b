"""Bakes every shader beside this file to `.qsb` with `pyside6-qsb` (of PySide6-Addons, needed for this alone).

Run `python resources/shaders/bake.py` after a change and commit both; the product reads the `.qsb` only. With a folder
as argument the files go there instead.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGETS = ["--glsl", "300 es,120,150", "--hlsl", "50", "--msl", "12"]


def sources() -> list[Path]:
    return sorted([*HERE.glob("*.vert"), *HERE.glob("*.frag")])


def find_baker() -> str | None:
    """`pyside6-qsb`, beside this Python or on the path; None where it is not installed.

    The command comes with PySide6-Essentials, but what it starts comes with PySide6-Addons.
    """
    package = importlib.util.find_spec("PySide6")
    if package is None or package.origin is None or not list(Path(package.origin).parent.glob("qsb*")):
        return None
    beside_python = Path(sys.executable).parent / "pyside6-qsb"
    return str(beside_python) if beside_python.exists() else shutil.which("pyside6-qsb")


def bake(baker: str, folder: Path) -> list[Path]:
    """Bakes all sources into `folder`; the paths made. Raises CalledProcessError where a shader is wrong."""
    made = []
    for source in sources():
        target = folder / f"{source.name}.qsb"
        subprocess.run([baker, *TARGETS, "-o", str(target), str(source)], check=True)
        made.append(target)
    return made


def main(arguments: list[str]) -> int:
    baker = find_baker()
    if baker is None:
        print("pyside6-qsb is missing: pip install PySide6-Addons", file=sys.stderr)
        return 1
    for target in bake(baker, Path(arguments[0]) if arguments else HERE):
        print(f"{target.name} ({target.stat().st_size} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
