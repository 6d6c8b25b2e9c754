"""Programs that are frozen (by PyInstaller and its like) have what is imported in Python, not what Rust imports."""

import modulefinder
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import text_of

RUST = Path(__file__).parents[2] / "crates" / "mendix-deploy-py" / "src"

# All that the library makes in Python: results with dates, errors, events, paths, bars. It imports nothing else.
PROGRAM = """
import sys

import mendix_deploy
from mendix_deploy.testing import Simulator

seen = []
with Simulator(accept_any_package=True, start_duration=0) as sim, sim.client(on_event=seen.append) as client:
    uploaded = client.upload_package("calc", b"PK" * 100000, name="a.mda", progress=True)
    try:
        client.transport_package("calc", "Acceptance", uploaded.package_id)
    except mendix_deploy.ConflictError as error:
        assert error.evidence == "Refused" and error.attempts
    sim.add_fault("stop_environment", "close", after_effect=True)
    client.stop_environment("calc", "Acceptance")
    client.wait_for_status("calc", "Acceptance", "Stopped", progress=lambda seen, elapsed: None)
    assert client.list_backups("calc", "Acceptance")[0].created_on.tzinfo
    settings = client.get_environment_settings("calc", "Acceptance")
    client.set_environment_settings("calc", "Acceptance", settings)
    assert client.get_environment("calc", "Acceptance").to_json()
    client.download_archived_logs("calc", "Acceptance", "2018-08-10", sys.argv[1], progress=True)
    with open(sys.argv[1], "rb") as log:
        client.upload_package("calc", log, name="b.mda")
assert seen
print(*sorted(sys.modules))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program of a user's."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def run_on_a_terminal(command: list[str | Path]) -> tuple[str, str]:
    """Run a program, and give what it wrote and what its terminal showed."""
    terminal, end = pty.openpty()
    written = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=end, text=True)
    os.close(end)
    text = text_of(terminal)
    assert written.returncode == 0, text
    return written.stdout, text


def seen_by_freezers(program: Path) -> set[str]:
    """Names of what a program imports, and what that imports in turn, as it can be seen without running it."""
    finder = modulefinder.ModuleFinder(excludes=["tqdm"])
    finder.run_script(str(program))
    return set(finder.modules)


def test_what_rust_imports_by_name_is_imported_in_python_too(program: Path) -> None:
    program.write_text("import mendix_deploy")
    sources = [path.read_text() for path in RUST.rglob("*.rs")]
    named = [re.findall(r'\bimport\(\s*(?:intern!\()?(?:py,\s*)?"([\w.]+)"', source) for source in sources]
    # None is named in a way that this test does not read.
    assert sum(map(len, named)) == sum(len(re.findall(r"\bimport\(", source)) for source in sources) > 5
    assert {name for names in named for name in names} <= seen_by_freezers(program)
    show = "import sys, mendix_deploy; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", show], text=True)
    ours = {name for names in named for name in names if name.startswith("mendix_deploy.")}
    assert ours <= set(loaded.split())


def test_what_is_imported_at_run_time_is_seen_before(program: Path, tmp_path: Path) -> None:
    before = subprocess.check_output([sys.executable, "-I", "-c", "import sys; print(*sys.modules)"], text=True)
    # tqdm is not to be found here, and imports much.
    without = "import sys; sys.modules['tqdm'] = None; exec(compile(open(sys.argv.pop(1)).read(), 'program', 'exec'))"
    after, shown = run_on_a_terminal([sys.executable, "-I", "-c", without, program, tmp_path / "log"])
    assert "Upload: 100 %" in shown
    # `typing` makes modules of its own.
    made = {"tqdm", "typing.io", "typing.re"}
    assert set(after.split()) - set(before.split()) - made <= seen_by_freezers(program)


def test_a_frozen_program_draws_its_bars(program: Path, tmp_path: Path) -> None:
    folders = [f"--{kind}path={tmp_path / kind}" for kind in ("dist", "work", "spec")]
    freeze = [sys.executable, "-m", "PyInstaller", "--log-level=WARN", "--exclude-module=tqdm", *folders]
    subprocess.run(
        [*freeze, str(program)], check=True, env=os.environ | {"PYINSTALLER_CONFIG_DIR": str(tmp_path / "cache")}
    )
    frozen = tmp_path / "dist" / "program" / "program"
    _, shown = run_on_a_terminal([frozen, tmp_path / "log"])
    assert "Upload: 100 %" in shown
    assert "Download: 100 %" in shown
