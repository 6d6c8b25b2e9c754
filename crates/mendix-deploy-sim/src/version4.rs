//! What clients read by version 4 of the Deploy API before they go on with versions 1 and 2: the apps and environments.
//!
//! It is no part of the table of calls: the client of this project does not use it. Faults do not hit it, and nothing is
//! counted.

use hyper::{HeaderMap, Method, Uri, header};
use serde_json::{Value, json};

use crate::{
    reply::Reply,
    secret,
    state::{App, Environment, EnvironmentStatus, Package, State},
};

/// How many a page has, unless the client asks for fewer.
const PAGE: usize = 20;

/// Whether a request is of version 4.
pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with("/api/v4/")
}

/// Replies to a request of version 4.
pub(crate) fn answer(state: &State, method: &Method, uri: &Uri, headers: &HeaderMap) -> Reply {
    if !is_authenticated(state, headers) {
        return error(401, "Unauthorized");
    }
    if method != Method::GET {
        return error(405, "The simulator has the reads of version 4 only");
    }
    let query = uri.query().unwrap_or_default();
    let expand = query.split('&').any(|pair| pair == "expand=package");
    let segments: Vec<&str> =
        uri.path().trim_start_matches("/api/v4/").trim_end_matches('/').split('/').collect();
    let app = |id: &str| state.apps.iter().find(|(_, app)| app.project_id == id);
    let shown = match segments.as_slice() {
        ["apps"] => {
            let apps = state.apps.iter().map(|(subdomain, app)| show_app(state, subdomain, app));
            Some(page("apps", apps.collect(), query))
        }
        ["apps", id] => app(id).map(|(subdomain, app)| show_app(state, subdomain, app)),
        ["apps", id, "environments"] => app(id).map(|(_, app)| {
            let all = app.environments.iter().map(|(mode, environment)| show(app, mode, environment, expand));
            page("environments", all.collect(), query)
        }),
        ["apps", id, "environments", environment_id] => app(id).and_then(|(_, app)| {
            let mut all = app.environments.iter();
            let found = all.find(|(_, environment)| environment.environment_id == *environment_id);
            found.map(|(mode, environment)| show(app, mode, environment, expand))
        }),
        _ => None,
    };
    shown.map_or_else(|| error(404, "Not found"), |shown| Reply::json(200, &shown))
}

/// The API key stands for a personal access token, too.
fn is_authenticated(state: &State, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = text(header::AUTHORIZATION.as_str()).split_once(' ').map_or("", |(_, token)| token);
    let has_key = secret::same(text("mendix-apikey"), &state.credentials.api_key)
        & secret::same(text("mendix-username"), &state.credentials.username);
    has_key | secret::same(token, &state.credentials.api_key)
}

fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"error": {"code": status, "message": message}}))
}

fn page(name: &str, items: Vec<Value>, query: &str) -> Value {
    let number = |name: &str, usual: usize| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(other, _)| *other == name);
        found.and_then(|(_, value)| value.parse().ok()).unwrap_or(usual)
    };
    let (offset, limit) = (number("offset", 0), number("limit", PAGE));
    let items: Vec<Value> = items.into_iter().skip(offset).take(limit).collect();
    let pagination = json!({"offset": offset, "limit": limit, "size": items.len()});
    json!({name: items, "pagination": pagination})
}

fn show_app(state: &State, subdomain: &str, app: &App) -> Value {
    json!({
        "id": app.project_id,
        "name": app.name,
        "licenseType": if app.sandbox { "free" } else { "licensed" },
        "subdomain": subdomain,
        "technicalContact": {"userId": state.credentials.username},
        "region": "prod2-eu-central-1",
    })
}

fn show(app: &App, mode: &str, environment: &Environment, expand: bool) -> Value {
    let mut shown = json!({
        "id": environment.environment_id,
        "appId": app.project_id,
        "name": mode,
        "state": match environment.status {
            EnvironmentStatus::Empty => "empty",
            EnvironmentStatus::Stopped => "stopped",
            EnvironmentStatus::Running => "running",
        },
        "isProduction": environment.production,
        "url": environment.url,
        "planName": if app.sandbox { "FREE" } else { "XL21-STANDARD" },
    });
    let package = environment.package.as_ref().and_then(|id| Some((id, app.packages.get(id)?)));
    if let Some((id, package)) = package.filter(|_| expand) {
        shown["package"] = show_package(app, id, package);
    }
    shown
}

fn show_package(app: &App, id: &str, package: &Package) -> Value {
    json!({
        "id": id,
        "appId": app.project_id,
        "modelVersion": package.version,
        "runtimeVersion": package.runtime_version,
        "description": package.description,
        "fileName": package.name,
        "fileSize": package.size,
    })
}
