//! The README's commands are those that the tests run; its Rust is compiled as a documentation test.

use crate::step::{Outcome, Result, root};

/// The commands that another step runs.
const RUN_BY_TESTS: &[&str] = &["cargo run --example deploy", "cargo xtask test"];
/// Blocks that another step compiles or runs.
const COMPILED: &[&str] = &["rust,no_run"];

pub(crate) fn run() -> Result {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    check(&text)
}

fn check(text: &str) -> Result {
    let mut language = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), language) {
            (Some(""), Some(_)) => language = None,
            (Some(opened), None) => {
                if opened != "sh" && !COMPILED.contains(&opened) {
                    return Err(format!("README.md has a block in {opened:?} that no test compiles or runs"));
                }
                language = Some(opened);
            }
            (None, Some("sh")) => {
                let command = line.split(" #").next().unwrap_or_default().trim();
                if !command.is_empty() && !RUN_BY_TESTS.contains(&command) {
                    return Err(format!("README.md has a command that no test runs: {command}"));
                }
            }
            _ => {}
        }
    }
    match RUN_BY_TESTS.iter().find(|command| !text.contains(*command)) {
        Some(missing) => Err(format!("README.md does not name {missing}")),
        None => Ok(Outcome::ONE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_that_no_test_runs_is_found() {
        let good = "```sh\ncargo run --example deploy   # first\ncargo xtask test\n```\n```rust,no_run\nlet x;\n```\n";
        assert_eq!(check(good), Ok(Outcome::ONE));
        assert!(check(&good.replace("rust,no_run", "python")).is_err());
        assert!(check(&good.replace("xtask test", "xtask unknown")).is_err());
        assert!(check("nothing").is_err());
    }
}
