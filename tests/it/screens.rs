//! Every screen as a picture: a small desk at noon, keys, and what is drawn at three sizes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use tierdesk::ui::chord::{Chord, parse_sequence};
use tierdesk::ui::console::Console;
use tierdesk::ui::keymap::Keymap;
use tierdesk::ui::theme::{GlyphSet, Palette, Theme};

use crate::floor::{Floor, NOON};
use crate::pty::{Cells, patiently};

const SIZES: [Cells; 3] = [(80, 24), (140, 40), (60, 20)];
pub const ASCII: (Palette, GlyphSet) = (Palette::Ansi16, GlyphSet::Ascii);

/// A person's console without a terminal. The desk goes with it.
pub struct Sitting {
    console: Console,
    _floor: Floor,
}

impl Sitting {
    pub fn new(floor: Floor, who: &str, (palette, glyphs): (Palette, GlyphSet)) -> Self {
        let theme = Theme::new(palette, glyphs);
        let console = Console::new(floor.desk(who), Keymap::default(), theme, "jump01".to_owned()).unwrap();
        Self { console, _floor: floor }
    }

    /// Presses keys: names between spaces, and text between quotes.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for (n, part) in keys.split('\'').enumerate() {
            let pressed = if n % 2 == 1 {
                part.chars().map(|c| Chord::from(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))).collect()
            } else {
                parse_sequence(part.trim()).unwrap_or_default()
            };
            for key in pressed {
                self.console.press(key, Instant::now());
                assert!(patiently(|| self.answered()), "the list was asked and does not answer");
                self.drawn(SIZES[0]);
            }
        }
        self
    }

    fn answered(&mut self) -> bool {
        self.console.pass(Instant::now());
        self.console.awaited().is_none()
    }

    fn drawn(&mut self, (width, height): Cells) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.console.draw(frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    pub fn text(&mut self, size: Cells) -> String {
        lines(&self.drawn(size)).iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// The picture at every size, one below the other.
    fn pictures(&mut self) -> String {
        SIZES.iter().map(|size| format!("{}x{}\n{}", size.0, size.1, self.text(*size))).collect::<Vec<_>>().join("\n")
    }
}

fn lines(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width);
    buffer.content.chunks(width).map(|row| row.iter().map(|cell| cell.symbol()).collect()).collect()
}

/// Each line, and below it where it is bold, dim, underlined or reversed.
fn with_attributes(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let letter = |modifier: Modifier| match modifier {
        it if it.contains(Modifier::REVERSED) => 'r',
        it if it.contains(Modifier::UNDERLINED) => 'u',
        it if it.contains(Modifier::BOLD) => 'b',
        it if it.contains(Modifier::DIM) => 'd',
        _ => ' ',
    };
    let mut text = String::new();
    for (line, row) in lines(buffer).iter().zip(buffer.content.chunks(width)) {
        let marks: String = row.iter().map(|cell| letter(cell.modifier)).collect();
        for shown in [line.trim_end(), marks.trim_end()] {
            if !shown.is_empty() {
                text.push_str(shown);
                text.push('\n');
            }
        }
    }
    text
}

/// Pictures of a screen that ann reaches from her queue by these keys.
const OF_ANN: &[(&str, &str)] = &[
    ("queue", ""),
    ("queue_marked", "space space j"),
    ("record", "enter"),
    ("record_find", "enter / 'restart' enter"),
    ("record_find_missed", "enter / 'xyzzy' enter"),
    ("escalate", "e"),
    ("escalate_at_ask", "e 2 'roll back'"),
    ("reply", "r"),
    ("note", "a"),
    ("resolve", "d"),
    ("resolve_freely", "d tab"),
    ("wait", "w"),
    ("assign", "A"),
    ("merge", "m"),
    ("priority", "f p"),
    ("category", "f c"),
    ("impact", "f i"),
    ("urgency", "f g"),
    ("asset", "f a"),
    ("tags", "f t"),
    ("status", "f s"),
    ("new", "n"),
    ("history", "H"),
    ("why", "C"),
    ("why_tier", "C 3 G"),
    ("changes", "U"),
    ("go_to", "g t"),
    ("handover", "g h"),
    ("help", "?"),
    ("help_search", "? 'undo'"),
    ("palette", ":"),
    ("palette_search", ": 'merge'"),
    ("palette_tickets", ": '#vpn'"),
    ("palette_elsewhere", ": 'return with' enter"),
    ("filter", "/ 'vpn owner:none'"),
    ("filter_complaint", "/ 'vpn ow:x'"),
    ("filter_kept", "/ 'vpn' enter"),
    ("nothing_found", "/ 'xyzzy' enter"),
];

/// The same for dana, while INC-1 is a major incident with INC-3 as its child.
const OF_DANA: &[(&str, &str)] = &[
    ("major", ""),
    ("major_inbox", "2"),
    ("major_record", "g t '1' enter"),
    ("major_child", "g t '3' enter"),
    ("major_steps", "g t '1' enter f m"),
    ("major_stand_down", "g t '1' enter f m 2"),
    ("major_declare", "g t '2' enter f m 2"),
];

/// The same for dana, while PRB-1 is suspected behind INC-1.
const OF_PROBLEMS: &[(&str, &str)] = &[
    ("problems", "3"),
    ("problem", "3 enter"),
    ("problem_known", "3 enter c > "),
    ("problem_fields", "3 enter f"),
    ("problem_workaround", "3 enter W"),
    ("problem_reply", "3 enter r"),
    ("problem_bind", "j j b"),
    ("problem_promote", "space space P"),
];

/// The same for carla, who has a hand-off in her inbox.
const OF_CARLA: &[(&str, &str)] =
    &[("inbox", "2"), ("inbox_empty", "2 ]"), ("accept_assign", "2 A"), ("return", "2 x"), ("defer", "2 w")];

#[test]
fn every_screen_as_it_is_drawn() {
    for (name, keys) in OF_ANN {
        let mut sitting = Sitting::new(Floor::at_noon(), "ann", ASCII);
        sitting.keys(keys);
        insta::assert_snapshot!(*name, sitting.pictures());
    }
    for (name, keys) in OF_DANA {
        let mut sitting = Sitting::new(Floor::at_noon().outage(), "dana", ASCII);
        sitting.keys(keys);
        insta::assert_snapshot!(*name, sitting.pictures());
    }
    for (name, keys) in OF_PROBLEMS {
        let mut sitting = Sitting::new(Floor::at_noon().suspected(), "dana", ASCII);
        sitting.keys(keys);
        insta::assert_snapshot!(*name, sitting.pictures());
    }
    let mut sitting = Sitting::new(Floor::at_noon().alike().suspected(), "dana", ASCII);
    sitting.keys("3");
    insta::assert_snapshot!("problems_proposed", sitting.pictures());
    for (name, keys) in OF_CARLA {
        let mut sitting = Sitting::new(Floor::at_noon().escalated(), "carla", ASCII);
        sitting.keys(keys);
        insta::assert_snapshot!(*name, sitting.pictures());
    }
}

#[test]
fn a_click_puts_the_cursor_on_its_row_and_on_no_hidden_one() {
    let mut sitting = Sitting::new(Floor::at_noon(), "ann", ASCII);
    let mut clicked = |line: u16, size: Cells| {
        sitting.drawn(size);
        let kind = MouseEventKind::Down(MouseButton::Left);
        sitting.console.mouse(MouseEvent { kind, column: 20, row: line, modifiers: KeyModifiers::NONE });
        let text = sitting.text(size);
        let row = text.lines().find(|line| line.starts_with('>')).unwrap_or_default().to_owned();
        row.split_whitespace().find(|word| word.starts_with("INC-")).unwrap_or_default().to_owned()
    };
    assert_eq!(clicked(5, (80, 24)), "INC-3");
    assert_eq!(clicked(20, (80, 24)), "INC-3", "the preview is no list");
    assert_eq!(clicked(4, (30, 8)), "INC-5", "without titles the first row is the first line");
}

#[test]
fn a_desk_without_tickets_says_what_to_do() {
    let mut sitting = Sitting::new(Floor::at_noon(), "carla", ASCII);
    let text = sitting.text((80, 24));
    assert!(text.contains("[All 0]") && text.contains("n logs a ticket"), "{text}");
}

#[test]
fn queue_and_record_in_other_looks() {
    for (name, keys) in [("queue", "j space"), ("record", "enter")] {
        let unicode = (Palette::Ansi16, GlyphSet::Unicode);
        let mut sitting = Sitting::new(Floor::at_noon(), "ann", unicode);
        sitting.keys(keys);
        insta::assert_snapshot!(format!("{name}_unicode"), sitting.text((80, 24)));
        let mono = (Palette::Mono, GlyphSet::Ascii);
        let buffer = Sitting::new(Floor::at_noon(), "ann", mono).keys(keys).drawn((80, 24));
        assert!(
            buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset),
            "no colour at all"
        );
        insta::assert_snapshot!(format!("{name}_mono"), with_attributes(&buffer));
    }
}

#[test]
fn another_minute_tells_the_clocks_anew_and_draws_nothing_else() {
    let (floor, time) = (Floor::at_noon(), Rc::new(Cell::new(NOON)));
    let desk = floor.desk_by("ann", Rc::clone(&time));
    let theme = Theme::new(ASCII.0, ASCII.1);
    let console = Console::new(desk, Keymap::default(), theme, "jump01".to_owned()).unwrap();
    let mut sitting = Sitting { console, _floor: floor };
    let before = sitting.text((80, 24));
    sitting.console.take_stale();
    time.set(NOON + 59_000);
    sitting.console.pass(Instant::now());
    assert!(!sitting.console.take_stale(), "within the minute there is nothing to draw");
    time.set(NOON + 60_000);
    sitting.console.pass(Instant::now());
    assert!(sitting.console.take_stale());
    let after = sitting.text((80, 24));
    let told = [("12:00", "12:01"), ("X-01:00", "X-01:01"), ("00:41", "00:40"), ("00:52", "00:51"), ("03:03", "03:02")];
    let told = told.iter().chain(&[("03:14", "03:13"), ("07:25", "07:24"), ("57m", "58m"), ("46m", "47m")]);
    let told = told.chain(&[("35m", "36m"), ("Breach +01:00", "Breach +01:01")]);
    let expected = told.fold(before, |text, (was, is)| text.replacen(was, is, 1));
    assert_eq!(after, expected);
}

#[test]
fn small_screens_keep_one_line_a_ticket() {
    for size in [(45, 12), (30, 8)] {
        let mut sitting = Sitting::new(Floor::at_noon(), "ann", ASCII);
        sitting.keys("j");
        let text = sitting.text(size);
        insta::assert_snapshot!(format!("queue_{}x{}", size.0, size.1), text);
        let rows = |n: u32| text.lines().filter(|line| line.contains(&format!("INC-{n} "))).count();
        assert!((1..=5).all(|n| rows(n) == 1), "{size:?}\n{text}");
    }
}

#[test]
fn no_size_is_too_small_to_draw() {
    for (_, keys) in OF_ANN.iter().chain(&[("", "2")]) {
        let mut sitting = Sitting::new(Floor::at_noon().escalated(), "ann", ASCII);
        sitting.keys(keys);
        for size in [(1, 1), (3, 2), (20, 3), (39, 9), (40, 10), (59, 12), (100, 15), (250, 70), (20, 60)] {
            sitting.drawn(size);
        }
    }
}

#[test]
fn no_box_covers_header_status_or_footer() {
    for (name, keys) in OF_ANN.iter().filter(|(name, _)| !name.starts_with("queue") && !name.starts_with("record")) {
        let mut plain = Sitting::new(Floor::at_noon(), "ann", ASCII);
        let mut boxed = Sitting::new(Floor::at_noon(), "ann", ASCII);
        boxed.keys(keys);
        for size in SIZES {
            let (under, over) = (plain.text(size), boxed.text(size));
            let ends = |text: &str| {
                let lines: Vec<String> = text.lines().map(str::to_owned).collect();
                (lines[0].clone(), lines.last().cloned())
            };
            if !name.starts_with("filter") {
                assert_eq!(ends(&under), ends(&over), "{name} at {size:?}\n{over}");
            }
        }
    }
}
