//! Paths: which call a request is.

use hyper::Method;
use percent_encoding::percent_decode_str;

use crate::{
    Call, Options, Rule,
    state::{Invocation, Refusal},
};

const PREFIX: &str = "/api/1/";

/// The call that a request is, with the arguments of its path.
pub(crate) fn resolve(method: &Method, path: &str, options: &Options) -> Result<Invocation, Refusal> {
    let not_found = || Refusal::new(404, "NOT_FOUND", "API not found");
    let rest = path.strip_prefix(PREFIX).ok_or_else(not_found)?;
    let rest = match rest.strip_suffix('/') {
        Some(_) if options.has(Rule::NoTrailingSlash) => return Err(not_found()),
        Some(rest) => rest,
        None => rest,
    };
    let decode = |segment| percent_decode_str(segment).decode_utf8().map(std::borrow::Cow::into_owned);
    let segments = rest.split('/').map(decode).collect::<Result<Vec<_>, _>>();
    let segments = segments.map_err(|_| Refusal::new(400, "INVALID_REQUEST", "The path is not UTF-8."))?;
    let segments: Vec<_> = segments.iter().map(String::as_str).collect();
    let mut calls = calls(&segments);
    calls.retain(|(_, call)| !(is_of_backups(*call) && options.has(Rule::BackupsAreGone)));
    if calls.is_empty() {
        return Err(not_found());
    }
    let Some((_, call)) = calls.iter().find(|(verb, _)| verb == method) else {
        let verbs: Vec<_> = calls.iter().map(|(verb, _)| verb.as_str()).collect();
        return Err(Refusal::method_not_allowed(&verbs.join(", ")));
    };
    let segment = |place: usize| segments.get(place).copied().unwrap_or_default().to_owned();
    Ok(Invocation { app_id: segment(1), mode: segment(3), id: segment(5), ..Invocation::new(*call) })
}

fn is_of_backups(call: Call) -> bool {
    matches!(call, Call::ListBackups | Call::GetBackupLinks | Call::CreateBackup | Call::RestoreBackup)
}

/// The calls of a path, by method.
fn calls(segments: &[&str]) -> Vec<(Method, Call)> {
    const GET: Method = Method::GET;
    const POST: Method = Method::POST;
    match segments {
        ["apps"] => vec![(GET, Call::ListApps), (POST, Call::CreateSandbox)],
        ["apps", _] => vec![(GET, Call::GetApp)],
        ["apps", _, "packages", "upload"] => vec![(POST, Call::UploadPackage)],
        ["apps", _, "environments"] => vec![(GET, Call::ListEnvironments)],
        ["apps", _, "environments", _, rest @ ..] => match rest {
            [] => vec![(GET, Call::GetEnvironment)],
            ["start"] => vec![(POST, Call::StartEnvironment)],
            ["start", _] => vec![(GET, Call::GetStartStatus)],
            ["stop"] => vec![(POST, Call::StopEnvironment)],
            ["package"] => vec![(GET, Call::GetEnvironmentPackage)],
            ["transport"] => vec![(POST, Call::TransportPackage)],
            ["clean"] => vec![(POST, Call::CleanEnvironment)],
            ["settings"] => vec![(GET, Call::GetEnvironmentSettings), (POST, Call::SetEnvironmentSettings)],
            ["snapshots"] => vec![(GET, Call::ListBackups), (POST, Call::CreateBackup)],
            ["snapshots", _] => vec![(GET, Call::GetBackupLinks)],
            ["restore", _] => vec![(POST, Call::RestoreBackup)],
            ["scale"] => vec![(POST, Call::ScaleEnvironment)],
            ["tags"] => vec![
                (POST, Call::CreateEnvironmentTag),
                (GET, Call::ListEnvironmentTags),
                (Method::DELETE, Call::DeleteEnvironmentTag),
            ],
            ["logs", _] => vec![(GET, Call::GetArchivedLogs)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
