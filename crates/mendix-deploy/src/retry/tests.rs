use super::*;
use crate::request::Path;

struct Fixed(Instant, f64);

impl Clock for Fixed {
    fn now(&self) -> Instant {
        self.0
    }
    fn sleep(&self, _: Duration) {}
    fn random(&self) -> f64 {
        self.1
    }
}

fn error(kind: ErrorKind, evidence: Evidence) -> Error {
    Error::new(kind, evidence, "x")
}

/// What the service proves with such a response by itself.
fn replied(status: u16, code: &str) -> Error {
    let is_known = !code.is_empty() && !matches!(ErrorCode::new(code), ErrorCode::Other(_));
    let is_refusal = is_known || (400..500).contains(&status);
    answered(status, code, if is_refusal { Evidence::Refused } else { Evidence::Ambiguous })
}

/// An error with a status and, where it is not empty, a code.
fn answered(status: u16, code: &str, evidence: Evidence) -> Error {
    let kind = if status < 300 { ErrorKind::InvalidResponse } else { ErrorKind::Api };
    let error = error(kind, evidence).with_status(status);
    if code.is_empty() { error } else { error.with_code(code) }
}

#[test]
fn the_kind_of_work_follows_from_the_request() {
    let path = || Path::environment("calc", "Test").then("x");
    assert_eq!(Work::of(&Request::get("get_app", path()).unwrap()), Work::Read);
    assert_eq!(Work::of(&Request::post("stop_environment", path()).unwrap()), Work::Mutating);
    assert_eq!(Work::of(&Request::post("transport_package", path()).unwrap()), Work::Transport);
    assert_eq!(Work::of(&Request::post_multipart("upload_package", path(), "b").unwrap()), Work::Upload);
}

#[test]
fn a_mutating_call_is_retried_only_when_it_cannot_have_taken_effect() {
    use ErrorKind::{
        Ambiguous, Conflict, InvalidInput, InvalidResponse, Io, RateLimited, Timeout, Transport,
    };
    for (kind, evidence, expected) in [
        (Transport, Evidence::NotSent, true),
        (Timeout, Evidence::NotSent, true),
        (Transport, Evidence::Incomplete, true),
        (Conflict, Evidence::Refused, false),
        (Ambiguous, Evidence::Ambiguous, false),
        (InvalidResponse, Evidence::Ambiguous, false),
        (ErrorKind::Cancelled, Evidence::NotSent, false),
        (Io, Evidence::Incomplete, false),
        (InvalidInput, Evidence::NotSent, false),
    ] {
        for work in [Work::Mutating, Work::Transport, Work::Upload] {
            assert_eq!(
                is_retryable(work, &error(kind, evidence)),
                expected,
                "{work:?} {kind:?} {evidence:?}"
            );
        }
    }
    for (status, code, evidence, expected) in [
        (429, "", Evidence::Refused, true),
        (408, "", Evidence::Incomplete, true),
        (421, "", Evidence::Incomplete, true),
        (408, "", Evidence::Ambiguous, false),
        (425, "", Evidence::Refused, false),
        (503, "", Evidence::Incomplete, true),
        (503, "", Evidence::Ambiguous, false),
        (503, "SERVICE UNAVAILABLE", Evidence::Refused, false),
        // The first part of an upload was redirected: the rest would be, too.
        (307, "", Evidence::Incomplete, false),
    ] {
        let error = answered(status, code, evidence);
        assert_eq!(is_retryable(Work::Mutating, &error), expected, "{status} {code} {evidence:?}");
    }
    let busy = answered(503, "SERVICE UNAVAILABLE", Evidence::Refused);
    assert!(is_retryable(Work::Transport, &busy));
    assert!(!is_retryable(Work::Mutating, &error(RateLimited, Evidence::Refused).permanent()));
}

#[test]
fn a_read_is_retried_after_what_passes_and_not_after_a_refusal() {
    for kind in [ErrorKind::Transport, ErrorKind::Timeout, ErrorKind::InvalidResponse] {
        assert!(is_retryable(Work::Read, &error(kind, Evidence::Ambiguous)), "{kind:?}");
    }
    // A response that broke off.
    assert!(is_retryable(Work::Read, &error(ErrorKind::Transport, Evidence::Ambiguous).with_status(200)));
    for status in [408, 421, 425, 429, 500, 502, 503, 504, 520, 524, 529] {
        assert!(is_retryable(Work::Read, &answered(status, "", Evidence::Ambiguous)), "{status}");
    }
    for status in [200, 301, 302, 307, 400, 401, 403, 404, 405, 409, 410, 422, 501, 505, 511, 530] {
        assert!(!is_retryable(Work::Read, &answered(status, "", Evidence::Ambiguous)), "{status}");
    }
    for (status, code, expected) in [
        (500, "START_FAILED", false),
        (500, "ALREADY_STARTED", false),
        (500, "SNAPSHOT_LISTING_FAILED", false),
        (503, "SERVICE_UNAVAILABLE", true),
        (404, "APP_NOT_FOUND", false),
        // A gateway writes JSON, too.
        (500, "UPSTREAM_EXPLODED", true),
        (507, "UPSTREAM_FULL", true),
        (502, "START_FAILED", true),
    ] {
        assert_eq!(is_retryable(Work::Read, &replied(status, code)), expected, "{code}");
    }
}

#[test]
fn a_wait_goes_on_through_everything_that_is_not_final() {
    for kind in [ErrorKind::Transport, ErrorKind::Timeout, ErrorKind::InvalidResponse] {
        for evidence in [Evidence::NotSent, Evidence::Incomplete, Evidence::Ambiguous] {
            assert!(is_retryable(Work::Wait, &error(kind, evidence)), "{kind:?} {evidence:?}");
        }
    }
    for (status, code, expected) in [
        (200, "", true),
        (408, "", true),
        (425, "", true),
        (429, "", true),
        (500, "", true),
        (501, "", true),
        (502, "", true),
        (503, "SERVICE_UNAVAILABLE", true),
        (500, "SNAPSHOT_LISTING_FAILED", true),
        (599, "SOMETHING_NEW", true),
        (404, "", true),
        (404, "ENVIRONMENT_NOT_FOUND", false),
        (404, "NO_SUCH_STARTJOB", false),
        (401, "", false),
        (403, "", false),
        (403, "NO_ACCESS", false),
        (400, "", false),
        (302, "", false),
        (500, "START_FAILED", false),
        (500, "DB_SYNC_FAILED", false),
        (200, "ALREADY_STARTED", false),
    ] {
        assert_eq!(is_retryable(Work::Wait, &replied(status, code)), expected, "{status} {code}");
    }
    assert!(!is_retryable(Work::Wait, &error(ErrorKind::Cancelled, Evidence::NotSent)));
    assert!(!is_retryable(Work::Wait, &error(ErrorKind::Transport, Evidence::NotSent).permanent()));
}

#[test]
fn a_gateway_that_writes_json_proves_nothing() {
    let stop = Request::post("stop_environment", Path::environment("calc", "Test").then("stop")).unwrap();
    let transport = Request::post("transport_package", Path::environment("calc", "Test").then("x")).unwrap();
    for (request, status, code, kind, evidence) in [
        (&stop, 504, "Service Unavailable", ErrorKind::Ambiguous, Evidence::Ambiguous),
        (&stop, 503, "SERVICE_UNAVAILABLE", ErrorKind::Ambiguous, Evidence::Ambiguous),
        (&stop, 502, "STOP_FAILED", ErrorKind::Ambiguous, Evidence::Ambiguous),
        (&stop, 500, "STOP_FAILED", ErrorKind::Api, Evidence::Refused),
        (&stop, 404, "Not Found", ErrorKind::Api, Evidence::Refused),
        (&transport, 503, "Service Unavailable", ErrorKind::Ambiguous, Evidence::Ambiguous),
        (&transport, 503, "SERVICE UNAVAILABLE", ErrorKind::Api, Evidence::Refused),
        (&transport, 504, "SERVICE UNAVAILABLE", ErrorKind::Ambiguous, Evidence::Ambiguous),
    ] {
        let error = judge(request, Evidence::Ambiguous, answered(status, code, Evidence::Refused));
        assert_eq!((error.kind(), error.evidence()), (kind, evidence), "{status} {code}");
    }
    // What was not sent whole can be sent again, whoever answered.
    let early = judge(&stop, Evidence::Incomplete, answered(503, "Service Unavailable", Evidence::Refused));
    assert!(early.evidence() == Evidence::Incomplete && is_retryable(Work::Mutating, &early));
}

#[test]
fn attempts_are_counted_unless_the_service_asks_for_patience() {
    let clock = Fixed(Instant::now(), 0.0);
    let budget = Budget::new(&clock, Duration::from_mins(1));
    let policy = RetryPolicy { max_attempts: 4 };
    let lost = error(ErrorKind::Transport, Evidence::NotSent);
    let limited = answered(429, "", Evidence::Refused);
    let after = |work, error: &Error, made| policy.pause_after(work, error, made, &budget, &clock).is_some();
    for work in [Work::Read, Work::Mutating, Work::Upload, Work::Download] {
        assert!(after(work, &lost, 3) && !after(work, &lost, 4), "{work:?}");
    }
    assert!(after(Work::Read, &limited, 1000) && after(Work::Mutating, &limited, 1000));
    assert!(!after(Work::Upload, &limited, 4) && !after(Work::Download, &limited, 4));
    let once = RetryPolicy { max_attempts: 1 };
    assert_eq!(once.pause_after(Work::Read, &limited, 1, &budget, &clock), None);
}

#[test]
fn pauses_grow_vary_and_end_with_the_budget() {
    let now = Instant::now();
    let budget = Budget::new(&Fixed(now, 0.0), Duration::from_mins(1));
    let at = |chance, made, asked| budget.pause(&Fixed(now, chance), made, asked);
    assert_eq!(at(1.0, 1, None), Some(Duration::from_millis(200)));
    assert_eq!(at(0.5, 3, None), Some(Duration::from_millis(400)));
    assert_eq!(at(1.0, 40, None), Some(Duration::from_secs(5)));
    assert_eq!(at(0.0, 1, None), Some(Duration::ZERO));
    assert_eq!(at(1.0, 1, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
    let later = Fixed(now + Duration::from_secs(40), 1.0);
    let almost_over = Fixed(now + Duration::from_secs(56), 1.0);
    assert_eq!(budget.pause(&almost_over, 40, None), Some(Duration::from_secs(3)));
    assert_eq!(budget.share(&later, false), Duration::from_secs(15));
    assert_eq!(budget.share(&later, true), Duration::from_secs(20));
}

#[test]
fn a_pause_that_leaves_no_useful_time_is_not_made() {
    let now = Instant::now();
    let budget = Budget::new(&Fixed(now, 0.0), Duration::from_mins(1));
    let asked = |seconds| budget.pause(&Fixed(now, 0.0), 1, Some(Duration::from_secs(seconds)));
    assert_eq!(asked(59), Some(Duration::from_secs(59)));
    assert_eq!(asked(60), None);
    assert_eq!(asked(u64::MAX), None);
    assert_eq!(budget.pause(&Fixed(now + Duration::from_millis(59_900), 0.0), 1, None), None);
    // A short budget asks for an eighth of itself.
    let short = Budget::new(&Fixed(now, 0.0), Duration::from_secs(2));
    assert!(short.pause(&Fixed(now, 0.0), 1, Some(Duration::from_millis(1700))).is_some());
    assert!(short.pause(&Fixed(now, 0.0), 1, Some(Duration::from_millis(1800))).is_none());
}

#[test]
fn polling_slows_down_and_leaves_time_for_a_last_poll() {
    let now = Instant::now();
    let budget = Budget::new(&Fixed(now, 0.0), Duration::from_hours(1));
    let mut polling = Polling::new();
    let mut at =
        |seconds, asked| polling.pause(&budget, &Fixed(now + Duration::from_secs(seconds), 0.5), asked);
    let pauses: Vec<u128> = (0..12).map(|_| at(0, None).as_millis()).collect();
    assert_eq!(pauses[..4], [250, 375, 562, 843]);
    assert_eq!(pauses[11], 10_000);
    assert_eq!(at(0, Some(Duration::from_mins(2))), Duration::from_mins(2));
    assert_eq!(at(3596, None), Duration::from_secs(3));
    assert_eq!(at(3599, None), Duration::from_secs(1));
}
