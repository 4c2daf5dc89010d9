//! Looks of a person's own: a file with one line a role, `breached = "bold magenta"`, over the palette that holds.
//!
//! A role that nobody knows is a warning with the nearest name, a word that is no look an error with what there is. The
//! other lines hold.

use std::fmt;

use ratatui::style::{Color, Modifier, Style};
use toml::de::{DeTable, DeValue};

use super::Role;
use crate::domain::word::nearest;

/// Roles with their looks.
pub type Looks = Vec<(Role, Style)>;

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// An error, or only a name that nobody knows?
    pub wrong: bool,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Words of a look.
pub(super) const COLOURS: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];
const ATTRIBUTES: [(&str, Modifier); 5] = [
    ("plain", Modifier::empty()),
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// Reads a file of looks: what can be used, and what is wrong with the rest.
pub fn read(text: &str) -> (Looks, Vec<Problem>) {
    let line_of = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let (mut looks, mut problems) = (Looks::new(), Vec::new());
    let (table, broken) = DeTable::parse_recoverable(text);
    for error in broken {
        let line = error.span().map_or(1, |span| line_of(span.start));
        problems.push(Problem { wrong: true, line, message: error.message().to_owned() });
    }
    for (name, value) in table.get_ref() {
        let line = line_of(name.span().start);
        let Some(role) = Role::from_word(name.get_ref()) else {
            let known = || Role::ALL.iter().map(|role| role.word());
            let meant = nearest(name.get_ref(), known()).map_or_else(
                || format!("there are {}", known().collect::<Vec<_>>().join(", ")),
                |meant| format!("is it `{meant}`?"),
            );
            problems.push(Problem { wrong: false, line, message: format!("no role `{}`; {meant}", name.get_ref()) });
            continue;
        };
        match look(value.get_ref()) {
            Ok(style) => looks.push((role, style)),
            Err(message) => problems.push(Problem { wrong: true, line, message: format!("`{role}`: {message}") }),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    (looks, problems)
}

fn look(value: &DeValue<'_>) -> Result<Style, String> {
    let DeValue::String(words) = value else { return Err(expected()) };
    let mut style = Style::new();
    for word in words.split_whitespace() {
        let colour = COLOURS.iter().find(|(name, _)| *name == word);
        let attribute = ATTRIBUTES.iter().find(|(name, _)| *name == word);
        style = match (colour, attribute) {
            (Some(_), _) if style.fg.is_some() => return Err("two colours; a role has one".to_owned()),
            (Some((_, colour)), _) => style.fg(*colour),
            (None, Some((_, attribute))) => style.add_modifier(*attribute),
            (None, None) => return Err(format!("`{word}` is no look; {}", expected())),
        };
    }
    Ok(style)
}

fn expected() -> String {
    let colours: Vec<_> = COLOURS.iter().take(8).map(|(name, _)| *name).collect();
    let attributes: Vec<_> = ATTRIBUTES.iter().map(|(name, _)| *name).collect();
    format!("expected one of {} (also bright-red and so on) and any of {}", colours.join(" "), attributes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::{GlyphSet, Palette, Theme};

    #[test]
    fn a_file_changes_the_roles_that_it_names() {
        let (looks, problems) = read("breached = \"bold bright-magenta\"\nmine = \"plain\"\n");
        assert_eq!(problems, []);
        let theme = Theme::new(Palette::Ansi16, GlyphSet::Ascii).with(&looks);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        assert_eq!(theme.style(Role::Breached), bold.fg(Color::LightMagenta));
        assert_eq!(theme.style(Role::Mine), Style::new());
        assert_eq!(theme.style(Role::P1), Theme::new(Palette::Ansi16, GlyphSet::Ascii).style(Role::P1));
        assert_eq!(Theme::new(Palette::Mono, GlyphSet::Ascii).with(&looks).style(Role::Breached), bold, "no colour");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_holds() {
        for (text, wrong, says) in [
            ("p1 = \"red\"\nbreachd = \"red\"", false, "line 2: no role `breachd`; is it `breached`?"),
            (
                "breached = \"rot\"\np1 = \"red\"",
                true,
                "line 1: `breached`: `rot` is no look; expected one of black red",
            ),
            ("p1 = \"red\"\ngate = \"red blue\"", true, "line 2: `gate`: two colours"),
            ("p1 = \"red\"\ngate = 5", true, "line 2: `gate`: expected one of"),
            ("p1 = \"red\"\ngate = ", true, "line 2: "),
            ("p1 = \"red\"\nwobble = \"red\"", false, "line 2: no role `wobble`; there are plain, faint"),
        ] {
            let (looks, problems) = read(text);
            assert!(looks.iter().any(|(role, _)| *role == Role::P1), "{text}");
            let [problem] = &problems[..] else { panic!("{text}: {problems:?}") };
            assert!(problem.to_string().starts_with(says) && problem.wrong == wrong, "{text}: {problem}");
        }
    }
}
