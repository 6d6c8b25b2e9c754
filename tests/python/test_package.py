"""The package as it is installed."""

import importlib.metadata
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mendix_deploy


def test_metadata() -> None:
    metadata = importlib.metadata.metadata("mendix-deploy")
    assert metadata["Version"] == mendix_deploy.__version__
    required = [line for line in importlib.metadata.requires("mendix-deploy") or [] if "extra ==" not in line]
    assert required == []
    files = {Path(str(file)).name for file in importlib.metadata.files("mendix-deploy") or []}
    assert {"py.typed", "_native.pyi", "LICENSE-MIT", "LICENSE-APACHE"} <= files


def test_import_takes_less_than_that_of_a_module_of_python(measured: Callable[[str], None]) -> None:
    def seconds(module: str) -> float:
        program = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        return float(subprocess.check_output([sys.executable, "-I", "-c", program]))

    # The quickest of each, in turns: others use the machine.
    ours, others = zip(*((seconds("mendix_deploy"), seconds("asyncio")) for _ in range(11)), strict=True)
    measured(f"import mendix_deploy: {min(ours) * 1000:.1f} ms; import asyncio: {min(others) * 1000:.1f} ms")
    assert min(ours) < min(others)


def test_no_module_is_imported_that_is_not_needed() -> None:
    code = "import sys; before = set(sys.modules); import mendix_deploy; print(*sorted(set(sys.modules) - before))"
    imported = set(subprocess.check_output([sys.executable, "-I", "-c", code], text=True).split())
    assert not imported & {"json", "logging", "asyncio", "urllib.request", "ssl", "tempfile", "pytest"}


def test_help_tells_about_calls() -> None:
    code = "import mendix_deploy; help(mendix_deploy.Client.start_environment)"
    shown = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert "start_environment(self, /, app_id, mode, *, auto_sync_db=True)" in shown
    assert "POST /apps/{AppId}/environments/{Mode}/start" in shown


def test_calls_do_not_leak(measured: Callable[[str], None]) -> None:
    leak = Path(__file__).with_name("leak.py")
    ran = subprocess.run([sys.executable, "-I", leak, "50000"], check=False, capture_output=True, text=True)
    measured(ran.stdout.strip())
    assert ran.returncode == 0, ran.stdout + ran.stderr
