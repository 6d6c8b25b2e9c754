//! The README's commands are those that the tests run; its Rust is compiled as a documentation test, its C and C++ are
//! pieces of programs that the tests run, and its Python runs where only the wheel is installed.

use crate::step::{Outcome, Result, root};

/// The commands that another step runs.
const RUN_BY_TESTS: &[&str] = &["cargo run --example deploy", "cargo xtask test"];
/// Blocks that another step compiles or runs.
const COMPILED: &[&str] = &["rust,no_run", "python"];
/// Languages whose blocks are pieces of a program that another step compiles and runs.
const PIECES: &[(&str, &str)] = &[("c", "tests/c/readme.c"), ("cpp", "tests/cpp/readme.cpp")];

pub(crate) fn run() -> Result {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    check(&text)
}

fn check(text: &str) -> Result {
    for (language, block) in blocks_of(text) {
        if language == "sh" {
            let commands = block.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
            for command in commands.filter(|command| !command.is_empty()) {
                if !RUN_BY_TESTS.contains(&command) {
                    return Err(format!("README.md has a command that no test runs: {command}"));
                }
            }
        } else if let Some((_, program)) = PIECES.iter().find(|(name, _)| *name == language) {
            let path = root().join(program);
            let source =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            if !source.contains(block) {
                return Err(format!("README.md has a block in {language:?} that is no piece of {program}"));
            }
        } else if !COMPILED.contains(&language) {
            return Err(format!("README.md has a block in {language:?} that no test compiles or runs"));
        }
    }
    match RUN_BY_TESTS.iter().find(|command| !text.contains(*command)) {
        Some(missing) => Err(format!("README.md does not name {missing}")),
        None => Ok(Outcome::ONE),
    }
}

/// The blocks of a document in a language.
pub(crate) fn blocks(path: &str, wanted: &str) -> std::result::Result<Vec<String>, String> {
    let text = std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
    let wanted = blocks_of(&text).filter(|(language, _)| *language == wanted);
    Ok(wanted.map(|(_, block)| block.to_owned()).collect())
}

/// The blocks of code with their languages.
fn blocks_of(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap_or((block, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Name\n```sh\ncargo run --example deploy   # first\ncargo xtask test\n```\nText\n\
                        ```rust,no_run\nlet x;\n```\n```c\n#include <mendix_deploy.h>\n```\n";

    #[test]
    fn blocks_are_taken_out_as_they_stand() {
        let blocks: Vec<_> = blocks_of("a\n```python\none\n  two\n```\n```sh\nthree\n```\n").collect();
        assert_eq!(blocks, [("python", "one\n  two"), ("sh", "three")]);
    }

    #[test]
    fn a_block_that_no_test_runs_is_found() {
        assert_eq!(check(GOOD), Ok(Outcome::ONE));
        assert!(check(&GOOD.replace("rust,no_run", "perl")).is_err());
        assert!(check(&GOOD.replace("xtask test", "xtask unknown")).is_err());
        assert!(check("nothing").is_err());
    }

    #[test]
    fn a_block_in_c_is_a_piece_of_the_program_that_is_run() {
        assert!(check(&GOOD.replace("mendix_deploy.h>", "other.h>")).is_err());
    }
}
