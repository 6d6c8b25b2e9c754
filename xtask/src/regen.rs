//! `cargo xtask regen [FILE]...`: writes the files that are made from others. `regen --check` only compares them.

use crate::generated::Made;
use crate::step::{Outcome, Result, root, say};
use crate::{generated, header, hpp, matrix, notices, rust_api, symbols, wheel};

pub(crate) const C: &[Made] =
    &[(header::PATH, header::render), (symbols::PATH, symbols::render), (hpp::PATH, hpp::render)];
const OTHERS: &[Made] = &[
    (matrix::PATH, matrix::render),
    (notices::PATH, notices::render),
    (rust_api::PATH, rust_api::render),
    (wheel::STUB, wheel::stub_of_the_sources),
];

/// The files that are made.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    C.iter().chain(generated::MADE).chain(OTHERS).map(|(path, _)| *path)
}

/// Writes the files that are named, or all of them.
pub(crate) fn run(named: &[&str], only_check: bool) -> Result {
    let made: Vec<Made> = C.iter().chain(generated::MADE).chain(OTHERS).copied().collect();
    let made: Vec<Made> =
        made.into_iter().filter(|(path, _)| named.is_empty() || named.contains(path)).collect();
    regenerate(&made, only_check)
}

/// Whether the committed files are what they should be.
pub(crate) fn compare(made: &[Made]) -> Result {
    regenerate(made, true)
}

fn regenerate(made: &[Made], only_check: bool) -> Result {
    let mut total = Outcome::default();
    for (path, render) in made {
        let (file, should) = (root().join(path), render()?);
        let is = std::fs::read_to_string(&file).unwrap_or_default();
        if is != should {
            if only_check {
                return Err(format!(
                    "{path} is out of date; run `cargo xtask regen` and commit it\n{}",
                    first_difference(&is, &should)
                ));
            }
            let folder = file.parent().ok_or("a file has a folder")?;
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&file, should))
                .map_err(|error| format!("{path}: {error}"))?;
            say(format_args!("{path} written"));
        }
        total += Outcome::ONE;
    }
    Ok(total)
}

fn first_difference(is: &str, should: &str) -> String {
    let mut lines =
        is.lines().map(Some).chain(std::iter::repeat(None)).zip(should.lines().map(Some).chain([None]));
    match lines.by_ref().enumerate().find(|(_, (is, should))| is != should) {
        Some((number, (is, should))) => {
            format!("line {}:\n- {}\n+ {}", number + 1, is.unwrap_or_default(), should.unwrap_or_default())
        }
        None => "it has more lines than it should".to_owned(),
    }
}
