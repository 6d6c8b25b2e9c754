//! Checkouts may share a target folder: whichever of them the program was compiled in, it works on the one it is run in.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MADE: &str = "docs/retry-matrix.md";
const FROM: [&str; 2] = ["crates/mendix-deploy-sim/data/calls.json", "tests/conformance/retry-matrix.json"];

/// As much of a checkout as the task needs, with a table of its own.
fn clone() -> tempfile::TempDir {
    let clone = tempfile::tempdir().unwrap();
    for path in ["Cargo.toml", "xtask/Cargo.toml", FROM[0], FROM[1]] {
        let to = clone.path().join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(own().join(path), &to).unwrap();
    }
    let table = clone.path().join(FROM[0]);
    let changed = fs::read_to_string(&table).unwrap().replace("get_app", "get_other_app");
    fs::write(&table, changed).unwrap();
    clone
}

fn own() -> PathBuf {
    // Tests run in the folder of their package.
    std::env::current_dir().unwrap().parent().unwrap().to_owned()
}

fn regen(folder: &Path, manifest_dir: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["regen", MADE]).current_dir(folder).env_remove("CARGO_MANIFEST_DIR");
    if let Some(told) = manifest_dir {
        command.env("CARGO_MANIFEST_DIR", told);
    }
    command.output().unwrap()
}

#[test]
fn it_works_on_the_checkout_that_it_is_run_in() {
    let before = fs::read_to_string(own().join(MADE)).unwrap();
    let (here, told) = (clone(), clone());
    // As cargo runs it, which says whose program it is; then alone, deep inside the checkout.
    for (folder, manifest_dir, clone) in [
        (std::env::temp_dir(), Some(told.path().join("xtask")), &told),
        (here.path().join("tests/conformance"), None, &here),
    ] {
        let ran = regen(&folder, manifest_dir.as_deref());
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let made = fs::read_to_string(clone.path().join(MADE)).unwrap();
        assert!(made.contains("`get_other_app`"), "{made}");
    }
    assert_eq!(fs::read_to_string(own().join(MADE)).unwrap(), before);
}

#[test]
fn outside_of_any_checkout_it_says_so() {
    let nowhere = tempfile::tempdir().unwrap();
    let ran = regen(nowhere.path(), None);
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("leads to a checkout"));
}
