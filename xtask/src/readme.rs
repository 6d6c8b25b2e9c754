//! The README's commands are those that the tests run; its Rust is that of the crate's README, which is compiled
//! as a documentation test, its C and C++ are pieces of programs that the tests run, and its Python runs where only the wheel is installed. What it and the guides
//! name is there.

use crate::named::Known;
use crate::step::{Outcome, Result, root};

/// The commands that another step runs.
const RUN_BY_TESTS: &[&str] = &["cargo run --example deploy", "cargo xtask test"];
/// Blocks that another step compiles or runs.
const COMPILED: &[&str] = &["python"];
/// Languages whose blocks are pieces of a program that another step compiles and runs.
const PIECES: &[(&str, &str)] = &[
    ("c", "tests/c/readme.c"),
    ("cpp", "tests/cpp/readme.cpp"),
    ("rust,no_run", "crates/mendix-deploy/README.md"),
];

/// The commands of the command line that documents show, in a program that a test runs.
const COMMANDS: &str = "tests/cli/commands.sh";

/// Guides whose blocks are pieces of files that the tests run.
const GUIDES: &[(&str, &[&str])] = &[
    (
        "docs/testing-c.md",
        &[
            "tests/consumers/ctest/CMakeLists.txt",
            "tests/consumers/ctest/lost_response.sh",
            "tests/consumers/ctest/simulator.sh",
        ],
    ),
    ("docs/command-line.md", &[COMMANDS, "tests/cli/settings.toml", "tests/cli/config.toml"]),
    (
        "docs/other-languages.md",
        &["tests/consumers/languages/environment.mjs", "tests/consumers/languages/environment.py"],
    ),
];

pub(crate) fn run() -> Result {
    let mut total = check(&read("README.md")?)?;
    total += names()?;
    for (guide, files) in GUIDES {
        let texts = files.iter().map(|file| read(file)).collect::<std::result::Result<Vec<_>, _>>()?;
        total += pieces(&read(guide)?, &texts).map_err(|problem| format!("{guide}: {problem}"))?;
    }
    Ok(total)
}

/// Each block of a guide is a piece of a file.
fn pieces(guide: &str, files: &[String]) -> Result {
    let mut blocks = blocks_of(guide).map(|(_, block)| block);
    match blocks.find(|block| !files.iter().any(|file| file.contains(block))) {
        None => Ok(Outcome { passed: blocks_of(guide).count() }),
        Some(block) => Err(format!("a block is no piece of the files that the tests run:\n{block}")),
    }
}

fn read(path: &str) -> std::result::Result<String, String> {
    std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// Documents for readers of today. Those of decisions tell how things were.
fn documents() -> std::result::Result<Vec<String>, String> {
    let mut documents: Vec<String> = [
        "README.md",
        "CONTRIBUTING.md",
        "crates/mendix-deploy/README.md",
        "crates/mendix-deploy-sim/README.md",
        "crates/mendix-deploy-cli/README.md",
    ]
    .map(str::to_owned)
    .to_vec();
    let guides = std::fs::read_dir(root().join("docs")).map_err(|error| format!("docs: {error}"))?;
    let guides = guides.flatten().filter(|entry| entry.path().extension().is_some_and(|kind| kind == "md"));
    documents.extend(guides.map(|entry| format!("docs/{}", entry.file_name().to_string_lossy())));
    Ok(documents)
}

/// The commands of this program that the documents show, each with its document.
#[cfg(test)]
pub(crate) fn commands() -> std::result::Result<Vec<(String, String)>, String> {
    let mut commands = Vec::new();
    for document in documents()? {
        let text = read(&document)?;
        let lines = blocks_of(&text).flat_map(|(_, block)| block.lines());
        let shown =
            lines.map(|line| line.trim_start_matches("$ ").split(" #").next().unwrap_or_default().trim());
        let shown = shown.filter(|line| line.starts_with("cargo xtask ")).map(str::to_owned);
        commands.extend(shown.map(|line| (document.clone(), line)));
    }
    Ok(commands)
}

/// What the documents name is there.
fn names() -> Result {
    let known = Known::read()?;
    let documents = documents()?;
    let mut missing = Vec::new();
    for document in &documents {
        missing.extend(known.missing(document, &read(document)?));
    }
    if missing.is_empty() { Ok(Outcome { passed: documents.len() }) } else { Err(missing.join("\n  ")) }
}

fn check(text: &str) -> Result {
    for (language, block) in blocks_of(text) {
        if language == "sh" && read(COMMANDS)?.contains(block) {
            // A test runs all of that.
        } else if language == "sh" {
            let commands = block.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
            for command in commands.filter(|command| !command.is_empty()) {
                if !RUN_BY_TESTS.contains(&command) {
                    return Err(format!("README.md has a command that no test runs: {command}"));
                }
            }
        } else if let Some((_, program)) = PIECES.iter().find(|(name, _)| *name == language) {
            if !read(program)?.contains(block) {
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
    let text = read(path)?;
    let wanted = blocks_of(&text).filter(|(language, _)| *language == wanted);
    Ok(wanted.map(|(_, block)| block.to_owned()).collect())
}

/// Programs made of the blocks in Python, with the names of their files: the first of the guide and that of the README
/// stand alone, and so do tests; the others go on from one to the next.
pub(crate) fn python_examples() -> std::result::Result<Vec<(String, String)>, String> {
    let mut rest =
        "from mendix_deploy.testing import Simulator\n\nsim = Simulator()\nclient = sim.client()\n"
            .to_owned();
    let mut alone = blocks("README.md", "python")?;
    for (place, block) in blocks("docs/python.md", "python")?.into_iter().enumerate() {
        if place == 0 || block.contains("def test_") {
            alone.push(block);
        } else {
            rest += &block;
            rest.push('\n');
        }
    }
    alone.push(rest);
    let name = |(place, text)| (format!("example_{place}.py"), text + "\n");
    Ok(alone.into_iter().enumerate().map(name).collect())
}

/// The blocks of code with their languages.
fn blocks_of(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap_or((block, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Name\n```sh\ncargo run --example deploy   # first\ncargo xtask test\n```\nText\n\
                        ```rust,no_run\nlet client = Client::from_env()?;\n```\n```c\n#include <mendix_deploy.h>\n```\n";

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
    fn a_block_of_a_guide_that_is_no_piece_of_a_file_is_found() {
        let files = ["a = 1\nb = 2\n".to_owned()];
        assert_eq!(pieces("Text\n```py\nb = 2\n```\n", &files), Ok(Outcome::ONE));
        assert!(pieces("Text\n```py\nb = 3\n```\n", &files).unwrap_err().contains("b = 3"));
    }

    #[test]
    fn a_block_in_c_is_a_piece_of_the_program_that_is_run() {
        assert!(check(&GOOD.replace("mendix_deploy.h>", "other.h>")).is_err());
    }
}
