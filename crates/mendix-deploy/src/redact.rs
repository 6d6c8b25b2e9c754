//! Redacts foreign text: it may contain neither the API key, in any encoding, nor the secret part of a link.
//!
//! Servers and proxies echo what they were sent, encoded for URLs, HTML or JSON, in part or more than once. So the text is
//! decoded as often as possible, and compared in its decoded form.

use std::borrow::Cow;
use std::ops::Range;

/// How much of a foreign text is read, in bytes.
const LONGEST_READ: usize = 64 * 1024;
/// Shorter keys are not searched for: they would match ordinary words, and are not real keys.
pub(crate) const SHORTEST_KEY: usize = 8;
/// How often a text may have been encoded.
const LAYERS: usize = 4;
/// How long one byte of the key can become: `%25252541`, `&#x00000041;`.
const LONGEST_SPELLING: usize = 12;
const REDACTED: &str = "(redacted)";

/// Text of the service made fit for one line: no control characters, not too long, no key, and no query of a URL,
/// which may be a signature.
pub(crate) fn clean(text: &str, secret: &str, longest: usize) -> String {
    let text = redacted(start_of(text, secret), secret);
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if line.len() > longest {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&shown(word));
    }
    match line.char_indices().nth(longest) {
        None => line,
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

/// Text of the caller that stays one line in a log, and leaves a terminal as it is.
pub(crate) fn one_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// What to show of a body that is not a response of the service, such as a gateway's page: its title, or else its start.
pub(crate) fn excerpt(body: &[u8], secret: &str, longest: usize) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(2 * LONGEST_READ)]);
    // First: the key may hold what looks like markup.
    let text = redacted(start_of(&text, secret), secret);
    match clean(title(&text).unwrap_or(&text), secret, longest) {
        shown if shown.is_empty() => "an empty body".to_owned(),
        shown => format!("{shown:?}"),
    }
}

/// The scheme and the host of a link, or of a word that contains one: any other part may be secret. `None` without a link.
pub(crate) fn hidden(link: &str) -> Option<String> {
    let (scheme, rest) = link.split_once("://")?;
    let authority = rest.split(['/', '?', '#', ';', '"', '\'', '<', '>', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    Some(format!("{scheme}://{host}/…"))
}

/// A word without the secret part of a link in it.
fn shown(word: &str) -> Cow<'_, str> {
    let meant = Decoded::all_of(word).text().replace(char::is_control, " ");
    if let Some(shown) = hidden(&meant) {
        return shown.into();
    }
    match meant.split_once('?') {
        Some((before, query)) if query.contains('=') => format!("{before}?…").into(),
        _ => word.into(),
    }
}

/// The part of a text that is read. A key that is cut through would not be found, so what may be one is left out.
fn start_of<'a>(text: &'a str, secret: &str) -> &'a str {
    if text.len() <= LONGEST_READ {
        return text;
    }
    let longest_key = secret.len().min(LONGEST_READ / LONGEST_SPELLING / 2) * LONGEST_SPELLING;
    &text[..text.floor_char_boundary(LONGEST_READ - longest_key)]
}

/// Text without the key, in any encoding.
fn redacted<'a>(text: &'a str, secret: &str) -> Cow<'a, str> {
    if secret.len() < SHORTEST_KEY {
        return text.into();
    }
    let meant = Decoded::all_of(secret).text();
    let mut places = Vec::new();
    let mut layer = Decoded::new(text);
    for _ in 0..=LAYERS {
        for key in [secret, meant.as_str()] {
            places.extend(layer.places_of(key));
        }
        match layer.decoded() {
            Some(next) => layer = next,
            None => break,
        }
    }
    if places.is_empty() {
        return text.into();
    }
    places.sort_by_key(|place| place.start);
    let (mut shown, mut end) = (String::new(), 0);
    for place in places {
        // What begins within the last one belongs to it.
        if place.start >= end {
            shown.push_str(&text[end..place.start]);
            shown.push_str(REDACTED);
        }
        end = end.max(place.end);
    }
    shown.push_str(&text[end..]);
    shown.into()
}

/// A text with escapes decoded: each character, and the bytes of the text that stand for it.
struct Decoded(Vec<(char, Range<usize>)>);

impl Decoded {
    fn new(text: &str) -> Decoded {
        Decoded(text.char_indices().map(|(at, c)| (c, at..at + c.len_utf8())).collect())
    }

    /// Decoded until nothing is left to decode.
    fn all_of(text: &str) -> Decoded {
        let mut layer = Decoded::new(text);
        for _ in 0..LAYERS {
            match layer.decoded() {
                Some(next) => layer = next,
                None => break,
            }
        }
        layer
    }

    fn text(&self) -> String {
        self.0.iter().map(|(c, _)| c).collect()
    }

    /// One layer of escapes less; `None` where there is none.
    fn decoded(&self) -> Option<Decoded> {
        let mut decoded = Vec::with_capacity(self.0.len());
        let mut rest = self.0.as_slice();
        while let Some((first, _)) = rest.first() {
            let (c, taken) = escape(rest).unwrap_or((*first, 1));
            decoded.push((c, rest[0].1.start..rest[taken - 1].1.end));
            rest = &rest[taken..];
        }
        (decoded.len() < self.0.len()).then_some(Decoded(decoded))
    }

    /// Where a key stands in it.
    fn places_of(&self, key: &str) -> impl Iterator<Item = Range<usize>> {
        let key: Vec<char> = key.chars().collect();
        let is_key = |(found, meant): (&(char, _), &char)| {
            // A form writes a space as a plus.
            found.0.eq_ignore_ascii_case(meant) || (found.0 == '+' && *meant == ' ')
        };
        self.0
            .windows(key.len())
            .filter(|window| window.iter().zip(&key).all(is_key))
            .map(|window| window[0].1.start..window[window.len() - 1].1.end)
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// The escape that a text begins with: what it stands for, and how many characters it takes.
fn escape(text: &[(char, Range<usize>)]) -> Option<(char, usize)> {
    let at = |place: usize| text.get(place).map(|(c, _)| *c);
    let digits = |from: usize, most: usize, radix: u32| {
        text.iter().skip(from).take(most).take_while(|(c, _)| c.is_digit(radix)).count()
    };
    let number = |from: usize, count: usize, radix: u32| {
        let digits: String = text[from..from + count].iter().map(|(c, _)| c).collect();
        char::from_u32(u32::from_str_radix(&digits, radix).ok()?)
    };
    match (at(0)?, at(1)?) {
        ('%', _) if digits(1, 2, 16) == 2 => Some((number(1, 2, 16)?, 3)),
        ('\\', 'u') if digits(2, 4, 16) == 4 => Some((number(2, 4, 16)?, 6)),
        ('\\', 'x') if digits(2, 2, 16) == 2 => Some((number(2, 2, 16)?, 4)),
        ('\\', c) if c.is_ascii_punctuation() => Some((c, 2)),
        ('&', '#') => {
            let (from, radix) = if matches!(at(2), Some('x' | 'X')) { (3, 16) } else { (2, 10) };
            let count = digits(from, 9, radix);
            let end = from + count + usize::from(at(from + count) == Some(';'));
            Some((number(from, count, radix)?, end))
        }
        ('&', _) => NAMED.iter().find_map(|(name, c)| {
            let is_it = name.chars().enumerate().all(|(place, c)| at(place + 1) == Some(c));
            is_it.then_some((*c, 1 + name.len()))
        }),
        _ => None,
    }
}

/// The names that HTML has for the punctuation of ASCII.
const NAMED: &[(&str, char)] = &[
    ("amp;", '&'),
    ("lt;", '<'),
    ("gt;", '>'),
    ("quot;", '"'),
    ("apos;", '\''),
    ("nbsp;", ' '),
    ("plus;", '+'),
    ("sol;", '/'),
    ("bsol;", '\\'),
    ("equals;", '='),
    ("num;", '#'),
    ("percnt;", '%'),
    ("dollar;", '$'),
    ("commat;", '@'),
    ("colon;", ':'),
    ("semi;", ';'),
    ("comma;", ','),
    ("period;", '.'),
    ("excl;", '!'),
    ("quest;", '?'),
    ("ast;", '*'),
    ("lowbar;", '_'),
    ("lpar;", '('),
    ("rpar;", ')'),
    ("lsqb;", '['),
    ("lbrack;", '['),
    ("rsqb;", ']'),
    ("rbrack;", ']'),
    ("lcub;", '{'),
    ("lbrace;", '{'),
    ("rcub;", '}'),
    ("rbrace;", '}'),
    ("verbar;", '|'),
    ("vert;", '|'),
    ("grave;", '`'),
    ("Hat;", '^'),
];

/// The title of an HTML page, where it has one.
fn title(page: &str) -> Option<&str> {
    // In ASCII only, so that every place is the same in both.
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(page[start..end].trim()).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_the_key_is_shown() {
        for (key, echoed) in [
            ("abcd/efg+h", "abcd/efg+h"),
            ("abcd/efg+h", "ABCD/EFG+H"),
            ("abcd/efg+h", "abcd%2Fefg+h"),
            ("abcd/efg+h", "abcd%2fefg%2bh"),
            ("abcd/efg+h", "%61%62cd/efg%2Bh"),
            ("abcd/efg+h", "abcd%252Fefg%252Bh"),
            ("abcd/efg+h", r"abcd\/efg+h"),
            ("abcd/efg+h", r"abcd\u002fefg\u002Bh"),
            ("abcd/efg+h", r"abcd\\u002fefg+h"),
            ("abcd/efg+h", "abcd&#47;efg&#x2b;h"),
            ("abcd/efg+h", "abcd&sol;efg&plus;h"),
            ("abcd/efg+h", "abcd&amp;#47;efg%26%2343;h"),
            ("it's a key", "it&#39;s+a+key"),
            ("it's a key", "it&#x27;s%20a%20key"),
            ("it's a key", r"it\'s a key"),
            ("it's a key", "it&apos;s a&nbsp;key"),
            ("a<b>&\"c\"=d", "a&lt;b&gt;&amp;&quot;c&quot;=d"),
            ("100%41&amp;x", "100%41&amp;x"),
            ("100%41&amp;x", "100%2541&amp;amp;x"),
            ("100%41&amp;x", "100%41%26amp%3Bx"),
            (r"back\/slash", r"back\/slash"),
            (r"back\/slash", r"back\\\/slash"),
        ] {
            let text = clean(&format!("no <{echoed}> here"), key, 200);
            assert_eq!(text, format!("no <{REDACTED}> here"), "{key} as {echoed}");
        }
    }

    #[test]
    fn every_key_that_is_overlaid_is_hidden() {
        assert_eq!(redacted("aaaaaaaaaa!", "aaaaaaaa"), "(redacted)!");
        assert_eq!(redacted("x 12345678 y 12345678", "12345678"), "x (redacted) y (redacted)");
    }

    #[test]
    fn a_key_that_is_none_leaves_texts_as_they_are() {
        assert_eq!(clean("the app is running", "app", 200), "the app is running");
        assert_eq!(clean("the app is running", "", 200), "the app is running");
    }

    #[test]
    fn a_key_at_the_cut_is_not_shown_in_part() {
        for spelling in ["0123456789abcdef", "%30%31%32%33%34%35%36%37%38%39abcdef"] {
            for gap in 0..spelling.len() {
                let text = format!("{}{spelling}", " ".repeat(LONGEST_READ - gap));
                assert_eq!(clean(&text, "0123456789abcdef", 200), "", "{gap}");
                assert_eq!(excerpt(text.as_bytes(), "0123456789abcdef", 200), "an empty body", "{gap}");
            }
        }
    }

    #[test]
    fn a_page_is_shown_by_its_title_and_other_bodies_by_their_start() {
        for (body, shown) in [
            ("<html><Title lang=en>\r\n 502 Bad\tGateway </title><h1>Other</h1>", "502 Bad Gateway"),
            ("<Error><Code>ExpiredToken</Code></Error>", "<Error><Code>ExpiredToken</Code></Error>"),
            ("<title></title>x", "<title></title>x"),
            ("<title>never closed", "<title>never closed"),
            ("upstream error", "upstream error"),
        ] {
            assert_eq!(excerpt(body.as_bytes(), "", 200), format!("{shown:?}"));
        }
        let keyed = "<title>for 26587896-1cef at https://x.example/b?sig=AAAA</title>";
        assert_eq!(
            excerpt(keyed.as_bytes(), "26587896-1cef", 200),
            "\"for (redacted) at https://x.example/…\""
        );
    }

    #[test]
    fn no_part_of_a_link_is_shown_however_it_is_written() {
        for link in [
            "https://cloud.example.com/d4bf;sig=AAAA",
            "https://user:AAAA@cloud.example.com/b",
            "(https://cloud.example.com/b/AAAA)",
            r"https:\/\/cloud.example.com\/b\/AAAA",
            r"https:\u002F\u002Fcloud.example.com\u002Fb\u002FAAAA",
            "https%3A%2F%2Fcloud.example.com%2Fb%2FAAAA",
            "https%253a%252f%252fcloud.example.com%252fb%252fAAAA",
            "https:&#x2F;&#x2F;cloud.example.com&#x2F;AAAA",
            "cloud.example.com/b?X-Amz-Signature=AAAA",
            "cloud.example.com/b%3FX-Amz-Signature%3DAAAA",
        ] {
            let text = clean(&format!("see {link}"), "", 200);
            assert!(!text.contains("AAAA") && text.contains("cloud.example.com"), "{link}: {text}");
        }
    }
}
