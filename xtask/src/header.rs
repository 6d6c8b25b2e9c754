//! The C header, made from the comments and signatures of the C interface.

use std::path::PathBuf;

use crate::step::root;
use crate::version::fill_in;

pub(crate) const PATH: &str = "include/mendix_deploy.h";

fn crate_dir() -> PathBuf {
    root().join("crates/mendix-deploy-capi")
}

/// What the header should be.
pub(crate) fn render() -> Result<String, String> {
    let settings = crate_dir().join("cbindgen.toml");
    let settings =
        std::fs::read_to_string(&settings).map_err(|error| format!("{}: {error}", settings.display()))?;
    let config = toml::from_str(&fill_in(&settings)).map_err(|error| format!("cbindgen.toml: {error}"))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(crate_dir())
        .with_config(config)
        .generate()
        .map_err(|error| format!("cbindgen: {error}"))?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    let header = String::from_utf8(header).map_err(|error| error.to_string())?;
    Ok(header.lines().map(|line| with_parentheses(line) + "\n").collect())
}

/// cbindgen writes a negative number into a macro as it is, where it could become a part of what stands before it.
fn with_parentheses(line: &str) -> String {
    match line.rsplit_once(' ') {
        Some((name, number)) if line.starts_with("#define ") && number.starts_with('-') => {
            format!("{name} ({number})")
        }
        _ => line.to_owned(),
    }
}
