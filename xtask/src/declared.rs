//! What sources declare, as far as comparing them needs it: functions with their parameters.

/// A function as its language declares it.
#[derive(Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The lines of its comment.
    pub(crate) doc: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    /// What it gives; empty for nothing.
    pub(crate) returns: String,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: String,
    /// Whether a caller may leave it out, and has to name it: what Python has behind `*`.
    pub(crate) is_keyword: bool,
    /// The value that it has when it is left out.
    pub(crate) default: Option<String>,
}

fn parameter(kind: &str, name: &str) -> Parameter {
    Parameter { name: name.to_owned(), kind: kind.to_owned(), is_keyword: false, default: None }
}

/// The functions of a C header that take a client, without that parameter and the last two, which every call has.
pub(crate) fn c(header: &str) -> Vec<Function> {
    let mut functions = Vec::new();
    let mut doc = Vec::new();
    let mut code = String::new();
    for line in header.lines() {
        if let Some(comment) = line.strip_prefix("///") {
            doc.push(comment.strip_prefix(' ').unwrap_or(comment).to_owned());
            continue;
        }
        code += line.trim();
        code.push(' ');
        if line.ends_with(';') || line.is_empty() {
            functions.extend(c_function(&code, std::mem::take(&mut doc)));
            code.clear();
        }
    }
    functions
}

fn c_function(code: &str, doc: Vec<String>) -> Option<Function> {
    let (name, rest) = code.strip_prefix("mxd_status mxd_")?.split_once("(const mxd_client *client")?;
    let mut parameters: Vec<Parameter> = rest
        .split(')')
        .next()?
        .split(',')
        .filter_map(|declared| {
            let declared = declared.trim();
            let begin = declared.rfind([' ', '*'])? + 1;
            Some(parameter(declared[..begin].trim(), &declared[begin..]))
        })
        .collect();
    parameters.pop_if(|last| last.name == "error");
    let json = parameters.pop_if(|last| last.name == "out_json");
    let returns = if json.is_some() { "JSON" } else { "" };
    Some(Function { name: name.to_owned(), doc, parameters, returns: returns.to_owned() })
}

/// The public methods of a type in Rust, without `self`. `source` is formatted.
pub(crate) fn rust(source: &str, of: &str) -> Vec<Function> {
    let begin = format!("impl {of} {{");
    let mut is_inside = false;
    let mut doc = Vec::new();
    let mut functions = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        match line {
            "}" => is_inside = false,
            line if line == begin => is_inside = true,
            _ => {}
        }
        let trimmed = line.trim_start();
        if let Some(comment) = trimmed.strip_prefix("///") {
            doc.push(comment.strip_prefix(' ').unwrap_or(comment).to_owned());
        } else if let Some(signature) = line.strip_prefix("    pub fn ").filter(|_| is_inside) {
            let mut signature = signature.to_owned();
            while !signature.ends_with('{') {
                let Some(next) = lines.next() else { break };
                signature += next.trim_start();
            }
            functions.extend(rust_function(&signature, std::mem::take(&mut doc)));
        } else if !trimmed.starts_with("#[") {
            doc.clear();
        }
    }
    functions
}

fn rust_function(signature: &str, doc: Vec<String>) -> Option<Function> {
    let name = signature.split(['(', '<']).next()?;
    let list = signature.split_once('(')?.1;
    let (list, returns) = list.split_once(") -> ").or_else(|| Some((list.rsplit_once(')')?.0, "()")))?;
    let parameters = top_level(list)
        .into_iter()
        .filter_map(|declared| declared.split_once(": "))
        .map(|(name, kind)| parameter(kind, name.trim_start_matches("mut ")));
    let parameters = parameters.collect();
    let returns = returns.trim_end_matches('{').trim_end();
    Some(Function { name: name.to_owned(), doc, parameters, returns: returns.to_owned() })
}

/// The methods of a class in a Python stub, without `self`.
pub(crate) fn python(stub: &str, class: &str) -> Vec<Function> {
    let begin = format!("class {class}:");
    let mut lines = stub.lines().skip_while(|line| *line != begin).skip(1).peekable();
    let mut functions = Vec::new();
    while let Some(line) = lines.next_if(|line| line.is_empty() || line.starts_with("    ")) {
        let Some(signature) = line.strip_prefix("    def ") else { continue };
        let mut doc = Vec::new();
        while let Some(more) = lines.next_if(|line| line.is_empty() || line.starts_with("        ")) {
            doc.push(more.trim().to_owned());
        }
        functions.extend(python_function(signature, doc));
    }
    functions
}

fn python_function(signature: &str, doc: Vec<String>) -> Option<Function> {
    let (name, rest) = signature.split_once('(')?;
    let (list, rest) = rest.rsplit_once(") -> ")?;
    let mut is_keyword = false;
    let mut parameters = Vec::new();
    for declared in top_level(list) {
        match declared {
            "self" | "/" => {}
            "*" => is_keyword = true,
            declared => {
                let (name, rest) = declared.split_once(": ")?;
                let (kind, default) = match rest.split_once(" = ") {
                    Some((kind, default)) => (kind, Some(default.to_owned())),
                    None => (rest, None),
                };
                parameters.push(Parameter { is_keyword, default, ..parameter(kind, name) });
            }
        }
    }
    let returns = rest.trim_end_matches(" ...").trim_end_matches(':');
    Some(Function { name: name.to_owned(), doc, parameters, returns: returns.to_owned() })
}

/// A list split at its commas, but not at those within brackets.
fn top_level(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut begin = 0;
    let mut parts = Vec::new();
    for (place, c) in list.char_indices() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[begin..place].trim());
                begin = place + 1;
            }
            _ => {}
        }
    }
    parts.push(list[begin..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Function {
        fn names(&self) -> Vec<&str> {
            self.parameters.iter().map(|parameter| parameter.name.as_str()).collect()
        }
    }

    #[test]
    fn functions_of_c_are_read() {
        let header = "typedef int (*mxd_fn)(int mxd_x);\nmxd_status mxd_no(int x);\n\n/// Text.\n///\n///     {}\n\
                      mxd_status mxd_b(const mxd_client *client,\n    const char *x,\n    char **out_json,\n    \
                      mxd_error **error);\n";
        let [b] = &c(header)[..] else { panic!("{:?}", c(header)) };
        assert_eq!((b.name.as_str(), b.names(), b.returns.as_str()), ("b", vec!["x"], "JSON"));
        assert_eq!((b.parameters[0].kind.as_str(), b.doc[0].as_str()), ("const char *", "Text."));
    }

    #[test]
    fn only_public_methods_of_the_type_count() {
        let source = "impl Client {\n    /// Text.\n    #[must_use]\n    pub fn one(&self) -> Result<App> {}\n    \
                      pub(crate) fn no() {}\n    pub fn two<'a>(\n        &self,\n        x: Box<A, B>,\n    \
                      ) {\n    }\n}\nimpl Other {\n    pub fn neither() {}\n}\n";
        let source = source.replace("> {}", "> {\n    }");
        let found = rust(&source, "Client");
        assert_eq!(found.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(
            (found[0].returns.as_str(), &found[0].doc[..]),
            ("Result<App>", &["Text.".to_owned()][..])
        );
        assert_eq!(found[1].names(), ["x"]);
    }

    #[test]
    fn methods_of_python_are_read() {
        let stub = "class Client:\n    \"\"\"\n    X\n    \"\"\"\n    def a(self, /, x: str, *, y: dict[str, int] = 1) -> None:\n        \
                    \"\"\"\n        Text.\n        \"\"\"\n    def b(self) -> int: ...\nclass Other:\n    def c(self) -> int: ...\n";
        let found = python(stub, "Client");
        assert_eq!(found.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((found[0].names(), found[0].returns.as_str()), (vec!["x", "y"], "None"));
        assert!(found[0].parameters[1].is_keyword && found[0].parameters[1].default.as_deref() == Some("1"));
        assert!(found[0].doc.contains(&"Text.".to_owned()));
    }
}
