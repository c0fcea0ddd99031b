"""Bakes every shader beside this file to `.qsb` with `pyside6-qsb` (of PySide6-Addons, needed for this alone).

Run `python resources/shaders/bake.py` after a change and commit both; the product reads the `.qsb` only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

TARGETS = ["--glsl", "300 es,120,150", "--hlsl", "50", "--msl", "12"]


def main() -> int:
    here = Path(__file__).parent
    beside_python = Path(sys.executable).parent / "pyside6-qsb"
    baker = str(beside_python) if beside_python.exists() else shutil.which("pyside6-qsb")
    if baker is None:
        print("pyside6-qsb is missing: pip install PySide6-Addons", file=sys.stderr)
        return 1
    for source in sorted([*here.glob("*.vert"), *here.glob("*.frag")]):
        target = source.with_name(source.name + ".qsb")
        subprocess.run([baker, *TARGETS, "-o", str(target), str(source)], check=True)
        print(f"{source.name} -> {target.name} ({target.stat().st_size} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
