//! Colours and glyphs by role. Nothing is told by colour alone: each role also has a word, a glyph or an attribute.
//!
//! Only the sixteen named colours, bold, dim, underline and reverse; no background. Red never stands against green:
//! what is good has no colour.
//!
//! [`file`] reads looks of a person's own, [`sample`] shows every palette.

mod file;
mod sample;

use std::ffi::OsStr;

use ratatui::style::{Color, Modifier, Style};

use crate::domain::word::words;

pub use file::{Looks, Problem, read};
pub use sample::sample;

words! {
    /// What a piece of the screen means.
    pub enum Role {
        Plain = "plain",
        /// Labels, borders, what is not urgent.
        Faint = "faint",
        Heading = "heading",
        P1 = "p1",
        P2 = "p2",
        P3 = "p3",
        /// P4 and P5.
        P4 = "p4",
        Breached = "breached",
        AtRisk = "at_risk",
        Paused = "paused",
        Mine = "mine",
        Major = "major",
        Cursor = "cursor",
        Marked = "marked",
        Draft = "draft",
        Link = "link",
        Receipt = "receipt",
        Error = "error",
        Gate = "gate",
    }

    /// A named set of colours.
    pub enum Palette {
        Ansi16 = "ansi16",
        /// For light backgrounds: no yellow.
        Light = "ansi16-light",
        /// For red-green blindness.
        Deut = "deut",
        /// For blue-yellow blindness.
        Trit = "trit",
        /// No colours; attributes stay.
        Mono = "mono",
    }

    /// Which characters draw borders and bars.
    pub enum GlyphSet {
        Ascii = "ascii",
        Unicode = "unicode",
    }
}

/// Borders and bars. Everything else is ASCII in both sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    pub rule: &'static str,
    pub side: &'static str,
    /// Top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    pub bar: &'static str,
    /// The second series of a chart.
    pub bar_other: &'static str,
    pub bar_rest: &'static str,
    /// Time in which nothing was done.
    pub bar_wait: &'static str,
}

const ASCII: Glyphs = Glyphs {
    rule: "-",
    side: "|",
    corners: ["+", "+", "+", "+"],
    bar: "#",
    bar_other: "o",
    bar_rest: ".",
    bar_wait: "-",
};
const UNICODE: Glyphs = Glyphs {
    rule: "─",
    side: "│",
    corners: ["┌", "┐", "└", "┘"],
    bar: "█",
    bar_other: "▄",
    bar_rest: "░",
    bar_wait: "▁",
};

/// How many roles there are.
const ROLES: usize = Role::ALL.len();

/// How things look.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    palette: Palette,
    /// By role, in the order of [`Role::ALL`].
    styles: [Style; ROLES],
    pub glyphs: Glyphs,
}

impl Theme {
    pub fn new(palette: Palette, glyphs: GlyphSet) -> Self {
        let glyphs = match glyphs {
            GlyphSet::Ascii => ASCII,
            GlyphSet::Unicode => UNICODE,
        };
        let mut styles = [Style::new(); ROLES];
        for role in Role::ALL {
            styles[*role as usize] = match palette {
                Palette::Mono => mono(*role),
                Palette::Ansi16 => ansi16(*role),
                palette => variant(palette, *role).unwrap_or_else(|| ansi16(*role)),
            };
        }
        Self { palette, styles, glyphs }
    }

    /// With looks of a person's own for some roles. Where there is no colour, their attributes stay.
    pub fn with(mut self, looks: &Looks) -> Self {
        for (role, style) in looks {
            let colour = style.fg.filter(|_| self.palette != Palette::Mono);
            self.styles[*role as usize] = Style { fg: colour, ..*style };
        }
        self
    }

    pub const fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}

/// The default colours.
fn ansi16(role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Plain | Role::P3 | Role::Receipt => plain,
        Role::Faint | Role::P4 | Role::Paused => plain.add_modifier(Modifier::DIM),
        Role::Heading | Role::Marked => plain.add_modifier(Modifier::BOLD),
        Role::P1 | Role::Breached | Role::Error => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
        Role::P2 | Role::Gate => plain.fg(Color::Yellow).add_modifier(Modifier::BOLD),
        Role::AtRisk => plain.fg(Color::Yellow),
        Role::Mine => plain.fg(Color::Cyan),
        Role::Cursor | Role::Major => plain.add_modifier(Modifier::REVERSED),
        Role::Draft => plain.fg(Color::Magenta),
        Role::Link => plain.fg(Color::Blue),
    }
}

/// Attributes only.
fn mono(role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Plain | Role::P3 | Role::Receipt | Role::Link => plain,
        Role::Faint | Role::P4 | Role::Paused => plain.add_modifier(Modifier::DIM),
        Role::P1 => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Heading
        | Role::P2
        | Role::Breached
        | Role::AtRisk
        | Role::Mine
        | Role::Marked
        | Role::Error
        | Role::Gate => plain.add_modifier(Modifier::BOLD),
        Role::Cursor | Role::Major => plain.add_modifier(Modifier::REVERSED),
        Role::Draft => plain.add_modifier(Modifier::UNDERLINED),
    }
}

/// Where a palette differs from the default.
fn variant(palette: Palette, role: Role) -> Option<Style> {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let underlined = Style::new().add_modifier(Modifier::UNDERLINED);
    Some(match (palette, role) {
        (Palette::Light, Role::P2 | Role::AtRisk | Role::Gate) => bold.fg(Color::Magenta),
        (Palette::Light, Role::Mine) => underlined,
        (Palette::Deut, Role::P1 | Role::Breached | Role::Error) => bold.fg(Color::Magenta),
        (Palette::Deut, Role::P2 | Role::AtRisk | Role::Gate) => underlined.fg(Color::Blue),
        (Palette::Trit, Role::P2 | Role::AtRisk | Role::Gate) => underlined.fg(Color::Red),
        (Palette::Trit, Role::Link) => underlined,
        _ => return None,
    })
}

/// When to use colour at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    Never,
    Auto,
}

/// The palette to use: `--color` first, then what the configuration names, then `NO_COLOR`, then whether there is a
/// terminal that has colours.
pub fn palette(asked: When, configured: Option<Palette>, no_color: Option<&OsStr>, colours: bool) -> Palette {
    match asked {
        When::Never => Palette::Mono,
        When::Always => configured.unwrap_or(Palette::Ansi16),
        When::Auto => configured.unwrap_or(match no_color {
            Some(value) if !value.is_empty() => Palette::Mono,
            _ if !colours => Palette::Mono,
            _ => Palette::Ansi16,
        }),
    }
}

/// The glyphs that a locale can show: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set decides.
pub fn glyphs(locale: Option<&str>) -> GlyphSet {
    let utf8 = locale.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with("utf-8") || name.ends_with("utf8") || name.contains("utf-8@")
    });
    if utf8 { GlyphSet::Unicode } else { GlyphSet::Ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_palette_paints_a_background_or_tells_good_from_bad_by_green() {
        for &palette in Palette::ALL {
            for &role in Role::ALL {
                let style = Theme::new(palette, GlyphSet::Ascii).style(role);
                assert_eq!(style.bg, None, "{palette} {role}");
                assert_ne!(style.fg, Some(Color::Green), "{palette} {role}");
                assert!(palette != Palette::Mono || style.fg.is_none(), "mono has no colour for {role}");
            }
        }
    }

    #[test]
    fn what_is_urgent_differs_from_plain_text_in_every_palette() {
        for &palette in Palette::ALL {
            let theme = Theme::new(palette, GlyphSet::Ascii);
            for role in [Role::P1, Role::P2, Role::Breached, Role::AtRisk, Role::Cursor, Role::Draft, Role::Error] {
                assert_ne!(theme.style(role), theme.style(Role::Plain), "{palette} {role}");
            }
        }
        let light = Theme::new(Palette::Light, GlyphSet::Ascii);
        assert!(Role::ALL.iter().all(|role| light.style(*role).fg != Some(Color::Yellow)));
    }

    #[test]
    fn the_order_of_who_decides_about_colour() {
        let set = Some(OsStr::new("1"));
        let empty = Some(OsStr::new(""));
        let deut = Some(Palette::Deut);
        for (asked, configured, no_color, colours, is) in [
            (When::Auto, None, None, true, Palette::Ansi16),
            (When::Auto, None, None, false, Palette::Mono),
            (When::Auto, None, set, true, Palette::Mono),
            (When::Auto, None, empty, true, Palette::Ansi16),
            (When::Auto, deut, set, false, Palette::Deut),
            (When::Always, None, set, false, Palette::Ansi16),
            (When::Always, deut, set, false, Palette::Deut),
            (When::Never, deut, None, true, Palette::Mono),
        ] {
            let told = format!("{asked:?}, {configured:?} in the files, NO_COLOR {no_color:?}, colours {colours}");
            assert_eq!(palette(asked, configured, no_color, colours), is, "{told}");
        }
    }

    #[test]
    fn glyphs_follow_the_locale() {
        for (locale, set) in [
            (Some("en_GB.UTF-8"), GlyphSet::Unicode),
            (Some("C.utf8"), GlyphSet::Unicode),
            (Some("C"), GlyphSet::Ascii),
            (Some("de_DE.ISO-8859-1"), GlyphSet::Ascii),
            (None, GlyphSet::Ascii),
        ] {
            assert_eq!(glyphs(locale), set, "{locale:?}");
        }
    }
}
