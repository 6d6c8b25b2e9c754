"""The table of calls, from which the tests take what they know of each."""

import json
import re
from pathlib import Path
from typing import Any

from mendix_deploy import EnvironmentSettings

CALLS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "crates/mendix-deploy-sim/data/calls.json").read_text()
)


def as_python(arguments: dict[str, Any]) -> dict[str, Any]:
    """Give arguments of the table as Python has them."""
    given = dict(arguments)
    if "content" in given:
        given["source"] = given.pop("content").encode()
    if "settings" in given:
        given["settings"] = EnvironmentSettings.from_json(json.dumps(given["settings"]))
    return given


def example(call: str) -> dict[str, Any]:
    """Give arguments that are right for a call."""
    return as_python(CALLS[call]["example"])


def parameters(call: str) -> str:
    """Give the parameters of a call's method as `inspect` shows them. Keywords have a default, or are numbers."""
    declared = CALLS[call]
    shown = ["self", "/", *re.findall(r"\{(\w+)\}", declared["path"])]
    keywords = []
    for argument in declared.get("arguments", []):
        name = argument["name"]
        if argument.get("optional"):
            keywords.append(f"{name}=None")
        elif "default" in argument:
            keywords.append(f"{name}={argument['default']}")
        elif argument["type"] in {"bool", "integer"} or argument.get("keyword"):
            keywords.append(name)
        else:
            shown.append(name)
    if any(argument["type"] == "source" for argument in declared.get("arguments", [])):
        keywords.append("progress=None")
    return f"({', '.join([*shown, *(['*'] if keywords else []), *keywords])})"


def section(call: str) -> str:
    """Give how the documentation of a call names its place, its title and its request."""
    declared = CALLS[call]
    path = declared["path"].removeprefix("/api/1").removeprefix("/api/v2")
    path = re.sub(r"\{(\w+)\}", lambda name: f"{{{name[1].title().replace('_', '')}}}", path)
    place = f"section {declared['section']}" if "section" in declared else "later documentation"
    place = declared.get("api", f"Deploy API v1, {place}")
    return f"{place}, {declared['title']}: {declared['method']} {path}."
