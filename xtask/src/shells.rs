//! Shells and groff, which the tests of the command line run: the machine's, or those of Debian in `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{output, root};
use crate::tools::debian;

/// A program, the Debian packages that have it, and a script that runs it where they were unpacked, in `$HERE`.
const PROGRAMS: &[(&str, &[&str], &str)] = &[
    (
        "zsh",
        &["zsh-static", "zsh-common"],
        "export FPATH=$(find $HERE/usr/share/zsh/functions -type d | tr '\\n' ':')\nexec $HERE/bin/zsh-static \"$@\"\n",
    ),
    (
        "fish",
        &["fish", "fish-common", "libpcre2-32-0"],
        "export LD_LIBRARY_PATH=$(echo $HERE/usr/lib/*-linux-gnu)\nexec $HERE/usr/bin/fish \"$@\"\n",
    ),
    (
        "groff",
        &["groff-base"],
        "export GROFF_BIN_PATH=$HERE/usr/bin GROFF_FONT_PATH=$HERE/usr/share/groff/current/font\n\
         export GROFF_TMAC_PATH=$HERE/usr/share/groff/current/tmac\nexec $HERE/usr/bin/groff \"$@\"\n",
    ),
];

/// The folder of those that the machine does not have.
pub(crate) fn missing() -> Result<PathBuf, String> {
    let scripts = root().join("target/tools/shells/scripts");
    for (name, packages, script) in PROGRAMS {
        let fetched = scripts.join(name);
        if runs(Path::new(name)) || runs(&fetched) {
            continue;
        }
        fetch(packages, script, &fetched).map_err(|problem| {
            format!("{name} is missing (apt-get install {name}), and cannot be fetched: {problem}")
        })?;
        if !runs(&fetched) {
            return Err(format!(
                "{name} is missing (apt-get install {name}), and that of Debian's package does not run here"
            ));
        }
    }
    Ok(scripts)
}

fn runs(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn fetch(packages: &[&str], script: &str, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", to.display());
    let folder = root().join("target/tools/shells");
    debian(packages, &folder)?;
    // fish looks for its settings beside its program.
    let settings = folder.join("usr/etc");
    if !settings.exists() && folder.join("etc").exists() {
        crate::package::link("../etc", &settings)?;
    }
    fs::create_dir_all(to.parent().unwrap_or(to)).map_err(failed)?;
    fs::write(to, format!("#!/bin/sh\nHERE='{}'\n{script}", folder.display())).map_err(failed)?;
    output(Command::new("chmod").arg("+x").arg(to)).map(drop)
}
