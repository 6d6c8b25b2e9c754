//! The conformance matrix as a page of the documentation.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::step::root;

pub(crate) const PATH: &str = "docs/retry-matrix.md";
const DATA: &str = "tests/conformance/retry-matrix.json";

#[derive(Deserialize)]
struct Matrix {
    // In the order of the file, which a `BTreeMap` would lose.
    calls: Map<String, Value>,
    faults: Map<String, Value>,
    cells: BTreeMap<String, BTreeMap<String, [String; 2]>>,
}

/// What the page should be: a table for each fault's calls that come to the same, so that it can be read.
pub(crate) fn render() -> Result<String, String> {
    let path = root().join(DATA);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let matrix: Matrix = serde_json::from_str(&text).map_err(|error| format!("{DATA}: {error}"))?;
    page(&matrix).map_err(|error| error.to_string())
}

fn page(matrix: &Matrix) -> Result<String, std::fmt::Error> {
    let (calls, faults) = (matrix.calls.len(), matrix.faults.len());
    let mut page = String::new();
    writeln!(
        page,
        "# What becomes of each call\n\n\
         Made by `cargo xtask regen` from [`{DATA}`](../{DATA}), which the tests in Rust, C and Python run against the\n\
         simulator: {calls} calls × {faults} faults × a fresh and a reused connection, {} cells. The server counts.\n\n\
         Each fault happens once. A cell says what the call comes to, how many requests of it arrive, and how often it\n\
         takes effect. `adopted` is a success whose answer was lost: the state shows the effect. Other words are kind and\n\
         evidence of the error. Where two are given, microseconds decide how much was sent when the fault was noticed.",
        calls * faults * 2
    )?;
    for (fault, about) in &matrix.faults {
        let about = about["about"].as_str().unwrap_or_default();
        writeln!(page, "\n## `{fault}`\n\n{}{}.\n", about[..1].to_uppercase(), &about[1..])?;
        writeln!(page, "| call | fresh connection | reused connection |\n|---|---|---|")?;
        let mut told = HashSet::new();
        for call in matrix.calls.keys() {
            let cell = &matrix.cells[call][fault];
            if told.insert(cell) {
                let same = matrix.calls.keys().filter(|other| &matrix.cells[*other][fault] == cell);
                let names: Vec<String> = same.map(|name| format!("`{name}`")).collect();
                writeln!(page, "| {} | {} | {} |", names.join(", "), words(&cell[0]), words(&cell[1]))?;
            }
        }
    }
    Ok(page)
}

/// `ok 1 0` in words.
fn words(cell: &str) -> String {
    let one = |one: &str| match one.split(' ').collect::<Vec<_>>()[..] {
        [outcome, requests, effects] => {
            let plural = |count: &str| if count == "1" { "" } else { "s" };
            format!("{outcome}: {requests} request{}, {effects} effect{}", plural(requests), plural(effects))
        }
        _ => one.to_owned(),
    };
    cell.split(" | ").map(one).collect::<Vec<_>>().join(", or ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cell_is_told_in_words() {
        assert_eq!(
            super::words("ok 1 1 | Ambiguous/Ambiguous 0 0"),
            "ok: 1 request, 1 effect, or Ambiguous/Ambiguous: 0 requests, 0 effects"
        );
    }
}
