//! The days that logs are asked for.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::failure::{Failure, Outcome};

#[derive(Debug, Args)]
pub(super) struct Days {
    /// The day, as YYYY-MM-DD, `today` or `yesterday`, in UTC
    #[arg(long, value_name = "DAY", value_parser = day, conflicts_with_all = ["since", "until"])]
    date: Option<Date>,
    /// The first day
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Date>,
    /// The last day; today by default
    #[arg(long, value_name = "DAY", value_parser = day, requires = "since")]
    until: Option<Date>,
}

/// More days than the service keeps.
const MOST: usize = 1000;

impl Days {
    /// Each day, the oldest first.
    pub(super) fn resolve(&self) -> Outcome<Vec<Date>> {
        let Some(since) = self.since else { return Ok(vec![self.date.unwrap_or_else(today)]) };
        let until = self.until.unwrap_or_else(today);
        if until < since {
            return Err(Failure::usage(format!("--until {until} is before --since {since}")));
        }
        let days: Vec<Date> = since.series(1.day()).take_while(|day| *day <= until).take(MOST + 1).collect();
        if days.len() > MOST {
            return Err(Failure::usage(format!("--since {since} is more than {MOST} days before {until}")));
        }
        Ok(days)
    }
}

/// The day of the service, which is in UTC.
pub(super) fn today() -> Date {
    Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

fn day(text: &str) -> Result<Date, String> {
    match text {
        "today" => Ok(today()),
        "yesterday" => today().yesterday().map_err(|error| error.to_string()),
        // Without a time, which the parser would take too.
        text if text.len() == 10 => text.parse().map_err(|_| expected()),
        _ => Err(expected()),
    }
}

fn expected() -> String {
    "expected YYYY-MM-DD, today or yesterday".to_owned()
}
