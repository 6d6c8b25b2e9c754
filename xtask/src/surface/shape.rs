//! Functions as the table wants them: their arguments in order, their results, and what their documentation names.

use super::texts::{API, CLIENT, HEADER, ITERATED, Texts};
use crate::declared::{self, Function, Parameter};
use crate::table::{Argument, Call};
use crate::wheel::STUB;

/// Functions of a client that are no calls and not built on one, or that are another form of one.
const OF_C: &[&str] = &[
    "client_base_url",
    "client_with_cancel",
    "client_with_timeout_ms",
    "upload_package_bytes",
    "upload_package_reader",
    "upload_package_v2_bytes",
    "upload_package_v2_reader",
];
const OF_PYTHON: &[&str] =
    &["base_url", "close", "from_env", "iter_snapshots", "with_cancel_token", "with_timeout"];

/// A language: where its functions are declared, and what the table's words are there.
struct Layer<'a> {
    what: &'static str,
    file: &'static str,
    functions: Vec<&'a Function>,
    /// Names besides the calls and what is built on them.
    own: &'static [&'static str],
    /// The parameters that a call has.
    parameters: fn(&Call) -> Vec<String>,
    shown: fn(&Parameter) -> String,
    returns: fn(&Call) -> String,
}

/// How many functions are as the table wants them, and what is wrong with the others.
pub(super) fn compare(
    texts: &Texts,
    calls: &[Call],
    others: &[&str],
    methods: &[(&str, Function)],
) -> (usize, Vec<String>) {
    let (c, python) = (declared::c(texts.get(HEADER)), declared::python(texts.get(STUB), "Client"));
    let layers = [
        Layer {
            what: "the client",
            file: CLIENT,
            functions: methods
                .iter()
                .filter(|(path, _)| path.starts_with(API))
                .map(|(_, method)| method)
                .collect(),
            own: &[ITERATED],
            parameters: |call| call.arguments.iter().map(rust).collect(),
            shown: |parameter| format!("{}: {}", parameter.name, parameter.kind),
            returns: |call| format!("Result<{}>", returns(call, "()", "Vec<", ">")),
        },
        Layer {
            what: "the C header",
            file: HEADER,
            functions: c.iter().collect(),
            own: OF_C,
            parameters: |call| {
                let callback =
                    ["mxd_progress_fn progress", "void * user_data"].into_iter().map(str::to_owned);
                let callback = callback.filter(|_| call.is_upload());
                call.arguments.iter().map(in_c).chain(callback).collect()
            },
            shown: |parameter| format!("{} {}", parameter.kind, parameter.name),
            returns: |call| call.returns.as_ref().map_or("", |_| "JSON").to_owned(),
        },
        Layer {
            what: "the Python stub",
            file: STUB,
            functions: python.iter().filter(|method| !method.name.starts_with('_')).collect(),
            own: OF_PYTHON,
            parameters: |call| {
                let progress = call.is_upload().then(|| "*, progress = None".to_owned());
                call.arguments.iter().map(in_python).chain(progress).collect()
            },
            shown: shown_in_python,
            returns: |call| returns(call, "None", "ResultList[", "]"),
        },
    ];
    let (mut passed, mut problems) = (0, Vec::new());
    for layer in &layers {
        for call in calls {
            match layer.wrong(call) {
                None => passed += 1,
                Some(problem) => problems.push(problem),
            }
        }
        let extra = layer.functions.iter().map(|function| function.name.as_str()).filter(|name| {
            !layer.own.contains(name) && !others.contains(name) && calls.iter().all(|call| call.name != *name)
        });
        problems.extend(extra.map(|name| {
            format!(
                "{name} is in {} ({}), but neither in the table nor built on a call",
                layer.what, layer.file
            )
        }));
    }
    (passed, problems)
}

impl Layer<'_> {
    fn wrong(&self, call: &Call) -> Option<String> {
        let (name, place) = (&call.name, format!("{} ({})", self.what, self.file));
        let Some(function) = self.functions.iter().find(|function| function.name == *name) else {
            return Some(format!("{name} is missing in {place}"));
        };
        let has: Vec<String> = function.parameters.iter().map(self.shown).collect();
        let wants = (self.parameters)(call);
        if has != wants {
            let (has, wants) = (has.join(", "), wants.join(", "));
            return Some(format!("{name} takes ({has}) in {place}; by the table it is ({wants})"));
        }
        let wants = (self.returns)(call);
        if function.returns != wants {
            return Some(format!(
                "{name} gives {:?} in {place}; by the table it is {wants:?}",
                function.returns
            ));
        }
        let doc = function.doc.join(" ").replace(['`', '*'], "");
        let unnamed = call.named_in_docs().into_iter().find(|words| !doc.contains(words));
        unnamed.map(|words| format!("the documentation of {name} in {place} does not name {words:?}"))
    }
}

fn returns(call: &Call, nothing: &str, before: &str, after: &str) -> String {
    match &call.returns {
        None => nothing.to_owned(),
        Some(serde_json::Value::Array(list)) => {
            format!("{before}{}{after}", list[0].as_str().unwrap_or_default())
        }
        Some(model) => model.as_str().unwrap_or_default().to_owned(),
    }
}

fn rust(argument: &Argument) -> String {
    let kind = match argument.kind.as_str() {
        "text" if argument.optional => "Option<&str>",
        "text" => "&str",
        "bool" => "bool",
        "integer" => "u32",
        "settings" => "&EnvironmentSettings",
        "source" => "impl Into<PackageSource<'a>>",
        kind => kind,
    };
    format!("{}: {kind}", argument.name)
}

fn in_c(argument: &Argument) -> String {
    match argument.kind.as_str() {
        "source" => "const char * path".to_owned(),
        "bool" => format!("int {}", argument.name),
        "integer" => format!("int32_t {}", argument.name),
        _ => format!("const char * {}", argument.name),
    }
}

/// What may be left out, and numbers, have to be named in Python.
fn in_python(argument: &Argument) -> String {
    let default = match (&argument.default, argument.optional) {
        (Some(serde_json::Value::Bool(true)), _) => " = True",
        (Some(_), _) => " = False",
        (None, true) => " = None",
        (None, false) => "",
    };
    let is_keyword = !default.is_empty() || argument.kind == "integer" || argument.keyword;
    format!("{}{}{default}", if is_keyword { "*, " } else { "" }, argument.name)
}

fn shown_in_python(parameter: &Parameter) -> String {
    let default = parameter.default.as_ref().map_or(String::new(), |default| format!(" = {default}"));
    format!("{}{}{default}", if parameter.is_keyword { "*, " } else { "" }, parameter.name)
}
