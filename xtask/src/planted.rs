//! A gate that cannot fail is none: each of Python's must pass what is clean, and catch its fault.
//! `tests/python/plant.py` plants them.

use std::process::Command;

use crate::generated::Made;
use crate::pytool::{
    ABI3AUDIT, FORMAT, LINT, RECIPES, SCHEMA, STUBTEST, TWINE, VERIFYTYPES, WHEEL_CONTENTS, folder, pytest,
    site, tests, tool,
};
use crate::regen;
use crate::step::{Outcome, Result, output, root, say};
use crate::wheel::{self, STUB, built_wheel};

pub(crate) fn run() -> Result {
    let planted = folder().join("planted");
    output(tool(&["python", "tests/python/plant.py"]).arg(built_wheel()?).arg(&planted))?;

    let on_file = |gate: &[&str], name: &str| {
        let mut command = tool(gate);
        command.arg(planted.join(name));
        command
    };
    let on_wheel = |gate: &[&str], name: &str| -> std::result::Result<Command, String> {
        let mut command = tool(gate);
        command.arg(planted.join(name).join(built_wheel()?.file_name().unwrap_or_default()));
        Ok(command)
    };
    let on_package = |gate: &[&str], name: &str| {
        let mut command = tool(gate);
        command.env("PYTHONPATH", planted.join(name)).env("MYPYPATH", planted.join(name));
        command
    };

    let mut total = Outcome::default();
    for (gate, clean, name, says) in [
        (LINT, "clean.py", "lint.py", "F401"),
        (FORMAT, "clean.py", "format.py", "would be reformatted"),
        (&["mypy"][..], "clean.py", "types.py", "arg-type"),
    ] {
        output(&mut on_file(gate, clean))?;
        total += caught(name, &mut on_file(gate, name), says)?;
    }
    for (schema, recipe) in RECIPES {
        let file = planted.join(recipe.rsplit('/').next().unwrap_or_default());
        let text =
            std::fs::read_to_string(root().join(recipe)).map_err(|error| format!("{recipe}: {error}"))?;
        let text = text.replacen("\n    timeout-minutes: 90", "\n    timeout-minute: 90", 1);
        let text = text.replacen("\n  resource_group: ", "\n  resource_groups: ", 1);
        let text = text.replacen("\nlockBehavior: sequential", "\nlockBehavior: in turn", 1);
        std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        total += caught("a recipe with a wrong word", tool(SCHEMA).arg(schema).arg(&file), "validation")?;
    }
    let older: Made = (STUB, || wheel::stub().map(|stub| stub.replace("def get_app(", "def app(")));
    let Err(said) = regen::compare(&[older]) else {
        return Err("a stub that is out of date was not caught".to_owned());
    };
    say(format_args!("a stub that is out of date: {}", said.lines().next().unwrap_or_default()));
    total += Outcome::ONE;
    total += caught("a call that the stub lacks", &mut on_package(STUBTEST, "unlisted"), "get_app")?;
    total += caught("a parameter without a type", &mut on_package(VERIFYTYPES, "untyped"), "app_id")?;
    total += caught("a function of a later Python", &mut on_wheel(ABI3AUDIT, "abi3")?, "1 ABI violations")?;
    total += caught("bytecode in the wheel", &mut on_wheel(WHEEL_CONTENTS, "contents")?, "W001")?;
    total +=
        caught("a description that cannot be shown", &mut on_wheel(TWINE, "metadata")?, "syntax errors")?;

    total += caught(
        "a link to a document that is not there",
        &mut site(&planted.join("docs"), &planted.join("site")),
        "guides/gone.md",
    )?;
    total += caught(
        "a class on no page of the reference",
        // In another place: what has not changed is not built again.
        &mut site(&planted.join("docs"), &planted.join("site-with-class")),
        "Snapshot is on no page",
    )?;

    let test = |name: &str| pytest(&[&planted.join(name).display().to_string()]);
    tests(&mut test("test_clean.py"))?;
    total += caught("a test that fails", &mut test("test_fails.py"), "1 failed")?;
    total += caught("a test that warns", &mut test("test_warns.py"), "DeprecationWarning: old")?;
    if tests(&mut test("test_skips.py")).is_ok() {
        return Err("a test that is skipped was not caught".to_owned());
    }
    total += Outcome::ONE;
    let leak = ["python", "-I", "tests/python/leak.py", "20000", "keep"];
    total += caught("results that are kept", &mut tool(&leak), "KiB more")?;
    let mut source_tree = pytest(&["tests/python/test_package.py"]);
    let elsewhere = source_tree.env("PYTHONPATH", planted.join("untyped"));
    total += caught("tests of the source tree", elsewhere, "the installed wheel")?;
    Ok(total)
}

fn caught(fault: &str, gate: &mut Command, says: &str) -> Result {
    let output = gate.output().map_err(|error| format!("{gate:?}: {error}"))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let line = said.lines().find(|line| line.contains(says));
    say(format_args!("{fault}: {}; {}", output.status, line.unwrap_or_default().trim()));
    if output.status.success() || line.is_none() {
        return Err(format!("{fault} was not caught by {gate:?}:\n{said}"));
    }
    Ok(Outcome::ONE)
}
