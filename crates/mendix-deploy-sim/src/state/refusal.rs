//! Refusals: the codes of the document, chosen by call.

use std::fmt;

use serde_json::{Value, json};

use crate::{Call, rows::documented};

/// A call that is refused, as the service says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// The methods that are allowed, where this one is not.
    pub(crate) allow: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), allow: None }
    }

    /// Another method than those that the path has.
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        let message = format!("The method is not allowed here: use {allow}.");
        Self { allow: Some(allow.to_owned()), ..Self::new(405, "METHOD_NOT_ALLOWED", message) }
    }

    /// The documented row of this call with this code.
    pub(crate) fn of(call: Call, code: &str) -> Self {
        Self::first(call, &[code], 500, code, "The call failed.")
    }

    /// The second meaning of a row which the document gives two.
    pub(crate) fn second(call: Call, code: &str) -> Self {
        let mut refusal = Self::of(call, code);
        if let Some(variant) = documented(call, code).and_then(|row| row.variants.first()) {
            refusal.message.clone_from(&variant.message);
        }
        refusal
    }

    /// The first of these codes that the document has for this call, else the refusal given.
    ///
    /// The document names the same refusal differently from call to call, and for some calls not at all.
    fn first(call: Call, codes: &[&str], status: u16, code: &str, message: &str) -> Self {
        match codes.iter().find_map(|code| documented(call, code)) {
            Some(row) => Self::new(row.status, &row.code, &row.message),
            None => Self::new(status, code, message),
        }
    }

    pub(crate) fn with(mut self, placeholder: &str, value: &str) -> Self {
        self.message = self.message.replacen(placeholder, value, 1);
        self
    }

    pub(crate) fn missing_parameters(call: Call) -> Self {
        let message = "Not enough parameters given.";
        Self::first(call, &["INVALID_PARAMETERS", "INVALID_APPID"], 400, "INVALID_PARAMETERS", message)
    }

    pub(crate) fn bad_body(call: Call, message: &str) -> Self {
        let code = documented(call, "INVALID_PARAMETERS").map_or("INVALID_REQUEST", |row| &row.code);
        Self::new(400, code, message)
    }

    pub(crate) fn no_app(call: Call) -> Self {
        let codes = ["APP_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "NOT_FOUND", "NOT FOUND", "PACKAGE_NOT_FOUND"];
        Self::first(call, &codes, 404, "APP_NOT_FOUND", "App not found")
    }

    pub(crate) fn bad_app_id(call: Call) -> Self {
        match documented(call, "INVALID_APPID") {
            Some(row) => Self::new(row.status, &row.code, &row.message),
            None => Self::no_app(call),
        }
    }

    pub(crate) fn no_environment(call: Call) -> Self {
        let codes = ["ENVIRONMENT_NOT_FOUND", "NOT_FOUND", "NOT FOUND", "PACKAGE_NOT_FOUND"];
        Self::first(call, &codes, 404, "ENVIRONMENT_NOT_FOUND", "Environment not found.")
    }

    pub(crate) fn bad_mode(call: Call, mode: &str) -> Self {
        match documented(call, "INVALID_ENVIRONMENT") {
            Some(row) => Self::new(row.status, &row.code, &row.message).with("'mode'", &format!("'{mode}'")),
            None => Self::no_environment(call),
        }
    }

    pub(crate) fn no_access(call: Call) -> Self {
        Self::first(call, &["NO_ACCESS", "FORBIDDEN"], 403, "NO_ACCESS", "You do not have access")
    }

    /// The body of the reply.
    pub(crate) fn body(&self) -> Value {
        json!({"errorMessage": self.message, "errorCode": self.code})
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)
    }
}
