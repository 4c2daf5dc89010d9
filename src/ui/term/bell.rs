//! News made heard: the terminal's bell, or a message for the notifications of the person's own machine (OSC 9, OSC
//! 777), over any number of hops.

use super::clipboard::Between;
use crate::app::config::Notify;
use crate::app::news::Notice;
use crate::domain::text::cut;

/// Longest message: notifications show little more.
const MESSAGE: usize = 120;

/// The bytes for one batch of news; none where nothing of it is to be heard.
pub fn ring(notify: Notify, fresh: &[Notice]) -> Option<Vec<u8>> {
    let first = fresh.iter().find(|notice| notice.is_loud()).or(fresh.last())?;
    match notify {
        Notify::Off => None,
        // A bell says neither what nor how urgent, so it is kept for what cannot wait.
        Notify::Bell => first.is_loud().then(|| b"\x07".to_vec()),
        Notify::Osc9 => Some(Between::here().pass(&format!("\x1b]9;{}\x07", message(first, fresh.len())))),
        Notify::Osc777 => {
            let text = message(first, fresh.len());
            Some(Between::here().pass(&format!("\x1b]777;notify;tierdesk;{text}\x07")))
        }
    }
}

/// Texts were cleaned where they entered; a semicolon would end the field.
fn message(first: &Notice, count: usize) -> String {
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let text = cut(&format!("{} {}", first.name, first.sentence()), MESSAGE);
    format!("{text}{more}").replace(';', ",").replace(|c: char| c.is_control(), " ")
}
