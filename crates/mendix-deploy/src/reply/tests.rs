//! What an answer comes to.

use super::*;

const KEY: &str = "26587896-1cef";

fn error(status: u16, body: &str) -> Error {
    accepted(Reply { status, retry_after: None, body: body.as_bytes().to_vec() }, Evidence::Ambiguous, KEY)
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
        (409, "NEW_ONE", ErrorKind::Conflict),
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
    let page = "<html><head><title>502 Bad  Gateway</title></head>\r\n<body><h1>nginx</h1></body></html>";
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
        (r#"{"errorCode": "ALREADY_STARTED", "errorMessage": {"a": 1}}"#, "ALREADY_STARTED", r#"{"a":1}"#),
        (
            r#"{"errorCode": "ALREADY_STARTED"}"#,
            "ALREADY_STARTED",
            "the service refused with ALREADY_STARTED",
        ),
        (
            r#"{"errorCode": "A", "errorCode": "START_FAILED"}"#,
            "START_FAILED",
            "the service refused with START_FAILED",
        ),
    ] {
        for status in [200, 404, 500] {
            let error = error(status, body);
            assert_eq!((error.code_text(), error.message()), (Some(code), message));
            assert_eq!(error.evidence(), Evidence::Refused);
        }
    }
    let reply = Reply { status: 200, retry_after: None, body: br#"["errorCode", "x"]"#.to_vec() };
    assert!(accepted(reply, Evidence::Ambiguous, KEY).is_ok());
}

#[test]
fn a_code_that_is_not_the_services_proves_a_refusal_in_a_4xx_only() {
    for (status, evidence, kind) in [
        (400, Evidence::Refused, ErrorKind::Api),
        (404, Evidence::Refused, ErrorKind::NotFound),
        (200, Evidence::Ambiguous, ErrorKind::Api),
        (302, Evidence::Ambiguous, ErrorKind::Api),
        (500, Evidence::Ambiguous, ErrorKind::Api),
        (502, Evidence::Ambiguous, ErrorKind::Api),
    ] {
        for body in [r#"{"errorCode": "UPSTREAM_FAILED", "errorMessage": "x"}"#, r#"{"errorMessage": "x"}"#] {
            let error = error(status, body);
            assert_eq!((error.kind(), error.evidence(), error.message()), (kind, evidence, "x"), "{status}");
        }
    }
    let body = br#"{"errorCode": "UPSTREAM_FAILED"}"#.to_vec();
    let reply = Reply { status: 500, retry_after: None, body };
    assert_eq!(accepted(reply, Evidence::Incomplete, KEY).unwrap_err().evidence(), Evidence::Incomplete);
}

#[test]
fn an_error_is_one_whatever_its_status() {
    for body in [
        r#"{"errorMessage": "No.", "errorCode": null}"#,
        r#"{"errorMessage": "No."}"#,
        r#"{"ErrorMessage": "No.", "ErrorCode": ""}"#,
        r#"{"error_message": "No."}"#,
        r#"[{"errorMessage": "No."}]"#,
    ] {
        let error = error(200, body);
        assert_eq!((error.message(), error.evidence()), ("No.", Evidence::Ambiguous), "{body}");
    }
    for body in [
        r#"{"Status": "Running", "errorMessage": null, "errorCode": ""}"#,
        r#"{"Constants": [{"Name": "M.errorCode", "errorCode": "NOT_FOUND"}]}"#,
        r#"[{"AppId": "a", "errorCode": 0}]"#,
        "the errorCode is not there",
    ] {
        let reply = Reply { status: 200, retry_after: None, body: body.as_bytes().to_vec() };
        assert!(accepted(reply, Evidence::Ambiguous, KEY).is_ok(), "{body}");
    }
}

#[test]
fn a_refusal_is_read_in_any_encoding() {
    const BODY: &str = "{\"errorMessage\": \"Gr\u{f6}\u{df}e\nzwei\", \"errorCode\": \"START_FAILED\"}";
    let little: Vec<u8> = BODY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = BODY.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin1: Vec<u8> = BODY.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for body in [
        BODY.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", BODY.as_bytes()].concat(),
        [&[0xff, 0xfe], little.as_slice()].concat(),
        [&[0xfe, 0xff], big.as_slice()].concat(),
        little,
        big,
        latin1,
    ] {
        let reply = Reply { status: 500, retry_after: None, body };
        let error = accepted(reply, Evidence::Ambiguous, KEY).unwrap_err();
        assert_eq!((error.evidence(), error.code()), (Evidence::Refused, Some(&ErrorCode::StartFailed)));
        assert_eq!(error.message(), "Größe zwei");
    }
}

#[test]
fn an_error_says_what_to_do() {
    for (status, body, hint) in [
        (404, r#"{"errorMessage": "API not found"}"#, "base_url"),
        (404, "<h1>API Not Found</h1>", "base_url"),
        (404, r#"{"errorCode": "NOT_FOUND", "errorMessage": "API not found."}"#, "base_url"),
        (403, "", "API access"),
        (500, r#"{"errorCode": "ALREADY_STARTED"}"#, "get_environment_package"),
        (401, "", "API key"),
    ] {
        let error = error(status, body);
        assert!(error.hint().is_some_and(|said| said.contains(hint)), "{status} {body}: {error}");
    }
    assert_eq!(error(404, r#"{"errorCode": "APP_NOT_FOUND"}"#).hint(), None);
}

#[test]
fn an_answer_to_a_part_of_a_request_is_no_success() {
    for (status, kind) in [(200, ErrorKind::InvalidResponse), (503, ErrorKind::Api)] {
        let reply = Reply { status, retry_after: None, body: b"{}".to_vec() };
        let error = accepted(reply, Evidence::Incomplete, KEY).unwrap_err();
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
    let body = format!(
        "no\r\nway: {KEY} at https://x.example/backup?Signature=AAAA&Expires=1 \
         ?u=https://h/p?sig=AAAA cloud.example.com/b?X-Amz-Signature=AAAA \u{1b}[31m"
    );
    let refusal = serde_json::json!({"errorCode": "START_FAILED", "errorMessage": body}).to_string();
    for body in [body, refusal, format!(r#"{{"errorCode": "{KEY}", "errorMessage": "no way"}}"#)] {
        let text = error(500, &body).to_string();
        assert!(!text.contains(KEY) && !text.contains("AAAA") && text.contains("way"), "{text}");
        assert!(!text.contains('\n') && !text.contains('\u{1b}'), "{text}");
    }
    assert!(error(500, &"x".repeat(5000)).to_string().len() < 400);
}

#[test]
fn a_list_is_an_array_or_one_item_and_says_which_item_is_wrong() {
    let read = |body: &str| decode_list::<crate::App>(body.as_bytes()).map(|apps| apps.len());
    assert_eq!(read(r#"[{"AppId": "a"}, {"AppId": 5}]"#).unwrap(), 2);
    assert_eq!(read(r#"{"AppId": "a"}"#).unwrap(), 1);
    assert_eq!(read("[]").unwrap(), 0);
    for (body, why) in [
        ("", "the reply is empty"),
        (" \n", "the reply is empty"),
        ("null", "another type"),
        ("{}", "it has none of the documented fields"),
        (r#"[{"AppId": "a"}, {"Name": "x"}]"#, "AppId is missing in item 2"),
        (r#"[{"AppId": {}}]"#, "AppId has another type than documented in item 1"),
        (r#"[{"AppId": ""}]"#, "AppId is empty in item 1"),
        (r#"[{"AppId": "a", "AppId": "b"}]"#, "AppId is there twice in item 1"),
        (r#"["a"]"#, "in item 1"),
        (r#"[{"AppId": "a"}"#, "cut off"),
    ] {
        let error = read(body).unwrap_err();
        assert!(error.message().contains(why), "{body}: {error}");
    }
    assert_eq!(decode_list_or_nothing::<crate::Tag>(b" ").unwrap(), []);
    assert!(decode::<crate::App>(b"").unwrap_err().to_string().contains("empty"));
}
