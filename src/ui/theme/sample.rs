//! A test screen: every role in every palette, by word, sign and style, and a few rows of a queue.

use ratatui::style::{Color, Modifier, Style};

use super::file::COLOURS;
use super::{GlyphSet, Looks, Palette, Role, Theme};

/// Roles on a line.
const IN_A_ROW: usize = 2;

/// Each role with its sign, or an example of it.
const SIGNS: [(Role, &str); 19] = [
    (Role::Plain, "text"),
    (Role::Faint, "label"),
    (Role::Heading, "Title"),
    (Role::P1, "1!"),
    (Role::P2, "2^"),
    (Role::P3, "3"),
    (Role::P4, "4."),
    (Role::Breached, "X-01:32"),
    (Role::AtRisk, "! 00:12"),
    (Role::Paused, "= pause"),
    (Role::Mine, "me"),
    (Role::Major, "MAJOR"),
    (Role::Cursor, "> INC-12"),
    (Role::Marked, "*"),
    (Role::Draft, "~"),
    (Role::Link, "PRB-3"),
    (Role::Receipt, "taken"),
    (Role::Error, "error:"),
    (Role::Gate, "HOLD"),
];

/// Rows of a queue: each cell with its role.
const QUEUE: [[(&str, Role); 5]; 4] = [
    [
        ("1!", Role::P1),
        ("X-01:32", Role::Breached),
        ("> INC-31", Role::Cursor),
        ("MAJOR core switch is down", Role::Major),
        ("dana", Role::Plain),
    ],
    [
        ("2^", Role::P2),
        ("! 00:12", Role::AtRisk),
        ("* INC-44", Role::Marked),
        ("VPN drops every 20 min", Role::Plain),
        ("me", Role::Mine),
    ],
    [
        ("3", Role::P3),
        ("03:40", Role::Plain),
        ("~ INC-52", Role::Draft),
        ("Outlook will not open", Role::Plain),
        ("-", Role::Faint),
    ],
    [
        ("4.", Role::P4),
        ("= pause", Role::Paused),
        ("  INC-60", Role::Plain),
        ("Shared mailbox missing", Role::Plain),
        ("bob", Role::Plain),
    ],
];

/// The test screen, in all palettes or, where there are no colours, in the one without. Without `styled` it has no
/// escape sequences at all.
pub fn sample(palettes: &[Palette], looks: &Looks, styled: bool) -> String {
    let mut text = String::new();
    for palette in palettes {
        let theme = Theme::new(*palette, GlyphSet::Ascii).with(looks);
        let paint = |text: &str, role: Role| if styled { painted(text, theme.style(role)) } else { text.to_owned() };
        text.push_str(&format!("palette {palette}\n"));
        for row in SIGNS.chunks(IN_A_ROW) {
            for (role, sign) in row {
                let gap = " ".repeat(10_usize.saturating_sub(sign.len()));
                text.push_str(&format!(
                    "  {}{gap}{:<10}{:<16}",
                    paint(sign, *role),
                    role.word(),
                    words(theme.style(*role))
                ));
            }
            text = format!("{}\n", text.trim_end());
        }
        for row in QUEUE {
            let widths = [2, 8, 10, 40, 6];
            for ((cell, role), width) in row.into_iter().zip(widths) {
                text.push_str(&format!("  {}{}", paint(cell, role), " ".repeat(width - cell.len().min(width))));
            }
            text = format!("{}\n", text.trim_end());
        }
        text.push('\n');
    }
    text
}

/// A look in the words of a file of looks.
fn words(style: Style) -> String {
    let colour = COLOURS.iter().find(|(_, colour)| Some(*colour) == style.fg).map(|(word, _)| (*word).to_owned());
    let attributes = [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underline"),
        (Modifier::REVERSED, "reverse"),
    ];
    let attributes = attributes.into_iter().filter(|(it, _)| style.add_modifier.contains(*it));
    let all: Vec<String> = attributes.map(|(_, word)| word.to_owned()).chain(colour).collect();
    if all.is_empty() { "plain".to_owned() } else { all.join(" ") }
}

/// The text between the sequences of its style.
fn painted(text: &str, style: Style) -> String {
    let attributes =
        [(Modifier::BOLD, "1"), (Modifier::DIM, "2"), (Modifier::UNDERLINED, "4"), (Modifier::REVERSED, "7")];
    let attributes = attributes.into_iter().filter(|(it, _)| style.add_modifier.contains(*it));
    let mut codes: Vec<String> = attributes.map(|(_, code)| code.to_owned()).collect();
    codes.extend(style.fg.and_then(code).map(|code| code.to_string()));
    if codes.is_empty() { text.to_owned() } else { format!("\u{1b}[{}m{text}\u{1b}[0m", codes.join(";")) }
}

/// The number of a named colour.
const fn code(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 30,
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        Color::Gray => 37,
        Color::DarkGray => 90,
        Color::LightRed => 91,
        Color::LightGreen => 92,
        Color::LightYellow => 93,
        Color::LightBlue => 94,
        Color::LightMagenta => 95,
        Color::LightCyan => 96,
        Color::White => 97,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_shown_in_every_palette() {
        let shown: Vec<Role> = SIGNS.iter().map(|(role, _)| *role).collect();
        assert_eq!(shown, Role::ALL);
        let text = sample(Palette::ALL, &Looks::new(), true);
        for palette in Palette::ALL {
            assert!(text.contains(&format!("palette {palette}\n")), "{palette}");
        }
        assert!(text.contains("\u{1b}[1;31mX-01:32\u{1b}[0m") && text.contains("\u{1b}[1;35mX-01:32\u{1b}[0m"));
        let (looks, _) = crate::ui::theme::read("breached = \"underline bright-cyan\"");
        assert!(sample(&[Palette::Ansi16], &looks, true).contains("\u{1b}[4;96mX-01:32"));
        assert!(sample(&[Palette::Ansi16], &looks, false).contains("breached  underline bright-cyan"));
    }

    #[test]
    fn without_styles_it_is_text_of_eighty_columns() {
        let text = sample(Palette::ALL, &Looks::new(), false);
        assert!(!text.contains('\u{1b}'));
        assert_eq!(text.lines().find(|line| line.chars().count() > 80), None);
    }
}
