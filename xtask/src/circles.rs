//! `cargo xtask test --only circles`: the files of a crate must not import each other in a circle.
//!
//! A file imports another by `use`, or by a path in its code, that leads to an item of the other; re-exports are followed
//! to the file that defines the item. A re-export alone is not an import, nor is `mod name;`. Tests are left out, and so is
//! `$crate` in a macro, which stands for an import of the macro's users.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::step::{Outcome, Result, root};

/// The crates that are checked.
const CRATES: &[&str] = &[
    "crates/mendix-deploy",
    "crates/mendix-deploy-capi",
    "crates/mendix-deploy-cli",
    "crates/mendix-deploy-py",
    "crates/mendix-deploy-sim",
    "xtask",
];

pub(crate) fn run() -> Result {
    let mut found = Vec::new();
    for name in CRATES {
        let mut files = Vec::new();
        let src = root().join(name).join("src");
        read(&src, &mut Vec::new(), &mut files).map_err(|error| format!("{}: {error}", src.display()))?;
        if files.is_empty() {
            return Err(format!("{} has no sources", src.display()));
        }
        found.extend(circles(&files)?.into_iter().map(|circle| format!("{name}: {circle}")));
    }
    if found.is_empty() { Ok(Outcome { passed: CRATES.len() }) } else { Err(found.join("\n")) }
}

/// A path, name by name: of folders and a file, or of modules and an item.
type Names = Vec<String>;

/// Reads the sources in a folder, each with its path below `src`.
fn read(folder: &Path, below: &mut Names, files: &mut Vec<(Names, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        below.push(name);
        if path.is_dir() {
            read(&path, below, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push((below.clone(), std::fs::read_to_string(&path)?));
        }
        below.pop();
    }
    Ok(())
}

/// The circles among files, given by their paths below `src`; each with what ties it.
fn circles(files: &[(Names, String)]) -> std::result::Result<Vec<String>, String> {
    let is_library = files.iter().any(|(path, _)| path == &["lib.rs"]);
    let mut sources = BTreeMap::new();
    for (path, text) in files {
        // Beside a library, main.rs is a crate of its own.
        if !(is_library && path == &["main.rs"]) {
            let stream =
                text.parse::<TokenStream>().map_err(|error| format!("{}: {error}", path.join("/")))?;
            let mut source = Source { file: path.join("/"), ..Source::default() };
            source.read(stream, &mut module_of(path));
            sources.insert(module_of(path), source);
        }
    }
    let tests: Vec<Names> = sources.values().flat_map(|source| source.tests.clone()).collect();
    sources.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
    let arrows = arrows(&sources);
    Ok(knots(&arrows).iter().map(|knot| describe(knot, &arrows)).collect())
}

/// The module that a file holds.
fn module_of(path: &[String]) -> Names {
    let mut modules: Names = path.iter().map(|name| name.trim_end_matches(".rs").to_owned()).collect();
    if modules.last().is_some_and(|name| name == "mod") || modules == ["lib"] || modules == ["main"] {
        modules.pop();
    }
    modules
}

/// A `use` of one item, or of all those of a module.
#[derive(Clone)]
struct Import {
    /// From the module on that it stands in.
    inside: Names,
    path: Names,
    /// The name by which the file knows it; `*` for all of a module.
    name: String,
    is_public: bool,
}

/// What a file has to do with others.
#[derive(Default)]
struct Source {
    file: String,
    imports: Vec<Import>,
    /// Paths in the code, each with the module that it stands in.
    paths: Vec<(Names, Names)>,
    /// The names in the code, outside of imports.
    names: HashSet<String>,
    /// What the file defines.
    items: HashSet<String>,
    /// Names for tests only.
    tests: Vec<Names>,
}

impl Source {
    /// Reads code that stands in a module.
    fn read(&mut self, stream: TokenStream, inside: &mut Names) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += match (word(&tokens, at).as_deref(), word(&tokens, at + 1)) {
                _ if is_for_tests(&tokens[at..]) => self.skip_item(&tokens[at..], inside),
                (Some("mod"), Some(name)) => {
                    if let Some(TokenTree::Group(block)) = tokens.get(at + 2) {
                        inside.push(name);
                        self.read(block.stream(), inside);
                        inside.pop();
                    }
                    3
                }
                (Some("use"), _) if !is_punct(&tokens, at + 1, '<') => {
                    let end =
                        tokens[at..].iter().position(|token| is(token, ';')).unwrap_or(tokens.len() - at);
                    let is_public = is_public(&tokens[..at]);
                    self.read_use(&tokens[at + 1..at + end], inside, &[], is_public);
                    end
                }
                (Some(first), second) => {
                    let path = path(&tokens[at..]);
                    self.names.insert(first.to_owned());
                    if ["fn", "struct", "enum", "trait", "type", "const", "static"].contains(&first) {
                        self.items.extend(second);
                    }
                    let follows = match &tokens[..at] {
                        [.., one, two] if is(one, ':') && is(two, ':') => true,
                        [.., dollar] => is(dollar, '$'),
                        [] => false,
                    };
                    let length = 3 * path.len() - 2;
                    if path.len() > 1 && !follows {
                        self.paths.push((inside.clone(), path));
                    }
                    length
                }
                (None, _) => {
                    if let TokenTree::Group(group) = &tokens[at] {
                        self.read(group.stream(), inside);
                    }
                    1
                }
            };
        }
    }

    /// Passes over an item for tests, and notes it where it is a module. Gives how many tokens it has.
    fn skip_item(&mut self, tokens: &[TokenTree], inside: &[String]) -> usize {
        let is_end = |token: &TokenTree| {
            is(token, ';')
                || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
        };
        let end = tokens.iter().position(is_end).unwrap_or(tokens.len() - 1);
        if let Some(at) = (0..end).find(|at| word(tokens, *at).is_some_and(|word| word == "mod")) {
            let name = word(tokens, at + 1);
            self.tests.push(inside.iter().cloned().chain(name).collect());
        }
        end + 1
    }

    /// Reads the tree of a `use`.
    fn read_use(&mut self, tokens: &[TokenTree], inside: &[String], before: &[String], is_public: bool) {
        for tree in tokens.split(|token| is(token, ',')) {
            let mut path = before.to_vec();
            let mut name = None;
            let mut tokens = tree.iter();
            while let Some(token) = tokens.next() {
                match token {
                    TokenTree::Ident(ident) if ident == "as" => name = tokens.next().map(ToString::to_string),
                    TokenTree::Ident(ident) => path.push(ident.to_string()),
                    TokenTree::Group(group) => {
                        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                        self.read_use(&tokens, inside, &path, is_public);
                        path.clear();
                    }
                    token if is(token, '*') => name = Some("*".to_owned()),
                    _ => {}
                }
            }
            if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
                path.pop();
            }
            if let Some(name) = name.or_else(|| path.last().cloned()).filter(|_| !path.is_empty()) {
                self.imports.push(Import { inside: inside.to_vec(), path, name, is_public });
            }
        }
    }
}

fn word(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

fn is(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

fn is_punct(tokens: &[TokenTree], at: usize, punct: char) -> bool {
    tokens.get(at).is_some_and(|token| is(token, punct))
}

/// Whether an item after these tokens is public, to whomever.
fn is_public(before: &[TokenTree]) -> bool {
    let ([.., TokenTree::Ident(last)] | [.., TokenTree::Ident(last), TokenTree::Group(_)]) = before else {
        return false;
    };
    last == "pub"
}

/// Whether these tokens begin with `#[cfg(test)]`, or what needs it.
fn is_for_tests(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] = tokens else { return false };
    let text = attribute.stream().to_string().replace(' ', "");
    hash.as_char() == '#' && (text.starts_with("cfg(test") || text.starts_with("cfg(all(test"))
}

/// The path that these tokens begin with.
fn path(tokens: &[TokenTree]) -> Names {
    let mut path: Names = word(tokens, 0).into_iter().collect();
    let mut at = 1;
    while is_punct(tokens, at, ':')
        && is_punct(tokens, at + 1, ':')
        && let Some(next) = word(tokens, at + 2)
    {
        path.push(next);
        at += 3;
    }
    path
}

type Sources = BTreeMap<Names, Source>;
/// Which file imports which, and what of it.
type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

fn arrows(sources: &Sources) -> Arrows {
    let mut arrows = Arrows::new();
    for source in sources.values() {
        let is_import = |import: &&Import| !import.is_public || source.names.contains(&import.name);
        let imports = source.imports.iter().filter(is_import).map(|import| (&import.inside, &import.path));
        let paths = source.paths.iter().map(|(inside, path)| (inside, path));
        for (inside, path) in imports.chain(paths) {
            let target = absolute(sources, source, inside, path).and_then(|path| find(sources, &path, 0));
            if let Some((target, name)) = target.filter(|(target, _)| *target != source.file) {
                arrows.entry((source.file.clone(), target)).or_default().insert(name);
            }
        }
    }
    arrows
}

/// A path from the root of the crate; `None` for one that leads out of it.
fn absolute(sources: &Sources, source: &Source, inside: &[String], path: &[String]) -> Option<Names> {
    let (first, rest) = path.split_first()?;
    let join = |modules: &[String], rest: &[String]| Some([modules, rest].concat());
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => absolute(sources, source, inside, rest).or_else(|| join(inside, rest)),
        "super" => match rest.first().map(String::as_str) {
            Some("super") => absolute(sources, source, inside.split_last()?.1, rest),
            _ => join(inside.split_last()?.1, rest),
        },
        _ if sources.contains_key(&[inside, &path[..1]].concat()) => join(inside, path),
        _ => {
            // The name of a module that is imported.
            let import = source.imports.iter().find(|import| import.name == *first && import.path != path)?;
            let module = absolute(sources, source, &import.inside, &import.path)?;
            sources.contains_key(&module).then(|| [&module, rest].concat())
        }
    }
}

/// The file that defines what a path leads to, through re-exports, and its name there.
fn find(sources: &Sources, path: &[String], depth: usize) -> Option<(String, String)> {
    let length = (0..=path.len()).rev().find(|length| sources.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(length);
    let source = &sources[module];
    let Some(name) = rest.first() else { return Some((source.file.clone(), "*".to_owned())) };
    if !source.items.contains(name) && depth < 8 {
        let handed_on = source.imports.iter().filter(|import| import.inside == module);
        for import in handed_on {
            let Some(target) = absolute(sources, source, module, &import.path) else { continue };
            if import.name == *name {
                return find(sources, &[&target, &rest[1..]].concat(), depth + 1);
            }
            if import.name == "*" && sources.get(&target).is_some_and(|target| target.items.contains(name)) {
                return find(sources, &[&target, rest].concat(), depth + 1);
            }
        }
    }
    Some((source.file.clone(), name.clone()))
}

/// The groups of files that reach each other.
fn knots(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let reach = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut left = vec![from.to_owned()];
        while let Some(file) = left.pop() {
            let next = arrows.keys().filter(|(from, _)| *from == file).map(|(_, to)| to.clone());
            left.extend(next.filter(|to| reached.insert(to.clone())));
        }
        reached
    };
    let reached: BTreeMap<&str, BTreeSet<String>> =
        arrows.keys().map(|(from, _)| (from.as_str(), reach(from))).collect();
    let mut knots = BTreeSet::new();
    for (file, reaches) in &reached {
        if reaches.contains(*file) {
            let back =
                |other: &&String| reached.get(other.as_str()).is_some_and(|there| there.contains(*file));
            knots.insert(reaches.iter().filter(back).cloned().collect::<BTreeSet<_>>());
        }
    }
    knots.into_iter().collect()
}

fn describe(knot: &BTreeSet<String>, arrows: &Arrows) -> String {
    let ties = arrows.iter().filter(|((from, to), _)| knot.contains(from) && knot.contains(to));
    let lines = ties.map(|((from, to), names)| {
        // That the module was imported as a whole is worth naming only where nothing of it is.
        let named = names.iter().map(String::as_str).filter(|name| names.len() == 1 || *name != "*");
        format!("\n  {from} -> {to}: {}", named.collect::<Vec<_>>().join(", "))
    });
    format!("a circle of {} files{}", knot.len(), lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::circles;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let parts = |path: &str| path.split('/').map(str::to_owned).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (parts(path), (*text).to_owned())).collect();
        circles(&files).unwrap()
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use b::B;");

    #[test]
    fn a_circle_is_named_with_what_ties_it() {
        let files = [
            ROOT,
            ("a.rs", "use crate::b::{self, B}; pub struct A; fn f() { b::make(); }"),
            ("b.rs", "pub struct B; pub fn make() { crate::c::run() }"),
            ("c.rs", "use std::fmt; use crate::A as Other; pub fn run() {}"),
        ];
        let circle = "a circle of 3 files\n  a.rs -> b.rs: B, make\n  b.rs -> c.rs: run\n  c.rs -> a.rs: A";
        assert_eq!(found(&files), [circle]);
    }

    #[test]
    fn floors_are_no_circle() {
        let files = [
            ROOT,
            ("a.rs", "use crate::{B, c::run}; pub struct A; #[cfg(test)] mod tests { use crate::c::C; }"),
            ("b.rs", "pub struct B; // use crate::a::A;\n fn f() { \"crate::A\"; }"),
            ("c.rs", "pub struct C; pub fn run() {} #[cfg(test)] mod tests;"),
            ("c/tests.rs", "use crate::A; use super::*;"),
        ];
        assert_eq!(found(&files), Vec::<String>::new());
    }

    #[test]
    fn a_child_may_use_what_its_parent_re_exports_and_not_what_uses_the_child() {
        let siblings = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b; mod c; pub(crate) use self::{b::B, c::*};"),
            ("a/b.rs", "use super::C; pub struct B;"),
            ("a/c.rs", "pub struct C;"),
        ];
        assert_eq!(found(&siblings), Vec::<String>::new());
        let mut parent = siblings;
        parent[1].1 = "mod b; mod c; pub(crate) use self::b::B; pub struct C(B);";
        assert_eq!(found(&parent), ["a circle of 2 files\n  a/b.rs -> a/mod.rs: C\n  a/mod.rs -> a/b.rs: B"]);
    }

    #[test]
    fn a_module_inside_a_file_is_part_of_it() {
        let files = [
            ROOT,
            ("a.rs", "pub struct A; mod inner { use super::A; struct S { b: crate::b::B } }"),
            ("b.rs", "pub struct B; mod inner { pub fn f() { super::super::a::A } }"),
        ];
        assert_eq!(found(&files), ["a circle of 2 files\n  a.rs -> b.rs: B\n  b.rs -> a.rs: A"]);
    }
}
