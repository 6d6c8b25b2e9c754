//! The error in a body, however badly it is written.
//!
//! The service once wrote start errors that were not valid JSON. So a body is parsed strictly, and when that fails it is
//! searched for the one thing that matters, its code.

use serde_json::{Map, Value};

use crate::ErrorCode;
use crate::body::{find, to_text};

const CODE: &str = "errorcode";
const MESSAGE: &str = "errormessage";
/// How much of a body that is not JSON is searched, in bytes.
const SEARCHED: usize = 64 * 1024;
/// The longest code, in characters.
const LONGEST_CODE: usize = 64;

/// What a business error says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// Whether it is JSON.
    pub(crate) is_well_formed: bool,
}

impl Refusal {
    /// Reads the error that a body holds, if it holds one. In the reply to a success it must be at the top, where no
    /// resource of the service has it; deeper it may be a part of one.
    pub(crate) fn read(body: &[u8], is_success: bool) -> Option<Refusal> {
        // Most bodies hold none, and need not be parsed for it.
        if !names_an_error(body) {
            return None;
        }
        match serde_json::from_slice(body) {
            Ok(value) if is_success => at_the_top(&value),
            Ok(value) => anywhere(&value),
            Err(_) => searched(&to_text(&body[..body.len().min(SEARCHED)]), is_success),
        }
    }

    fn of(code: Option<String>, message: Option<String>) -> Option<Refusal> {
        let is_one = code.is_some() || message.is_some();
        is_one.then_some(Refusal { code, message, is_well_formed: true })
    }
}

/// Whether a body has the name of one of the fields in it.
fn names_an_error(body: &[u8]) -> bool {
    /// Every body is searched, in parts that are passed over at once when `rr` is not in them.
    const PART: usize = 256;
    (0..body.len()).step_by(PART).any(|start| {
        let part = &body[start..body.len().min(start + PART + 1)];
        has_pair_of_r(part) && (start..start + part.len()).any(|at| is_name_around(body, at))
    })
}

/// Whether there is an `rr`, in any case. Without a branch: so the processor compares many bytes at once.
fn has_pair_of_r(part: &[u8]) -> bool {
    let is_r = |byte: u8| byte | 0x20 == b'r';
    part.iter().zip(part.iter().skip(1)).fold(false, |found, (one, next)| found | (is_r(*one) & is_r(*next)))
}

/// Whether one of the names is where its first `r` would be at a place.
fn is_name_around(body: &[u8], at: usize) -> bool {
    let Some(rest) = at.checked_sub(1).and_then(|start| after(&body[start..], b"error")) else {
        return false;
    };
    let rest = rest.strip_prefix(b"_").unwrap_or(rest);
    after(rest, b"code").or_else(|| after(rest, b"message")).is_some()
}

/// What follows a text at the start, in any case.
fn after<'a>(body: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (found, rest) = body.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

/// Whether a field of this name is meant, in any case and with or without `_`.
fn is(name: &str, wanted: &str) -> bool {
    let letters = name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
    letters.eq(wanted.bytes())
}

/// The text of a field, whatever its type; `None` where its value means that there is no error.
fn said(object: &Map<String, Value>, wanted: &str) -> Option<String> {
    object.iter().filter(|(name, _)| is(name, wanted)).find_map(|(_, value)| match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Number(number) if number.as_f64() == Some(0.0) => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        other => Some(other.to_string()),
    })
}

/// The error that an object is, or an array of one.
fn at_the_top(value: &Value) -> Option<Refusal> {
    match value {
        Value::Object(object) => Refusal::of(said(object, CODE), said(object, MESSAGE)),
        Value::Array(items) if items.len() == 1 && items[0].is_object() => at_the_top(&items[0]),
        _ => None,
    }
}

/// The first error with a code in a value, else the first one.
fn anywhere(value: &Value) -> Option<Refusal> {
    let mut without_code = None;
    with_code(value, &mut without_code).or(without_code)
}

/// The first error with a code in a value. The first one without is kept: copies of all would take many times the body.
fn with_code(value: &Value, without_code: &mut Option<Refusal>) -> Option<Refusal> {
    let own = match value {
        // JSON within JSON.
        Value::String(text) => searched(&text[..text.floor_char_boundary(SEARCHED)], false),
        _ => at_the_top(value),
    };
    match own {
        Some(own) if own.code.is_some() => return Some(own),
        Some(own) => {
            without_code.get_or_insert(own);
        }
        None => {}
    }
    match value {
        Value::Object(object) => object.values().find_map(|value| with_code(value, without_code)),
        Value::Array(items) => items.iter().find_map(|value| with_code(value, without_code)),
        _ => None,
    }
}

/// Searches text that is not JSON for a code and a message.
fn searched(text: &str, is_success: bool) -> Option<Refusal> {
    let text = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#x22;", "\"");
    let codes = || fields(&text, CODE, is_success).filter_map(code_at);
    let is_known = |code: &&str| ErrorCode::new(code).kind().is_some();
    // A success that cannot be read is one unless it names an error of the service: what looks like an error may be the
    // half of a value.
    let code = codes().find(is_known).or_else(|| codes().next().filter(|_| !is_success));
    let message = fields(&text, MESSAGE, is_success).find_map(message_at);
    (code.is_some() || (message.is_some() && !is_success)).then(|| Refusal {
        code: code.map(str::to_owned),
        message,
        is_well_formed: false,
    })
}

/// The texts that follow a field of this name and its colon. `at_the_top` leaves out those of inner objects.
fn fields<'a>(text: &'a str, wanted: &'a str, at_the_top: bool) -> impl Iterator<Item = &'a str> {
    let (head, tail) = wanted.split_at("error".len());
    let (mut from, mut depth) = (0, Depth::default());
    std::iter::from_fn(move || {
        loop {
            let start = from;
            from += find(&text.as_bytes()[from..], head.as_bytes())? + head.len();
            if at_the_top {
                depth.pass(&text.as_bytes()[start..from]);
            }
            let rest = text.get(from..)?;
            let rest = rest.strip_prefix('_').unwrap_or(rest);
            let is_it = rest.get(..tail.len()).is_some_and(|found| found.eq_ignore_ascii_case(tail));
            let Some(rest) = rest.get(tail.len()..).filter(|_| is_it) else { continue };
            let value = rest.trim_start_matches(is_quote).trim_start();
            if let Some(value) = value.strip_prefix([':', '='])
                && depth.open <= 1
            {
                return Some(value.trim_start());
            }
        }
    })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\\')
}

/// How many objects and arrays are open.
#[derive(Default)]
struct Depth {
    open: usize,
    in_text: bool,
    is_escaped: bool,
}

impl Depth {
    fn pass(&mut self, text: &[u8]) {
        for byte in text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = self.in_text,
                b'"' => self.in_text = !self.in_text,
                b'{' | b'[' if !self.in_text => self.open += 1,
                b'}' | b']' if !self.in_text => self.open = self.open.saturating_sub(1),
                _ => {}
            }
        }
    }
}

/// The code that a text begins with.
fn code_at(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(is_quote);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "_- ".contains(c))).unwrap_or(text.len());
    Some(text[..end].trim()).filter(|code| (1..=LONGEST_CODE).contains(&code.len()) && *code != "null")
}

/// The message that a text begins with: up to the quote after which the object goes on or ends, for there may be others
/// within it.
fn message_at(text: &str) -> Option<String> {
    let start = text.trim_start_matches('\\');
    let escapes = &text[..text.len() - start.len()];
    let quote = start.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let text = &start[1..];
    let closing = format!("{escapes}{quote}");
    let ends_here = |at: usize| {
        let rest = text[at + closing.len()..].trim_start();
        rest.is_empty() || rest.starts_with(['}', ']']) || rest.strip_prefix(',').is_some_and(begins_a_field)
    };
    let mut ends = text.match_indices(&closing).map(|(at, _)| at);
    let end = ends.find(|at| ends_here(*at)).unwrap_or(text.len());
    let message = text[..end].trim();
    let read = serde_json::from_str::<String>(&format!("\"{}\"", message.replace(char::is_control, " ")));
    Some(read.unwrap_or_else(|_| message.to_owned())).filter(|message| !message.is_empty())
}

fn begins_a_field(text: &str) -> bool {
    let text = text.trim_start();
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    text.starts_with(is_quote) || (name.len() < text.len() && name.trim_start().starts_with([':', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "Cannot start app: no";

    fn read(body: &[u8]) -> Option<(Option<String>, Option<String>)> {
        Refusal::read(body, false).map(|refusal| (refusal.code, refusal.message))
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for body in [
            r#"{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"}"#,
            "{\"errorMessage\": \"Cannot start app:\nno\", \"errorCode\": \"START_FAILED\"}",
            r#"{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"} trailing"#,
            r#"{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED",}"#,
            r#"{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"#,
            r#"{"errorCode": "START_FAILED", "errorMessage": "Cannot start app: no"#,
            r#"[{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"}]"#,
            r#"{"ErrorMessage": "Cannot start app: no", "ERRORCODE": "START_FAILED"}"#,
            r#"{"error_message": "Cannot start app: no", "error_code": "START_FAILED"}"#,
            r#"{"error": {"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"}}"#,
            r#"{"error": [{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"}], "x": 1}"#,
            r#"{"errorMessage": "Cannot start app: no", "inner": {"errorCode": "START_FAILED", "errorMessage": "Cannot start app: no"}}"#,
            "{'errorMessage': 'Cannot start app: no', 'errorCode': 'START_FAILED'}",
            r#""{\"errorMessage\": \"Cannot start app: no\", \"errorCode\": \"START_FAILED\"}" x"#,
            r#""{\"errorMessage\": \"Cannot start app: no\", \"errorCode\": \"START_FAILED\"}""#,
            "{errorMessage: \"Cannot start app: no\", errorCode: START_FAILED}",
            r#"<html><pre>{"errorMessage": "Cannot start app: no", "errorCode": "START_FAILED"}</pre></html>"#,
            "<p>{&quot;errorMessage&quot;: &quot;Cannot start app: no&quot;, &quot;errorCode&quot;: &quot;START_FAILED&quot;}",
        ] {
            let expected = Some((Some("START_FAILED".to_owned()), Some(MESSAGE.to_owned())));
            assert_eq!(read(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn a_message_may_have_quotes_that_are_not_escaped() {
        let (code, message) =
            read(br#"{"errorMessage": "The "x", or \"y\"", "errorCode": "START_FAILED"}"#).unwrap();
        assert_eq!(
            (code.as_deref(), message.as_deref()),
            (Some("START_FAILED"), Some(r#"The "x", or \"y\""#))
        );
    }

    #[test]
    fn a_code_is_found_wherever_it_is() {
        for before in 0..600 {
            let body = [" ".repeat(before).as_str(), r#"{"ErRor_Code": "START_FAILED"}"#].concat();
            assert_eq!(read(body.as_bytes()), Some((Some("START_FAILED".to_owned()), None)), "{before}");
        }
        for body in ["", "r", "rr", "error", "errorcod", "rrorCode", "eror_code", "er ror_code"] {
            assert!(!names_an_error(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn latin1_in_a_message_is_read() {
        let read = read(b"{\"errorMessage\": \"Gr\xf6\xdfe\", \"errorCode\": \"START_FAILED\"}").unwrap();
        assert_eq!(read.1.as_deref(), Some("Größe"));
    }

    #[test]
    fn a_field_that_says_nothing_is_no_error() {
        for body in [
            "{}",
            r#"{"errorCode": null, "errorMessage": ""}"#,
            r#"{"errorCode": 0, "errorMessage": null}"#,
            r#"{"errorCode": [], "errorMessage": {}}"#,
            r#"["errorCode", "x"]"#,
            "an errorCode",
            "errorCode of nothing: x",
        ] {
            assert_eq!(read(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn a_resource_may_have_such_a_field_inside() {
        let settings =
            r#"{"Constants": [{"Name": "M.errorCode", "errorCode": "NOT_FOUND", "Value": "NOT_FOUND"}]}"#;
        for end in 0..=settings.len() {
            assert_eq!(Refusal::read(&settings.as_bytes()[..end], true), None, "{}", &settings[..end]);
        }
        let two = r#"[{"errorMessage": "one"}, {"errorMessage": "two"}]"#;
        assert_eq!(Refusal::read(two.as_bytes(), true), None);
        for body in [
            r#"{"errorMessage": "No."}"#,
            r#"{"errorMessage": "No.", "errorCode": null}"#,
            r#"{"ERRORMESSAGE": "No."}"#,
            r#"[{"errorCode": "NEW"}]"#,
            "{\"errorMessage\": \"No\n\", \"errorCode\": \"ALREADY_STARTED\"}",
        ] {
            assert!(Refusal::read(body.as_bytes(), true).is_some(), "{body}");
        }
    }
}
