//! How a reply becomes a value, or an error.

use std::fmt;
use std::marker::PhantomData;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::transfer::hidden;
use crate::transport::Reply;
use crate::{Error, ErrorCode, ErrorKind, Evidence};

/// The longest message of the service that an error repeats, in characters.
const LONGEST_MESSAGE: usize = 2000;
/// How much an error shows of a body that is no reply of the service, in characters.
const EXCERPT: usize = 200;
/// How much of such a body is looked at for it, in bytes.
const LOOKED_AT: usize = 64 * 1024;

type Result<T> = std::result::Result<T, Error>;

/// What a business error says: its code and its message.
struct Refusal {
    code: String,
    message: String,
}

/// The body of a reply that says yes. `evidence` is what an answer that explains nothing proves.
pub(crate) fn accepted(reply: Reply, evidence: Evidence, secret: &str) -> Result<Vec<u8>> {
    let Reply { status, retry_after, body } = reply;
    let error = match refusal_in(&body) {
        // Today's service answers some refusals with 200.
        Some(refusal) => refused(status, &refusal, secret),
        None if !(200..300).contains(&status) => unexplained(status, &body, evidence, secret),
        // It cannot mean a request that it did not have.
        None if evidence != Evidence::Ambiguous => {
            let message = "the server answered before it had the whole request";
            Error::new(ErrorKind::InvalidResponse, evidence, message).with_status(status)
        }
        // A proxy or a login page answers for somebody else, and says nothing of what became of the request.
        None if body.trim_ascii_start().starts_with(b"<") => {
            let message = format!("the answer is a page, not one of the service: {}", excerpt(&body, secret));
            Error::new(ErrorKind::InvalidResponse, evidence, message)
                .with_status(status)
                .with_hint("check that base_url is the address of the service, and the proxy")
        }
        None => return Ok(body),
    };
    Err(error.with_retry_after(retry_after))
}

/// Reads the error that a body holds, if it holds one. Both fields are read whatever their type.
fn refusal_in(body: &[u8]) -> Option<Refusal> {
    const KEY: &[u8] = b"errorCode";
    // Most bodies hold none, and need not be parsed for it.
    if !body.windows(KEY.len()).any(|window| window == KEY) {
        return None;
    }
    let object: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let text = |name| match object.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    Some(Refusal { code: text("errorCode")?, message: text("errorMessage").unwrap_or_default() })
}

fn refused(status: u16, refusal: &Refusal, secret: &str) -> Error {
    let text = clean(&refusal.code, secret, EXCERPT);
    let code = ErrorCode::new(&text);
    let kind = match (status, code.kind()) {
        (429, _) => ErrorKind::RateLimited,
        (_, Some(kind)) => kind,
        (_, None) => kind_of_status(status),
    };
    let message = match clean(&refusal.message, secret, LONGEST_MESSAGE) {
        message if message.is_empty() => format!("the service refused with {code}"),
        message => message,
    };
    Error::new(kind, Evidence::Refused, message).with_status(status).with_code(&text)
}

/// An answer that is no business error: a gateway's page, a proxy's, a redirect, nothing at all.
fn unexplained(status: u16, body: &[u8], evidence: Evidence, secret: &str) -> Error {
    let shown = excerpt(body, secret);
    let (kind, evidence, hint) = match status {
        401 => (ErrorKind::Unauthorized, Evidence::Refused, Some("check the username and the API key")),
        421 | 425 if evidence == Evidence::Incomplete => (kind_of_status(status), evidence, None),
        // A gateway that gives up says nothing of what the service behind it did.
        408 | 500..=599 => (kind_of_status(status), evidence, None),
        400..=499 => (kind_of_status(status), Evidence::Refused, None),
        300..=399 => {
            let hint =
                "redirects are never followed, since they would carry the API key away; check base_url";
            (ErrorKind::InvalidResponse, evidence, Some(hint))
        }
        _ => {
            let hint = "check that base_url is the address of the service";
            (ErrorKind::InvalidResponse, evidence, Some(hint))
        }
    };
    let message = format!("the answer is not one of the service, with {shown}");
    let error = Error::new(kind, evidence, message).with_status(status);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        _ => ErrorKind::Api,
    }
}

/// Text without the key, as it is and as HTML and URLs write it.
fn redacted(text: &str, secret: &str) -> String {
    if secret.is_empty() {
        return text.to_owned();
    }
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    [secret, &html, &url].iter().fold(text.to_owned(), |text, form| text.replace(*form, "(redacted)"))
}

/// Text of the service made fit for one line: no control characters, not too long, no key, and no query of a URL,
/// which may be a signature.
fn clean(text: &str, secret: &str, longest: usize) -> String {
    let text = redacted(text, secret);
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if line.len() > longest {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        match (hidden(word), word.split_once('?')) {
            (Some(shown), _) => line.push_str(&shown),
            (None, Some((before, query))) if query.contains('=') => {
                line.push_str(before);
                line.push_str("?…");
            }
            _ => line.push_str(word),
        }
    }
    match line.char_indices().nth(longest) {
        None => line,
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

/// The start of a body that is no reply of the service: a gateway's page, without its markup.
pub(crate) fn excerpt(body: &[u8], secret: &str) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
    // A key that the cut went through is not whole, and would not be found.
    let cut = if body.len() > LOOKED_AT { text.len().saturating_sub(secret.len()) } else { text.len() };
    let text = &text[..text.floor_char_boundary(cut)];
    let mut plain = String::new();
    let mut in_tag = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '<' if rest
                .as_str()
                .starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)) =>
            {
                in_tag = true;
            }
            '>' if in_tag => {
                in_tag = false;
                plain.push(' ');
            }
            _ if in_tag => {}
            c => plain.push(c),
        }
    }
    match clean(&plain, secret, EXCERPT) {
        shown if shown.is_empty() => "an empty body".to_owned(),
        shown => format!("{shown:?}"),
    }
}

/// Whether a reply in JSON has no more values than this, by its commas and brackets.
pub(crate) fn has_at_most(most: usize, body: &[u8]) -> bool {
    // Every value takes a byte at least; and what is no JSON is not taken apart.
    if body.len() <= most || !matches!(body.trim_ascii_start(), [b'[' | b'{', ..]) {
        return true;
    }
    let (mut values, mut in_text, mut escaped) = (0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    values <= most
}

/// Reads the value that a reply documents.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(unreadable("the reply is empty"));
    }
    serde_json::from_slice(body).map_err(|error| unreadable(&describe(&error)))
}

/// Reads a list: an array, one object for an array of one, or nothing.
pub(crate) fn decode_list<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    decode::<List<T>>(body).map(|list| list.0)
}

/// A list that is read item by item: a tree of the whole would take many times the reply's size.
struct List<T>(Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<List<T>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or one item")
    }

    fn visit_unit<E: de::Error>(self) -> std::result::Result<List<T>, E> {
        Ok(List(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, item: A) -> std::result::Result<List<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(item)).map(|item| List(vec![item]))
    }

    fn visit_str<E: de::Error>(self, item: &str) -> std::result::Result<List<T>, E> {
        T::deserialize(item.into_deserializer()).map(|item| List(vec![item]))
    }

    fn visit_i64<E: de::Error>(self, item: i64) -> std::result::Result<List<T>, E> {
        T::deserialize(item.into_deserializer()).map(|item| List(vec![item]))
    }

    fn visit_u64<E: de::Error>(self, item: u64) -> std::result::Result<List<T>, E> {
        T::deserialize(item.into_deserializer()).map(|item| List(vec![item]))
    }
}

fn unreadable(why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidResponse,
        Evidence::Ambiguous,
        format!("the service's reply cannot be read: {why}"),
    )
}

/// What is wrong with JSON, without the values that serde quotes: they may be a signed link or a password.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let place = match error.line() {
        // A value that was parsed before has no place any more.
        0 => "in it".to_owned(),
        line => format!("at line {line} column {}", error.column()),
    };
    match error.classify() {
        serde_json::error::Category::Eof => format!("it is cut off {place}"),
        serde_json::error::Category::Data => {
            let text = error.to_string();
            match text.split_once('`').and_then(|(_, rest)| rest.split_once('`')) {
                Some((field, _)) if text.starts_with("missing field") => format!("{field} is missing"),
                Some((field, _)) if text.starts_with("duplicate field") => format!("{field} is there twice"),
                _ => format!("a value has another type than documented {place}"),
            }
        }
        _ => format!("it is not valid JSON {place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        accepted(
            Reply { status, retry_after: None, body: body.as_bytes().to_vec() },
            Evidence::Ambiguous,
            "s3cret",
        )
        .unwrap_err()
    }

    #[test]
    fn the_code_decides_before_the_status() {
        for (status, code, kind) in [
            (500, "ALREADY_STARTED", ErrorKind::Conflict),
            (200, "ALREADY_STARTED", ErrorKind::Conflict),
            (400, "NOT_FOUND", ErrorKind::NotFound),
            (404, "NOT FOUND", ErrorKind::NotFound),
            (400, "NOT_ALLOWED", ErrorKind::Forbidden),
            (418, "NEW_ONE", ErrorKind::Api),
            (403, "NEW_ONE", ErrorKind::Forbidden),
            (429, "SERVICE_UNAVAILABLE", ErrorKind::RateLimited),
        ] {
            let body = format!(r#"{{"errorMessage": "why", "errorCode": "{code}"}}"#);
            let error = error(status, &body);
            assert_eq!((error.kind(), error.evidence()), (kind, Evidence::Refused), "{status} {code}");
            assert_eq!((error.http_status(), error.code_text()), (Some(status), Some(code)));
            assert_eq!(error.message(), "why");
        }
    }

    #[test]
    fn a_gateways_page_proves_nothing() {
        let page = "<html><head><title>502</title></head>\r\n<body><h1>Bad  Gateway</h1></body></html>";
        let error = error(502, page);
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::Api, Evidence::Ambiguous));
        assert_eq!(error.http_status(), Some(502));
        assert!(error.message().contains("502 Bad Gateway"), "{error}");
    }

    #[test]
    fn a_page_is_no_success() {
        let error = error(200, "\n<!doctype html><title>Log in</title>");
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::InvalidResponse, Evidence::Ambiguous));
        assert!(error.message().contains("Log in"), "{error}");
    }

    #[test]
    fn an_empty_refusal_still_has_its_status() {
        let error = error(401, "");
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::Unauthorized, Evidence::Refused));
        assert!(error.to_string().contains("empty body"));
    }

    #[test]
    fn a_refusal_with_an_odd_field_is_still_one() {
        for (body, code, message) in [
            (
                r#"{"errorCode": "ALREADY_STARTED", "errorMessage": {"a": 1}}"#,
                "ALREADY_STARTED",
                r#"{"a":1}"#,
            ),
            (r#"{"errorCode": 5}"#, "5", "the service refused with 5"),
            (r#"{"errorCode": "A", "errorCode": "B"}"#, "B", "the service refused with B"),
        ] {
            for status in [200, 500] {
                let error = error(status, body);
                assert_eq!((error.code_text(), error.message()), (Some(code), message));
                assert_eq!(error.evidence(), Evidence::Refused);
            }
        }
        let reply = Reply { status: 200, retry_after: None, body: br#"["errorCode", "x"]"#.to_vec() };
        assert!(accepted(reply, Evidence::Ambiguous, "s3cret").is_ok());
    }

    #[test]
    fn an_answer_to_a_part_of_a_request_is_no_success() {
        for (status, kind) in [(200, ErrorKind::InvalidResponse), (503, ErrorKind::Api)] {
            let reply = Reply { status, retry_after: None, body: b"{}".to_vec() };
            let error = accepted(reply, Evidence::Incomplete, "s3cret").unwrap_err();
            assert_eq!((error.kind(), error.evidence()), (kind, Evidence::Incomplete));
        }
    }

    #[test]
    fn a_redirect_is_an_error_that_names_no_target() {
        let error = error(302, "");
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert!(error.hint().unwrap().contains("redirects"));
    }

    #[test]
    fn nothing_secret_and_no_second_line_comes_out_of_a_body() {
        let body = "no\r\nway: s3cret at https://x.example/backup?Signature=AAAA&Expires=1 \
                    ?u=https://h/p?sig=AAAA cloud.example.com/b?X-Amz-Signature=AAAA \u{1b}[31m";
        let text = error(500, body).to_string();
        assert!(!text.contains("s3cret") && !text.contains("AAAA"), "{text}");
        assert!(!text.contains('\n') && !text.contains('\u{1b}'), "{text}");
        assert!(error(500, &"x".repeat(5000)).to_string().len() < 400);
    }

    #[test]
    fn no_part_of_a_link_and_no_form_of_the_key_comes_out_of_a_body() {
        for body in [
            "see https://cloud.example.com/d4bf;sig=AAAA",
            "see https://x.example/#access_token=AAAA",
            "see https://user:AAAA@x.example/b",
            "see (https://x.example/b/AAAA)",
        ] {
            let text = error(500, body).to_string();
            assert!(!text.contains("AAAA") && text.contains(".example"), "{text}");
        }
        for echoed in ["k&y/1", "k&amp;y/1", "k%26y%2F1"] {
            let reply = Reply { status: 500, retry_after: None, body: format!("no {echoed}!").into_bytes() };
            let text = accepted(reply, Evidence::Ambiguous, "k&y/1").unwrap_err().to_string();
            assert!(text.contains("(redacted)") && !text.contains(echoed), "{text}");
        }
    }

    #[test]
    fn values_are_counted_by_commas_and_brackets_outside_of_text() {
        let counted = |body: &str| (0..9).find(|most| has_at_most(*most, body.as_bytes()));
        assert_eq!(counted(r#"[{"a": 1, "b": [2, 3]}]"#), Some(5));
        assert_eq!(counted(r#" {"a": ",[{", "b": "\\", "c": "\",["}"#), Some(3));
        assert_eq!(counted("<p>a, b, c</p>"), Some(0));
    }

    #[test]
    fn a_list_may_be_an_array_one_value_or_nothing() {
        for (body, expected) in
            [("[1, 2]", vec![1, 2]), ("7", vec![7]), ("", vec![]), (" \n", vec![]), ("null", vec![])]
        {
            assert_eq!(decode_list::<i32>(body.as_bytes()).unwrap(), expected);
        }
        assert!(decode::<i32>(b"").unwrap_err().to_string().contains("empty"));
        assert!(decode::<Vec<i32>>(b"[1").unwrap_err().to_string().contains("cut off"));
    }
}
