//! Apps: sections 3.1 to 3.3.

use serde_json::{Value, json};

use super::{App, Environment, Invocation, Refusal, State};

fn show(id: &str, app: &App) -> Value {
    json!({"Name": app.name, "Url": app.url, "ProjectId": app.project_id, "AppId": id})
}

impl State {
    /// The app to call with: `calc`, or the first one where there is no such app.
    pub(crate) fn default_app(&self) -> &str {
        let calc = self.apps.get_key_value("calc").or_else(|| self.apps.first_key_value());
        calc.map(|(id, _)| id.as_str()).unwrap_or_default()
    }

    pub(super) fn list_apps(&self) -> Value {
        self.apps.iter().map(|(id, app)| show(id, app)).collect()
    }

    pub(super) fn get_app(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        Ok(show(&invocation.app_id, self.app(invocation)?))
    }

    pub(super) fn create_sandbox(&mut self, invocation: &Invocation) -> Result<Value, Refusal> {
        let fields = invocation.fields(self, &["ProjectId"])?;
        let project_id = fields.get("ProjectId").and_then(Value::as_str).unwrap_or_default();
        if self.apps.values().any(|app| app.project_id == project_id) {
            return Err(Refusal::of(invocation.call, "APPLICATION_ALREADY_EXISTS"));
        }
        if !is_uuid(project_id) {
            return Err(Refusal::of(invocation.call, "INVALID_PROJECTID"));
        }
        let id = self.new_id();
        let number = self.last_id;
        let app_id = format!("sandbox{number}");
        let url = format!("https://{app_id}.mxapps.io");
        let environment = Environment { environment_id: id, url: url.clone(), ..Environment::default() };
        let app = App {
            name: format!("Sandbox {number}"),
            project_id: project_id.to_owned(),
            url,
            sandbox: true,
            environments: [("Sandbox".to_owned(), environment)].into(),
            packages: [].into(),
            next_processing_fails: false,
            next_build_fails: false,
            upload_jobs: [].into(),
        };
        let shown = show(&app_id, &app);
        self.apps.insert(app_id, app);
        Ok(shown)
    }
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
