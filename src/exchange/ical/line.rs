//! Content lines: folded bytes in any of the usual encodings, one `NAME;PARAMETER=value:value` each.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use icalendar::parser::Property;

/// Longest content line that is read, in bytes; what follows of it is dropped.
const LINE_MAX: usize = 64 << 10;

/// One content line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// In capitals.
    pub name: String,
    /// Names in capitals.
    params: Vec<(String, String)>,
    /// Texts are free of their escapes.
    pub value: String,
}

impl Content {
    /// `None` for what is no content line.
    fn read(line: u64, text: &str) -> Option<Self> {
        let end = text.find([':', ';'])?;
        // Names come in any case, and the parser knows the texts by names in capitals.
        let text = text[..end].to_ascii_uppercase() + &text[end..];
        if let Some(value) = text.strip_prefix("BEGIN:").or_else(|| text.strip_prefix("END:")) {
            let name = if text.starts_with('B') { "BEGIN" } else { "END" };
            return Some(Self { line, name: name.to_owned(), params: Vec::new(), value: value.to_owned() });
        }
        let Property { name, val, params } = Property::try_from(text.as_str()).ok()?;
        let params = params.into_iter().map(|param| {
            let value = param.val.map(|val| val.as_str().trim_matches('"').to_owned()).unwrap_or_default();
            (param.key.as_str().to_ascii_uppercase(), value)
        });
        Some(Self { line, name: name.as_str().to_owned(), params: params.collect(), value: val.as_str().to_owned() })
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The content lines of a file. A byte order mark decides on the encoding; without one, a line that is not UTF-8 is
/// windows-1252, of which ISO-8859-1 is a part.
pub(super) fn lines(raw: &[u8]) -> impl Iterator<Item = Content> {
    let text = match Encoding::for_bom(raw) {
        Some((found, mark)) if found == UTF_8 => raw[mark..].to_vec(),
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&raw[mark..]).0.into_owned().into_bytes(),
        None => raw.to_vec(),
    };
    unfolded(&text).into_iter().filter_map(|(line, bytes)| Content::read(line, &decoded(&bytes)))
}

/// Joins what was folded, as bytes: some programs fold in the middle of a character.
fn unfolded(text: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut whole: Vec<(u64, Vec<u8>)> = Vec::new();
    for (line, part) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let part = part.strip_suffix(b"\r").unwrap_or(part);
        match (whole.last_mut(), part) {
            (Some((_, open)), [b' ' | b'\t', more @ ..]) => {
                open.extend_from_slice(&more[..more.len().min(LINE_MAX.saturating_sub(open.len()))]);
            }
            (_, []) => {}
            (_, part) => whole.push((line, part[..part.len().min(LINE_MAX)].to_vec())),
        }
    }
    whole
}

fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(raw: &[u8]) -> Content {
        let all: Vec<_> = lines(raw).collect();
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn a_line_is_joined_freed_of_its_escapes_and_decoded() {
        for (raw, value) in [
            (&b"SUMMARY:New Year\r\n 's Day \r\n"[..], "New Year's Day "),
            (b"SUMMARY:one\n\ttwo\n", "onetwo"),
            (b"SUMMARY:Family Day (AB\\, ON)\\nwinter\n", "Family Day (AB, ON)\nwinter"),
            (b"summary;language=\"de:at\":Bu\xc3\n \x9f- und Bettag", "Buß- und Bettag"),
            (b"SUMMARY:D\xeda de los Muertos", "Día de los Muertos"),
            (b"\xef\xbb\xbfSUMMARY:Carnaval", "Carnaval"),
            (b"\xff\xfeS\0U\0M\0M\0A\0R\0Y\0:\0\xe9\0t\0e\0\n\0", "éte"),
        ] {
            let content = only(raw);
            assert_eq!((content.name.as_str(), content.value.as_str()), ("SUMMARY", value));
        }
        assert_eq!(only(b"DTSTART;VALUE=DATE;tzid=Asia/Tokyo:20260101").param("TZID"), Some("Asia/Tokyo"));
    }

    #[test]
    fn a_line_knows_where_it_began() {
        let found: Vec<_> = lines(b"BEGIN:VEVENT\n\nSUMMARY:a\n b\nno colon here\nUID:1\n").collect();
        let places: Vec<_> = found.iter().map(|content| (content.line, content.name.as_str())).collect();
        assert_eq!(places, [(1, "BEGIN"), (3, "SUMMARY"), (6, "UID")]);
    }

    #[test]
    fn a_line_without_an_end_is_cut() {
        let mut raw = b"SUMMARY:".to_vec();
        for _ in 0..3_000 {
            raw.extend_from_slice(&[b'x'; 74]);
            raw.extend_from_slice(b"\n ");
        }
        assert!(only(&raw).value.len() <= LINE_MAX);
    }
}
