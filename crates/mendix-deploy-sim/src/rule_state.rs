//! The rules as they hold with the options of a state.

use serde::Serialize;

use crate::{Difference, Options, differences};

/// A rule, and whether it holds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RuleState {
    /// The rule, and what either profile does.
    #[serde(flatten)]
    pub difference: Difference,
    /// Whether it holds.
    pub holds: bool,
}

impl RuleState {
    /// All rules, as they hold with these options.
    #[must_use]
    pub fn all(options: &Options) -> Vec<Self> {
        let states = differences().iter();
        states
            .map(|difference| Self { difference: *difference, holds: options.has(difference.rule) })
            .collect()
    }
}
