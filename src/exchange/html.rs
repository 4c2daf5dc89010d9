//! Text out of HTML mail bodies: marks go, line ends and the common entities become characters. Nothing is drawn,
//! fetched or obeyed.

/// The text of an HTML fragment. What it contains is not trusted: the result still has to be cleaned.
pub(super) fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, length) = if rest.starts_with('<') { tag(rest) } else { entity(rest) };
        // A line end stands where a break and the source's own line end meet.
        if !(shown == "\n" && out.ends_with('\n')) {
            out.push_str(&shown);
        }
        rest = &rest[length..];
        if shown == "\n" {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
    }
    out.push_str(rest);
    out
}

/// What a tag shows, and its length with everything that it hides.
fn tag(rest: &str) -> (String, usize) {
    let Some(end) = rest.find('>') else { return (String::new(), rest.len()) };
    let name: String =
        rest[1..end].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
    match name.to_ascii_lowercase().as_str() {
        hidden @ ("script" | "style") if !rest.starts_with("</") => {
            let closes =
                |at: &usize| rest.get(at + 2..at + 2 + hidden.len()).is_some_and(|it| it.eq_ignore_ascii_case(hidden));
            let after = rest.match_indices("</").map(|(at, _)| at).find(closes).unwrap_or(rest.len());
            (String::new(), after.max(end + 1))
        }
        "br" | "p" | "div" | "li" | "tr" => ("\n".to_owned(), end + 1),
        _ => (String::new(), end + 1),
    }
}

fn entity(rest: &str) -> (String, usize) {
    let Some(end) = rest.bytes().take(12).position(|byte| byte == b';') else { return ("&".to_owned(), 1) };
    let found = match &rest[1..end] {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        other => other.strip_prefix('#').and_then(number).and_then(char::from_u32),
    };
    found.map_or_else(|| ("&".to_owned(), 1), |c| (c.to_string(), end + 1))
}

fn number(digits: &str) -> Option<u32> {
    match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_remains() {
        for (html, shown) in [
            ("Hi,<br>\n<br>\n<u>please</u>", "Hi,\nplease"),
            ("a &amp; b &lt;c&gt; &#228;&#xe4;&nope; &", "a & b <c> ää&nope; &"),
            ("x<script>alert('<b>')</script>y<STYLE>p{}</style>z", "xyz"),
            ("cut <a href=\"", "cut "),
            ("ü < é &ü; end", "ü "),
        ] {
            assert_eq!(text(html), shown, "{html}");
        }
    }
}
