//! Which entries of a log are printed: by their time and their level.

use jiff::civil::{DateTime, Time};

/// The level of an entry, as the runtime writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

impl Level {
    const NAMES: [(&'static str, Level); 7] = [
        ("trace", Level::Trace),
        ("debug", Level::Debug),
        ("info", Level::Info),
        ("warning", Level::Warning),
        ("warn", Level::Warning),
        ("error", Level::Error),
        ("critical", Level::Critical),
    ];

    fn named(name: &str) -> Option<(&'static str, Level)> {
        Level::NAMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    pub(super) fn parse(name: &str) -> Result<Level, String> {
        let found = Level::named(name).map(|(_, level)| level);
        found.ok_or_else(|| "expected trace, debug, info, warning, error or critical".to_owned())
    }
}

/// What is printed.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub(super) level: Option<Level>,
    pub(super) after: Option<Time>,
    pub(super) before: Option<Time>,
}

impl Filter {
    pub(super) fn is_empty(&self) -> bool {
        self.level.is_none() && self.after.is_none() && self.before.is_none()
    }

    /// Whether an entry is printed; `None` for a line that begins none.
    pub(super) fn passes(&self, line: &[u8]) -> Option<bool> {
        if self.is_empty() {
            return Some(true);
        }
        let (time, level) = parts(line);
        let time = time?.time();
        let is_high = self.level.is_none_or(|least| level.is_some_and(|(_, level)| level >= least));
        let is_late = self.after.is_none_or(|after| time >= after);
        let is_early = self.before.is_none_or(|before| time < before);
        Some(is_high && is_late && is_early)
    }
}

/// The time and the level of an entry, as text.
pub(super) fn read(line: &[u8]) -> (Option<String>, Option<&'static str>) {
    let (time, level) = parts(line);
    (time.map(|time| time.to_string()), level.map(|(name, _)| name))
}

/// How many words of an entry may stand before its level.
const BEFORE_LEVEL: usize = 4;

/// An entry begins with its time, and has its level among the next words.
fn parts(line: &[u8]) -> (Option<DateTime>, Option<(&'static str, Level)>) {
    const LONGEST_HEAD: usize = 256;
    let head = String::from_utf8_lossy(&line[..line.len().min(LONGEST_HEAD)]);
    let mut words = head.split_ascii_whitespace().peekable();
    let Some(first) = words.next() else { return (None, None) };
    // `2026-11-27T02:00:00.123Z`, or with a space between the day and the time.
    let time = first.trim_end_matches('Z').parse::<DateTime>().ok();
    let time = match words.peek() {
        Some(second) if !first.contains('T') => {
            format!("{first}T{}", second.replace(',', ".").trim_end_matches('Z')).parse().ok().or(time)
        }
        _ => time,
    };
    let level = words
        .take(BEFORE_LEVEL)
        .find_map(|word| Level::named(word.trim_matches(|c: char| !c.is_ascii_alphanumeric())));
    (time, level)
}

/// `HH:MM` or `HH:MM:SS`.
pub(super) fn time(text: &str) -> Result<Time, String> {
    let expected = || "expected HH:MM or HH:MM:SS".to_owned();
    if text.len() < 5 { Err(expected()) } else { text.parse().map_err(|_| expected()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_known_by_its_time_and_level() {
        for (line, expected) in [
            ("2026-11-27T02:00:01.402541 [APP/PROC/WEB/0]   ERROR - MxRuntime: no", Some(Level::Error)),
            ("2026-11-27 02:00:01.402 WARN - Core: slow", Some(Level::Warning)),
            ("2026-11-27T02:00:01Z INFO - Core: ERROR is a word here", Some(Level::Info)),
            ("2026-11-27T02:00:01Z nothing of the kind", None),
        ] {
            let (time, level) = parts(line.as_bytes());
            assert_eq!(time.map(|time| (time.hour(), time.second())), Some((2, 1)), "{line}");
            assert_eq!(level.map(|(_, level)| level), expected, "{line}");
        }
        assert_eq!(parts(b"\tat com.mendix.core.Core.start(Core.java:1)").0, None);
    }
}
