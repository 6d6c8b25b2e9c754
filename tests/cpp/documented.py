"""Finds public names without a comment in the headers, as an editor sees them: documented.py C++-COMPILER HEADER...

A comment is one for Doxygen and clangd: `///` right above the declaration.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from clang.cindex import AccessSpecifier, Cursor, CursorKind, Index, TranslationUnit

KINDS = {
    CursorKind.CLASS_DECL,
    CursorKind.CLASS_TEMPLATE,
    CursorKind.CONSTRUCTOR,
    CursorKind.CONVERSION_FUNCTION,
    CursorKind.CXX_METHOD,
    CursorKind.ENUM_CONSTANT_DECL,
    CursorKind.ENUM_DECL,
    CursorKind.FIELD_DECL,
    CursorKind.FUNCTION_DECL,
    CursorKind.FUNCTION_TEMPLATE,
    CursorKind.STRUCT_DECL,
    CursorKind.TYPEDEF_DECL,
    CursorKind.TYPE_ALIAS_DECL,
    CursorKind.VAR_DECL,
}
INSIDE = {
    CursorKind.CLASS_DECL,
    CursorKind.CLASS_TEMPLATE,
    CursorKind.ENUM_DECL,
    CursorKind.LINKAGE_SPEC,
    CursorKind.NAMESPACE,
    CursorKind.STRUCT_DECL,
    CursorKind.TRANSLATION_UNIT,
    CursorKind.UNEXPOSED_DECL,  # extern "C"
}
HIDDEN = {AccessSpecifier.PRIVATE, AccessSpecifier.PROTECTED}


def public(cursor: Cursor, header: str) -> Iterator[Cursor]:
    """Give each public declaration of a header."""
    for child in cursor.get_children():
        is_of_header = child.location.file is not None and child.location.file.name == header
        if not is_of_header or child.access_specifier in HIDDEN or child.spelling == "detail":
            continue
        # That a struct exists is said by its typedef, in the same line.
        if child.kind in KINDS and (child.kind is not CursorKind.STRUCT_DECL or child.is_definition()):
            yield child
        if child.kind in INSIDE:
            yield from public(child, header)


def folders(compiler: str) -> list[str]:
    """List where a compiler looks for headers."""
    listed = subprocess.run([compiler, "-xc++", "-E", "-v", "/dev/null"], check=True, capture_output=True, text=True)
    between = re.search(r"search starts here:\n(.*?)End of search list", listed.stderr, re.DOTALL)
    assert between is not None, listed.stderr
    return [line.strip() for line in between.group(1).splitlines() if line.startswith(" ")]


def main(compiler: str, *headers: str) -> int:
    """Name what has no comment."""
    system = [word for folder in folders(compiler) for word in ("-isystem", folder)]
    passed, missing = 0, []
    for header in headers:
        arguments = ["-xc++", "-std=c++17", "-nostdinc", f"-I{Path(header).parent}", *system]
        unit = Index.create().parse(header, arguments, options=TranslationUnit.PARSE_SKIP_FUNCTION_BODIES)
        assert not unit.diagnostics, [str(problem) for problem in unit.diagnostics]
        for declaration in public(unit.cursor, header):
            place = f"{header}:{declaration.location.line}: {declaration.spelling}"
            comment = declaration.raw_comment or ""
            passed += comment.startswith("///")
            missing += [] if comment.startswith("///") else [place]
        lines = Path(header).read_text().splitlines()
        for before, line in pairwise(lines):
            if (name := re.match(r"#define (MXD_\w+)", line)) and not before.startswith(("///", "#define MXD_VERSION")):
                missing.append(f"{header}: {name[1]}")
    print("\n".join(missing) if missing else f"{passed} checks passed")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
