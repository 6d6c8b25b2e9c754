//! A request to the service, as a value. Path segments are encoded here and nowhere else.

use std::io::Read;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{Error, Result};

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest identifier or name that goes into a URL, in bytes before encoding.
const LONGEST_SEGMENT: usize = 255;

/// The HTTP methods that the service uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// No body and no `Content-Length`.
    None,
    /// A body, which may be empty.
    Json(Vec<u8>),
    /// A package, which streams from its source: only the frame is known here.
    Multipart { boundary: String },
}

impl Content {
    fn json(operation: &'static str, body: &impl Serialize) -> Result<Content> {
        let written = serde_json::to_vec(body).map_err(|error| {
            Error::invalid_input("the argument cannot be written as JSON")
                .with_operation(operation)
                .with_source(error)
        })?;
        Ok(Content::Json(written))
    }

    /// The bytes that are known here; those of an upload are not.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Content::Json(body) => body.len() as u64,
            Content::None | Content::Multipart { .. } => 0,
        }
    }
}

/// A path under `/api/1` or `/api/v2`, built from segments one by one. It holds the first thing that was wrong with one,
/// until a request is made of it.
#[derive(Debug)]
pub(crate) struct Path(Result<String>);

impl Path {
    /// `/apps` of version 1
    pub(crate) fn apps() -> Path {
        Path(Ok("/api/1/apps".to_owned()))
    }

    /// `/apps/{AppId}`
    pub(crate) fn app(app_id: &str) -> Path {
        Path::apps().given("app_id", app_id)
    }

    /// `/apps/{AppId}/environments/{Mode}`
    pub(crate) fn environment(app_id: &str, mode: &str) -> Path {
        Path::app(app_id).then("environments").given("mode", mode)
    }

    /// `/apps` of version 2
    pub(crate) fn apps_v2() -> Path {
        Path(Ok("/api/v2/apps".to_owned()))
    }

    /// `/apps/{ProjectId}/environments/{EnvironmentId}` of version 2
    pub(crate) fn environment_v2(project_id: &str, environment_id: &str) -> Path {
        let project = Path::apps_v2().given("project_id", project_id);
        project.then("environments").given("environment_id", environment_id)
    }

    /// Adds a segment that the service prescribes.
    pub(crate) fn then(mut self, segment: &'static str) -> Path {
        if let Ok(path) = &mut self.0 {
            path.push('/');
            path.push_str(segment);
        }
        self
    }

    /// Adds a segment that the caller gave, as one segment whatever it holds.
    pub(crate) fn given(self, argument: &'static str, segment: &str) -> Path {
        Path(self.0.and_then(|mut path| {
            check_name(argument, segment)?;
            if matches!(segment, "." | "..") {
                let problem = format!("{argument} is {segment:?}, which is not an identifier");
                return Err(Error::invalid_input(problem));
            }
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
            Ok(path)
        }))
    }
}

/// Refuses text that cannot be an identifier or name of the service.
pub(crate) fn check_name(argument: &str, text: &str) -> Result<()> {
    check_text(argument, text)?;
    check_length(argument, text, LONGEST_SEGMENT)
}

/// Refuses text of more bytes than this.
pub(crate) fn check_length(argument: &str, text: &str, longest: usize) -> Result<()> {
    if text.len() > longest {
        let problem = format!("{argument} has {} bytes; at most {longest} are allowed", text.len());
        return Err(Error::invalid_input(problem));
    }
    Ok(())
}

/// Refuses text that is empty or has control characters.
fn check_text(argument: &str, text: &str) -> Result<()> {
    if text.is_empty() {
        return Err(Error::invalid_input(format!("{argument} is empty")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid_input(format!("{argument} has control characters")));
    }
    Ok(())
}

/// The body of an upload, which streams.
pub(crate) trait Upload: Read {
    /// How long it is, in bytes.
    fn length(&self) -> u64;

    /// Makes ready for another attempt: whether the body can be read again from its beginning.
    fn rewind(&mut self) -> bool;
}

/// A request to the service, without the origin and the credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The name of the call, for errors and logs.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    pub(crate) content: Content,
}

impl Request {
    pub(crate) fn get(operation: &'static str, path: Path) -> Result<Request> {
        Request::new(operation, Method::Get, path, Content::None)
    }

    /// A POST without a documented body: empty, with `Content-Length: 0`.
    pub(crate) fn post(operation: &'static str, path: Path) -> Result<Request> {
        Request::new(operation, Method::Post, path, Content::Json(Vec::new()))
    }

    pub(crate) fn post_json(operation: &'static str, path: Path, body: &impl Serialize) -> Result<Request> {
        Request::new(operation, Method::Post, path, Content::json(operation, body)?)
    }

    pub(crate) fn put_json(operation: &'static str, path: Path, body: &impl Serialize) -> Result<Request> {
        Request::new(operation, Method::Put, path, Content::json(operation, body)?)
    }

    pub(crate) fn delete(operation: &'static str, path: Path) -> Result<Request> {
        Request::new(operation, Method::Delete, path, Content::None)
    }

    pub(crate) fn delete_json(operation: &'static str, path: Path, body: &impl Serialize) -> Result<Request> {
        Request::new(operation, Method::Delete, path, Content::json(operation, body)?)
    }

    pub(crate) fn post_multipart(operation: &'static str, path: Path, boundary: &str) -> Result<Request> {
        let boundary = boundary.to_owned();
        Request::new(operation, Method::Post, path, Content::Multipart { boundary })
    }

    fn new(operation: &'static str, method: Method, path: Path, content: Content) -> Result<Request> {
        let path = path.0.map_err(|error| error.with_operation(operation))?;
        Ok(Request { operation, method, path, query: Vec::new(), content })
    }

    pub(crate) fn query(mut self, name: &'static str, value: &str) -> Request {
        self.query.push((name, value.to_owned()));
        self
    }

    /// Whether the call may change something at the service.
    pub(crate) fn mutates(&self) -> bool {
        self.method != Method::Get
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn path_and_query(&self) -> String {
        let mut target = self.path.clone();
        for (place, (name, value)) in self.query.iter().enumerate() {
            target.push(if place == 0 { '?' } else { '&' });
            target.push_str(name);
            target.push('=');
            target.extend(utf8_percent_encode(value, SEGMENT));
        }
        target
    }

    /// The value of `Content-Type`.
    pub(crate) fn content_type(&self) -> String {
        match &self.content {
            Content::None | Content::Json(_) => "application/json".to_owned(),
            Content::Multipart { boundary } => format!("multipart/form-data; boundary={boundary}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(app_id: &str) -> String {
        Path::app(app_id).0.unwrap()
    }

    #[test]
    fn callers_text_stays_one_segment() {
        assert_eq!(path("calc"), "/api/1/apps/calc");
        assert_eq!(path("a/b"), "/api/1/apps/a%2Fb");
        assert_eq!(path("%2F"), "/api/1/apps/%252F");
        assert_eq!(path("a?b#c"), "/api/1/apps/a%3Fb%23c");
        assert_eq!(path("..."), "/api/1/apps/...");
        assert_eq!(
            Path::environment("calc", "Größe 2").0.unwrap(),
            "/api/1/apps/calc/environments/Gr%C3%B6%C3%9Fe%202"
        );
    }

    #[test]
    fn text_that_is_not_an_identifier_is_refused_by_name() {
        let long = "x".repeat(LONGEST_SEGMENT + 1);
        for bad in ["", ".", "..", "a\r\nb", "a\0", "\u{85}", "\u{7f}", &long] {
            let error = Request::get("get_app", Path::app(bad)).unwrap_err();
            assert_eq!(error.operation(), "get_app");
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            assert!(error.message().starts_with("app_id"), "{error}");
        }
        assert!(Path::app(&"x".repeat(LONGEST_SEGMENT)).0.is_ok());
    }
}
