//! What deployments are tried with.

use mendix_deploy_sim::{Call, Constant, State};

/// The calls of a deployment that change something.
pub(crate) const CHANGES: [Call; 9] = [
    Call::CreateBackup,
    Call::CreateSnapshot,
    Call::UploadPackage,
    Call::UploadPackageV2,
    Call::StopEnvironment,
    Call::TransportPackage,
    Call::SetEnvironmentSettings,
    Call::ScaleEnvironment,
    Call::StartEnvironment,
];

/// Those that upload, of which a deployment makes one or the other.
pub(crate) const UPLOADS: [Call; 2] = [Call::UploadPackage, Call::UploadPackageV2];

/// The seeded packages declare the settings that their environments have, as packages do.
pub(crate) fn declare_settings(state: &mut State) {
    let constant = |name: &str, data_type: &str| Constant {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        default_value: Some("default".to_owned()),
    };
    for package in state.apps.get_mut("calc").unwrap().packages.values_mut() {
        let constants = [
            constant("MyFirstModule.BooleanConstant", "_Boolean"),
            constant("MyFirstModule.DateTime", "DateTime"),
        ];
        package.constants = Some(constants.into());
        package.scheduled_events = Some(vec!["MyFirstModule.Monitor_Scheduled_event".to_owned()]);
    }
}
