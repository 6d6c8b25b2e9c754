//! Every rule alone, and the data about them.

use std::collections::BTreeSet;

use mendix_deploy_sim::{
    Call, Clock, PackageStatus, Profile, Rule, Simulator, Snapshot, State, differences, error_rows,
};
use serde_json::{Value, json};

use crate::support::{Client, PACKAGE, control, package};

const ENVIRONMENT: &str = "apps/calc/environments/Acceptance";

/// Whether a rule is seen to hold.
fn is_seen(rule: Rule, simulator: &Simulator, client: &Client) -> bool {
    let transport = |mode: &str| {
        client.post(&format!("apps/calc/environments/{mode}/transport"), &json!({"PackageId": PACKAGE}))
    };
    let newest = || {
        simulator.with_state(|state| {
            let packages = state.apps["calc"].packages.values();
            packages.max_by_key(|package| package.creation_date).unwrap().clone()
        })
    };
    match rule {
        Rule::FirstPageHasMore => {
            simulator.with_state(|state| {
                let calc = state.apps.get_mut("calc").unwrap();
                let snapshots = &mut calc.environments.get_mut("Acceptance").unwrap().snapshots;
                snapshots.extend((0..150).map(|number| (number.to_string(), Snapshot::default())));
            });
            let args = Call::ListSnapshots.declaration().example.clone();
            let page = client.call(Call::ListSnapshots, &args).unwrap().ok();
            match page["snapshots"].as_array().unwrap().len() {
                120 => true,
                100 => false,
                other => panic!("{other}"),
            }
        }
        Rule::NoTrailingSlash => client.get("apps/").status == 404,
        Rule::BackupsAreGone => client.get(&format!("{ENVIRONMENT}/snapshots")).status == 404,
        Rule::StartedIsNoFailure => client.post(&format!("{ENVIRONMENT}/start"), &json!({})).status == 200,
        Rule::TransportWhileRunning => transport("Acceptance").status == 200,
        Rule::TransportRefusal => {
            let patch =
                json!({"apps": {"calc": {"environments": {"Test": {"rights": {"transport": false}}}}}});
            simulator.patch_state(&patch).unwrap();
            transport("Test").code() == "NOT ALLOWED"
        }
        Rule::UploadsAreProcessed => {
            client.upload("file", &package("{}")).unwrap().ok();
            newest().status == PackageStatus::Building
        }
        Rule::FailedPackageRefusal => {
            let patch = json!({"apps": {"calc": {"packages": {PACKAGE: {"status": "Failed"}}}}});
            simulator.patch_state(&patch).unwrap();
            transport("Test").code() == "NOT ALLOWED"
        }
        Rule::DefaultPackageName => {
            client.upload_to("calc", "", "file", &package("{}")).unwrap().ok();
            match newest().name.as_str() {
                "default.mda" => true,
                "x.mda" => false,
                other => panic!("{other}"),
            }
        }
        Rule::PartIsNamedFile => client.upload("calc_1.0.0.45.mda", &package("{}")).unwrap().status != 200,
        Rule::CleanNeedsDeployment => {
            client.post("apps/tictactoc/environments/Production/clean", &Value::Null).status == 422
        }
        Rule::StrictBodies => {
            client.post(&format!("{ENVIRONMENT}/tags"), &json!({"Tag": "x", "Nope": 1})).status == 400
        }
        Rule::ConstantsAsGiven => {
            let change = json!({"Constants": [{"Name": "MyFirstModule.DateTime", "Value": " a "}]});
            let shown = client.post(&format!("{ENVIRONMENT}/settings"), &change).ok();
            match shown["Constants"][1]["Value"].as_str() {
                Some(" a ") => true,
                Some("a") => false,
                other => panic!("{other:?}"),
            }
        }
        Rule::ProductionIsBoolean => client.get(ENVIRONMENT).ok()["Production"].is_boolean(),
        Rule::SizeInBytes => client.get("apps/calc/environments/Test/package").ok()["Size"].is_u64(),
        Rule::MoreFields => client.get(ENVIRONMENT).ok().get("EnvironmentId").is_some(),
        Rule::FreeEnvironments => {
            simulator.with_state(|state| {
                let deployed = state.apps["calc"].packages[PACKAGE].clone();
                let sketch = state.apps.get_mut("sketch").unwrap();
                sketch.packages.insert(PACKAGE.to_owned(), deployed);
                sketch.environments.get_mut("Sandbox").unwrap().package = Some(PACKAGE.to_owned());
            });
            let shown = client.get("apps/sketch/environments/Sandbox").ok();
            shown.get("ModelVersion").is_none() && shown.get("MendixVersion").is_none()
        }
        Rule::PackageMendixVersion => {
            client.get(&format!("{ENVIRONMENT}/package")).ok().get("MendixVersion").is_some()
        }
        Rule::PackageUrl => {
            client.get(&format!("{ENVIRONMENT}/package?url=true")).ok()["Url"]["Location"].is_string()
        }
    }
}

#[test]
fn each_rule_is_switched_alone() {
    for profile in [Profile::Document, Profile::Today] {
        for difference in differences() {
            for switched in [None, Some(false), Some(true)] {
                let mut builder = Simulator::builder().profile(profile).clock(Clock::Manual);
                if let Some(holds) = switched {
                    builder = builder.rule(difference.rule, holds);
                }
                let simulator = builder.start().unwrap();
                let expected = switched.unwrap_or_else(|| difference.rule.holds_in(profile));
                let seen = is_seen(difference.rule, &simulator, &Client::new(&simulator));
                assert_eq!(seen, expected, "{profile:?}, {switched:?}: {difference:?}");
                simulator.with_state(|state| {
                    let others = differences().iter().map(|other| other.rule);
                    for other in others.filter(|other| *other != difference.rule) {
                        assert_eq!(state.options.has(other), other.holds_in(profile), "{other:?}");
                    }
                });
            }
        }
    }
}

#[test]
fn every_rule_has_a_name_a_source_and_both_sides() {
    let names: BTreeSet<_> = differences().iter().map(|difference| difference.rule.name()).collect();
    assert_eq!(names.len(), differences().len());
    for difference in differences() {
        assert_eq!(serde_json::to_value(difference.rule).unwrap(), difference.rule.name());
        assert!(
            [difference.document, difference.today, difference.source].iter().all(|text| !text.is_empty())
        );
    }
}

#[test]
fn rules_are_shown_and_switched_over_http() {
    let simulator = Simulator::builder().profile(Profile::Today).start().unwrap();
    let holds = |name: &str| {
        let rules = control(&simulator, "GET", "rules", &Value::Null).ok();
        let rules = rules.as_array().unwrap();
        assert!(rules.iter().all(|rule| !rule["source"].as_str().unwrap().is_empty()));
        rules.iter().find(|rule| rule["rule"] == name).unwrap()["holds"].clone()
    };
    let client = Client::new(&simulator);
    assert_eq!((holds("backups_are_gone"), holds("strict_bodies")), (json!(true), json!(true)));
    let patch = json!({"options": {"rules": {"backups_are_gone": false}}});
    control(&simulator, "PATCH", "state", &patch).ok();
    assert_eq!((holds("backups_are_gone"), holds("strict_bodies")), (json!(false), json!(true)));
    client.get(&format!("{ENVIRONMENT}/snapshots")).ok();
    let back = json!({"options": {"rules": {"backups_are_gone": null}}});
    control(&simulator, "PATCH", "state", &back).ok();
    let gone = client.get(&format!("{ENVIRONMENT}/snapshots"));
    assert_eq!((gone.status, &gone.json()["errorMessage"]), (404, &json!("API not found")));
    let wrong = json!({"options": {"rules": {"no_such_rule": true}}});
    let wrong = control(&simulator, "PATCH", "state", &wrong);
    assert!(wrong.status == 400 && wrong.text().contains("no_such_rule"), "{}", wrong.text());
}

#[test]
fn the_calls_of_backups_are_gone() {
    let simulator = Simulator::builder().profile(Profile::Today).start().unwrap();
    let client = Client::new(&simulator);
    for (method, path) in [
        ("GET", "snapshots"),
        ("POST", "snapshots"),
        ("DELETE", "snapshots"),
        ("GET", "snapshots/201703221355"),
        ("POST", "restore/201703221355"),
    ] {
        let reply = client.send(method, &format!("{ENVIRONMENT}/{path}"), &Value::Null).unwrap();
        assert_eq!((reply.status, &reply.json()["errorMessage"]), (404, &json!("API not found")), "{path}");
    }
    assert_eq!(simulator.accounting().requests(Call::CreateBackup), 0);
}

#[test]
fn a_free_environment_of_today_has_eight_fields() {
    let simulator = Simulator::builder().profile(Profile::Today).start().unwrap();
    let shown = Client::new(&simulator).get("apps/sketch/environments").ok();
    let fields: BTreeSet<_> = shown[0].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["EnvironmentId", "Instances", "MemoryPerInstance", "Mode"];
    let more = ["Production", "Status", "TotalMemory", "Url"];
    assert_eq!(fields, expected.into_iter().chain(more).collect());
    assert_eq!(shown[0]["Mode"], "Sandbox");
}

#[test]
fn the_environments_package_of_today() {
    let simulator = Simulator::builder().profile(Profile::Today).start().unwrap();
    let client = Client::new(&simulator);
    let shown = client.get(&format!("{ENVIRONMENT}/package?url=true")).ok();
    assert_eq!((&shown["MendixVersion"], &shown["Url"]["TTL"]), (&json!("7.5.0"), &json!(900)));
    let link = shown["Url"]["Location"].as_str().unwrap().strip_prefix(simulator.links_url()).unwrap();
    let bytes = crate::support::request(simulator.links_url(), "GET", link, &[], b"").unwrap();
    assert_eq!((bytes.status, json!(bytes.body.len())), (200, shown["Size"].clone()));
    for query in ["", "?url=false", "?other=true"] {
        assert_eq!(client.get(&format!("{ENVIRONMENT}/package{query}")).ok().get("Url"), None, "{query}");
    }
}

/// The rows are those of the document, whatever service the simulator is like.
#[test]
fn every_row_is_reached_in_todays_service() {
    let mut state = State::seed();
    state.options.profile = Profile::Today;
    state.options.rules.insert(Rule::TransportWhileRunning, true);
    let simulator = Simulator::builder().state(state).start().unwrap();
    let client = Client::new(&simulator);
    for row in error_rows() {
        let args = simulator.arrange(row).unwrap();
        let reply = client.call(row.call, &args).unwrap();
        assert_eq!((reply.status, reply.code()), (row.status, row.code.clone()), "{row:?}");
    }
}
