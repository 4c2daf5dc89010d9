//! The palette: any action by its name, a record by its number or its words, views, people and machines. What is in
//! memory is offered at once; tickets are looked for on a thread of their own and stand below, so that Enter never runs
//! something else than what was shown when it was pressed.

mod line;
mod offer;

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant as Clock};

use ratatui::Frame;
use ratatui::layout::Rect;

use super::asking::Asking;
use super::spot;
use super::writing::said;
use crate::app::query::live::{Answer, Ask, Got, Live};
use crate::app::{Desk, Error};
use crate::domain::filter::parse;
use crate::domain::number::Kind;
use crate::store::names::Named;
use crate::store::queue::TicketRow;
use crate::ui::action::{Action, Context};
use crate::ui::keymap::Keymap;
use crate::ui::part::picker::{Digits, Entry, Picked, Picker};
use crate::ui::part::text;
use crate::ui::screen::{Event, Next, Place, Screen};
use crate::ui::spoken::{Choice, Spoken};
use crate::ui::theme::{Role, Theme};
use line::{Line, Sought, number};
use offer::{Key, Offers};

/// Lines of the box, borders included, where there is room.
const LINES: u16 = 34;
/// Tickets and names that are looked for at once.
const FOUND: u32 = 20;
/// Where everything is looked for, names of each sort.
const NAMES: usize = 3;
/// Open problems that are looked through for words in their titles.
const PROBLEMS: u32 = 100;
/// Letters before tickets are looked for by words: one or two find half of the desk.
const LETTERS: usize = 2;
/// Enter waits so long for the tickets that are being looked for, where there is nothing else to choose.
const PATIENCE: Duration = Duration::from_millis(500);

pub struct Palette {
    /// Numbers of this store have this inside.
    site: String,
    offers: Offers,
    picker: Picker<Key>,
    /// Another line was typed, and the store is still to be asked.
    changed: bool,
    /// Of the line as it stands, without tickets.
    entries: Vec<Entry<Key>>,
    live: Option<Live>,
    asked: u64,
    answered: u64,
    complaint: Option<String>,
}

pub fn open(context: Context, desk: &Desk, keymap: &Keymap) -> Result<Palette, Error> {
    let offers = Offers::read(context, desk, keymap)?;
    let entries = offers.fitting(&Line::read(""));
    let picker = Picker::new("Palette", Digits::Text, entries.clone())
        .as_brought()
        .foot(Sought::HELP)
        .hints("Enter run   Tab complete   Ctrl-Y copy   Esc close");
    let site = desk.store().code().as_str().to_owned();
    Ok(Palette { site, offers, picker, changed: false, entries, live: None, asked: 0, answered: 0, complaint: None })
}

/// A question for a number.
pub fn go_to(desk: &Desk) -> Asking {
    let site = desk.store().code().as_str().to_owned();
    let told = vec!["INC-12, req-007, or only 12 for an incident".to_owned()];
    Asking::new("Go to number", told, move |line| Ok(Next::Find(number(line, &site)?.to_string())))
}

impl Palette {
    fn line(&self) -> Line {
        Line::read(self.picker.typed())
    }

    fn picked(&mut self, picked: Picked<Key>) -> Next {
        match picked {
            Picked::Stay => {}
            Picked::Narrowed => self.changed = true,
            Picked::Chose(key) => return self.chose(key),
            Picked::Other => self.complete(),
            Picked::Copy(key) => return Next::Copy(copied(&key)),
            Picked::Close => return Next::Back,
        }
        Next::Stay
    }

    fn chose(&mut self, key: Key) -> Next {
        match key {
            Key::Run(action) => Next::Run(action),
            Key::Elsewhere(_, why) => {
                self.complaint = Some(why);
                Next::Stay
            }
            Key::Record(agg, _) => Next::Instead(Place::Record(agg, Vec::new())),
            Key::Number(number) => Next::Find(number),
            Key::ActAs(login) => Next::ActAs(login),
            Key::View(name) => Next::Instead(Place::View(name)),
            Key::Filter(filter, _) => Next::Instead(Place::Filtered(filter)),
        }
    }

    /// Tab: the line becomes what the entry is called, so that one can go on from it.
    fn complete(&mut self) {
        let Some(entry) = self.picker.selected() else { return };
        let whole = match &entry.key {
            Key::Run(_) | Key::Elsewhere(..) | Key::ActAs(_) => format!("{}{}", Sought::Commands.sign(), entry.label),
            Key::Record(_, number) | Key::Number(number) => number.clone(),
            Key::View(name) => format!("{}{name}", Sought::Views.sign()),
            Key::Filter(_, name) if self.line().sought == Sought::Assets => format!("{}{name}", Sought::Assets.sign()),
            Key::Filter(_, name) => format!("{}{name}", Sought::People.sign()),
        };
        self.picker.retype(&whole);
        self.changed = true;
    }

    /// Reads what the line names: a number, and as many names as are shown.
    fn follow(&mut self, desk: &Desk) -> Result<(), Error> {
        let line = self.line();
        self.entries = match line.number(&self.site) {
            Some(number) => vec![numbered(&number, desk)?],
            None => Vec::new(),
        };
        self.entries.extend(self.offers.fitting(&line));
        let at_once = if line.sought == Sought::All { NAMES } else { FOUND as usize };
        let begun = !line.text.is_empty();
        if line.wants(Sought::People) && begun {
            self.entries.extend(contacts(&line.text, at_once, desk)?);
        }
        if line.sought == Sought::Problems || (line.sought == Sought::All && begun) {
            self.entries.extend(problems(&line.text, at_once, desk)?);
        }
        if line.sought == Sought::Assets || (line.sought == Sought::All && begun) {
            self.entries.extend(machines(&line.text, at_once, desk)?);
        }
        self.picker.set(self.entries.clone());
        self.search(&line, desk)
    }

    /// Asks for the tickets that have the words, on the thread.
    fn search(&mut self, line: &Line, desk: &Desk) -> Result<(), Error> {
        self.asked += 1;
        let words = line.wants(Sought::Tickets) && line.text.chars().count() >= LETTERS;
        // Quoted, the signs of the filter language are letters like others.
        let text: Vec<_> = line.text.split_whitespace().map(|word| format!("\"{}\"*", word.replace('"', ""))).collect();
        let filter = words.then(|| parse(&format!("all: {}", text.join(" "))).ok()).flatten();
        let Some(filter) = filter else {
            self.answered = self.asked;
            self.picker.when_empty("nothing matches");
            return Ok(());
        };
        let live = match self.live.take() {
            Some(live) => live,
            None => desk.live()?,
        };
        live.ask(self.asked, Ask::Page { filter, limit: FOUND }, desk.asker());
        self.live = Some(live);
        self.picker.when_empty("searching...");
        Ok(())
    }
}

impl Palette {
    /// Takes the tickets in that were asked for last; false when it answers an earlier line.
    fn take(&mut self, answer: Answer) -> bool {
        self.answered = self.answered.max(answer.seq);
        if answer.seq != self.asked {
            return false;
        }
        match answer.got {
            Ok(Got::Page(page)) => {
                let known: Vec<_> = self.entries.iter().map(|entry| entry.key.clone()).collect();
                let found = page.rows.iter().map(ticket).filter(|entry| !known.contains(&entry.key));
                self.picker.set(self.entries.iter().cloned().chain(found).collect());
            }
            Ok(_) => {}
            Err(why) => self.complaint = Some(why.to_string()),
        }
        self.picker.when_empty("nothing matches");
        true
    }

    /// Typed ahead of the answer, Enter means its first ticket.
    fn wait(&mut self) {
        let began = Clock::now();
        while self.answered < self.asked && self.picker.selected().is_none() {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Some(answer) = self.live.as_ref().and_then(|live| live.wait(left)) else { return };
            self.take(answer);
        }
    }
}

/// The record of a number, with its title.
fn numbered(number: &crate::domain::number::Number, desk: &Desk) -> Result<Entry<Key>, Error> {
    let found = desk.store().find(number)?;
    let Some(agg) = found.first() else {
        let label = format!("{number}  no record has this number");
        return Ok(Entry::new(Key::Number(number.to_string()), label, "").dim(true));
    };
    if let Some(row) = desk.store().ticket_row(*agg)? {
        return Ok(ticket(&row));
    }
    if let Some(case) = desk.store().problem(*agg)? {
        return Ok(beside(&number.to_string(), case.is.fields.title.as_str(), Kind::Problem));
    }
    let title = desk.store().change(*agg)?.map(|case| case.is.fields.title.to_string()).unwrap_or_default();
    Ok(beside(&number.to_string(), &title, number.kind))
}

/// Open problems whose title has the words.
fn problems(text: &str, most: usize, desk: &Desk) -> Result<Vec<Entry<Key>>, Error> {
    let words: Vec<_> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |title: &str| words.iter().all(|word| title.to_lowercase().contains(word));
    let open = desk.store().newest_open_problems(PROBLEMS)?.into_iter();
    let fitting = open.filter(|(_, _, title)| fits(title)).take(most);
    Ok(fitting.map(|(_, number, title)| beside(&number, &title, Kind::Problem)).collect())
}

/// A record that stands in no queue.
fn beside(number: &str, title: &str, kind: Kind) -> Entry<Key> {
    Entry::new(Key::Number(number.to_owned()), format!("{number:10} {title}"), kind.word())
}

fn ticket(row: &TicketRow) -> Entry<Key> {
    let detail = format!("{} {}", row.kind.word(), row.state.word().replace('_', " "));
    Entry::new(Key::Record(row.agg, row.name.clone()), format!("{:10} {}", row.name, row.title), detail)
}

/// Requesters whose name begins so: what they asked for.
fn contacts(start: &str, most: usize, desk: &Desk) -> Result<Vec<Entry<Key>>, Error> {
    let rows = desk.store().contacts_starting(start, FOUND)?;
    let entry = |row: crate::store::people::ContactRow| {
        let name = row.contact.handle.as_ref().map_or_else(|| row.contact.name.to_string(), ToString::to_string);
        let key = Key::Filter(format!("all: req:=\"{}\"", name.replace('"', "\"\"")), name.clone());
        Entry::new(key, format!("@{name}  {}", row.contact.name), "what they asked for")
    };
    Ok(rows.into_iter().take(most).map(entry).collect())
}

fn machines(start: &str, most: usize, desk: &Desk) -> Result<Vec<Entry<Key>>, Error> {
    let names = desk.store().items_starting(Named::Endpoint, start, u32::try_from(most).unwrap_or(FOUND))?;
    let entry = |name: String| {
        let key = Key::Filter(format!("all: asset:={}", quoted(&name)), name.clone());
        Entry::new(key, format!("%{name}"), "its tickets")
    };
    Ok(names.into_iter().map(entry).collect())
}

/// A value of the filter language whatever stands in it, without a case of its own.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn copied(key: &Key) -> String {
    match key {
        Key::Run(action) | Key::Elsewhere(action, _) => action.word().to_owned(),
        Key::Record(_, name) | Key::Number(name) | Key::View(name) | Key::Filter(_, name) => name.clone(),
        Key::ActAs(login) => login.to_string(),
    }
}

impl Screen for Palette {
    fn context(&self) -> Context {
        Context::Picker
    }

    fn load(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    fn look(&mut self, desk: &Desk) -> Result<(), Error> {
        if std::mem::take(&mut self.changed) { self.follow(desk) } else { Ok(()) }
    }

    fn update(&mut self, event: Event) -> Next {
        self.complaint = None;
        let picked = match event {
            Event::Act(Action::Help) => return Next::Go(Place::Help(Context::Picker)),
            Event::Act(action) => {
                if action == Action::Pick {
                    self.wait();
                }
                self.picker.act(action)
            }
            Event::Text(text) | Event::Paste(text) => self.picker.insert(&text),
            Event::Mouse(_) => Picked::Stay,
        };
        self.picked(picked)
    }

    fn pass(&mut self, _now: Clock) -> bool {
        let answer = self.live.as_ref().and_then(Live::try_answer);
        answer.is_some_and(|answer| self.take(answer))
    }

    fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.live.as_ref().filter(|_| self.answered < self.asked).and_then(Live::bell)
    }

    /// Completing a word is for those who see it grow.
    fn speak(&mut self) -> Spoken {
        Spoken::Choice(Choice { other: None, ..self.picker.spoken(self.complaint.as_deref()) })
    }

    fn draw(&mut self, frame: &mut Frame<'_>, _area: Rect, theme: &Theme) {
        let spot = spot::of_height(frame.area(), LINES);
        self.picker.draw(frame, spot, theme);
        if let Some(complaint) = &self.complaint
            && spot.height > 3
        {
            let cells = usize::from(spot.width.saturating_sub(4));
            let line = text::pad(&text::complaint(complaint), cells);
            frame.buffer_mut().set_stringn(spot.x + 2, spot.bottom() - 2, line, cells, theme.style(Role::Error));
        }
    }

    fn refused(&mut self, why: &Error) {
        self.complaint = Some(said(&why.to_string(), why.hint()));
    }
}
