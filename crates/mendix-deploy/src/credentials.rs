//! The username and the API key.

use std::fmt;

use zeroize::Zeroizing;

use crate::{Error, Result};

/// The longest username or key, in bytes. Both go into the head of every request.
const LONGEST: usize = 1024;

/// A Mendix username and API key.
///
/// `Debug` shows neither the key nor its length, and the memory of the key is wiped when the last copy is dropped. This
/// library's own transport adds the key as the last step of a request; the HTTP library under it never has it.
///
/// Where a server echoes the key, in whatever encoding, errors show `(redacted)`. A key of fewer than 8 characters is not
/// searched for: it would match ordinary words, and the service issues none.
#[derive(Clone)]
pub struct Credentials {
    username: String,
    api_key: Zeroizing<String>,
}

impl Credentials {
    /// Makes credentials from a username and an API key.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when either is empty, too long, or not valid in an HTTP header: control characters, leading or
    /// trailing white space, or characters outside ASCII.
    pub fn new(username: impl Into<String>, api_key: impl Into<String>) -> Result<Credentials> {
        let username = username.into();
        let api_key = Zeroizing::new(api_key.into());
        check("username", &username, "the e-mail address of a Mendix account")?;
        check("api_key", &api_key, "the key as the Mendix portal showed it")?;
        Ok(Credentials { username, api_key })
    }

    /// Reads credentials from `MENDIX_USERNAME` and `MENDIX_API_KEY`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the variable that is missing, or the value that is invalid.
    pub fn from_env() -> Result<Credentials> {
        Credentials::new(variable("MENDIX_USERNAME")?, variable("MENDIX_API_KEY")?)
    }

    /// The username.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    pub(crate) fn api_key(&self) -> &str {
        &self.api_key
    }
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).map_err(|error| match error {
        std::env::VarError::NotPresent => {
            Error::invalid_input(format!("the environment variable {name} is not set"))
        }
        std::env::VarError::NotUnicode(_) => {
            Error::invalid_input(format!("the environment variable {name} is not valid UTF-8"))
        }
    })
}

/// Names what is wrong without ever showing the value.
fn check(argument: &str, value: &str, expected: &str) -> Result<()> {
    let problem = if value.is_empty() {
        "is empty"
    } else if value.trim() != value {
        "starts or ends with white space"
    } else if value.len() > LONGEST {
        "is too long"
    } else if !value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        "has characters that an HTTP header cannot carry"
    } else {
        return Ok(());
    };
    Err(Error::invalid_input(format!("{argument} {problem}; expected {expected}")))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("api_key", &"(redacted)")
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_a_header_is_refused_without_being_shown() {
        for bad in ["", "secret\r\nX-Evil: 1", " secret", "secret\n", "sécret", "sec\0ret"] {
            let error = Credentials::new("me@example.com", bad).expect_err(bad);
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            assert!(error.to_string().contains("api_key"), "{error}");
            assert!(!format!("{error} {error:?}").contains("ret"), "{error}");
        }
    }

    #[test]
    fn debug_does_not_show_the_key() {
        let credentials = Credentials::new("me@example.com", "26587896-1cef").unwrap();
        assert!(!format!("{credentials:?}").contains("26587896"));
    }
}
