use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::request;

const CLOSED: &str = "mendix-deploy-sim: standard input is closed, so the simulator ends; \
                      with --keep-running it does not\n";

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

    /// What it said on standard error until it ended.
    fn complaint(&mut self) -> String {
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
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
    assert_eq!(program.complaint(), "", "who used it knows why it ends");
}

/// As of a script that starts it in the background.
#[test]
fn it_says_why_it_ends_at_once() {
    let program =
        Command::new(env!("CARGO_BIN_EXE_mendix-deploy-sim")).stdin(Stdio::null()).output().unwrap();
    assert_eq!(program.status.code(), Some(0));
    assert_eq!(String::from_utf8(program.stderr).unwrap(), CLOSED);
}

/// A program in the background of a terminal that reads from it is stopped by the system.
#[cfg(target_os = "linux")]
#[test]
fn it_reads_no_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    let job = "set -m; \"$PROGRAM\" > \"$OUT\" & \
        for _ in $(seq 600); do [ -s \"$OUT\" ] && break; sleep 0.05; done; sleep 0.2; \
        jobs; kill $!; wait $!; echo ended $?";
    let terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", "bash -c \"$JOB\"", "/dev/null"])
        .env("JOB", job)
        .env("PROGRAM", env!("CARGO_BIN_EXE_mendix-deploy-sim"))
        .env("OUT", &out)
        .stdin(Stdio::null())
        .output();
    // Not every machine has a program that makes a terminal.
    let Ok(terminal) = terminal else { return };
    let said = String::from_utf8_lossy(&terminal.stdout).into_owned();
    assert!(said.contains("Running") && said.contains("ended 0") && !said.contains("Stopped"), "{said}");
    assert!(std::fs::read_to_string(out).unwrap().contains("\"url\""));
}

#[test]
fn on_one_port_of_every_address() {
    let mut program =
        Program::start(&["--bind", "0.0.0.0", "--profile", "today", "--rule", "backups_are_gone=off"]);
    assert!(program.field("url").starts_with("http://127.0.0.1:"), "{}", program.ready);
    let path = "/api/1/apps/calc/environments/Test/snapshots/201703221355";
    let headers =
        [("mendix-username", program.field("username")), ("mendix-apikey", program.field("api_key"))];
    let link = request(program.field("url"), "GET", path, &headers, b"").unwrap().ok()["FilesOnly"].clone();
    let link = link.as_str().unwrap().strip_prefix(program.field("url")).unwrap();
    assert_eq!(request(program.field("url"), "GET", link, &[], b"").unwrap().status, 200);
    drop(program.child.stdin.take());
    assert!(program.ended().success());
}

#[test]
fn options_and_rules_are_set() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let mut program = Program::start(&[
        "--save",
        file.to_str().unwrap(),
        "--option",
        "start_ms=5000",
        "--option",
        "tags=strings",
        "--option",
        "idle_limit_ms=1000",
        "--rule",
        "strict_bodies=on",
    ]);
    drop(program.child.stdin.take());
    assert!(program.ended().success());
    let saved: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let options = &saved["options"];
    assert_eq!(
        (&options["start_ms"], &options["tags"], &options["idle_limit_ms"], &options["rules"]),
        (&5000.into(), &"strings".into(), &1000.into(), &serde_json::json!({"strict_bodies": true}))
    );
    let list = Command::new(env!("CARGO_BIN_EXE_mendix-deploy-sim")).arg("--list-rules").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(list.matches("\n  source:   ").count(), mendix_deploy_sim::differences().len());
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
        assert_eq!(program.complaint(), "");
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
    let log = program.complaint();
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
        (&["--rule", "nope=on"], "there is no rule `nope`"),
        (&["--rule", "strict_bodies=perhaps"], "expected `strict_bodies=on`"),
        (&["--option", "nope=1"], "nope"),
        (&["--option", "start_ms=soon"], "soon"),
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
