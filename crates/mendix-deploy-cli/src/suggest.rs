//! What a misspelt name may stand for.

/// The known name that is most like this one, where one is like it.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE: f64 = 0.8;
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let (likeness, other) =
        known.into_iter().map(|other| (likeness(other), other)).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness > LIKE).then_some(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_a_misspelt_one() {
        let known = ["Test", "Acceptance", "Production"];
        assert_eq!(closest("acceptence", known), Some("Acceptance"));
        assert_eq!(closest("prod", known), Some("Production"));
        assert_eq!(closest("xyz", known), None);
    }
}
