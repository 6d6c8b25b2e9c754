"""Plants faults for the gates of `cargo xtask python` to catch: plant.py WHEEL FOLDER."""

import shutil
import sys
import zipfile
from pathlib import Path

# One clean file for each tool, and one with its fault.
FILES = {
    "__init__.py": '"""A package, as ruff wants it."""\n',
    "clean.py": '"""Clean."""\n',
    "lint.py": '"""An import that is not used."""\n\nimport os\n',
    "format.py": '"""Quotes of the other kind."""\n\nNAME = \'x\'\n',
    "types.py": '"""An argument of the wrong type."""\n\nfrom mendix_deploy import Client\n\n'
    "Client.from_env().get_app(7)\n",
    "test_clean.py": "def test_clean() -> None:\n    pass\n",
    "test_fails.py": "def test_fails() -> None:\n    assert not True\n",
    "test_warns.py": 'import warnings\n\n\ndef test_warns() -> None:\n    warnings.warn("old", DeprecationWarning)\n',
    "test_skips.py": 'import pytest\n\n\ndef test_skips() -> None:\n    pytest.skip("no reason")\n',
}


def replace_once(text: str, before: str, after: str) -> str:
    """Replace what is there once, at least."""
    if before not in text:
        message = f"there is no {before!r} to replace"
        raise SystemExit(message)
    return text.replace(before, after, 1)


def plant_package(wheel: Path, folder: Path, stub: str) -> None:
    """Unpack the package with another stub."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (folder / "mendix_deploy" / "_native.pyi").write_text(stub)


def plant_wheel(wheel: Path, folder: Path, changed: str, before: bytes, after: bytes) -> None:
    """Write the wheel with a member changed, or, where it has no such member, with one more."""
    folder.mkdir()
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(folder / wheel.name, "w") as target:
        names = source.namelist()
        is_new = not any(name.endswith(changed) for name in names)
        for name in names:
            content = source.read(name)
            if name.endswith(changed):
                if before not in content:
                    message = f"there is no {before!r} in {name}"
                    raise SystemExit(message)
                content = content.replace(before, after, 1)
            if is_new and name.endswith("/RECORD"):
                content += f"{changed},,\n".encode()
            target.writestr(name, content)
        if is_new:
            target.writestr(changed, after)


def plant_documents(folder: Path) -> None:
    """Copy the documents, with a link to one that is not there, and without a class."""
    shutil.copytree("docs", folder)
    guide, results = folder / "python.md", folder / "site" / "results.rst"
    guide.write_text(guide.read_text() + "\n[Gone.](guides/gone.md)\n")
    results.write_text(replace_once(results.read_text(), ".. autoclass:: Snapshot\n", ""))


def main() -> None:
    """Plant all of them."""
    wheel, folder = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with zipfile.ZipFile(wheel) as archive:
        stub = archive.read("mendix_deploy/_native.pyi").decode()
    plant_package(wheel, folder / "unlisted", replace_once(stub, "    def get_app(", "    def get_an_app("))
    plant_package(wheel, folder / "untyped", replace_once(stub, "app_id: str", "app_id"))
    plant_documents(folder / "docs")
    # A function that the stable interface has from 3.13 on only.
    plant_wheel(wheel, folder / "abi3", "_native.abi3.so", b"\0PyObject_GetAttr\0", b"\0PyUnicode_AsUTF8\0")
    plant_wheel(wheel, folder / "contents", "mendix_deploy/enums.pyc", b"", b"x")
    plant_wheel(wheel, folder / "metadata", "/METADATA", b"text/markdown", b"text/x-rst\n\n`broken\n====")


if __name__ == "__main__":
    main()
