//! The texts in which `surface` looks.

use std::collections::BTreeMap;
use std::fs;

use crate::declared;
use crate::step::root;

pub(super) const EXPORTS: &str = "abi/symbols.txt";
pub(super) const HEADER: &str = "include/mendix_deploy.h";
pub(super) const HPP: &str = "include/mendix_deploy.hpp";

/// Sources that declare the client.
pub(super) const CLIENT: &str = "crates/mendix-deploy/src";
pub(super) const API: &str = "crates/mendix-deploy/src/api/";

/// The form of `list_snapshots` that gives one by one, for languages that have iterators of their own.
pub(super) const ITERATED: &str = "iter_snapshots";

/// The texts that are compared, by their paths. Each begins with a line break, so that a pattern can ask for whole lines.
#[derive(Clone)]
pub(super) struct Texts(pub(super) BTreeMap<String, String>);

impl Texts {
    /// The client's sources, and these files.
    pub(super) fn read(others: impl Iterator<Item = &'static str>) -> Result<Texts, String> {
        let mut texts = Texts(BTreeMap::new());
        texts.add_sources(CLIENT)?;
        for path in others {
            texts.add(path)?;
        }
        Ok(texts)
    }

    fn add_sources(&mut self, folder: &str) -> Result<(), String> {
        let entries = fs::read_dir(root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
        for entry in entries.flatten() {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                self.add_sources(&path)?;
            } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                self.add(&path)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &str) -> Result<(), String> {
        let text = fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
        self.0.insert(path.to_owned(), format!("\n{text}"));
        Ok(())
    }

    pub(super) fn get(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }

    /// The public methods of a type in the client's sources, with the file of each.
    pub(super) fn methods(&self, of: &str) -> Vec<(&str, declared::Function)> {
        let sources = self.0.iter().filter(|(path, _)| path.starts_with(CLIENT));
        sources
            .flat_map(|(path, text)| {
                declared::rust(text, of).into_iter().map(|method| (path.as_str(), method))
            })
            .collect()
    }
}
