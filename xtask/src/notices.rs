//! The licences of what is in the binaries: most ask for their text to be passed on with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::metadata;
use crate::step::{cargo, output};

/// The texts of the licences of all crates that these packages are built from, each once, with the crates that have it.
pub(crate) fn of(packages: &[&str]) -> Result<String, String> {
    let mut tree = cargo(&["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let tree = output(tree.args(packages.iter().flat_map(|name| ["--package", name])))?;
    // As `serde v1.0.0`, with a path or a mark behind it.
    let built: BTreeSet<String> =
        tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in metadata::packages()?.iter().filter(|package| package.source.is_some()) {
        let name = format!("{} v{}", package.name, package.version);
        if built.contains(&name) {
            let folder = Path::new(&package.manifest_path).parent().unwrap_or(Path::new(""));
            let found = licences(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            if found.is_empty() {
                return Err(format!("{name} has no file with its licence: {}", folder.display()));
            }
            for text in found {
                texts.entry(text).or_default().push(name.clone());
            }
        }
    }
    let parts = texts.iter().map(|(text, names)| format!("{}\n\n{}\n", names.join(", "), text.trim_end()));
    Ok(parts.collect::<Vec<_>>().join(&format!("\n{}\n\n", "=".repeat(80))))
}

/// The texts of the files in a crate that are licences, copyrights or notices.
fn licences(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
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
    fn what_the_library_is_built_from_is_named_with_its_licence() {
        let text = of(&["mendix-deploy-capi"]).unwrap();
        for expected in ["rustls v", "ureq v", "Permission is hereby granted", "Apache License"] {
            assert!(text.contains(expected), "{expected}");
        }
        // The simulator's, and a tool's.
        for other in ["hyper v", "cbindgen v", "mendix-deploy v"] {
            assert!(!text.contains(other), "{other}");
        }
    }

    #[test]
    fn licences_are_found_by_the_names_of_their_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["LICENSE-MIT", "license.txt", "COPYRIGHT", "README.md", "build.rs"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let mut found = licences(folder.path()).unwrap();
        found.sort_unstable();
        assert_eq!(found, ["COPYRIGHT", "LICENSE-MIT", "license.txt"]);
    }
}
