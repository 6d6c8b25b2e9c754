//! What the documentation names must be there: files, and the words of the code.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::step::root;

/// Endings of files that only this project can have meant.
const SOURCES: &[&str] = &[".rs", ".py", ".pyi", ".c", ".h", ".hpp", ".cpp", ".toml", ".md"];
/// Not read for words: what says how things were, or what is no code.
const NO_CODE: &[&str] = &[".md", ".lock", ".mda"];
/// Not of this project: what is made, and what other programs keep here.
const NOT_OURS: &[&str] = &["target", ".git"];

/// What can be named.
#[derive(Default)]
pub(crate) struct Known {
    /// Files and folders, from the top of the workspace.
    paths: HashSet<String>,
    words: HashSet<String>,
}

impl Known {
    pub(crate) fn read() -> Result<Known, String> {
        let mut known = Known::default();
        known.add(root(), "")?;
        Ok(known)
    }

    fn add(&mut self, folder: &Path, inside: &str) -> Result<(), String> {
        let failed = |error| format!("{}: {error}", folder.display());
        for entry in fs::read_dir(folder).map_err(failed)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            let path = format!("{inside}{name}");
            if entry.path().is_dir() {
                self.add(&entry.path(), &format!("{path}/"))?;
            } else if !NO_CODE.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read(entry.path()).map_err(failed)?;
                self.words.extend(words(&String::from_utf8_lossy(&text)).map(str::to_owned));
            }
            self.paths.insert(path);
        }
        Ok(())
    }

    /// Whether there is a file or folder of this name: from the top of the workspace, or as the end of a path.
    fn has(&self, name: &str) -> bool {
        let end = format!("/{name}");
        self.paths.contains(name) || self.paths.iter().any(|path| path.ends_with(&end))
    }

    /// What a document names that is not there. `document` is its path from the top of the workspace.
    pub(crate) fn missing(&self, document: &str, text: &str) -> Vec<String> {
        let mut missing = Vec::new();
        // The folder that a line before this one named as that of what follows.
        let mut folder = None;
        for (number, line) in prose(text) {
            if line.starts_with('#') {
                folder = None;
            }
            let mut say =
                |what| missing.push(format!("{document}:{number} names {what}, which is not there"));
            for link in links(line) {
                if !self.leads(document, link) {
                    say(link);
                }
            }
            for code in spans(line) {
                let there = match folder {
                    Some(folder) if is_file(code) && !code.contains('/') => {
                        self.paths.contains(&format!("{folder}/{code}"))
                    }
                    _ => self.is_there(code),
                };
                if !there {
                    say(code);
                }
            }
            let last = spans(line).last().filter(|code| line.ends_with(&format!("`{code}`:")));
            folder = last.filter(|code| self.paths.contains(*code) && !is_file(code)).or(folder);
        }
        missing
    }

    fn is_there(&self, code: &str) -> bool {
        let top = code.split_once('/').map(|(top, _)| top);
        if is_file(code) || top.is_some_and(|top| self.paths.contains(top)) && is_path(code) {
            return self.has(code.trim_end_matches('/'));
        }
        // A name with a '_' in it is one of code; a word without may be one of English.
        let name = code.split_once('(').map_or(code, |(name, _)| name);
        let is_name = name.contains('_') && name.chars().all(is_of_a_word);
        !is_name || self.words.contains(name)
    }

    /// Whether a link of a document leads somewhere in the workspace; others are not looked at.
    fn leads(&self, document: &str, link: &str) -> bool {
        let path = link.split('#').next().unwrap_or_default();
        if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
            return true;
        }
        let mut parts: Vec<&str> = document.split('/').collect();
        parts.pop();
        for part in path.trim_end_matches('/').split('/') {
            match part {
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        self.paths.contains(&parts.join("/"))
    }
}

/// Lines that are no blocks of code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().zip(1..).filter_map(move |(line, number)| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        (!is_code && !is_fence).then_some((number, line))
    })
}

/// What stands between backticks.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where the links lead.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn is_path(code: &str) -> bool {
    code.chars().all(|c| is_of_a_word(c) || "./-".contains(c))
}

/// A source file. What has capitals only, as `NAME.toml`, stands for any.
fn is_file(code: &str) -> bool {
    let stem = SOURCES.iter().find_map(|ending| code.strip_suffix(ending));
    is_path(code) && stem.is_some_and(|stem| !stem.is_empty() && stem.chars().any(|c| c.is_ascii_lowercase()))
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_a_word(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Known {
            paths: set(&[
                "docs",
                "docs/a.md",
                "tests",
                "tests/c",
                "tests/c/calls.c",
                "src",
                "src/api",
                "src/api/mod.rs",
            ]),
            words: set(&["send_for_list", "mxd_error"]),
        }
    }

    fn missing(text: &str) -> usize {
        known().missing("docs/b.md", text).len()
    }

    #[test]
    fn what_is_there_may_be_named() {
        for good in [
            "`send_for_list`, `mxd_error`, `send_for_list(path)`",
            "`tests/c/calls.c`, `api/mod.rs`, `calls.c`, `tests/c/`, `src/api`",
            "[a](a.md), [c](../tests/c/calls.c#L1), [site](https://example.com/x), [below](#below)",
            "`NAME.toml`, `lib/libx.so`, `/apps/{AppId}`, `Retry-After`, `call`, `cargo xtask no_such`, `no_such::thing`",
            "```sh\ncat no/such_file.rs `no_such`\n```",
            "in `tests/c`:\n\n| `calls.c` |\n| `api/mod.rs` |",
        ] {
            assert_eq!(known().missing("docs/b.md", good), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_gone_is_found() {
        for bad in [
            "`send_for_all`",
            "`mxd_gone()`",
            "`gone.rs`",
            "`tests/c/gone.c`",
            "`tests/gone`",
            "[a](../a.md)",
            "[a](gone.md#x)",
            "in `tests/c`:\n\n| `mod.rs` |",
        ] {
            assert_eq!(missing(bad), 1, "{bad}");
        }
        assert_eq!(missing("in `tests/c`:\n\n## next\n\n`mod.rs`"), 0);
    }
}
