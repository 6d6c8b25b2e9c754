//! The C++ header: a template by hand, and the functions of a client as the C header declares them.

use serde_json::Value;

use crate::declared::{self, Function};
use crate::header;
use crate::hpp_models::{self, Model};
use crate::step::root;
use crate::table::{self, Call};

pub(crate) const PATH: &str = "include/mendix_deploy.hpp";
pub(crate) const TEMPLATE: &str = "crates/mendix-deploy-capi/mendix_deploy.hpp.in";

const WIDTH: usize = 118;

/// Parameters that may be NULL of functions that are no calls.
const NULLABLE: &[(&str, &str)] = &[("wait_for_start", "job_id")];

/// What the header should be.
pub(crate) fn render() -> Result<String, String> {
    let template = root().join(TEMPLATE);
    let template =
        std::fs::read_to_string(&template).map_err(|error| format!("{}: {error}", template.display()))?;
    fill_in(&template, &header::render()?, &table::read()?)
}

/// The template with every function of the C header that it does not have by hand.
pub(crate) fn fill_in(template: &str, header: &str, calls: &[Call]) -> Result<String, String> {
    let (mut plain, mut throwing) = (String::new(), String::new());
    for function in declared::c(header) {
        if names_word(template, &format!("mxd_{}", function.name)) {
            continue;
        }
        let call = calls.iter().find(|call| call.name == function.name);
        let method = Method::of(&function, call)?;
        let comment = comment(&function.doc);
        plain += &comment;
        plain += &method.plain();
        throwing += &comment;
        throwing += &method.throwing();
    }
    let models: String = hpp_models::read()?.iter().map(Model::render).collect();
    let template = document_constants(template, header).replace("@MODELS@\n", &models);
    Ok(template.replace("@CALLS@\n", &plain).replace("@THROWING_CALLS@\n", &throwing))
}

/// The template with the comments of C above the constants that are made of those of C.
fn document_constants(template: &str, header: &str) -> String {
    let lines = template.split_inclusive('\n').map(|line| {
        let constant = line.strip_suffix(",\n").and_then(|line| line.split_once(" = MXD_"));
        let comment = constant.map(|(_, name)| constant_comment(header, name)).unwrap_or_default();
        format!("{comment}{line}")
    });
    lines.collect()
}

fn constant_comment(header: &str, name: &str) -> String {
    let constant = format!("\n    MXD_{name} = ");
    let above = header.split(&constant).next().filter(|above| above.len() < header.len()).unwrap_or_default();
    let mut lines: Vec<&str> = above.lines().rev().take_while(|line| line.starts_with("    ///")).collect();
    lines.reverse();
    let indented = lines.iter().flat_map(|line| [line, "\n"]);
    indented.collect::<String>().replace("mxd_error_report", "Error::report")
}

/// A method of the C++ client.
struct Method {
    name: String,
    gives_json: bool,
    parameters: Vec<String>,
    /// What is passed on to the method of the same parameters.
    names: Vec<String>,
    /// What is passed on to C.
    arguments: Vec<String>,
    /// The callback, and what C gets for it.
    callback: Option<(String, &'static str)>,
}

impl Method {
    fn of(function: &Function, call: Option<&Call>) -> Result<Method, String> {
        let mut method = Method {
            name: function.name.clone(),
            gives_json: !function.returns.is_empty(),
            parameters: Vec::new(),
            names: Vec::new(),
            arguments: Vec::new(),
            callback: None,
        };
        for parameter in &function.parameters {
            let name = parameter.name.as_str();
            let argument = call.and_then(|call| call.arguments.iter().find(|argument| argument.name == name));
            let is_optional = argument.is_some_and(|argument| argument.optional);
            let is_nullable = NULLABLE.contains(&(&function.name, name));
            let (declared, passed) = match (parameter.kind.as_str(), name) {
                ("const char *", _) if is_optional => {
                    (format!("OptionalText {name} = {{}}"), name.to_owned())
                }
                ("const char *", _) if is_nullable => (format!("OptionalText {name}"), name.to_owned()),
                ("const char *", _) => (format!("Text {name}"), name.to_owned()),
                ("int", _) => {
                    let default = argument.and_then(|argument| argument.default.as_ref());
                    let default = default.and_then(Value::as_bool).map(|value| format!(" = {value}"));
                    (format!("Flag {name}{}", default.unwrap_or_default()), format!("{name} ? 1 : 0"))
                }
                ("int32_t", _) => (format!("std::int32_t {name}"), name.to_owned()),
                ("int64_t", "timeout_ms") => {
                    method.parameters.push("std::chrono::milliseconds timeout = default_timeout".to_owned());
                    method.names.push("timeout".to_owned());
                    method.arguments.push("timeout.count()".to_owned());
                    continue;
                }
                ("mxd_backup_part", _) => {
                    (format!("BackupPart {name}"), format!("static_cast<mxd_backup_part>({name})"))
                }
                ("mxd_progress_fn", _) => {
                    method.callback = Some((name.to_owned(), "detail::report"));
                    (format!("const Progress &{name} = {{}}"), String::new())
                }
                ("mxd_wait_fn", _) => {
                    method.callback = Some((name.to_owned(), "detail::observe"));
                    (format!("const Observer &{name} = {{}}"), String::new())
                }
                ("mxd_step_fn", _) => {
                    method.callback = Some((name.to_owned(), "detail::step"));
                    (format!("const StepObserver &{name} = {{}}"), String::new())
                }
                ("void *", "user_data") => continue,
                (kind, _) => {
                    return Err(format!(
                        "mxd_{}: there is no rule for {kind} {name} in C++; write it into {TEMPLATE}",
                        function.name
                    ));
                }
            };
            method.parameters.push(declared);
            method.names.push(name.to_owned());
            method.arguments.extend(Some(passed).filter(|passed| !passed.is_empty()));
        }
        Ok(method)
    }

    fn plain(&self) -> String {
        let c = format!("mxd_{}", self.name);
        let (helper, mut arguments) = match &self.callback {
            Some((callback, trampoline)) => {
                ("reporting", vec![c, callback.clone(), (*trampoline).to_owned()])
            }
            None if self.gives_json => ("json", vec![c]),
            None => ("nothing", vec![c]),
        };
        arguments.extend(self.arguments.iter().cloned());
        let returns = if self.gives_json { "Json" } else { "Done" };
        function(
            &format!("{returns} try_{}", self.name),
            &self.parameters,
            &format!("return {helper}"),
            &arguments,
            ";",
        )
    }

    fn throwing(&self) -> String {
        let (returns, begin) = if self.gives_json { ("std::string", "return ") } else { ("void", "") };
        let begin = format!("{begin}detail::unwrap(try_{}", self.name);
        function(&format!("{returns} {}", self.name), &self.parameters, &begin, &self.names, ");")
    }
}

/// Whether a line of a comment names the API of the call.
fn is_place(line: &str) -> bool {
    ["Deploy API v", "Build API v", "Backups API v"].iter().any(|api| line.starts_with(api))
}

/// The first sentence of the comment in C, and where the call is documented.
fn comment(doc: &[String]) -> String {
    let text: Vec<&str> =
        doc.iter().map(String::as_str).take_while(|line| !line.is_empty() && !is_place(line)).collect();
    let text = text.join(" ");
    let first = text.find(". ").map_or(text.as_str(), |end| &text[..=end]);
    let text = first.replace("one of MXD_BACKUP_...", "a BackupPart").replace("mxd_", "");
    let at = doc.iter().position(|line| is_place(line));
    // The request is on a line of its own where the title is long.
    let place = at.map_or(&[][..], |at| &doc[at..=at + usize::from(doc[at].ends_with(':'))]);
    let text = wrap(text.split(' '), WIDTH - "    /// ".len());
    let lines: Vec<String> = text.iter().chain(place).map(|line| format!("    /// {line}\n")).collect();
    lines.concat()
}

/// A function of one statement, laid out as clang-format does.
fn function(head: &str, parameters: &[String], statement: &str, arguments: &[String], end: &str) -> String {
    let line = format!(
        "    {head}({}) const {{ {statement}({}){end} }}\n",
        parameters.join(", "),
        arguments.join(", ")
    );
    if line.len() <= WIDTH + 1 {
        return line;
    }
    let head = list(&format!("    {head}("), parameters, ") const {");
    let body = list(&format!("        {statement}("), arguments, &format!("){end}"));
    format!("{head}{body}    }}\n")
}

/// A list behind an opening bracket, below which its lines begin.
fn list(begin: &str, items: &[String], end: &str) -> String {
    let last = items.len().saturating_sub(1);
    let items: Vec<String> = items
        .iter()
        .enumerate()
        .map(|(place, item)| if place == last { format!("{item}{end}") } else { format!("{item},") })
        .collect();
    if items.is_empty() {
        return format!("{begin}{end}\n");
    }
    let lines = wrap(items.iter().map(String::as_str), WIDTH - begin.len());
    format!("{begin}{}\n", lines.join(&format!("\n{}", " ".repeat(begin.len()))))
}

/// Words in lines that are at most so long.
fn wrap<'a>(words: impl Iterator<Item = &'a str>, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Whether a text has this word, and not only as a part of a longer one.
fn names_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "/// Does it. More.\n/// Deploy API v1, section 3.1, Do: GET /x\n\
                          mxd_status mxd_do_it(const mxd_client *client, const char *app_id, mxd_error **error);\n";

    #[test]
    fn a_function_is_there_twice_with_its_comment() {
        let made = fill_in("a\n@CALLS@\nb\n@THROWING_CALLS@\nc\n", HEADER, &[]).unwrap();
        assert_eq!(
            made,
            "a\n    /// Does it.\n    /// Deploy API v1, section 3.1, Do: GET /x\n    \
             Done try_do_it(Text app_id) const { return nothing(mxd_do_it, app_id); }\nb\n    \
             /// Does it.\n    /// Deploy API v1, section 3.1, Do: GET /x\n    \
             void do_it(Text app_id) const { detail::unwrap(try_do_it(app_id)); }\nc\n"
        );
        assert_eq!(fill_in("mxd_do_it(\n@CALLS@\n", HEADER, &[]).unwrap(), "mxd_do_it(\n");
        assert!(fill_in("mxd_do_it_all\n@CALLS@\n", HEADER, &[]).unwrap().contains("try_do_it"));
    }

    #[test]
    fn what_has_no_rule_is_named() {
        let header = HEADER.replace("const char *app_id", "double app_id");
        assert!(
            fill_in("@CALLS@\n", &header, &[])
                .unwrap_err()
                .contains("mxd_do_it: there is no rule for double app_id")
        );
    }
}
