//! Figures of several clients, taken in turns, as a table.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::step::{output, say};

type Result<T> = std::result::Result<T, String>;

/// A client that is measured.
pub(crate) struct Contender<'a> {
    pub(crate) name: &'static str,
    /// The command that does the work.
    pub(crate) run: Box<dyn Fn() -> Result<Command> + 'a>,
}

/// What a column shows, and how it comes from what a client prints.
pub(crate) struct Figure {
    pub(crate) title: &'static str,
    pub(crate) of: fn(&Value) -> Option<f64>,
}

/// The rows of a table, one for each client: the median of each figure, with the least and the most of them.
pub(crate) fn measure(
    title: &str,
    rounds: usize,
    contenders: &[Contender],
    figures: &[Figure],
) -> Result<String> {
    let mut printed: Vec<Vec<Value>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 1..=rounds {
        say(format_args!("{title}: round {round} of {rounds}"));
        for (contender, printed) in contenders.iter().zip(&mut printed) {
            printed.push(once(contender)?);
        }
    }
    let mut table = format!("\n### {title}\n\n| client |");
    for figure in figures {
        let _ = write!(table, " {} |", figure.title);
    }
    let _ = write!(table, "\n|---|{}\n", "--:|".repeat(figures.len()));
    for (contender, printed) in contenders.iter().zip(&printed) {
        let _ = write!(table, "| {} |", contender.name);
        for figure in figures {
            let values = printed.iter().filter_map(figure.of).collect();
            let _ = write!(
                table,
                " {} |",
                Spread::of(values).map_or("–".to_owned(), |spread| spread.to_string())
            );
        }
        table.push('\n');
    }
    Ok(table)
}

/// What a client prints of one run, and the time of its process.
fn once(contender: &Contender) -> Result<Value> {
    let mut command = (contender.run)()?;
    let started = Instant::now();
    let printed = output(&mut command)?;
    let seconds = started.elapsed().as_secs_f64();
    let line = printed.lines().last().unwrap_or_default();
    let mut figures: Value = serde_json::from_str(line)
        .map_err(|error| format!("{} printed {line:?}: {error}", contender.name))?;
    figures["process_seconds"] = seconds.into();
    Ok(figures)
}

/// The median of some values, and their ends.
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Option<Spread> {
        values.sort_by(f64::total_cmp);
        let median = *values.get(values.len() / 2)?;
        Some(Spread { least: *values.first()?, median, most: *values.last()? })
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = if self.median < 10.0 { 2 } else { usize::from(self.median < 100.0) };
        let Spread { least, median, most } = self;
        write!(f, "**{median:.digits$}** ({least:.digits$} to {most:.digits$})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_between_the_ends() {
        let spread = Spread::of(vec![3.0, 1.0, 200.0, 2.0, 50.0]).unwrap();
        assert_eq!(spread.to_string(), "**3.00** (1.00 to 200.00)");
        assert!(Spread::of(Vec::new()).is_none());
    }

    #[test]
    fn a_client_that_prints_no_figures_is_a_failure() {
        let contender = Contender { name: "echo", run: Box::new(|| Ok(Command::new("echo"))) };
        assert!(measure("Nothing", 1, &[contender], &[]).unwrap_err().contains("echo printed"));
    }

    #[test]
    fn each_client_has_a_row() {
        let contender = |name, line: &'static str| Contender {
            name,
            run: Box::new(move || {
                let mut command = Command::new("echo");
                command.arg(line);
                Ok(command)
            }),
        };
        let figures =
            [Figure { title: "ms", of: |value| value["seconds"].as_f64().map(|seconds| seconds * 1000.0) }];
        let clients = [contender("one", r#"{"seconds": 0.25}"#), contender("two", "{}")];
        let table = measure("Work", 3, &clients, &figures).unwrap();
        assert!(
            table.ends_with("| client | ms |\n|---|--:|\n| one | **250** (250 to 250) |\n| two | – |\n"),
            "{table}"
        );
    }
}
