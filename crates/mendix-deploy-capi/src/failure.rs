//! Why a function of the interface fails.

/// Why a function of the interface fails.
pub(crate) enum Failure {
    /// An error of the core. (Boxed inside: an error is a pointer.)
    Core(mendix_deploy::Error),
    /// An argument is invalid in C already, such as NULL or text that is not UTF-8.
    Misuse(String),
    /// What is asked of a JSON value is not in it.
    Absent(String),
    /// A bug in the library.
    Panic,
}

impl Failure {
    pub(crate) fn misuse(message: impl Into<String>) -> Failure {
        Failure::Misuse(message.into())
    }
}

impl From<mendix_deploy::Error> for Failure {
    fn from(error: mendix_deploy::Error) -> Failure {
        Failure::Core(error)
    }
}
