//! One odd field costs one field, and nothing is lost.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::read::{FieldSeed, Found};
use super::*;
use crate::{
    App, Archive, ArchivedLogs, Backup, BackupLinks, BackupState, BuildJob, Environment, Mode, Package,
    Restore, Snapshot, StartStatus, Status, TaskState, UploadJob,
};

#[test]
fn values_are_read_where_nothing_is_lost() {
    fn read<T: Field>(value: Value) -> Option<T> {
        match FieldSeed(PhantomData).deserialize(value) {
            Ok(Found::Value(value)) => Some(value),
            _ => None,
        }
    }
    for (value, expected) in [
        (json!(true), Some(true)),
        (json!("False"), Some(false)),
        (json!("TRUE"), Some(true)),
        (json!(1), None),
        (json!("yes"), None),
    ] {
        assert_eq!(read::<Option<bool>>(value.clone()).flatten(), expected, "{value}");
    }
    for (value, expected) in [
        (json!(2), Some(2)),
        (json!(2.0), Some(2)),
        (json!(" 2"), Some(2)),
        (json!(1.5), None),
        (json!(-1), None),
        (json!(4_294_967_296_u64), None),
        (json!("two"), None),
    ] {
        assert_eq!(read::<Option<u32>>(value.clone()).flatten(), expected, "{value}");
    }
    for (value, expected) in [
        (json!(3_205_620), Some(3_205_620)),
        (json!(3.057_117_462_158_203), Some(3_205_620)),
        (json!(3_205_620.0), Some(3_205_620)),
        (json!(u64::MAX), Some(u64::MAX)),
        (json!("12"), Some(12)),
        (json!(1.234_567), None),
        (json!(-1), None),
        (json!(1e300), None),
    ] {
        assert_eq!(read::<Option<u64>>(value.clone()).flatten(), expected, "{value}");
    }
    for (value, expected) in [
        (json!("x"), Some("x")),
        (json!(7), Some("7")),
        (json!(true), Some("true")),
        (json!(2.1), None),
        (json!(["x"]), None),
    ] {
        assert_eq!(read::<Option<String>>(value.clone()).flatten().as_deref(), expected, "{value}");
    }
    for (value, expected) in [
        (json!(1_404_990_271_835_i64), Some("2014-07-10T11:04:31.835Z")),
        (json!(1.404_990_271_835e12), Some("2014-07-10T11:04:31.835Z")),
        (json!("1404990271835"), Some("2014-07-10T11:04:31.835Z")),
        (json!("2014-07-10T11:04:31.8351234Z"), Some("2014-07-10T11:04:31.835Z")),
        (json!("2014-07-10T13:04:31+02:00"), Some("2014-07-10T11:04:31Z")),
        (json!("2014-07-10T11:04:31"), Some("2014-07-10T11:04:31Z")),
        (json!("2014-07-10 11:04"), Some("2014-07-10T11:04:00Z")),
        (json!("2014-07-10"), Some("2014-07-10T00:00:00Z")),
        (json!(-62_135_596_800_000_i64), Some("0001-01-01T00:00:00Z")),
        (json!(-62_135_596_800_001_i64), None),
        (json!("0000-12-31T23:59:59Z"), None),
        (json!(253_402_300_800_000_i64), None),
        (json!(1e30), None),
        (json!(0.5), None),
        (json!("soon"), None),
        (json!(""), None),
        (json!([]), None),
    ] {
        let time = read::<Option<Timestamp>>(value.clone()).flatten();
        assert_eq!(time.map(|time| time.to_string()).as_deref(), expected, "{value}");
    }
}

/// Reads an object and writes it.
fn through<T: Model + Serialize + for<'de> Deserialize<'de> + PartialEq + fmt::Debug>(
    sent: &Value,
) -> (T, Value) {
    let read: T = serde_json::from_value(sent.clone()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(serde_json::from_value::<T>(written.clone()).unwrap(), read, "{sent}");
    (read, written)
}

/// Puts an odd value in the place of every field but the identifier, one after the other.
fn loses_one_field<T>(sent: &Value, identifier: &str)
where
    T: Model + Serialize + for<'de> Deserialize<'de> + PartialEq + fmt::Debug,
{
    let (_, written) = through::<T>(sent);
    assert_eq!(&written, sent, "the object is in its normal form");
    for key in T::KEYS.iter().filter(|key| **key != identifier && sent.get(key).is_some()) {
        for odd in [json!({"a": [1]}), json!([]), json!([null])] {
            let mut sent = sent.clone();
            sent[key] = odd.clone();
            let (read, written) = through::<T>(&sent);
            assert_eq!(written, sent, "{key}");
            assert!(format!("{read:?}").contains(&format!("extra: {{{key:?}}}")), "{read:?}");
        }
        let mut sent = sent.clone();
        sent.as_object_mut().unwrap().shift_remove(*key);
        assert_eq!(through::<T>(&sent).1, sent, "{key}");
    }
}

#[test]
fn one_odd_field_costs_one_field() {
    loses_one_field::<App>(&json!({"AppId": "a", "Name": "b", "ProjectId": "c", "Url": "d"}), "AppId");
    loses_one_field::<Environment>(
        &json!({"Status": "Running", "Mode": "Test", "Url": "u", "ModelVersion": "1", "MendixVersion": "7",
            "Production": true, "EnvironmentId": "e", "RuntimeLayer": "r", "Instances": 1, "MemoryPerInstance": 2,
            "TotalMemory": 3}),
        "",
    );
    loses_one_field::<StartStatus>(&json!({"Status": "Starting"}), "");
    loses_one_field::<Package>(
        &json!({"PackageId": "p", "Name": "n", "Description": "d", "Version": "1", "Creator": "c",
            "CreationDate": 5, "ExpiryDate": 6, "Status": "Queued", "Size": 7}),
        "PackageId",
    );
    loses_one_field::<Backup>(
        &json!({"SnapshotID": "s", "Comment": "c", "State": "Completed", "ExpiresOn": 5, "CreatedOn": 6,
            "ModelVersion": "1"}),
        "SnapshotID",
    );
    loses_one_field::<BackupLinks>(
        &json!({"FilesOnly": "https://a/", "DatabaseOnly": "https://b/", "DatabaseAndFiles": "https://c/"}),
        "",
    );
    loses_one_field::<ArchivedLogs>(
        &json!({"Environment": "e", "Date": 5, "DownloadUrl": "https://a/"}),
        "DownloadUrl",
    );
}

#[test]
fn a_value_of_another_type_is_neither_lost_nor_rounded() {
    let sent = json!({"Mode": "Test", "Production": 1, "Instances": 1.5, "Status": ["x"]});
    let (environment, written) = through::<Environment>(&sent);
    assert_eq!((environment.production, environment.instances), (None, None));
    assert_eq!((environment.status, environment.extra.len()), (Status::default(), 3));
    assert_eq!(written, sent);
}

#[test]
fn a_value_that_is_set_later_is_written_once() {
    let mut environment: Environment =
        serde_json::from_value(json!({"Mode": "Test", "Instances": 1.5})).unwrap();
    environment.instances = Some(2);
    assert_eq!(serde_json::to_string(&environment).unwrap(), r#"{"Mode":"Test","Instances":2}"#);
    let backup: Backup = serde_json::from_str(r#"{"SnapshotID": null, "SnapshotId": 5}"#).unwrap();
    assert_eq!(serde_json::to_string(&backup).unwrap(), r#"{"SnapshotID":"5"}"#);
}

#[test]
fn states_are_compared_without_case_and_modes_to_the_letter() {
    assert_eq!(Status::from("RUNNING"), Status::Running);
    assert_eq!(Status::from("paused"), Status::from("Paused"));
    assert_eq!(Status::Running, "running");
    assert_eq!(BackupState::from("failed").as_str(), "Failed");
    let sent = json!({"Status": "stopped", "Mode": "test"});
    let (environment, written) = through::<Environment>(&sent);
    assert_eq!((&environment.status, environment.mode.as_str()), (&Status::Stopped, "test"));
    assert_eq!(written, json!({"Status": "Stopped", "Mode": "test"}));
    assert_ne!(environment.mode, Mode::Test);
    assert_ne!(Mode::from("test"), Mode::Test);
    let words = std::collections::HashSet::from([Status::from("paused"), Status::from("PAUSED")]);
    assert_eq!(words.len(), 1);
}

/// Whether what it does not know is written as it was read.
fn keeps<T: DeserializeOwned + Serialize>(mut value: Value) {
    value["new"] = json!({"a": [1, null]});
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
}

#[test]
fn what_todays_service_sends_is_read_in_any_reasonable_form() {
    let expected: Timestamp = "2026-11-26T01:02:03Z".parse().unwrap();
    for time in [
        json!("2026-11-26T01:02:03Z"),
        json!("2026-11-26T01:02:03.000Z"),
        json!("2026-11-26T01:02:03"),
        json!("2026-11-26T02:02:03.000+01:00"),
        json!(expected.as_millisecond()),
    ] {
        let text =
            json!({"snapshot_id": "s", "state": "COMPLETED", "created_at": time, "size": 7}).to_string();
        let snapshot: Snapshot = serde_json::from_str(&text).unwrap();
        assert_eq!((&snapshot.state, snapshot.created_at), (&TaskState::Completed, Some(expected)), "{text}");
        assert_eq!(snapshot.extra["size"], 7);
        let written = serde_json::to_value(&snapshot).unwrap();
        assert_eq!(
            (&written["created_at"], &written["size"]),
            (&json!(expected.as_millisecond()), &json!(7))
        );
    }
    keeps::<Archive>(
        json!({"archive_id": "a", "data_type": "database_only", "url": "https://x/?signature=y"}),
    );
    keeps::<Restore>(json!({"restore_id": "r", "state": "a new one", "source_snapshot_id": "s"}));
    keeps::<UploadJob>(json!({"PackageId": "p", "JobId": "j"}));
    keeps::<BuildJob>(json!({"PackageId": "p"}));
}
