//! The lines around every screen: tabs, section rules, status, and a footer made from the keymap.

use super::text::{fit, sides, width};
use crate::ui::action::{Action, Context};
use crate::ui::keymap::Keymap;
use crate::ui::theme::Glyphs;

/// The seven views, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Queue,
    Escalations,
    Problems,
    Proactive,
    Reactive,
    Assets,
    Reports,
}

impl View {
    pub const ALL: [Self; 7] =
        [Self::Queue, Self::Escalations, Self::Problems, Self::Proactive, Self::Reactive, Self::Assets, Self::Reports];

    /// Its name in a wide and in a narrow header.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Queue => ("Queue", "Queue"),
            Self::Escalations => ("Escalations", "Escal"),
            Self::Problems => ("Problems", "Problems"),
            Self::Proactive => ("Proactive", "Proact"),
            Self::Reactive => ("Reactive", "React"),
            Self::Assets => ("Assets", "Assets"),
            Self::Reports => ("Reports", "Rep"),
        }
    }
}

/// What the header tells.
#[derive(Debug, Clone, Default)]
pub struct Header {
    pub view: Option<View>,
    /// The tier whose queue is shown, such as `T1`.
    pub tier: String,
    /// Escalations that wait, and whether one waits too long.
    pub waiting: u64,
    pub late: bool,
    /// News that the person has not read.
    pub news: usize,
    pub host: String,
    pub login: String,
    /// Hours and minutes.
    pub clock: String,
}

impl Header {
    /// The header in `cells`: all views where they fit, the current one below 80.
    pub fn line(&self, cells: u16) -> String {
        let wide = cells >= 120;
        let shown = View::ALL.into_iter().filter(|view| cells >= 80 || Some(*view) == self.view);
        let tabs: String = shown.map(|view| self.tab(view, wide)).collect();
        let news = if self.news > 0 { format!("!{} ", self.news) } else { String::new() };
        let right = if wide {
            format!("{}  {}  {news}{} ", self.host, self.login, self.clock)
        } else {
            format!("{news}{} ", self.clock)
        };
        sides(&tabs, &right, cells.into())
    }

    fn tab(&self, view: View, wide: bool) -> String {
        let number = View::ALL.iter().position(|it| *it == view).map_or(0, |n| n + 1);
        let (long, short) = view.names();
        let mut text = format!("{number} {}", if wide { long } else { short });
        if view == View::Queue && wide && !self.tier.is_empty() {
            text = format!("{text} {}", self.tier);
        }
        if view == View::Escalations && self.waiting > 0 {
            text = format!("{text}:{}{}", self.waiting, if self.late { "!" } else { "" });
        }
        if Some(view) == self.view { format!("[{text}]") } else { format!(" {text} ") }
    }
}

/// Names in a row, the current one in brackets: saved views of a list, panes of a record.
pub fn tabs<'a>(names: impl IntoIterator<Item = (&'a str, Option<u64>)>, current: usize) -> String {
    let one = |(n, (name, count)): (usize, (&str, Option<u64>))| {
        let text = count.map_or_else(|| name.to_owned(), |count| format!("{name} {count}"));
        if n == current { format!("[{text}]") } else { format!(" {text} ") }
    };
    names.into_iter().enumerate().map(one).collect()
}

/// A rule with a title at the left and something at the right: `- Timeline (14) ------ [All] Notes -`.
pub fn rule(title: &str, right: &str, cells: u16, glyphs: &Glyphs) -> String {
    let cells = usize::from(cells);
    let dash = glyphs.rule;
    let left = if title.is_empty() { String::new() } else { format!("{dash} {title} ") };
    let right = if right.is_empty() { String::new() } else { format!(" {right} {dash}") };
    let right = fit(&right, cells);
    let left = fit(&left, cells - width(right));
    format!("{left}{}{right}", dash.repeat(cells - width(left) - width(right)))
}

/// A status line: what happened at the left, what takes it back at the right.
pub fn status(left: &str, right: &str, cells: u16) -> String {
    let left = if left.is_empty() { String::new() } else { format!(" {left}") };
    let right = if right.is_empty() { String::new() } else { format!("{right} ") };
    sides(&left, &right, cells.into())
}

/// The undo hint beside a receipt; in a wide terminal with the list of own changes.
pub fn undo_hint(keymap: &Keymap, context: Context, cells: u16) -> String {
    let hints = [Hint::One(Action::Undo), Hint::One(Action::Changes)];
    let shown = if cells >= 120 { 2 } else { 1 };
    hints.iter().take(shown).filter_map(|hint| hint.text(keymap, context)).collect::<Vec<_>>().join("   ")
}

/// One thing that the footer offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    One(Action),
    /// An action under a name that fits this screen better.
    Named(Action, &'static str),
    /// Two actions that belong together, with what stands between their keys: `j/k scroll`, `] [ view`, `1-7 views`.
    Pair(Action, &'static str, Action, &'static str),
}

impl Hint {
    /// Its key or keys and its name; none where a key is missing.
    pub fn text(&self, keymap: &Keymap, context: Context) -> Option<String> {
        Some(match *self {
            Self::One(action) => format!("{} {}", keymap.key(context, action)?, action.facts().hint),
            Self::Named(action, name) => format!("{} {name}", keymap.key(context, action)?),
            Self::Pair(one, between, other, name) => {
                format!("{}{between}{} {name}", keymap.key(context, one)?, keymap.key(context, other)?)
            }
        })
    }
}

/// The footer of the frame before, kept as long as it is made of the same.
#[derive(Debug, Default)]
pub struct Footer {
    of: Option<(Context, Vec<Hint>, u16, u16)>,
    lines: Vec<String>,
}

impl Footer {
    /// As [`footer`], under a keymap that stays the same.
    pub fn lines(&mut self, keymap: &Keymap, context: Context, hints: Vec<Hint>, cells: u16, lines: u16) -> &[String] {
        let of = (context, hints, cells, lines);
        if self.of.as_ref() != Some(&of) {
            self.lines = footer(keymap, context, &of.1, cells, lines);
            self.of = Some(of);
        }
        &self.lines
    }
}

/// The footer: as many hints as fit into `lines` of `cells`, the most useful first, and `? help` always at the end.
pub fn footer(keymap: &Keymap, context: Context, hints: &[Hint], cells: u16, lines: u16) -> Vec<String> {
    let cells = usize::from(cells);
    let help = Hint::One(Action::Help).text(keymap, context).unwrap_or_default();
    let help = if help.is_empty() { help } else { format!("{help} ") };
    let mut left = vec![String::new(); usize::from(lines)];
    let mut line = 0;
    for hint in hints.iter().filter_map(|hint| hint.text(keymap, context)) {
        while line < left.len() {
            let last = line + 1 == left.len();
            let room = cells.saturating_sub(if last { width(&help) + 2 } else { 0 });
            let gap = if left[line].is_empty() { " " } else { "  " };
            if width(&left[line]) + gap.len() + width(&hint) <= room {
                left[line] = format!("{}{gap}{hint}", left[line]);
                break;
            }
            line += 1;
        }
    }
    let last = left.len().saturating_sub(1);
    left.iter().enumerate().map(|(n, text)| sides(text, if n == last { &help } else { "" }, cells)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::{GlyphSet, Palette, Theme};

    const HINTS: &[Hint] = &[
        Hint::One(Action::TakeNext),
        Hint::One(Action::Take),
        Hint::One(Action::Escalate),
        Hint::One(Action::Reply),
        Hint::One(Action::Resolve),
        Hint::One(Action::Merge),
        Hint::One(Action::Filter),
        Hint::Pair(Action::ViewQueue, "-", Action::ViewReports, "views"),
        Hint::Named(Action::SiblingNext, "next view"),
        Hint::One(Action::Palette),
        Hint::One(Action::Undo),
    ];

    fn header(view: View) -> Header {
        Header {
            view: Some(view),
            tier: "T1".to_owned(),
            waiting: 3,
            late: true,
            news: 0,
            host: "jump01".to_owned(),
            login: "ann".to_owned(),
            clock: "14:32".to_owned(),
        }
    }

    /// The lines around a screen of that size, as text.
    fn chrome(cells: u16, lines: u16, glyphs: GlyphSet) -> String {
        let keymap = Keymap::default();
        let glyphs = Theme::new(Palette::Mono, glyphs).glyphs;
        let mut out = vec![header(View::Queue).line(cells), header(View::Escalations).line(cells)];
        out.push(rule("Timeline (14)", "[All] Public Notes", cells, &glyphs));
        out.push(rule("", "", cells, &glyphs));
        out.push(status("claimed INC-12044, timer on 00:12", &undo_hint(&keymap, Context::Queue, cells), cells));
        out.extend(footer(&keymap, Context::Queue, HINTS, cells, lines));
        assert!(out.iter().all(|line| width(line) == usize::from(cells)), "every line fills the width");
        out.into_iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    #[test]
    fn the_lines_around_a_screen_at_80_cells() {
        insta::assert_snapshot!(chrome(80, 1, GlyphSet::Ascii), @r"
[1 Queue] 2 Escal:3!  3 Problems  4 Proact  5 React  6 Assets  7 Rep      14:32
 1 Queue [2 Escal:3!] 3 Problems  4 Proact  5 React  6 Assets  7 Rep      14:32
- Timeline (14) ------------------------------------------- [All] Public Notes -
--------------------------------------------------------------------------------
 claimed INC-12044, timer on 00:12                                       u undo
 t take-next  c claim  e escalate  r reply  d done  m merge  / filter    ? help
");
    }

    #[test]
    fn the_lines_around_a_screen_at_140_cells() {
        insta::assert_snapshot!(chrome(140, 2, GlyphSet::Unicode), @r"
[1 Queue T1] 2 Escalations:3!  3 Problems  4 Proactive  5 Reactive  6 Assets  7 Reports                                  jump01  ann  14:32
 1 Queue T1 [2 Escalations:3!] 3 Problems  4 Proactive  5 Reactive  6 Assets  7 Reports                                  jump01  ann  14:32
─ Timeline (14) ─────────────────────────────────────────────────────────────────────────────────────────────────────── [All] Public Notes ─
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 claimed INC-12044, timer on 00:12                                                                                       u undo   U history
 t take-next  c claim  e escalate  r reply  d done  m merge  / filter  1-7 views  ] next view  : palette  u undo
                                                                                                                                     ? help
");
    }

    #[test]
    fn the_lines_around_a_screen_at_60_cells() {
        insta::assert_snapshot!(chrome(60, 1, GlyphSet::Ascii), @r"
[1 Queue]                                             14:32
[2 Escal:3!]                                          14:32
- Timeline (14) ----------------------- [All] Public Notes -
------------------------------------------------------------
 claimed INC-12044, timer on 00:12                   u undo
 t take-next  c claim  e escalate  r reply  d done   ? help
");
    }

    #[test]
    fn saved_views_are_tabs() {
        assert_eq!(tabs([("All", Some(42)), ("Mine", Some(6)), ("Sent", None)], 1), " All 42 [Mine 6] Sent ");
    }

    /// The keys in the footer's text, each with the name behind it.
    fn shown(lines: &[String]) -> Vec<&str> {
        lines.iter().flat_map(|line| line.split("  ")).map(str::trim).filter(|hint| !hint.is_empty()).collect()
    }

    #[test]
    fn help_is_offered_at_every_width_and_every_hint_is_bound() {
        let changed = "[queue]\nescalate = \"f8\"\nmerge = \"none\"\n[global]\nsibling_next = \"none\"\nhelp = \"f1\"";
        for keymap in [Keymap::default(), Keymap::with(changed).unwrap()] {
            let help = format!("{} help", keymap.key(Context::Queue, Action::Help).unwrap());
            let bound: Vec<String> = HINTS.iter().filter_map(|hint| hint.text(&keymap, Context::Queue)).collect();
            for cells in 40..=200 {
                for lines in 1..=2 {
                    let footer = footer(&keymap, Context::Queue, HINTS, cells, lines);
                    assert_eq!(footer.len(), usize::from(lines));
                    assert!(footer.last().unwrap().trim_end().ends_with(&help), "{cells} cells: {footer:?}");
                    for hint in shown(&footer) {
                        assert!(hint == help || bound.iter().any(|it| it == hint), "{hint} is not bound");
                    }
                }
            }
        }
        let keymap = Keymap::with(changed).unwrap();
        let wide = footer(&keymap, Context::Queue, HINTS, 200, 1);
        assert!(wide[0].contains("F8 escalate") && !wide[0].contains("merge") && !wide[0].contains("next view"));
    }
}
