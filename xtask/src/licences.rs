//! The licences of the dependency tree, where it comes from, and whether the file that passes them on is current.

use spdx::{Expression, LicenseReq};

use crate::metadata::{self, Package};
use crate::step::{Outcome, Result};
use crate::{notices, regen};

/// What may be linked into a program that is published under MIT or Apache-2.0.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// What only the chores use, and never becomes a part of what ships.
const TOOLS: &[(&str, &str)] = &[("cbindgen", "MPL-2.0")];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn run() -> Result {
    let problems: Vec<String> = metadata::packages()?
        .iter()
        .filter_map(|package| Some(format!("{} {}: {}", package.name, package.version, problem(package)?)))
        .collect();
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let mut total = Outcome::ONE;
    total += regen::compare(&[(notices::PATH, notices::render)])?;
    Ok(total)
}

fn problem(package: &Package) -> Option<String> {
    match &package.source {
        // Our own.
        None => return None,
        Some(source) if source == REGISTRY => {}
        Some(source) => return Some(format!("comes from {source}")),
    }
    let Some(license) = &package.license else {
        return Some("names no licence".to_owned());
    };
    if TOOLS.contains(&(package.name.as_str(), license.as_str())) {
        return None;
    }
    let Ok(expression) = Expression::parse_mode(license, spdx::ParseMode::LAX) else {
        return Some(format!("{license} is no licence expression"));
    };
    (!expression.evaluate(is_allowed)).then(|| format!("{license} is not allowed"))
}

fn is_allowed(requirement: &LicenseReq) -> bool {
    requirement.license.id().is_some_and(|id| ALLOWED.contains(&id.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem_of(license: Option<&str>, source: Option<&str>) -> Option<String> {
        problem(&Package {
            name: "x".to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
            source: source.map(str::to_owned),
            manifest_path: String::new(),
        })
    }

    #[test]
    fn a_licence_must_be_allowed_or_have_an_allowed_alternative() {
        for good in ["MIT", "MIT OR GPL-3.0-only", "MIT/Apache-2.0", "Apache-2.0 AND ISC"] {
            assert_eq!(problem_of(Some(good), Some(REGISTRY)), None, "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "nonsense"] {
            assert!(problem_of(Some(bad), Some(REGISTRY)).is_some(), "{bad}");
        }
        assert!(problem_of(None, Some(REGISTRY)).is_some());
        assert!(problem_of(Some("MIT"), Some("git+https://example.com/x")).is_some());
        assert_eq!(problem_of(None, None), None);
    }
}
