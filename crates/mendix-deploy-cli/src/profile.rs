//! Profiles: named credentials in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use toml::{Spanned, Value};
use zeroize::Zeroizing;

use crate::failure::{Failure, Outcome};
use crate::suggest;

/// One profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    pub(crate) username: Option<String>,
    pub(crate) api_key: Option<Zeroizing<String>>,
    pub(crate) credential_process: Option<ProgramLine>,
    pub(crate) base_url: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
}

/// A program with its arguments.
#[derive(Debug, Clone)]
pub(crate) struct ProgramLine {
    pub(crate) words: Vec<String>,
}

const KEYS: &[&str] = &["username", "api_key", "credential_process", "base_url", "ca_file"];

/// The profiles of a file.
pub(crate) struct Profiles {
    path: PathBuf,
    all: BTreeMap<String, Profile>,
}

type Tables = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<Value>>>;

impl Profiles {
    /// Reads the file; without one there are no profiles.
    pub(crate) fn read() -> Outcome<Profiles> {
        let path = path()?;
        let failed = |error| Failure::usage(format!("{} cannot be read: {error}", path.display()));
        let text = match fs::read_to_string(&path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Profiles { path, all: BTreeMap::new() });
            }
            Err(error) => return Err(failed(error)),
        };
        refuse_if_others_can_read(&path)?;
        let all = parse(&text).map_err(|problem| Failure::usage(format!("{}, {problem}", path.display())))?;
        Ok(Profiles { path, all })
    }

    pub(crate) fn file(&self) -> String {
        self.path.display().to_string()
    }

    pub(crate) fn default(&self) -> Option<Profile> {
        self.all.get("default").cloned()
    }

    pub(crate) fn get(&self, name: &str) -> Outcome<Profile> {
        self.all.get(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = self.all.keys().map(String::as_str).collect();
            let meant = suggest::closest(name, names.iter().copied());
            let known = match (meant, names.is_empty()) {
                (Some(meant), _) => format!("did you mean `{meant}`?"),
                (None, true) => "the file has none, or is not there".to_owned(),
                (None, false) => format!("it has {}", names.join(", ")),
            };
            Failure::usage(format!("{} has no profile `{name}`; {known}", self.file()))
        })
    }
}

fn path() -> Outcome<PathBuf> {
    let folders = etcetera::choose_base_strategy()
        .map_err(|error| Failure::usage(format!("the configuration folder cannot be found: {error}")))?;
    Ok(folders.config_dir().join("mendix-deploy").join("config.toml"))
}

/// As ssh does with a private key.
fn refuse_if_others_can_read(path: &Path) -> Outcome {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path)
            .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display())))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Failure::usage(format!(
                "{path} can be read by others, and has credentials; run `chmod 600 {path}`",
                path = path.display()
            )));
        }
    }
    Ok(())
}

/// What is wrong is told by its line and its key, never by its text: that may be a secret.
fn parse(text: &str) -> Result<BTreeMap<String, Profile>, String> {
    let line = |place: usize| text[..place.min(text.len())].matches('\n').count() + 1;
    let tables: Tables = toml::from_str(text).map_err(|error| {
        let place = error.span().map_or(1, |span| line(span.start));
        format!("line {place}: this is not TOML with a table for each profile, such as [default]")
    })?;
    let mut profiles = BTreeMap::new();
    for (name, keys) in tables {
        let mut profile = Profile::default();
        for (key, value) in keys {
            let place = format!("line {}: `{}`", line(key.span().start), key.get_ref());
            set(&mut profile, key.get_ref(), value.into_inner())
                .map_err(|problem| format!("{place} {problem}"))?;
        }
        profiles.insert(name.into_inner(), profile);
    }
    Ok(profiles)
}

fn set(profile: &mut Profile, key: &str, value: Value) -> Result<(), String> {
    let text = |value| match value {
        Value::String(text) => Ok(text),
        _ => Err("is not a text in quotes".to_owned()),
    };
    match key {
        "username" => profile.username = Some(text(value)?),
        "api_key" => profile.api_key = Some(Zeroizing::new(text(value)?)),
        "base_url" => profile.base_url = Some(text(value)?),
        "ca_file" => profile.ca_file = Some(PathBuf::from(text(value)?)),
        "credential_process" => profile.credential_process = Some(ProgramLine::read(value)?),
        _ => {
            return Err(match suggest::closest(key, KEYS.iter().copied()) {
                Some(meant) => format!("is not a key of a profile; did you mean `{meant}`?"),
                None => format!("is not a key of a profile; expected one of {}", KEYS.join(", ")),
            });
        }
    }
    Ok(())
}

impl ProgramLine {
    /// A list of words, or a line that is split as a shell would.
    fn read(value: Value) -> Result<ProgramLine, String> {
        let expected = || "is not a command line, nor a list of its words".to_owned();
        let words = match value {
            Value::String(line) => shlex::split(&line).ok_or_else(expected)?,
            Value::Array(words) => words
                .into_iter()
                .map(|word| word.as_str().map(str::to_owned).ok_or_else(expected))
                .collect::<Result<_, _>>()?,
            _ => return Err(expected()),
        };
        Ok(ProgramLine { words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_by_its_line_and_key_and_without_the_secret() {
        for (text, expected) in [
            (
                "[default]\nusername = \"me\"\napi_kye = \"S3cret\"",
                "line 3: `api_kye` is not a key of a profile; did you mean `api_key`?",
            ),
            ("[default]\napi_key = 53013", "line 2: `api_key` is not a text"),
            ("[default]\n\napi_key = \"S3cret", "line 3: this is not TOML"),
            ("api_key = \"S3cret\"", "line 1: this is not TOML"),
            (
                "[a]\ncredential_process = \"pass 'S3cret\"",
                "line 2: `credential_process` is not a command line",
            ),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
            assert!(!problem.contains("S3cret") && !problem.contains("53013"), "{problem}");
        }
    }

    #[test]
    fn a_command_line_is_split_as_a_shell_does() {
        let profiles = parse("[a]\ncredential_process = \"pass show 'my key'\"").unwrap();
        let words = &profiles["a"].credential_process.as_ref().unwrap().words;
        assert_eq!(words, &["pass", "show", "my key"]);
    }
}
