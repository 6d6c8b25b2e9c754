//! What pyo3 cannot say in the stub: the constructor of a result and its `replace` take fields by their names, and the
//! types of these are those of the properties.

/// The stub with the fields of each class in the place of `**fields` and `**changes`.
pub(crate) fn with_fields(stub: &str) -> Result<String, String> {
    let mut made = String::with_capacity(stub.len());
    for (place, block) in stub.split("\n@final\n").enumerate() {
        if place > 0 {
            made.push_str("\n@final\n");
        }
        made.push_str(&class_with_fields(block)?);
    }
    let made = made.replacen("import Callable, Mapping\n", "import Callable, Iterable, Mapping\n", 1);
    match made.lines().find(|line| line.contains(": \"Any\"")) {
        Some(line) => Err(format!("the stub has fields without types: {line}")),
        None => Ok(made),
    }
}

/// A property of a class.
struct Field<'a> {
    name: &'a str,
    kind: &'a str,
}

fn class_with_fields(block: &str) -> Result<String, String> {
    if !block.contains("**fields: \"Any\"") {
        return Ok(block.to_owned());
    }
    let mut fields = Vec::new();
    for name in names(block).ok_or("a class with fields has no __match_args__")? {
        let begin = format!("    def {name}(self, /) -> ");
        let declared = block.lines().find_map(|line| line.strip_prefix(&begin));
        let kind = declared.ok_or(format!("{name} is a field, and no property"))?;
        fields.push(Field { name, kind: kind.trim_end_matches(':') });
    }
    let has_extra = block.contains("    def extra(self, /) -> ");
    let list = |parameter: fn(&Field<'_>) -> String| {
        let extra = has_extra.then(|| "extra: Mapping[str, Any] = ...".to_owned());
        let all: Vec<String> = fields.iter().map(parameter).chain(extra).collect();
        format!("*, {}", all.join(", "))
    };
    let change = |field: &Field<'_>| format!("{}: {} = ...", field.name, taken(field.kind));
    Ok(block.replace("**fields: \"Any\"", &list(parameter)).replace("**changes: \"Any\"", &list(change)))
}

/// The names in `__match_args__`.
fn names(block: &str) -> Option<Vec<&str>> {
    let line = block.lines().find(|line| line.trim_start().starts_with("__match_args__"))?;
    Some(line.split("Literal[\"").skip(1).filter_map(|rest| rest.split('"').next()).collect())
}

/// A parameter of the constructor. A field may be left out where a result can be without it.
fn parameter(field: &Field<'_>) -> String {
    let default = if is_required(field.kind) { "" } else { " = ..." };
    format!("{}: {}{default}", field.name, taken(field.kind))
}

fn is_required(kind: &str) -> bool {
    let is_list = kind.starts_with("tuple[") || kind.starts_with("NamedItems[");
    !is_list && !kind.ends_with("| None") && !OPEN.contains(&kind)
}

/// Enums that have a value for what the service did not send.
const OPEN: &[&str] = &["BackupState", "Mode", "PackageStatus", "StartState", "Status", "TaskState"];
/// The others.
const CLOSED: &[&str] = &["DeployOutcome", "StepStatus"];

/// The type of an argument for a property of this type.
fn taken(kind: &str) -> String {
    if let Some(kind) = kind.strip_suffix(" | None") {
        return taken(kind) + " | None";
    }
    if kind == "Path" {
        return "str | PathLike[str]".to_owned();
    }
    if OPEN.contains(&kind) || CLOSED.contains(&kind) {
        // An enum is text, too.
        return "str".to_owned();
    }
    kind.replace(", ...]", "]").replace("tuple[", "Iterable[").replace("NamedItems[", "Iterable[")
}

#[cfg(test)]
mod tests {
    use super::{taken, with_fields};

    const STUB: &str = "from typing import Any\n\n@final\nclass Client:\n    def x(self, /) -> int: ...\n\n@final\nclass App:\n    \
         __match_args__: Final[tuple[Literal[\"app_id\"], Literal[\"name\"], Literal[\"state\"], Literal[\"items\"]]]\n    \
         def __new__(cls, /, **fields: \"Any\") -> App: ...\n    @property\n    \
         def app_id(self, /) -> str:\n    @property\n    def extra(self, /) -> dict[str, Any]:\n    @property\n    \
         def items(self, /) -> tuple[Item, ...]:\n    @property\n    def name(self, /) -> str | None:\n    \
         def replace(self, /, **changes: \"Any\") -> App:\n    @property\n    def state(self, /) -> Status:\n";

    #[test]
    fn fields_have_the_types_of_their_properties() {
        let made = with_fields(STUB).unwrap();
        assert!(made.contains(
            "def __new__(cls, /, *, app_id: str, name: str | None = ..., state: str = ..., \
             items: Iterable[Item] = ..., extra: Mapping[str, Any] = ...) -> App: ..."
        ));
        assert!(made.contains(
            "def replace(self, /, *, app_id: str = ..., name: str | None = ..., state: str = ..., \
             items: Iterable[Item] = ..., extra: Mapping[str, Any] = ...) -> App:"
        ));
        assert!(made.contains("class Client:\n    def x(self, /) -> int: ...\n"));
    }

    #[test]
    fn a_field_without_a_property_is_found() {
        let problem = with_fields(&STUB.replace("def name(self", "def title(self")).unwrap_err();
        assert!(problem.contains("name"), "{problem}");
    }

    #[test]
    fn a_field_that_may_be_absent_takes_what_it_otherwise_takes() {
        for (kind, expected) in [
            ("str | None", "str | None"),
            ("DeployOutcome | None", "str | None"),
            ("Path | None", "str | PathLike[str] | None"),
        ] {
            assert_eq!(taken(kind), expected);
        }
    }
}
