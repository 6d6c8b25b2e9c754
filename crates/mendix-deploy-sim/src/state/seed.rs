//! The state that the simulator starts with: the examples of the document, made to fit together.

use serde_json::{Value, json};

use super::{App, Credentials, Environment, EnvironmentStatus, Options, Package, Snapshot, State};

const PACKAGE: &str = "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7";
const OLD_PACKAGE: &str = "b3d14e53-2654-4534-b374-9179a69ef3cf";
const PRODUCTION_PACKAGE: &str = "1d7c0a52-9b5e-4c7a-8d0f-2f6e2b9a4c10";

impl State {
    /// The app `calc` with three environments, one more app, and a free one.
    #[must_use]
    pub fn seed() -> Self {
        let apps = [
            ("calc".to_owned(), calc()),
            ("tictactoc".to_owned(), tictactoc()),
            ("sketch".to_owned(), sketch()),
        ];
        Self {
            credentials: Credentials {
                username: "richard.ford51@example.com".to_owned(),
                api_key: "26587896-1cef-4483-accf-ad304e2673d6".to_owned(),
            },
            options: Options::default(),
            apps: apps.into(),
            last_id: 0,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self::seed()
    }
}

fn calc() -> App {
    let test = Environment {
        status: EnvironmentStatus::Stopped,
        package: Some(OLD_PACKAGE.to_owned()),
        snapshots: [("201703221355".to_owned(), snapshot(1_490_190_900_000, "1.0.11.40"))].into(),
        ..environment("5a0c8a0e-4d4c-4a0f-9d0b-6a3f5f1f3c01", "https://calc-test.mendixcloud.com")
    };
    let acceptance = Environment {
        status: EnvironmentStatus::Running,
        package: Some(PACKAGE.to_owned()),
        running_package: Some(PACKAGE.to_owned()),
        data: "acceptance data".to_owned(),
        snapshots: [
            ("c879c6b1-3aa5-4e10-aaab-cb145841862f".to_owned(), snapshot(1_501_855_670_000, "1.0.11.50")),
            ("3e8ed3c6-6cbf-4818-bcaa-078e9c85b3c7".to_owned(), snapshot(1_501_855_408_000, "1.0.11.48")),
        ]
        .into(),
        tags: vec!["A".to_owned()],
        ..environment("38471410-861f-47e5-8efc-2f4b16f04005", "https://calc-accp.mendixcloud.com")
    };
    let production = Environment {
        status: EnvironmentStatus::Running,
        production: true,
        package: Some(PRODUCTION_PACKAGE.to_owned()),
        running_package: Some(PRODUCTION_PACKAGE.to_owned()),
        data: "production data".to_owned(),
        ..environment("8e0d2c1b-7a52-4d58-a6de-91a0b3b8e7f2", "https://calc.mendixcloud.com")
    };
    App {
        name: "Calculation App".to_owned(),
        project_id: "fae5de74-69c2-4488-a4de-abf89daac63e".to_owned(),
        url: "https://calc.mendixcloud.com".to_owned(),
        sandbox: false,
        environments: [
            ("Test".to_owned(), test),
            ("Acceptance".to_owned(), acceptance),
            ("Production".to_owned(), production),
        ]
        .into(),
        packages: [
            (PACKAGE.to_owned(), package("1.1.0.253", "7.5.0", 1_404_000_000_000, 4_194_304)),
            (PRODUCTION_PACKAGE.to_owned(), package("175.0.0.3702", "6.10.12", 1_403_000_000_000, 5_242_880)),
            (
                OLD_PACKAGE.to_owned(),
                Package {
                    description: "Add scientific mode".to_owned(),
                    size_in_mib: true,
                    ..package("2.5.4.63", "6.10.10", 1_404_990_271_835, 3_205_620)
                },
            ),
        ]
        .into(),
        next_processing_fails: false,
        next_build_fails: false,
        upload_jobs: [].into(),
    }
}

/// An app with an environment that is empty, and with a flexible one.
fn tictactoc() -> App {
    let production = Environment {
        production: true,
        ..environment("b9c2f1d4-1c9b-4f8e-8f0c-3d2a7e6b5c40", "https://tictactoc.mendixcloud.com")
    };
    let flexible =
        environment("c0e8a7d6-5b4c-4a3b-9281-7f6e5d4c3b20", "https://tictactoc-check.mendixcloud.com");
    App {
        name: "Tic Tac Toc".to_owned(),
        project_id: "f5129445-b638-42f4-8108-5f370c85dc57".to_owned(),
        url: "https://tictactoc.mendixcloud.com".to_owned(),
        sandbox: false,
        environments: [("Production".to_owned(), production), ("Prüfung 2".to_owned(), flexible)].into(),
        packages: [].into(),
        next_processing_fails: false,
        next_build_fails: false,
        upload_jobs: [].into(),
    }
}

/// A free app.
fn sketch() -> App {
    let sandbox = Environment {
        status: EnvironmentStatus::Running,
        cloud_v4: false,
        ..environment("e1d2c3b4-a596-4877-8695-a4b3c2d1e0f9", "https://sketch.mxapps.io")
    };
    App {
        name: "Sketch".to_owned(),
        project_id: "543857rfds-dfsfsd12c5e24-3224d32eg".to_owned(),
        url: "https://sketch.mxapps.io".to_owned(),
        sandbox: true,
        environments: [("Sandbox".to_owned(), sandbox)].into(),
        packages: [].into(),
        next_processing_fails: false,
        next_build_fails: false,
        upload_jobs: [].into(),
    }
}

fn environment(id: &str, url: &str) -> Environment {
    Environment {
        environment_id: id.to_owned(),
        url: url.to_owned(),
        settings: match settings() {
            Value::Object(settings) => settings,
            _ => serde_json::Map::new(),
        },
        ..Environment::default()
    }
}

fn settings() -> Value {
    json!({
        "Constants": [{
            "Name": "MyFirstModule.BooleanConstant",
            "DataType": "_Boolean",
            "Value": "false",
            "DeployedValue": "false",
        }, {
            "Name": "MyFirstModule.DateTime",
            "DataType": "DateTime",
            "Value": "2013-12-20T16:02:32",
            "DeployedValue": "2013-12-20T16:02:32",
        }],
        "CustomSettings": [{
            "Name": "SessionTimeout",
            "Value": "600000",
            "DeployedValue": "600000",
        }],
        "ScheduledEvents": [{
            "Name": "MyFirstModule.Monitor_Scheduled_event",
            "DeployedValue": "Disabled",
            "Value": "Disabled",
        }],
    })
}

fn package(version: &str, runtime_version: &str, creation_date: i64, size: u64) -> Package {
    Package {
        name: format!("Main line-{version}.mda"),
        version: version.to_owned(),
        runtime_version: runtime_version.to_owned(),
        creator: "Richard Ford".to_owned(),
        creation_date,
        size,
        ..Package::default()
    }
}

fn snapshot(created_on: i64, model_version: &str) -> Snapshot {
    Snapshot {
        comment: "Manually created snapshot".to_owned(),
        created_on: Some(created_on),
        expires_on: Some(created_on + 7_948_800_000),
        model_version: model_version.to_owned(),
        ..Snapshot::default()
    }
}
