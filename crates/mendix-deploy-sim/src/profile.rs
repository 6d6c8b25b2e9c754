//! What the service of the document and the service of today do differently, as data.

use serde::{Deserialize, Serialize};

/// Which service the simulator behaves like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// As the API document describes it.
    #[default]
    Document,
    /// As later documentation and captured replies show it: see [`differences`].
    Today,
}

impl Profile {
    /// Whether the rule holds. Today's service is the sum of them all.
    pub(crate) fn has(self, _: Rule) -> bool {
        self == Self::Today
    }
}

/// The form of the replies whose body the document does not give: of stop, transport, upload, delete tag and clean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bodies {
    /// No body at all.
    Empty,
    /// A word of plain text.
    Text,
    /// JSON; of upload, an object with the `PackageId`.
    #[default]
    Json,
}

/// The form in which tags are listed, which the document leaves open where there is not exactly one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagForm {
    /// The document's `{"Tag": "A"}` where there is one tag, an array of such objects otherwise.
    #[default]
    Object,
    /// Always an array of objects.
    Objects,
    /// An array of strings.
    Strings,
}

/// A way in which the service of today differs from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A path that ends in a slash is unknown.
    NoTrailingSlash,
    /// Starting what runs is answered with status 200.
    StartedIsNoFailure,
    /// A package may be transported to a running environment.
    TransportWhileRunning,
    /// Refusing transport has another code.
    TransportRefusal,
    /// An uploaded package is processed for a while.
    UploadsAreProcessed,
    /// Cleaning an empty environment is refused.
    CleanNeedsDeployment,
    /// Bodies with unknown fields are refused.
    StrictBodies,
    /// `Production` is a boolean.
    ProductionIsBoolean,
    /// `Size` is a number of bytes.
    SizeInBytes,
    /// Environments have more fields.
    MoreFields,
}

/// One difference between the profiles.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Which.
    pub rule: Rule,
    /// What [`Profile::Document`] does.
    pub document: &'static str,
    /// What [`Profile::Today`] does.
    pub today: &'static str,
    /// Where that is known from.
    pub source: &'static str,
}

const LATER: &str = "later official documentation";
const CAPTURED: &str = "captured replies";

/// All differences between the profiles.
#[must_use]
pub fn differences() -> &'static [Difference] {
    &[
        Difference {
            rule: Rule::NoTrailingSlash,
            document: "a trailing slash is accepted: the document's examples have some",
            today: "404 `API not found`; the form of its body is a guess",
            source: LATER,
        },
        Difference {
            rule: Rule::StartedIsNoFailure,
            document: "start of a running environment: 500 ALREADY_STARTED",
            today: "200 with ALREADY_STARTED and no JobId; that there is none is a guess",
            source: LATER,
        },
        Difference {
            rule: Rule::TransportWhileRunning,
            document: "transport to a running environment: 403 APP_IS_RUNNING",
            today: "accepted; takes effect at the next start",
            source: LATER,
        },
        Difference {
            rule: Rule::TransportRefusal,
            document: "transport without the right to: 403 TRANSPORT_NOT_ALLOWED",
            today: "403 `NOT ALLOWED`",
            source: LATER,
        },
        Difference {
            rule: Rule::UploadsAreProcessed,
            document: "an uploaded package is ready at once; one that is not ready is not found",
            today: "it is processed first; meanwhile transport answers 503 `SERVICE UNAVAILABLE`",
            source: LATER,
        },
        Difference {
            rule: Rule::CleanNeedsDeployment,
            document: "cleaning an empty environment does nothing",
            today: "422 ENVIRONMENT_NOT_DEPLOYED",
            source: LATER,
        },
        Difference {
            rule: Rule::StrictBodies,
            document: "unknown fields of a request are ignored",
            today: "400 INVALID_REQUEST; the code is a guess",
            source: LATER,
        },
        Difference {
            rule: Rule::ProductionIsBoolean,
            document: "the string \"false\" or \"true\", as in the examples of 3.4 and 3.5; a boolean in 3.19",
            today: "a boolean everywhere",
            source: CAPTURED,
        },
        Difference {
            rule: Rule::SizeInBytes,
            document: "for the seeded old package a floating-point number of MiB, as in the example of 3.9",
            today: "always a whole number of bytes",
            source: LATER,
        },
        Difference {
            rule: Rule::MoreFields,
            document: "the documented fields only",
            today: "also EnvironmentId, RuntimeLayer, Instances, MemoryPerInstance and TotalMemory",
            source: CAPTURED,
        },
    ]
}
