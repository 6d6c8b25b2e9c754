//! The rules by which the service of the document and the service of today differ, as data.

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

/// The form of the replies whose body the document does not specify: of stop, transport, upload, delete tag and clean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bodies {
    /// No body at all.
    Empty,
    /// Plain text.
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

macro_rules! rules {
    ($($rule:ident $name:literal $what:literal $document:literal $today:literal $source:ident;)*) => {
        /// A rule of today's service. Each can be switched alone: see [`Options::rules`](crate::Options::rules).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Rule {
            $(#[doc = $what] #[serde(rename = $name)] $rule,)*
        }

        impl Rule {
            /// The name of the rule in JSON and on the command line, in snake case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$rule => $name,)* }
            }
        }

        static DIFFERENCES: &[Difference] = &[
            $(Difference { rule: Rule::$rule, document: $document, today: $today, source: $source },)*
        ];
    };
}

const LATER: &str = "later official documentation";
const NOTES: &str = "release notes";
const CAPTURED: &str = "captured replies";
const CLIENTS: &str = "public clients that rely on it";

rules! {
    NoTrailingSlash "no_trailing_slash"
        "A path that ends in a slash is unknown."
        "a trailing slash is accepted: the document's examples have some"
        "404 `API not found`, since 2021-03-03; a public client of 2024 still sends one; the form of the body is a guess"
        NOTES;
    BackupsAreGone "backups_are_gone"
        "The four backup calls (3.15 to 3.18) are unknown."
        "they work"
        "404 `API not found`; they were retired by the end of 2023, what is answered now is a guess"
        NOTES;
    StartedIsNoFailure "started_is_no_failure"
        "Starting what runs is answered with status 200."
        "start of a running environment: 500 ALREADY_STARTED"
        "200 with ALREADY_STARTED and no JobId; that there is none is a guess"
        LATER;
    TransportWhileRunning "transport_while_running"
        "A package may be transported to a running environment."
        "transport to a running environment: 403 APP_IS_RUNNING"
        "accepted; takes effect at the next start"
        LATER;
    TransportRefusal "transport_refusal"
        "Refusing transport has another code."
        "transport without the right to: 403 TRANSPORT_NOT_ALLOWED"
        "403 `NOT ALLOWED`"
        LATER;
    UploadsAreProcessed "uploads_are_processed"
        "An uploaded package is processed for a while."
        "an uploaded package is ready at once; one that is not ready is not found"
        "it is processed first; until then transport answers 503 `SERVICE UNAVAILABLE`"
        LATER;
    FailedPackageRefusal "failed_package_refusal"
        "Refusing a package that could not be processed has another code."
        "transport of a package whose status is Failed: 500 PACKAGE_PARSE_FAILED"
        "403 `NOT ALLOWED`"
        LATER;
    DefaultPackageName "default_package_name"
        "An upload without `?name=` is called `default.mda`."
        "it is called as its part of the multipart body says"
        "it is called `default.mda`"
        LATER;
    PartIsNamedFile "part_is_named_file"
        "The part of an upload has to be named `file`."
        "any name: the document's example has the file's own name there"
        "a body without a part `file` is no package, since 2025-07-13; the code INVALID_PACKAGE is a guess"
        NOTES;
    CleanNeedsDeployment "clean_needs_deployment"
        "Cleaning an empty environment is refused."
        "cleaning an empty environment does nothing"
        "422 ENVIRONMENT_NOT_DEPLOYED"
        LATER;
    StrictBodies "strict_bodies"
        "Bodies with unknown fields are refused."
        "unknown fields of a request are ignored"
        "400 INVALID_REQUEST; the code is a guess"
        LATER;
    ConstantsAsGiven "constants_as_given"
        "The values of constants are kept with the spaces around them."
        "says nothing of it, so this profile keeps them too"
        "kept as they were sent, since 2026-02-01; switched off, they are trimmed as before that day"
        NOTES;
    ProductionIsBoolean "production_is_boolean"
        "`Production` is a boolean."
        "the string \"false\" or \"true\", as in the examples of 3.4 and 3.5; a boolean in 3.19"
        "a boolean everywhere"
        LATER;
    SizeInBytes "size_in_bytes"
        "`Size` is a number of bytes."
        "for the seeded old package a floating-point number of MiB, as in the example of 3.9"
        "always a whole number of bytes"
        LATER;
    MoreFields "more_fields"
        "Environments have more fields."
        "the documented fields only"
        "also EnvironmentId, RuntimeLayer, Instances, MemoryPerInstance and TotalMemory"
        CAPTURED;
    FreeEnvironments "free_environments"
        "The environment of a free app has no fields of versions."
        "it has the fields of any other environment"
        "neither ModelVersion, MendixVersion nor RuntimeLayer, which with `more_fields` leaves eight fields"
        CAPTURED;
    PackageMendixVersion "package_mendix_version"
        "The package of an environment has a `MendixVersion`."
        "the documented fields only"
        "also MendixVersion"
        CLIENTS;
    FirstPageHasMore "first_page_has_more"
        "The first page of snapshots may have more than were asked for."
        "says nothing of these calls; it has as many as were asked for"
        "it has up to 20 more; how many is a guess"
        CAPTURED;
    PackageUrl "package_url"
        "`?url=true` asks for a link to the environment's package."
        "the query is ignored"
        "the package has `Url`, with `Location` and its `TTL` in seconds"
        LATER;
}

impl Rule {
    /// Whether the rule holds in this profile, unless it is switched.
    #[must_use]
    pub fn holds_in(self, profile: Profile) -> bool {
        profile == Profile::Today || self == Self::ConstantsAsGiven
    }
}

/// One rule, and what either profile does.
#[derive(Clone, Copy, Debug, Serialize)]
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

/// All rules, with what either profile does and where that is known from.
#[must_use]
pub fn differences() -> &'static [Difference] {
    DIFFERENCES
}
