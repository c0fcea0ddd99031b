"""What every test gets: a check that it left nothing behind, and clips made on demand."""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.helpers.leaks import find_leaks, take_handles

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from PySide6.QtWidgets import QApplication

    from tests.helpers.clips import Clips

# Set before anything imports Qt or SDL: tests need no screen and no sound card. A test that wants the real ones
# says so by setting the variable itself, in its own process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
# onnxruntime keeps a database in the home and sends it to its makers, unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# A machine that is busy with something else makes no test fail: what is too slow is measured elsewhere.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

_FAILED = pytest.StashKey[bool]()


class _Blocked(MetaPathFinder):
    """Makes the packages it was given look as if they were not installed."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = frozenset(packages)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"No module named {fullname!r} (blocked by --block)", name=fullname)
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--block", default="", help="comma-separated packages that cannot be imported in this run")


def pytest_configure(config: pytest.Config) -> None:
    packages = [name for name in config.getoption("--block").split(",") if name]
    loaded = [name for name in packages if name in sys.modules]
    if loaded:
        raise pytest.UsageError(f"--block comes too late for {', '.join(loaded)}: already imported")
    if packages:
        sys.meta_path.insert(0, _Blocked(packages))


def pytest_report_header(config: pytest.Config) -> str | None:
    packages = config.getoption("--block")
    return f"blocked from import: {packages}" if packages else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash.setdefault(_FAILED, False)
    item.stash[_FAILED] |= report.failed
    return report


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread running or a file open, by name.

    Not one that failed anyway: the traceback keeps what the test held, and a second error would hide the first.
    """
    before = take_handles()
    yield
    if request.node.stash.get(_FAILED, False):
        return
    leaks = find_leaks(before)
    if leaks:
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings and caches of the tests, and of the processes they start, live in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OVERPLAY_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Small clips with known truth, made when first asked for: `clips("bframes")`."""
    from tests.helpers.clips import Clips

    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The one application object of the process, off screen unless the platform was chosen otherwise."""
    from PySide6.QtWidgets import QApplication

    from ui.theme import STYLE

    application = QApplication.instance() or QApplication(["overplay", *STYLE])
    assert isinstance(application, QApplication)
    return application
