//! Code that is made from the table of calls.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::schemas;
use crate::step::root;
use crate::table::{self, Argument, Call};

/// A committed file, and what it should hold.
pub(crate) type Made = (&'static str, fn() -> Result<String, String>);

/// The files, which belong to no language's own task.
pub(crate) const MADE: &[Made] = &[
    ("crates/mendix-deploy-sim/src/call.rs", || rust(&simulator(&table::read()?))),
    ("crates/mendix-deploy/tests/support/dispatch.rs", || rust(&dispatch(&table::read()?))),
    ("crates/mendix-deploy-cli/schemas/models.json", schemas::models),
    ("tests/c/calls.inc", || Ok(c(&table::read()?))),
    ("tests/cpp/calls.inc", || Ok(cpp(&table::read()?))),
];

const BY: &str = "Made by `cargo xtask regen` from crates/mendix-deploy-sim/data/calls.json. Do not edit.";

/// The simulator's names of the calls.
fn simulator(calls: &[Call]) -> String {
    let variants: Vec<String> = calls
        .iter()
        .map(|call| {
            format!("/// `{}`: {}, *{}*.\n{},\n", call.name, call.place(), call.title, call.variant())
        })
        .collect();
    let all: Vec<String> = calls.iter().map(|call| format!("Self::{}, ", call.variant())).collect();
    let stems: Vec<String> =
        calls.iter().map(|call| format!("Self::{} => {:?},\n", call.variant(), call.name)).collect();
    format!(
        "//! The calls of the service, by the names that this project uses for them everywhere.\n//!\n//! {BY}\n\n\
         use serde::{{Deserialize, Serialize}};\n\n\
         /// One call of the service.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]\n\
         #[serde(rename_all = \"snake_case\")]\npub enum Call {{ {} }}\n\n\
         impl Call {{\n/// Every call, in the order of the document.\n\
         pub const ALL: [Self; {}] = [{}];\n\n\
         /// The name of the call, in snake case.\n#[must_use]\n\
         pub const fn stem(self) -> &'static str {{ match self {{ {} }} }}\n}}\n",
        variants.concat(),
        calls.len(),
        all.concat(),
        stems.concat()
    )
}

/// The calls of the client in Rust, with arguments by their names.
fn dispatch(calls: &[Call]) -> String {
    let argument = |argument: &Argument| {
        let name = &argument.name;
        match (argument.kind.as_str(), argument.optional) {
            ("text", true) => format!("args.optional({name:?})"),
            ("settings", _) => format!("&args.settings({name:?})"),
            ("source", _) => "args.source()".to_owned(),
            (kind, _) => format!("args.{kind}({name:?})"),
        }
    };
    let arms: Vec<String> = calls
        .iter()
        .map(|call| {
            let arguments: Vec<String> = call.arguments.iter().map(argument).collect();
            let forget = if call.returns.is_some() { ".map(drop)" } else { "" };
            let made = format!("client.{}({}){forget}", call.name, arguments.join(", "));
            format!("Call::{} => {made},\n", call.variant())
        })
        .collect();
    format!(
        "//! {BY}\n\nuse mendix_deploy::{{Client, Error}};\nuse mendix_deploy_sim::Call;\n\n\
         use super::calls::Args;\n\n/// Makes a call, and forgets its result.\n\
         #[expect(clippy::too_many_lines, reason = \"an arm for each call\")]\n\
         pub(crate) fn dispatch(client: &Client, call: Call, args: Args<'_>) -> Result<(), Error> {{\n\
         match call {{ {} }}\n}}\n",
        arms.concat()
    )
}

/// The functions of the C interface as `functions.c` wants them.
fn c(calls: &[Call]) -> String {
    let mut functions = String::new();
    let mut rows = String::new();
    for call in calls.iter().filter(|call| !call.is_upload()) {
        let (mut given, mut names, mut good) = (String::new(), Vec::new(), Vec::new());
        for (place, argument) in call.arguments.iter().enumerate() {
            let (how, mark) = match (argument.kind.as_str(), argument.optional) {
                ("bool", _) => ("is_true", "="),
                ("integer", _) => ("number", "="),
                (_, true) => ("", "?"),
                _ => ("", ""),
            };
            let _ = match how {
                "" => write!(given, ", a[{place}]"),
                how => write!(given, ", {how}(a[{place}])"),
            };
            names.push(format!("\"{}{mark}\"", argument.name));
            good.push(match &call.example[&argument.name] {
                Value::String(text) => format!("{text:?}"),
                other => format!("{:?}", other.to_string()),
            });
        }
        let list = |list: Vec<String>| if list.is_empty() { "NULL".to_owned() } else { list.join(", ") };
        let (kind, gives_json) = if call.returns.is_some() { ("JSON", 1) } else { ("NOTHING", 0) };
        let _ = writeln!(functions, "{kind}({}{given})", call.name);
        let _ = write!(
            rows,
            " \\\n    {{\"{0}\", do_{0}, {gives_json}, {{{1}}}, {{{2}}}}},",
            call.name,
            list(names),
            list(good)
        );
    }
    format!("/* {BY} */\n{functions}\n#define CALLS{rows}\n")
}

/// The functions of a C++ client by their names, with arguments by theirs.
fn cpp(calls: &[Call]) -> String {
    let argument = |argument: &Argument| match argument.kind.as_str() {
        "bool" => format!("a(\"{}\") == \"true\"", argument.name),
        "integer" => format!("std::stoi(a(\"{}\"))", argument.name),
        _ => format!("a(\"{}\")", argument.name),
    };
    let mut table = format!("// {BY}\n");
    for call in calls.iter().filter(|call| !call.is_upload()) {
        let arguments: Vec<String> = call.arguments.iter().map(argument).collect();
        let a = if arguments.is_empty() { "" } else { "a" };
        let made = format!("c.try_{}({})", call.name, arguments.join(", "));
        let made = if call.returns.is_some() { made } else { format!("same({made})") };
        let _ = writeln!(table, "{{\"{}\", [&](auto &{a}) {{ return {made}; }}}},", call.name);
    }
    table
}

/// Rust as rustfmt writes it.
fn rust(source: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("rustfmt: {error}");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root().join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    rustfmt.stdin.take().ok_or("rustfmt reads nothing")?.write_all(source.as_bytes()).map_err(failed)?;
    let output = rustfmt.wait_with_output().map_err(failed)?;
    match String::from_utf8(output.stdout) {
        Ok(text) if output.status.success() => Ok(text),
        _ => Err(format!("rustfmt failed: {}", output.status)),
    }
}
