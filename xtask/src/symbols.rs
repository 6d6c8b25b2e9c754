//! What the shared library exports: exactly the functions of the header, in `abi/symbols.txt`.

use std::path::Path;
use std::process::Command;

use crate::step::{Outcome, Result, output, root};
use crate::{header, version};

pub(crate) const PATH: &str = "abi/symbols.txt";

/// The functions that the header declares, one a line.
pub(crate) fn render() -> std::result::Result<String, String> {
    let mut names = declared(&header::render()?);
    names.sort_unstable();
    Ok(names.join("\n") + "\n")
}

/// The functions of a C header, in its order.
pub(crate) fn declared(header: &str) -> Vec<String> {
    let code: String = header.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split(';')
        .filter(|declaration| !declaration.contains("typedef"))
        .filter_map(|declaration| {
            let name = declaration.split_once('(')?.0.rsplit([' ', '*', '\n']).next()?;
            name.starts_with("mxd_").then(|| name.to_owned())
        })
        .collect()
}

/// Compares what a shared library exports with the committed list, and its SONAME with the version.
pub(crate) fn check(library: &Path) -> Result {
    let listed = std::fs::read_to_string(root().join(PATH)).map_err(|error| format!("{PATH}: {error}"))?;
    let printed = output(Command::new("nm").args(["-D", "--defined-only", "--format=posix"]).arg(library))?;
    let mut exported: Vec<&str> = printed.lines().filter_map(|line| line.split(' ').next()).collect();
    exported.sort_unstable();
    let listed: Vec<&str> = listed.lines().collect();
    let missing: Vec<_> = listed.iter().filter(|name| !exported.contains(name)).collect();
    let extra: Vec<_> = exported.iter().filter(|name| !listed.contains(name)).collect();
    let soname = format!("[{}]", version::soname());
    if !output(Command::new("readelf").arg("-d").arg(library))?.contains(&soname) {
        return Err(format!("{} does not have the SONAME {soname}", library.display()));
    }
    if missing.is_empty() && extra.is_empty() {
        return Ok(Outcome { passed: listed.len() + 1 });
    }
    Err(format!("{} does not export {PATH}: missing {missing:?}, not listed {extra:?}", library.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_of_a_header_are_found() {
        let header = "// int mxd_no(void);\ntypedef int (*mxd_fn)(int mxd_x);\nconst char *mxd_a(void);\n\n\
                      // Text.\nmxd_status mxd_b(const mxd_client *client,\n    char **out);\n";
        assert_eq!(declared(header), ["mxd_a", "mxd_b"]);
    }
}
