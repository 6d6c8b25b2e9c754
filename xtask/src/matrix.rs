//! The conformance matrix as a page of the documentation.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::step::root;
use crate::table::{self, Call};

pub(crate) const PATH: &str = "docs/retry-matrix.md";
const DATA: &str = "tests/conformance/retry-matrix.json";

/// By fault: a fresh connection, and a reused one.
type Row = BTreeMap<String, [String; 2]>;

#[derive(Deserialize)]
struct Matrix {
    // In the order of the file, which a `BTreeMap` would lose.
    faults: Map<String, Value>,
    classes: BTreeMap<String, Row>,
    exceptions: BTreeMap<String, Row>,
}

impl Matrix {
    fn cell(&self, call: &Call, fault: &str) -> Result<&[String; 2], String> {
        let exception = self.exceptions.get(&call.name).and_then(|row| row.get(fault));
        let usual = || self.classes.get(&call.class)?.get(fault);
        exception
            .or_else(usual)
            .ok_or_else(|| format!("{DATA}: there is no cell for {fault} and the class {}", call.class))
    }
}

/// What the page should be: a table for each fault's calls that come to the same, so that it can be read.
pub(crate) fn render() -> Result<String, String> {
    let path = root().join(DATA);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let matrix: Matrix = serde_json::from_str(&text).map_err(|error| format!("{DATA}: {error}"))?;
    page(&table::read()?, &matrix)
}

fn page(calls: &[Call], matrix: &Matrix) -> Result<String, String> {
    if let Some(name) = matrix.exceptions.keys().find(|name| calls.iter().all(|call| call.name != **name)) {
        return Err(format!("{DATA}: there is no call {name}"));
    }
    let faults = matrix.faults.len();
    let mut page = format!(
        "# The outcome of each call\n\n\
         Made by `cargo xtask regen` from [`{DATA}`](../{DATA}), which the tests run\n\
         against the simulator: {} calls × {faults} faults × a fresh and a reused connection, {} cells. The\n\
         server counts. Rust plays all of them; C and Python, which add nothing to a call, all of one call of each class, and\n\
         every fourth of the others.\n\n\
         Each fault is injected once. A cell has the outcome, the requests that the server received, and the effects that it\n\
         counted. The outcome is `ok`, `adopted` (the response was lost, and read-back confirmed the effect), or the kind and\n\
         evidence of the error. Where a cell has two, both happen: microseconds decide how much was sent before the fault was\n\
         noticed.\n",
        calls.len(),
        calls.len() * faults * 2
    );
    for (fault, about) in &matrix.faults {
        let about = about["about"].as_str().unwrap_or_default();
        let _ = writeln!(page, "\n## `{fault}`\n\n{}{}.\n", about[..1].to_uppercase(), &about[1..]);
        page += "| call | fresh connection | reused connection |\n|---|---|---|\n";
        let mut rows: Vec<(&[String; 2], Vec<String>)> = Vec::new();
        for call in calls {
            let (cell, name) = (matrix.cell(call, fault)?, format!("`{}`", call.name));
            match rows.iter_mut().find(|(other, _)| *other == cell) {
                Some((_, names)) => names.push(name),
                None => rows.push((cell, vec![name])),
            }
        }
        for ([fresh, reused], names) in rows {
            let _ = writeln!(page, "| {} | {} | {} |", names.join(", "), words(fresh), words(reused));
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
