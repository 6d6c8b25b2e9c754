//! The licences of what is in the binaries: most ask for their text to be passed on with them. The file is committed, so
//! that CMake and pip, which know nothing of these chores, install it like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::metadata;
use crate::step::{cargo, output};

pub(crate) const PATH: &str = "THIRD-PARTY.txt";

/// What is given to users as a binary: one file is for all of it.
const PACKAGES: &[&str] = &["mendix-deploy-capi", "mendix-deploy-py", "mendix-deploy-sim"];

/// The file is the same on every machine.
const TARGETS: &[&str] = &["aarch64-unknown-linux-gnu", "x86_64-unknown-linux-gnu"];

const BEGIN: &str = "What the libraries, the simulator and the Python package of mendix-deploy for Linux are built from, \
                     with its licences.\nMade by `cargo xtask regen`.\n";

/// The texts of the licences of all crates that are built in, each once, with the crates that have it.
pub(crate) fn render() -> Result<String, String> {
    let mut tree = cargo(&["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    tree.args(PACKAGES.iter().flat_map(|name| ["--package", name]));
    let tree = output(tree.args(TARGETS.iter().flat_map(|target| ["--target", target])))?;
    // As `serde v1.0.0`, with a path or a mark behind it.
    let built: BTreeSet<String> =
        tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    // Many differ by the breaks of their lines only.
    let mut texts: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for package in metadata::packages()?.iter().filter(|package| package.source.is_some()) {
        let name = format!("{} v{}", package.name, package.version);
        if built.contains(&name) {
            let folder = Path::new(&package.manifest_path).parent().unwrap_or(Path::new(""));
            let found = licences(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            if found.is_empty() {
                return Err(format!("{name} has no file with its licence: {}", folder.display()));
            }
            for text in found {
                let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                texts.entry(words).or_insert((text, Vec::new())).1.push(name.clone());
            }
        }
    }
    let parts = texts.values().map(|(text, names)| format!("{}\n\n{}\n", names.join(", "), text.trim_end()));
    let parts: Vec<String> = std::iter::once(BEGIN.to_owned()).chain(parts).collect();
    Ok(parts.join(&format!("\n{}\n\n", "=".repeat(80))))
}

/// The texts of the files in a crate that are licences, copyrights or notices.
fn licences(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut paths = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_uppercase();
        let is_one = ["LICEN", "COPY", "NOTICE", "UNLICENSE"].iter().any(|start| name.starts_with(start));
        if is_one && path.is_file() {
            texts.push(String::from_utf8_lossy(&std::fs::read(&path)?).replace("\r\n", "\n"));
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_named_with_its_licence() {
        let text = render().unwrap();
        // Of the library, the simulator and the Python package.
        for expected in ["ureq v", "hyper v", "pyo3 v", "Permission is hereby granted", "Apache License"] {
            assert!(text.contains(expected), "{expected}");
        }
        // A tool's, our own, and what another system needs.
        for other in ["cbindgen v", "mendix-deploy v", "windows-sys v"] {
            assert!(!text.contains(other), "{other}");
        }
    }

    #[test]
    fn licences_are_found_by_the_names_of_their_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["LICENSE-MIT", "license.txt", "COPYRIGHT", "README.md", "build.rs"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let found = licences(folder.path()).unwrap();
        assert_eq!(found, ["COPYRIGHT", "LICENSE-MIT", "license.txt"]);
    }
}
