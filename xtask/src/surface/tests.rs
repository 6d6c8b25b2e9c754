use super::*;

/// What is said of the working tree with one of its texts changed.
fn with(texts: &Texts, path: &str, change: impl Fn(&str) -> String) -> Vec<String> {
    let mut texts = texts.clone();
    let changed = change(texts.get(path));
    assert!(changed != texts.get(path), "{path} is not changed");
    texts.0.insert(path.to_owned(), changed);
    compare(&texts).unwrap().1
}

#[track_caller]
fn is_named(problems: &[String], expected: &str) {
    assert!(
        problems.iter().any(|problem| problem.contains(expected)),
        "{expected:?} is not in {problems:#?}"
    );
}

#[test]
fn the_working_tree_is_whole() {
    let (passed, problems) = compare(&read().unwrap()).unwrap();
    assert_eq!(problems, Vec::<String>::new());
    assert!(passed > 300, "{passed}");
}

#[test]
fn each_piece_that_is_left_out_is_named() {
    let texts = read().unwrap();
    let calls = table::parse(texts.get(table::PATH)).unwrap();
    let others = ["wait_for_start", "wait_for_status", "download_backup", "download_archived_logs"];
    for place in PLACES {
        let names = names(place.offer, &texts, &calls, &others);
        let name = &names[names.len() - 1];
        let without = with(&texts, place.file, |text| {
            place.texts(name).iter().fold(text.to_owned(), |text, pattern| text.replace(pattern, "\n"))
        });
        is_named(&without, &format!("{name} is missing in {}", place.what));
    }
}

#[test]
fn a_call_that_only_the_table_has_is_missing_everywhere() {
    let texts = read().unwrap();
    let problems = with(&texts, table::PATH, |table| {
        let entry = r#"{"more_logs": {"title": "More", "method": "GET", "path": "/api/2/logs/{date}", "class": "read",
                        "returns": "Logs", "example": {"date": "2018-08-10"}}, "#;
        table.replacen('{', entry, 1)
    });
    for place in
        PLACES.iter().filter(|place| matches!(place.offer, Offer::Calls | Offer::Plain | Offer::Methods))
    {
        is_named(&problems, &format!("more_logs is missing in {}", place.what));
    }
    is_named(&problems, "more_logs is missing in the client");
}

#[test]
fn a_function_that_the_table_lacks_is_named() {
    let texts = read().unwrap();
    let logs = "crates/mendix-deploy/src/api/logs.rs";
    for (path, from, to, what) in [
        (logs, "pub fn get_archived_logs(", "pub fn more_logs(", "the client"),
        (HEADER, "mxd_get_app(", "mxd_more_logs(", "the C header"),
        (wheel::STUB, "def get_app(", "def more_logs(", "the Python stub"),
    ] {
        let problems = with(&texts, path, |text| text.replace(from, to));
        is_named(&problems, &format!("more_logs is in {what}"));
        is_named(&problems, &format!("is missing in {what}"));
    }
    is_named(
        &with(&texts, HPP, |text| text.replace("try_get_app(Text app_id)", "try_get_app(Text id)")),
        HPP,
    );
}

#[test]
fn arguments_results_and_documentation_are_compared() {
    let texts = read().unwrap();
    let (apps, scaling) = ("crates/mendix-deploy/src/api/apps.rs", "crates/mendix-deploy/src/api/scaling.rs");
    for (path, from, to, expected) in [
        (
            scaling,
            "memory_per_instance: u32",
            "memory: u32",
            "scale_environment takes (app_id: &str, mode: &str, instances: u32, memory: u32)",
        ),
        (apps, "Result<Vec<App>>", "Result<App>", "list_apps gives \"Result<App>\""),
        (apps, "`GET /apps/{AppId}`", "`GET /apps`", "the documentation of get_app in the client"),
        (
            HEADER,
            "int32_t instances,",
            "int64_t instances,",
            "int64_t instances, int32_t memory_per_instance) in the C header",
        ),
        (HEADER, "section 3.3, Retrieve App:", "section 3.4, Retrieve App:", "get_app in the C header"),
        (
            wheel::STUB,
            "*, auto_sync_db: ",
            "auto_sync_db: ",
            "start_environment takes (app_id, mode, auto_sync_db = True) in the Python stub",
        ),
        (wheel::STUB, "-> StartJob:", "-> StartStatus:", "start_environment gives \"StartStatus\""),
        (table::PATH, "\"returns\": \"StartJob\"", "\"returns\": \"Job\"", "start_environment gives"),
    ] {
        is_named(&with(&texts, path, |text| text.replacen(from, to, 1)), expected);
    }
}
