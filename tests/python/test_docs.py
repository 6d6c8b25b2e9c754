"""Every block of the guide runs."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mendix_deploy.testing import Simulator

GUIDE = Path(__file__).parents[2] / "docs" / "python.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def quick() -> Iterator[Simulator]:
    """What the guide's blocks have at hand."""
    with Simulator(accept_any_package=True) as simulator:
        yield simulator
    # One block sets it.
    logging.getLogger("mendix_deploy").setLevel(logging.NOTSET)


def test_the_blocks_run_one_after_another(
    quick: Simulator, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pytester.path)
    by_itself, *others = BLOCKS
    own_tests = [block for block in others if "def test_" in block]
    assert len(own_tests) == 2
    exec(compile(by_itself, str(GUIDE), "exec"), {})  # noqa: S102 - our own
    with quick.client() as client:
        names: dict[str, Any] = {"sim": quick, "client": client}
        for block in others:
            if block not in own_tests:
                exec(compile(block, str(GUIDE), "exec"), names)  # noqa: S102 - our own
    pytester.makepyfile(**{f"test_{place}": block for place, block in enumerate(own_tests)})
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_every_block_is_one_of_python() -> None:
    languages = re.findall(r"^```(\w+)$", GUIDE.read_text(), re.MULTILINE)
    assert languages == ["python"] * len(BLOCKS)
