use super::*;

const SENT: &str = r#"{
    "Later": {"b": 1, "a": [2.50]},
    "ScheduledEvents": [{"Note": "first", "Name": "M.Event", "DeployedValue": "Disabled", "Value": "Disabled"}],
    "Constants": [
        {"Value": "false", "Name": "M.Flag", "DataType": "_Boolean", "DeployedValue": "false", "Hidden": null},
        {"Name": "M.Count", "Value": 7, "DeployedValue": null},
        {"Name": "M.Missing"}
    ],
    "CustomSettings": []
}"#;

fn compact(json: &str) -> String {
    serde_json::from_str::<Value>(json).unwrap().to_string()
}

#[test]
fn settings_come_back_as_they_were_sent_to_the_letter() {
    let settings = EnvironmentSettings::from_json(SENT).unwrap();
    assert_eq!(serde_json::to_string(&settings).unwrap(), compact(SENT));
    let odd = r#"{"Constants":null,"Else":true}"#;
    let settings = EnvironmentSettings::from_json(odd).unwrap();
    assert_eq!(serde_json::to_string(&settings).unwrap(), odd);
}

#[test]
fn a_change_touches_only_its_own_field() {
    let mut settings = EnvironmentSettings::from_json(SENT).unwrap();
    settings.set_constant("M.Flag", "true").unwrap();
    settings.set_scheduled_event("M.Event", true).unwrap();
    settings.set_constant("M.Missing", "x").unwrap();
    let expected = compact(SENT)
        .replace(r#""Value":"false","Name":"M.Flag""#, r#""Value":"true","Name":"M.Flag""#)
        .replace(r#""Value":"Disabled""#, r#""Value":"Enabled""#)
        .replace(r#"{"Name":"M.Missing"}"#, r#"{"Name":"M.Missing","Value":"x"}"#)
        .replace(r#""DeployedValue":"Enabled""#, r#""DeployedValue":"Disabled""#);
    assert_eq!(serde_json::to_string(&settings).unwrap(), expected);
    assert_eq!(settings.constants[1].value.as_deref(), Some("7"));
}

#[test]
fn settings_are_equal_when_they_say_the_same_and_show_no_value() {
    let mut changed = EnvironmentSettings::from_json(SENT).unwrap();
    let as_sent = changed.clone();
    changed.set_constant("M.Flag", "s3cret").unwrap();
    assert_ne!(changed, as_sent);
    let written = serde_json::to_string(&changed).unwrap();
    assert_eq!(EnvironmentSettings::from_json(&written).unwrap(), changed);
    assert!(!format!("{changed:?}").contains("s3cret"));
}

#[test]
fn a_name_that_is_not_there_is_refused_with_those_that_are() {
    let mut settings = EnvironmentSettings::from_json(SENT).unwrap();
    let error = settings.set_constant("M.Flagg", "x").unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
    assert!(error.message().contains("M.Flagg") && error.message().contains("M.Count"), "{error}");
    let error = settings.set_custom_setting("x", "y").unwrap_err();
    assert!(error.message().contains("settings: none"), "{error}");
}

#[test]
fn json_of_another_shape_is_refused() {
    for bad in ["", "{", "[]", r#"{"Constants":{}}"#, r#"{"Constants":[{"Value":"x"}]}"#] {
        let error = EnvironmentSettings::from_json(bad).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{bad}");
    }
}

#[test]
fn a_known_field_in_the_wrong_case_is_refused() {
    for (bad, meant) in [
        (r#"{"constants":[]}"#, "constants, but Constants"),
        (r#"{"Constants":[{"Name":"M.A","value":"1"}]}"#, "value, but Value"),
        (r#"{"ScheduledEvents":[{"Name":"M.A","NAME":"M.A"}]}"#, "NAME, but Name"),
    ] {
        let error = EnvironmentSettings::from_json(bad).unwrap_err();
        assert!(error.message().contains(meant), "{bad}: {error}");
    }
}

#[test]
fn what_was_sent_is_in_what_is_there_only_when_all_of_it_is() {
    let is_in = |wanted: &str, found: &str| {
        let read = |json| EnvironmentSettings::from_json(json).unwrap();
        read(wanted).is_in(&read(found))
    };
    assert!(is_in(SENT, SENT));
    let one = r#"{"Constants": [{"Name": "M.A", "Value": "1", "DeployedValue": "0"}]}"#;
    let more = r#"{"Constants": [{"Name": "M.B", "Value": "2"}, {"Name": "M.A", "Value": "1", "DeployedValue": "1"}]}"#;
    assert!(is_in(one, more) && !is_in(more, one));
    assert!(!is_in(one, r#"{"Constants": [{"Name": "M.A", "Value": "2"}]}"#));
    let other = r#"{"Constants": [], "RuntimeSettings": {"Mode": "new"}}"#;
    assert!(is_in(other, other) && !is_in(other, &other.replace("new", "old")));
    assert!(!is_in("{}", SENT), "what says nothing proves nothing");
    let text = r#"{"Constants": [{"Name": "M.Count", "Value": "8", "Hidden": null}]}"#;
    assert!(is_in(text, r#"{"Constants": [{"Name": "M.Count", "Value": 8}]}"#));
    assert!(!is_in(text, r#"{"Constants": [{"Name": "M.Count", "Value": 80}]}"#));
}
