//! Paths: which call a request is.

use hyper::Method;
use percent_encoding::percent_decode_str;

use crate::{
    Call, Options, Rule,
    state::{Invocation, Refusal},
    table::Declaration,
};

/// The call that a request is, with the arguments of its path.
pub(crate) fn resolve(
    method: &Method,
    path: &str,
    query: Vec<(String, String)>,
    options: &Options,
) -> Result<Invocation, Refusal> {
    let not_found = || Refusal::new(404, "NOT_FOUND", "API not found");
    let rest = path.strip_prefix('/').ok_or_else(not_found)?;
    let rest = match rest.strip_suffix('/') {
        Some(_) if options.has(Rule::NoTrailingSlash) => return Err(not_found()),
        Some(rest) => rest,
        None => rest,
    };
    let decode = |segment| percent_decode_str(segment).decode_utf8().map(std::borrow::Cow::into_owned);
    let segments = rest.split('/').map(decode).collect::<Result<Vec<_>, _>>();
    let segments = segments.map_err(|_| Refusal::new(400, "INVALID_REQUEST", "The path is not UTF-8."))?;
    let mut calls = Call::ALL.to_vec();
    calls.retain(|call| leads_to(&segments, call.declaration()));
    calls.retain(|call| !(is_of_backups(*call) && options.has(Rule::BackupsAreGone)));
    if calls.is_empty() {
        return Err(not_found());
    }
    let has = |(name, value): (&str, &str)| {
        query.iter().any(|(other, given)| other == name && given.eq_ignore_ascii_case(value))
    };
    // One that has a query of its own comes before the one that has none.
    let rank = |call: &&Call| match call.declaration().query() {
        Some(query) if has(query) => 2,
        Some(_) => 0,
        None => 1,
    };
    let of_method = calls.iter().filter(|call| call.declaration().method == method.as_str());
    let Some(call) = of_method.filter(|call| rank(call) > 0).max_by_key(rank) else {
        let mut verbs: Vec<&str> = Vec::new();
        for verb in calls.iter().map(|call| call.declaration().method.as_str()) {
            if !verbs.contains(&verb) {
                verbs.push(verb);
            }
        }
        return Err(Refusal::method_not_allowed(&verbs.join(", ")));
    };
    let mut invocation = Invocation { query, ..Invocation::new(*call) };
    for ((_, argument), segment) in call.declaration().segments().zip(segments) {
        match argument {
            None => {}
            Some("app_id") => invocation.app_id = segment,
            Some("mode") => invocation.mode = segment,
            Some("project_id") => invocation.project_id = segment,
            Some("environment_id") => invocation.environment_id = segment,
            Some(name) => {
                if name == "snapshot_id" {
                    invocation.snapshot_id.clone_from(&segment);
                }
                invocation.id = segment;
            }
        }
    }
    Ok(invocation)
}

fn is_of_backups(call: Call) -> bool {
    matches!(call, Call::ListBackups | Call::GetBackupLinks | Call::CreateBackup | Call::RestoreBackup)
}

fn leads_to(segments: &[String], call: &Declaration) -> bool {
    call.segments().count() == segments.len()
        && call
            .segments()
            .zip(segments)
            .all(|((word, argument), segment)| argument.is_some() || word == segment)
}
