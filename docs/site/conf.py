"""The reference site, built by `cargo xtask python site`: the guides, and the package's own documentation."""

import ast
import importlib.util
from pathlib import Path

import mendix_deploy
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

project = "mendix-deploy"
author = "the mendix-deploy authors"
version = release = mendix_deploy.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "site/index"
include_patterns = [
    "site/*",
    "python.md",
    "command-line.md",
    "reliability.md",
    "retry-matrix.md",
    "c.md",
    "guides/*.md",
    "decisions/*.md",
]
myst_heading_anchors = 3
html_theme = "alabaster"
html_show_sphinx = False
default_role = "code"
autodoc_member_order = "groupwise"
autodoc_default_options = {"members": True, "undoc-members": False}
# The blocks of Rust say how they are tested: `rust,ignore`.
suppress_warnings = ["misc.highlighting_failure"]
nitpicky = True
# Python's own types are on no page here, and the names of the stub are without their modules.
nitpick_ignore_regex = [("py:.*", r"(?!mendix_deploy\.).*"), ("py:.*", r"mendix_deploy\.results\._\w+")]


def _signatures() -> dict[str, tuple[str, str | None]]:
    """Give the parameters and the result of each function and property of the stub, by its name with its class."""
    found: dict[str, tuple[str, str | None]] = {}
    spec = importlib.util.find_spec("mendix_deploy")
    if spec is None or spec.origin is None:
        return found
    tree = ast.parse(Path(spec.origin).with_name("_native.pyi").read_text())
    for owner in ast.walk(tree):
        for node in getattr(owner, "body", []) if isinstance(owner, ast.ClassDef | ast.Module) else []:
            if not isinstance(node, ast.FunctionDef):
                continue
            name = f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name
            arguments = node.args
            # `self` or `cls`.
            arguments.posonlyargs = []
            for argument in [*arguments.args, *arguments.kwonlyargs]:
                if isinstance(argument.annotation, ast.Constant):
                    argument.annotation = ast.parse(str(argument.annotation.value), mode="eval").body
            result = None if node.returns is None else ast.unparse(node.returns)
            found[name] = (f"({ast.unparse(arguments)})", result)
    return found


SIGNATURES = _signatures()


def _typed(
    _app: object, what: str, name: str, _object: object, _options: object, signature: str | None, result: str | None
) -> tuple[str | None, str | None]:
    own = name.removeprefix("mendix_deploy.")
    if what in {"property", "attribute"}:
        return signature, result
    if what == "class" and f"{own}.__new__" in SIGNATURES:
        return SIGNATURES[f"{own}.__new__"][0], None
    return SIGNATURES.get(own, (signature, result))


def _check(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of what is public and on no page."""
    pages = {name.rsplit(".", 1)[-1] for name in env.domains["py"].data["objects"]}
    for name in mendix_deploy.__all__:
        if name not in pages and name != "__version__":
            logging.getLogger(__name__).warning("%s is on no page of the reference", name)


def setup(app: Sphinx) -> None:
    """Have the types of the stub shown, since the module itself has only names, and check that nothing is left out."""
    app.connect("autodoc-process-signature", _typed)
    app.connect("env-check-consistency", _check)
