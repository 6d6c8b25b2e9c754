//! The crates as they are published: what is in them, and their tests where nothing else of the repository is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Outcome, Result, cargo, output, root, tests};
use crate::version::version;

/// In the order in which they are published: the client's tests need the simulator, and the command line needs both.
const CRATES: &[&str] = &["mendix-deploy-sim", "mendix-deploy", "mendix-deploy-cli"];

pub(crate) fn run() -> Result {
    let folder = root().join("target/crates");
    let mut package =
        cargo(&["package", "--quiet", "--locked", "--allow-dirty", "--no-verify", "--target-dir"]);
    output(package.arg(&folder).args(CRATES.iter().flat_map(|name| ["--package", name])))?;
    let unpacked = folder.join("unpacked");
    let _ = fs::remove_dir_all(&unpacked);
    fs::create_dir_all(&unpacked).map_err(|error| format!("{}: {error}", unpacked.display()))?;
    let mut total = Outcome::default();
    for name in CRATES {
        let archive = folder.join(format!("package/{name}-{}.crate", version()));
        // The archive's times are always the same, and cargo compares times: the files get the time of now.
        output(Command::new("tar").arg("-xmf").arg(archive).arg("-C").arg(&unpacked))?;
        let found = problems(&unpacked.join(format!("{name}-{}", version())));
        if !found.is_empty() {
            return Err(format!("the crate {name}:\n{}", found.join("\n")));
        }
        total += Outcome::ONE;
    }
    total += run_tests(&unpacked)?;
    Ok(total)
}

/// What a crate lacks as it stands by itself.
fn problems(crate_folder: &Path) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(crate_folder.join(name)).unwrap_or_default();
    let mut found = Vec::new();
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        if read(name).is_empty() {
            found.push(format!("{name} is missing"));
        }
    }
    let manifest = read("Cargo.toml");
    for key in ["description", "documentation", "keywords", "license", "readme", "rust-version"] {
        if !manifest.lines().any(|line| line.starts_with(&format!("{key} = "))) {
            found.push(format!("Cargo.toml names no {key}"));
        }
    }
    let readme = read("README.md");
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let elsewhere = links.filter(|link| !link.starts_with("https://") && !link.starts_with('#'));
    found.extend(elsewhere.map(|link| format!("README.md leads to {link}, which is not in the crate")));
    found
}

/// The unit tests of all. A workspace of their own has the profile of this one, so that dependencies are not built once more.
fn run_tests(unpacked: &Path) -> Result {
    let failed = |path: PathBuf| move |error| format!("{}: {error}", path.display());
    let manifest = root().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(failed(manifest))?;
    let profiles = text.find("[profile.").map_or("", |place| &text[place..]);
    let folders: Vec<String> = CRATES.iter().map(|name| format!("{name}-{}", version())).collect();
    let patches: Vec<String> = CRATES
        .iter()
        .zip(&folders)
        .map(|(name, folder)| format!("{name} = {{ path = {folder:?} }}\n"))
        .collect();
    let text = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {folders:?}\n\n[patch.crates-io]\n{}\n{profiles}",
        patches.concat()
    );
    let manifest = unpacked.join("Cargo.toml");
    fs::write(&manifest, text).map_err(failed(manifest.clone()))?;
    let lock = unpacked.join("Cargo.lock");
    fs::copy(root().join("Cargo.lock"), &lock).map_err(failed(lock))?;
    let mut unit_tests = cargo(&["test", "--offline", "--workspace", "--lib"]);
    tests(unit_tests.current_dir(unpacked))
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn what_a_crate_lacks_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
            write(name, "text");
        }
        write("README.md", "[a](https://example.com) [b](#part)");
        write(
            "Cargo.toml",
            "description = 1\ndocumentation = 1\nkeywords = 1\nlicense = 1\nreadme = 1\nrust-version = 1\n",
        );
        assert_eq!(problems(folder.path()), [""; 0]);
        write("README.md", "[a](docs/c.md)");
        write("Cargo.toml", "description = 1\ndocumentation = 1\nkeywords = 1\nlicense = 1\nreadme = 1\n");
        fs::remove_file(folder.path().join("LICENSE-MIT")).unwrap();
        let found = problems(folder.path()).join("\n");
        for expected in ["LICENSE-MIT is missing", "names no rust-version", "leads to docs/c.md"] {
            assert!(found.contains(expected), "{found}");
        }
    }
}
