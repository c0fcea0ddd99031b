"""Who may import whom, where import-linter cannot see: at run time, and by name."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

_IMPORT_ALL = """
import importlib, json, pkgutil, sys

class Blocked:
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}} (blocked)", name=name)

sys.meta_path.insert(0, Blocked())
import {package}
found = ["{package}"]
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    # Networks of our own, training, pictures and runs on a device are torch and nothing else: others import them late.
    if not module.name.endswith(".__main__") and not module.name.startswith(
        ("player.training.", "player.analysis.nets.", "player.analysis.device_prep", "player.analysis.backends.cuda_")
    ):
        importlib.import_module(module.name)
        found.append(module.name)
print(json.dumps({{"found": found, "loaded": sorted(sys.modules)}}))
"""


def run_python(code: str) -> str:
    """What a fresh interpreter prints, with warnings as errors as everywhere in the tests."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_of_the_engine_imports_without_the_window_and_the_models() -> None:
    code = _IMPORT_ALL.format(package="player", blocked={"PySide6", "shiboken6", "torch", "cv2", "onnxruntime"})
    told = json.loads(run_python(code))
    assert "player.cli.main" in told["found"]


def test_every_module_of_the_window_imports_without_the_models() -> None:
    code = _IMPORT_ALL.format(package="ui", blocked={"torch", "cv2", "onnxruntime"})
    told = json.loads(run_python(code))
    assert "ui.app" in told["found"]


def test_importing_the_engine_loads_nothing_heavy() -> None:
    loaded = set(run_python("import player, sys; print(*sys.modules)").split())
    assert not loaded & {"PySide6", "torch", "cv2", "onnxruntime", "scipy", "asyncio"}


def imported_modules(path: Path) -> set[str]:
    """Every module that a file imports, in full; `from package import name` counts as `package.name` too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "ui").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_window_uses_public_names_of_the_engine_only(path: Path) -> None:
    private = {
        name
        for name in imported_modules(path)
        if name.startswith("player.") and any(part.startswith("_") for part in name.split("."))
    }
    assert not private
