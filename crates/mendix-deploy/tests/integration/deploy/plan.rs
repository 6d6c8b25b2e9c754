//! What a deployment would do: decided with GETs only, and refused early where it cannot work.

use crate::support::package::package;
use mendix_deploy::{
    BackupPolicy, Client, Credentials, DeployPackage, DeployPlan, Deployment, Error, ErrorKind,
    RollbackPolicy,
};
use mendix_deploy_sim::{Call, Profile, Simulator};

const CONSTANT: &str = "MyFirstModule.BooleanConstant";
const EVENT: &str = "MyFirstModule.Monitor_Scheduled_event";
const METADATA: &str = r#"{
    "RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254", "ScheduledEvents": [{"Name": "M.New"}],
    "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean"},
                  {"Name": "M.Retries", "Type": "Integer", "DefaultValue": "3"},
                  {"Name": "M.Endpoint", "Type": "String"}]
}"#;

struct Service {
    simulator: Simulator,
    client: Client,
    file: tempfile::NamedTempFile,
}

fn service(profile: Profile) -> Service {
    let simulator = Simulator::builder().profile(profile).start().unwrap();
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    let client = Client::builder(credentials).base_url(simulator.url()).build().unwrap();
    let file = tempfile::Builder::new().suffix(".mda").tempfile().unwrap();
    std::fs::write(file.path(), package(METADATA)).unwrap();
    Service { simulator, client, file }
}

impl Service {
    fn file(&self, mode: &str) -> Deployment {
        Deployment::new("calc", mode, DeployPackage::File(self.file.path().to_owned()))
    }

    /// A plan, for which only GETs were sent.
    fn plan(&self, deployment: &Deployment) -> Result<DeployPlan, Error> {
        let before = self.simulator.with_state(|state| state.clone());
        let plan = self.client.plan_deploy(deployment);
        let accounting = self.simulator.accounting();
        for call in Call::ALL.iter().filter(|call| call.is_mutating()) {
            assert_eq!(accounting.requests(*call), 0, "{call}");
        }
        assert!(self.simulator.with_state(|state| *state == before));
        plan
    }
}

fn planned(plan: &DeployPlan) -> Vec<&str> {
    plan.steps.iter().filter(|step| step.skipped.is_none()).map(|step| step.name.as_str()).collect()
}

fn why<'a>(plan: &'a DeployPlan, name: &str) -> &'a str {
    let step = plan.steps.iter().find(|step| step.name == name).unwrap();
    step.skipped.as_deref().unwrap_or_default()
}

#[test]
fn a_file_is_uploaded_and_put_on_a_running_environment() {
    for profile in [Profile::Document, Profile::Today] {
        let service = service(profile);
        let plan = service.plan(&service.file("Acceptance")).unwrap();
        assert_eq!(planned(&plan), ["upload", "stop", "transport", "start", "confirm"]);
        assert_eq!(why(&plan, "backup"), "it is not a production environment");
        assert_eq!(why(&plan, "settings"), "nothing else is wanted");
        assert_eq!(plan.before.status, "Running");
        assert!(plan.before.package_id.is_some());
        assert_eq!(
            (plan.after.package_id.as_deref(), plan.after.model_version.as_deref()),
            (None, Some("1.2.0.254"))
        );
        let risks: Vec<_> =
            plan.risks.iter().map(|risk| (risk.code.as_str(), risk.name.as_deref())).collect();
        assert_eq!(risks, [("MISSING_CONSTANT", Some("M.Endpoint"))]);
        // Its JSON reads back, and a person can read it.
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<DeployPlan>(&json).unwrap(), plan);
        let text = plan.to_string();
        assert!(
            text.starts_with("Acceptance of calc is Running\n")
                && text.contains("risk MISSING_CONSTANT M.Endpoint"),
            "{text}"
        );
        // Less downtime, where that is wanted.
        let plan = service.plan(&service.file("Acceptance").while_running(true)).unwrap();
        assert_eq!(planned(&plan), ["upload", "transport", "stop", "start", "confirm"]);
        assert_eq!(plan.risks.last().unwrap().code, "APP_IS_RUNNING");
    }
}

#[test]
fn a_backup_is_made_where_the_policy_and_the_environment_say_so() {
    let service = service(Profile::Document);
    for (mode, policy, is_made) in [
        ("Production", BackupPolicy::Production, true),
        ("Production", BackupPolicy::Never, false),
        ("Acceptance", BackupPolicy::Production, false),
        ("Acceptance", BackupPolicy::Always, true),
    ] {
        let plan = service.plan(&service.file(mode).backup(policy)).unwrap();
        assert_eq!(planned(&plan).contains(&"backup"), is_made, "{mode} {policy:?}");
    }
    let empty =
        Deployment::new("tictactoc", "Production", DeployPackage::File(service.file.path().to_owned()));
    let plan = service.plan(&empty.backup(BackupPolicy::Always).auto_sync_db(false)).unwrap();
    assert!(plan.risks.iter().any(|risk| risk.code == "INVALID_DB_STRUCTURE"), "{:?}", plan.risks);
    assert_eq!(why(&plan, "backup"), "nothing was ever deployed");
    assert_eq!(planned(&plan), ["upload", "transport", "start", "confirm"]);
}

/// That a package is configured does not prove that it runs.
#[test]
fn a_package_that_is_there_is_started_again_and_not_transported() {
    let service = service(Profile::Document);
    let id = service.client.get_environment_package("calc", "Acceptance").unwrap().package_id;
    let deployment = Deployment::new("calc", "Acceptance", DeployPackage::Id(id.clone()));
    let plan = service.plan(&deployment).unwrap();
    assert_eq!(planned(&plan), ["stop", "start", "confirm"]);
    assert_eq!(why(&plan, "transport"), "the environment has the package");
    let promoted = Deployment::new("calc", "Production", DeployPackage::FromMode("Acceptance".to_owned()));
    let plan = service.plan(&promoted).unwrap();
    assert_eq!(
        (plan.after.package_id.clone(), plan.after.model_version.as_deref()),
        (Some(id), Some("1.1.0.253"))
    );
    assert_eq!(planned(&plan), ["backup", "stop", "transport", "start", "confirm"]);
    let nothing = Deployment::new("tictactoc", "Prüfung 2", DeployPackage::FromMode("Production".to_owned()));
    assert_eq!(service.plan(&nothing).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn settings_that_differ_are_changed_and_no_value_is_told() {
    let service = service(Profile::Today);
    let deployment = service
        .file("Acceptance")
        .constants([(CONSTANT, "true"), ("M.Endpoint", "s3cret"), ("M.Retries", "5")])
        .custom_settings([("SessionTimeout", "600000")])
        .scheduled_events([(EVENT, true)])
        .instances(2);
    let plan = service.plan(&deployment).unwrap();
    let changed: Vec<_> =
        plan.changes.iter().map(|change| (change.what.as_str(), change.name.as_deref())).collect();
    assert_eq!(
        changed,
        [
            ("constant", Some("M.Endpoint")),
            ("constant", Some("M.Retries")),
            ("constant", Some(CONSTANT)),
            ("scheduled_event", Some(EVENT)),
            ("instances", None),
        ]
    );
    assert_eq!(
        (plan.changes[3].before.as_deref(), plan.changes[3].after.as_deref()),
        (Some("Disabled"), Some("Enabled"))
    );
    assert_eq!((plan.changes[4].before.as_deref(), plan.changes[4].after.as_deref()), (Some("1"), Some("2")));
    assert!(planned(&plan).contains(&"settings") && planned(&plan).contains(&"scale"));
    // The package does not have the event any more.
    assert_eq!(plan.risks.len(), 1, "{:?}", plan.risks);
    assert_eq!(plan.risks[0].code, "SCHEDULED_EVENT_NOT_FOUND");
    let told = format!("{plan} {plan:?} {}", serde_json::to_string(&plan).unwrap());
    assert!(!told.contains("s3cret"), "{told}");

    let same = service.file("Acceptance").constants([(CONSTANT, "false")]).instances(1);
    let plan = service.plan(&same).unwrap();
    assert_eq!((why(&plan, "settings"), why(&plan, "scale")), ("they are as wanted", "they are as wanted"));
}

#[test]
fn what_cannot_work_is_refused_by_its_name() {
    let service = service(Profile::Document);
    let file = || service.file("Acceptance");
    let promoted =
        |from: &str| Deployment::new("calc", "Acceptance", DeployPackage::FromMode(from.to_owned()));
    for (deployment, problem) in [
        (file().constants([("M.Nothing", "x")]), "constant \"M.Nothing\" is neither"),
        (file().scheduled_events([("M.Nothing", true)]), "scheduled event \"M.Nothing\" is neither"),
        (file().constants([("M.Retries", "s3cret")]), "constant \"M.Retries\" is not of its type, Integer"),
        (file().constants([(CONSTANT, "yes")]), "is not of its type, Boolean"),
        (file().instances(0).memory_per_instance(2048), "instances is 0"),
        (file().instances(1).memory_per_instance(7), "memory_per_instance is 7 MB"),
        // The document's service does not tell the scale.
        (file().instances(2), "memory_per_instance is missing"),
        (file().rollback(RollbackPolicy::Data).backup(BackupPolicy::Never), "backup is \"never\""),
        (file().rollback(RollbackPolicy::Data), "none is made here"),
        (promoted("acceptance"), "from_mode is the environment itself"),
        (promoted("Test").name("x.mda"), "name is for a package that is uploaded"),
        (file().name("a\nb"), "name has control characters"),
        (Deployment::new("calc", "Acceptance", DeployPackage::Id(String::new())), "package_id is empty"),
    ] {
        let error = service.plan(&deployment).unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, "plan_deploy"), "{error}");
        assert!(error.message().contains(problem) && !error.message().contains("s3cret"), "{error}");
    }
    std::fs::write(service.file.path(), "not a package").unwrap();
    let error = service.plan(&file()).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, "plan_deploy"), "{error}");
    let nowhere = Deployment::new("calc", "Nowhere", DeployPackage::Id("x".to_owned()));
    assert_eq!(service.plan(&nowhere).unwrap_err().operation(), "get_environment");
}

#[test]
fn a_deployment_is_read_from_json_and_what_is_wrong_is_named() {
    let json = r#"{"app_id": "calc", "mode": "Test", "package_id": "p", "constants": {"M.A": "1"}, "backup": "always",
                   "scheduled_events": {"M.E": false}, "instances": 2, "auto_sync_db": false, "rollback": "data",
                   "while_running": true}"#;
    let read = Deployment::from_json(json).unwrap();
    let built = Deployment::new("calc", "Test", DeployPackage::Id("p".to_owned()))
        .constants([("M.A", "1")])
        .scheduled_events([("M.E", false)])
        .instances(2)
        .auto_sync_db(false)
        .backup(BackupPolicy::Always)
        .rollback(RollbackPolicy::Data)
        .while_running(true);
    assert_eq!(read, built);
    for (json, problem) in [
        ("", "not valid JSON"),
        ("[]", "it is not an object"),
        (r#"{"app_id": "calc", "mode": "Test"}"#, "exactly one of package, package_id and from_mode"),
        (r#"{"app_id": "c", "mode": "T", "package": "a", "from_mode": "T"}"#, "exactly one of"),
        (r#"{"mode": "Test", "package": "a"}"#, "missing field `app_id`"),
        (r#"{"app_id": "c", "mode": "T", "package": "a", "Constants": {}}"#, "unknown field `Constants`"),
        (
            r#"{"app_id": "c", "mode": "T", "package": "a", "constants": "s3cret"}"#,
            "constants has a value that it cannot have",
        ),
        (
            r#"{"app_id": "c", "mode": "T", "package": "a", "backup": "s3cret"}"#,
            "backup has a value that it cannot have",
        ),
    ] {
        let error = Deployment::from_json(json).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().contains(problem) && !error.message().contains("s3cret"), "{json}: {error}");
    }
}
