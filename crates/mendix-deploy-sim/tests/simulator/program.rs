use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::request;

struct Program {
    child: Child,
    ready: Value,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mendix-deploy-sim"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self { child, ready: serde_json::from_str(&line).unwrap() }
    }

    fn field(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    fn get(&self, path: &str) -> u16 {
        let headers = [("mendix-username", self.field("username")), ("mendix-apikey", self.field("api_key"))];
        request(self.field("url"), "GET", path, &headers, b"").unwrap().status
    }

    fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "the program does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has mostly ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_tells_where_it_is_and_ends_when_its_input_closes() {
    let mut program = Program::start(&[]);
    assert!(program.field("url").starts_with("http://127.0.0.1:"));
    assert_eq!(program.field("app_id"), "calc");
    assert_eq!(program.get("/api/1/apps/"), 200);
    drop(program.child.stdin.take());
    assert_eq!(program.ended().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn it_ends_on_signals() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&["--keep-running"]);
        drop(program.child.stdin.take());
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(program.get("/api/1/apps/calc"), 200);
        program.signal(signal);
        assert_eq!(program.ended().code(), Some(0));
    }
}

#[test]
fn state_is_saved_and_loaded() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let file = file.to_str().unwrap();
    let mut program =
        Program::start(&["--profile", "today", "--bodies", "text", "--save", file, "--time", "manual"]);
    assert_eq!(program.get("/api/1/apps/"), 404);
    drop(program.child.stdin.take());
    assert!(program.ended().success());
    let saved: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(
        (&saved["options"]["profile"], &saved["options"]["bodies"]),
        (&"today".into(), &"text".into())
    );
    let again = Program::start(&["--state", file, "--time", "60", "--accept-any-package"]);
    assert_eq!(again.get("/api/1/apps/"), 404);
}

#[test]
fn its_log_shows_no_secret() {
    let mut program = Program::start(&["--log"]);
    assert_eq!(program.get("/api/1/apps/calc?a=b"), 200);
    drop(program.child.stdin.take());
    assert!(program.ended().success());
    let mut log = String::new();
    program.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(log, "#1 GET /api/1/apps/calc?a=b get_app 200\n");
}

#[test]
fn bad_arguments_and_help() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_mendix-deploy-sim"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    for (arguments, complaint) in [
        (["--nope"].as_slice(), "invalid option '--nope'"),
        (&["--profile", "tomorrow"], "tomorrow"),
        (&["--time", "-1"], "factor"),
        (&["--port"], "--port"),
    ] {
        let output = run(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(complaint), "{text}");
    }
    assert_eq!(run(&["--state", "/nowhere/at/all"]).status.code(), Some(1));
    assert!(String::from_utf8(run(&["--help"]).stdout).unwrap().contains("Usage: mendix-deploy-sim"));
    let version = String::from_utf8(run(&["--version"]).stdout).unwrap();
    assert_eq!(version.trim(), concat!("mendix-deploy-sim ", env!("CARGO_PKG_VERSION")));
}
