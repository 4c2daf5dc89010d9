//! The line that nobody overlooks: a declared major incident, over every screen. It costs no row while there is none.

use chrono_tz::Tz;

use super::clock;
use super::text::{fit, pad, width};
use crate::app::major::Declared;
use crate::domain::text::cut;
use crate::domain::time::Instant;

/// Cells that a title gets at least, before more is said of the incident.
const TITLE_MIN: usize = 16;

/// `MAJOR INC-12 ERP login fails, lead dana, 12 children, next update 14:50`, filling `cells`. Where there is little
/// room less is said, and the next update last of all goes.
pub fn line(of: &Declared, now: Instant, zone: Tz, cells: u16) -> String {
    let cells = usize::from(cells);
    let head = format!(" MAJOR {} ", of.name);
    let room = cells.saturating_sub(width(&head));
    let tails = tails(of, now, zone);
    let wanted = width(&of.title).min(TITLE_MIN);
    let tail = tails.iter().find(|tail| width(tail) + wanted < room).map_or("", String::as_str);
    let title = cut(&of.title, room.saturating_sub(width(tail)));
    pad(fit(&format!("{head}{title}{tail}"), cells), cells)
}

/// What follows the title, the longest first.
fn tails(of: &Declared, now: Instant, zone: Tz) -> [String; 3] {
    let update = of.next_update.map(|at| match at < now {
        true => format!("update overdue since {}", clock::time(at, zone)),
        false => format!("next update {}", clock::time(at, zone)),
    });
    let lead = of.lead.as_ref().map(|lead| format!("lead {lead}"));
    let children = match of.children {
        0 => None,
        1 => Some("1 child".to_owned()),
        n => Some(format!("{n} children")),
    };
    let more = (of.more > 0).then(|| format!("+{} more", of.more));
    let said = |parts: [&Option<String>; 4]| parts.into_iter().flatten().map(|part| format!(", {part}")).collect();
    let none = None;
    [
        said([&lead, &children, &update, &more]),
        said([&lead, &none, &update, &more]),
        said([&none, &none, &update, &more]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Login;
    use crate::domain::time::Secs;

    #[test]
    fn the_band_says_less_where_there_is_less_room() {
        let now: Instant = "2026-10-05T12:30:00Z".parse().unwrap();
        let of = Declared {
            name: "INC-12".to_owned(),
            title: "ERP login fails for everyone on floor 3".to_owned(),
            lead: Login::new("dana").ok(),
            children: 12,
            next_update: Some(now + Secs::minutes(20)),
            more: 1,
        };
        for (cells, said) in [
            (
                140,
                " MAJOR INC-12 ERP login fails for everyone on floor 3, lead dana, 12 children, next update 12:50, +1 more",
            ),
            (80, " MAJOR INC-12 ERP login fails for everyo…, lead dana, next update 12:50, +1 more"),
            (70, " MAJOR INC-12 ERP login fails …, lead dana, next update 12:50, +1 more"),
            (45, " MAJOR INC-12 ERP login fails for everyone o…"),
            (10, " MAJOR INC"),
        ] {
            let line = line(&of, now, Tz::UTC, cells);
            assert_eq!(width(&line), usize::from(cells));
            assert_eq!(line.trim_end(), said);
        }
        let late = Declared { next_update: Some(now - Secs::minutes(5)), more: 0, ..of };
        assert!(line(&late, now, Tz::UTC, 140).contains("update overdue since 12:25"));
    }
}
