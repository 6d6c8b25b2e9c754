//! The version of the workspace, and what a template says of it.

use std::fs;
use std::sync::LazyLock;

use crate::step::root;

/// The version of the workspace, of the checkout that this run is about.
pub(crate) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap_or_default();
        let version = |line: &str| Some(line.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned());
        manifest.lines().find_map(version).unwrap_or_default()
    });
    &VERSION
}

/// What a compiler must be told of that. It links the unwinder by itself: `libgcc_s` where it is needed, and `libgcc_eh`
/// with `-static` or `-static-libgcc`, which have no `libgcc_s`.
pub(crate) const STATIC_LIBS: &str =
    "-Wl,--exclude-libs,libmendix_deploy.a -lutil -lrt -lpthread -lm -ldl -lc";

/// Major, minor and patch.
pub(crate) fn version_parts() -> [&'static str; 3] {
    let mut parts = version().splitn(3, '.');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// The name by which programs find the shared library.
pub(crate) fn soname() -> String {
    let [major, minor, _] = version_parts();
    format!("libmendix_deploy.so.{major}.{minor}")
}

/// Fills in what a template says in `@NAME@`.
pub(crate) fn fill_in(template: &str) -> String {
    let [major, minor, patch] = version_parts();
    [
        ("@VERSION@", version()),
        ("@MAJOR@", major),
        ("@MINOR@", minor),
        ("@PATCH@", patch),
        ("@STATIC_LIBS@", STATIC_LIBS),
    ]
    .iter()
    .fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}
