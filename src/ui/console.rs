//! The console: a stack of screens over one desk. Keys come in, effects for the terminal go out; nothing here knows
//! the terminal, so that all of it runs in a test. `layers` opens and leaves screens, `paint` draws, `lines` serves those who
//! read lines instead.

mod layers;
mod lines;
mod paint;

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant as Clock};

use crossterm::event::MouseEvent;

use super::action::{Action, Context};
use super::chord::Chord;
use super::command::Command;
use super::keymap::Keymap;
use super::part::chrome::{Footer, Header, View};
use super::part::clock;
use super::screen::{Draft, Event, Next, Place, ProblemForm, Screen, Subject};
use super::theme::Theme;
use super::typed::{Outcome, Typed};
use super::{export, term::bell};
use crate::app::config::{Clipboard, Config};
use crate::app::major::Declared;
use crate::app::news::News;
use crate::app::query::escalations::InboxTab;
use crate::app::receipt::done;
use crate::app::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::command::Verb;
use crate::domain::id::AggId;

/// Typed text is stored at the latest this long after the first unsaved key.
const DRAFT_AFTER: Duration = Duration::from_millis(700);
/// Timers of the desk are applied this often.
const TICK_EVERY: Duration = Duration::from_secs(60);

/// What the terminal shall do besides drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Suspend,
    Repaint,
    /// Put this on the clipboard.
    Copy(String),
    /// Bytes that make news heard.
    Ring(Vec<u8>),
    /// Edit this text in the editor outside; it comes back through [`Console::edited`].
    Edit(String),
    Quit,
}

/// What the status line says.
#[derive(Debug, Default)]
struct Said {
    text: String,
    error: bool,
    /// Can the last command be undone? Then the right side says how.
    undoable: bool,
}

/// A running console.
pub struct Console {
    desk: Desk,
    keymap: Keymap,
    theme: Theme,
    typed: Typed,
    stack: Vec<Box<dyn Screen>>,
    view: View,
    previous: Option<View>,
    header: Header,
    major: Option<Declared>,
    footer: Footer,
    config: Config,
    news: News,
    /// The hand-over that was said to wait.
    handover: Option<AggId>,
    ring: Option<Vec<u8>>,
    said: Said,
    last_verb: Option<Box<Verb>>,
    unsaved: Option<(Draft, Clock)>,
    quit_armed: Option<Clock>,
    ticked: Clock,
    /// The minute that is shown.
    minute: i64,
    stale: bool,
}

impl Console {
    /// Opens on the queue of the person's tier.
    pub fn new(mut desk: Desk, keymap: Keymap, theme: Theme, host: String) -> Result<Self, Error> {
        desk.tick()?;
        let news = News::read(&desk)?;
        let mut it = Self {
            header: Header { host, ..Header::default() },
            major: None,
            footer: Footer::default(),
            config: Config::default(),
            news,
            handover: None,
            ring: None,
            minute: desk.now().minute(),
            desk,
            keymap,
            theme,
            typed: Typed::default(),
            stack: Vec::new(),
            view: View::Queue,
            previous: None,
            said: Said::default(),
            last_verb: None,
            unsaved: None,
            quit_armed: None,
            ticked: Clock::now(),
            stale: true,
        };
        it.show_view(View::Queue)?;
        Ok(it)
    }

    /// What the person's files say.
    pub fn configure(&mut self, config: Config) {
        self.typed.hints(config.hints());
        self.config = config;
    }

    /// Bytes that make news heard, once for each batch of them.
    pub fn take_ring(&mut self) -> Option<Effect> {
        self.ring.take().map(Effect::Ring)
    }

    /// Says something before the first key.
    pub fn greet(&mut self, text: impl Into<String>) {
        self.said = Said { text: text.into(), ..Said::default() };
    }

    /// How a text reaches the clipboard of the person's terminal.
    pub fn clipboard(&self) -> Clipboard {
        self.config.clipboard()
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Must it be drawn?
    pub fn take_stale(&mut self) -> bool {
        std::mem::take(&mut self.stale)
    }

    pub fn make_stale(&mut self) {
        self.stale = true;
    }

    /// Which keys hold at this moment.
    pub fn context(&self) -> Context {
        self.stack.last().map_or(Context::Global, |screen| screen.context())
    }

    /// One key of the person.
    pub fn press(&mut self, key: Chord, at: Clock) -> Vec<Effect> {
        self.stale = true;
        let mut effects = Vec::new();
        for key in self.typed.parted(&self.keymap, self.context(), key) {
            if let Some(digit) = self.digit_for_top(key) {
                self.event(Event::Text(digit), &mut effects);
                continue;
            }
            match self.typed.press(&self.keymap, self.context(), key, at) {
                Outcome::Act(action) => self.act(action, &mut effects),
                Outcome::Text(c) => self.event(Event::Text(c.to_string()), &mut effects),
                Outcome::More => {}
                Outcome::Unknown(why) => self.say(why),
            }
        }
        self.note_draft(at);
        effects
    }

    /// A digit that the top screen takes for itself, where it does not go on with keys pressed before.
    fn digit_for_top(&self, key: Chord) -> Option<String> {
        let digit = key.typed().filter(char::is_ascii_digit)?;
        let takes = self.stack.last().is_some_and(|top| top.takes_digits());
        (takes && self.typed.begun(&self.keymap, self.context()).is_empty()).then(|| digit.to_string())
    }

    pub fn paste(&mut self, text: &str, at: Clock) -> Vec<Effect> {
        self.stale = true;
        let mut effects = Vec::new();
        self.event(Event::Paste(crate::domain::text::clean(text)), &mut effects);
        self.note_draft(at);
        effects
    }

    pub fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        self.stale = true;
        let mut effects = Vec::new();
        self.event(Event::Mouse(mouse), &mut effects);
        effects
    }

    /// A text comes back from the editor outside.
    pub fn edited(&mut self, text: &str, at: Clock) -> Vec<Effect> {
        self.stale = true;
        let mut effects = Vec::new();
        if let Some(top) = self.stack.last_mut() {
            let next = top.edited(text);
            self.follow(next, &mut effects);
        }
        self.note_draft(at);
        effects
    }

    /// What time and other sessions bring: changed rows, due timers, another minute, drafts to keep. Called many times a
    /// second; costs one integer read when nothing happened.
    pub fn pass(&mut self, now: Clock) {
        match self.desk.changed() {
            Ok(true) => self.reload(),
            Ok(false) => {}
            Err(why) => self.settle(Err(why)),
        }
        if now.duration_since(self.ticked) >= TICK_EVERY {
            self.ticked = now;
            match self.desk.tick() {
                Ok(_) => self.reload(),
                Err(why) => self.settle(Err(why)),
            }
        }
        let minute = self.desk.now().minute();
        if minute != self.minute {
            self.minute = minute;
            self.stale = true;
            let told = self.stack.iter_mut().try_for_each(|screen| screen.minute(&self.desk));
            self.settle(told);
        }
        if self.unsaved.as_ref().is_some_and(|(_, since)| now.duration_since(*since) >= DRAFT_AFTER) {
            self.save_draft();
        }
        if self.stack.last_mut().is_some_and(|top| top.pass(now)) {
            // What came may have put the cursor on something else.
            let looked = self.stack.last_mut().map_or(Ok(()), |top| top.look(&self.desk));
            self.settle(looked);
            self.stale = true;
        }
        self.stale |= self.typed.popup_due().is_some_and(|due| due <= now);
    }

    /// Keeps what is typed, whatever happens next.
    pub fn save_draft(&mut self) {
        let Some((draft, _)) = self.unsaved.take() else { return };
        let (login, now) = (self.desk.person().login.clone(), self.desk.now());
        let saved = self.desk.store_mut().save_draft(&login, &draft.place, &draft.text, now);
        match saved {
            Ok(()) if !draft.text.is_empty() && !self.said.error => {
                self.said = Said { text: format!("draft saved {}", self.clock(true)), ..Said::default() };
                self.stale = true;
            }
            Ok(()) => {}
            Err(why) => self.settle(Err(why.into())),
        }
    }

    fn note_draft(&mut self, at: Clock) {
        let Some(draft) = self.stack.last_mut().and_then(|top| top.draft()) else { return };
        if self.unsaved.as_ref().is_some_and(|(other, _)| other.place != draft.place) {
            self.save_draft();
        }
        let since = self.unsaved.as_ref().map_or(at, |(_, since)| *since);
        self.unsaved = Some((draft, since));
    }

    fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        if action != Action::Quit && action != Action::Cancel {
            self.quit_armed = None;
        }
        let context = self.context();
        match action {
            Action::Suspend => effects.push(Effect::Suspend),
            Action::Repaint => effects.push(Effect::Repaint),
            Action::Quit => self.quit(effects),
            Action::Cancel if self.stack.len() <= 1 => self.quit(effects),
            Action::Help => self.follow(Next::Go(Place::Help(context)), effects),
            Action::Palette => self.follow(Next::Go(Place::Palette(context)), effects),
            Action::GoTo => self.follow(Next::Go(Place::GoTo), effects),
            Action::New => self.follow(Next::Go(Place::New), effects),
            Action::Changes => self.follow(Next::Go(Place::Changes), effects),
            Action::News => self.show_news(),
            Action::Handover => self.follow(Next::Go(Place::Handover), effects),
            Action::Export => match self.stack.last().and_then(|top| top.shown()) {
                Some(filter) => self.follow(Next::Go(Place::Export(filter)), effects),
                None => self.say("a list is exported from the queue; 1 shows it"),
            },
            Action::Undo => self.follow(Next::Do(Command::Undo(None)), effects),
            Action::Repeat => self.repeat(effects),
            Action::ViewQueue => self.go_view(View::Queue),
            Action::ViewEscalations => self.go_view(View::Escalations),
            Action::ViewProblems => self.go_view(View::Problems),
            Action::ViewBack => {
                if let Some(view) = self.previous {
                    self.go_view(view);
                }
            }
            Action::ViewCampaigns | Action::ViewDashboard | Action::ViewAssets | Action::ViewReports => {
                self.say(format!("{}: not in this version; 1 queue, 2 escalations, 3 problems", action.facts().hint));
            }
            _ => self.event(Event::Act(action), effects),
        }
    }

    fn event(&mut self, event: Event, effects: &mut Vec<Effect>) {
        if self.said.error {
            self.said = Said::default();
        }
        let Some(top) = self.stack.last_mut() else { return };
        let next = top.update(event);
        self.follow(next, effects);
        let looked = self.stack.last_mut().map_or(Ok(()), |top| top.look(&self.desk));
        self.settle(looked);
    }

    /// What rings when the answer of a query that is still to come is there.
    pub fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.stack.last().and_then(|top| top.awaited())
    }

    fn follow(&mut self, next: Next, effects: &mut Vec<Effect>) {
        match next {
            Next::Stay => {}
            Next::Say(text) => self.say(text),
            Next::Go(place) => self.go(place),
            Next::Instead(place) => {
                self.leave();
                self.go(place);
            }
            Next::Back => self.back(),
            Next::Do(command) => self.carry_out(command),
            Next::Try(command, place) => {
                self.carry_out(command);
                if self.said.error {
                    let said = std::mem::take(&mut self.said);
                    self.go(place);
                    self.said = said;
                }
            }
            Next::Run(action) => {
                self.leave();
                self.act(action, effects);
            }
            Next::Find(number) => match self.desk.find_text(&number) {
                Ok(agg) => {
                    self.leave();
                    self.go(Place::Record(agg, Vec::new()));
                }
                Err(why) => {
                    if let Some(top) = self.stack.last_mut() {
                        top.refused(&why);
                    }
                    self.settle(Err(why));
                }
            },
            Next::Copy(text) if text.is_empty() => self.say("there is nothing to copy"),
            Next::Copy(text) => {
                self.say(format!("copied {}", crate::domain::text::cut(&text, 40)));
                effects.push(Effect::Copy(text));
            }
            Next::Export(filter, path) => match export::write(&self.desk, &filter, &path) {
                Ok(text) => {
                    self.leave();
                    self.say(text);
                }
                Err(why) => {
                    if let Some(top) = self.stack.last_mut() {
                        top.refused(&why);
                    }
                    self.settle(Err(why));
                }
            },
            Next::Edit(text) => effects.push(Effect::Edit(text)),
            Next::ActAs(login) => {
                self.leave();
                let became = self.desk.act_as(&login).and_then(|()| {
                    self.news = News::read(&self.desk)?;
                    self.show_view(View::Queue)
                });
                match became {
                    Ok(()) => self.say(format!("you are {login} now; : and a name changes that")),
                    Err(why) => self.settle(Err(why)),
                }
            }
            Next::Quit => effects.push(Effect::Quit),
        }
    }

    fn repeat(&mut self, effects: &mut Vec<Effect>) {
        let subject = self.stack.last().and_then(|top| top.subject());
        match (self.last_verb.clone(), subject) {
            (Some(verb), Some(Subject { records })) => self.follow(Next::Do(Command::on(&records, *verb)), effects),
            (None, _) => self.say("nothing was done yet that could be repeated"),
            (_, None) => self.say("there is no ticket under the cursor"),
        }
    }

    fn carry_out(&mut self, command: Command) {
        // When every record refused, the first refusal is the answer, and what was typed stays.
        let done = command.carry_out(&mut self.desk).and_then(|receipt| match &receipt.skipped[..] {
            [(_, refusal), ..] if receipt.records.is_empty() => Err(refusal.clone().into()),
            _ => Ok(receipt),
        });
        let dialog = self.stack.last().is_some_and(|top| top.is_overlay());
        match done {
            Err(why) => {
                if let Some(top) = self.stack.last_mut().filter(|_| dialog) {
                    top.refused(&why);
                }
                self.settle(Err(why));
            }
            Ok(receipt) => {
                if let Command::Verb(verb, _) = &command {
                    self.last_verb = Some(verb.clone());
                }
                if dialog {
                    self.forget_draft();
                    self.stack.pop();
                }
                self.done(&command, &receipt);
            }
        }
    }

    fn done(&mut self, command: &Command, receipt: &Receipt) {
        let nothing = receipt.records.is_empty();
        self.said = Said { text: receipt.sentence(), error: false, undoable: !nothing };
        let (act, records) = match command {
            // The lists below know its tickets.
            Command::OpenProblem(open) => (Act::Link, open.incidents.clone()),
            Command::Problem(..) | Command::Accept(_) | Command::Refuse(..) => (Act::Edit, Vec::new()),
            _ => (receipt.act, receipt.records.iter().map(|(_, agg)| *agg).collect()),
        };
        for screen in &mut self.stack {
            screen.done(act, &records);
        }
        self.reload();
        if let (Command::TakeNext(_) | Command::AcceptNext, Some((_, agg))) = (command, receipt.records.first()) {
            let siblings = self.stack.last().map(|top| top.siblings()).unwrap_or_default();
            self.go(Place::Record(*agg, siblings));
        }
        self.follow_up(command, receipt);
    }

    /// What a command on a problem leads to: a resolved one asks which incidents end with it, and each of them is told.
    fn follow_up(&mut self, command: &Command, receipt: &Receipt) {
        match command {
            opening if opening.opens_problem() => {
                if let Some((_, agg)) = receipt.records.first() {
                    self.go(Place::Record(*agg, Vec::new()));
                }
            }
            // The caller is still on the phone; what helps is read, and the next verb is for this ticket.
            Command::Log(log, _) if log.known_error.is_some() => {
                if let Some((_, agg)) = receipt.records.first() {
                    self.go(Place::Record(*agg, Vec::new()));
                }
            }
            Command::Problem(verb, agg) if verb.resolves() => {
                let said = std::mem::take(&mut self.said);
                self.go(Place::Problem(*agg, ProblemForm::Offer));
                if !self.said.error {
                    self.said = said;
                }
            }
            Command::ResolveLinked(_, asked, _) if !asked.is_empty() => {
                let ended = receipt.also.iter().map(|(act, name, _)| (name.clone(), done(*act).to_owned()));
                let left =
                    receipt.skipped.iter().map(|(name, refusal)| (name.clone(), format!("! {}", refusal.message)));
                let title = format!("Ended with {}", receipt.name());
                self.go(Place::Outcome(title, left.chain(ended).collect()));
            }
            _ => {}
        }
    }

    /// What was typed in the top dialog is sent: nothing of it is left to keep.
    fn forget_draft(&mut self) {
        let typed = self.stack.last_mut().and_then(|top| top.sent());
        let place = typed.or_else(|| self.unsaved.take().map(|(draft, _)| draft.place));
        self.unsaved = None;
        if let Some(place) = place {
            let (login, now) = (self.desk.person().login.clone(), self.desk.now());
            let forgot = self.desk.store_mut().save_draft(&login, &place, "", now);
            self.settle(forgot.map_err(Error::from));
        }
    }

    fn reload(&mut self) {
        self.stale = true;
        for n in 0..self.stack.len() {
            let loaded = self.stack[n].load(&self.desk);
            self.settle(loaded);
        }
        let heard = self.hear();
        self.settle(heard);
        let read = self.read_header();
        self.settle(read);
    }

    /// Follows the news. A batch of them is heard once.
    fn hear(&mut self) -> Result<(), Error> {
        let fresh = self.news.follow(&self.desk)?;
        if let Some(bytes) = bell::ring(self.config.notify(), &fresh) {
            self.ring = Some(bytes);
        }
        Ok(())
    }

    fn read_header(&mut self) -> Result<(), Error> {
        self.header.news = self.news.len();
        let counts = self.desk.inbox_counts()?;
        let person = self.desk.person();
        self.header.waiting = u64::try_from(InboxTab::Inbox.count(&counts)).unwrap_or(0);
        self.header.late = counts.late > 0;
        self.header.tier = person.tier.map(|tier| format!("T{tier}")).unwrap_or_default();
        self.header.login = person.login.to_string();
        self.header.view = Some(self.view);
        self.major = self.desk.declared()?;
        self.tell_handover()
    }

    /// Says once that a colleague's hand-over waits.
    fn tell_handover(&mut self) -> Result<(), Error> {
        let waits = self.desk.handover_for_me()?;
        let known = std::mem::replace(&mut self.handover, waits.as_ref().map(|case| case.agg));
        if let Some(case) = waits.filter(|case| known != Some(case.agg))
            && let Some(who) = &case.is.fields.signed_out_by
        {
            let key = self.keymap.key(Context::Global, Action::Handover).unwrap_or_else(|| ":handover".to_owned());
            self.say(format!("hand-over of {who} waits, {key}"));
        }
        Ok(())
    }

    pub fn say(&mut self, text: impl Into<String>) {
        self.said = Said { text: text.into(), ..Said::default() };
        self.stale = true;
    }

    /// Shows why something came to nothing.
    fn settle(&mut self, outcome: Result<(), Error>) {
        if let Err(why) = outcome {
            let hint = if why.hint().is_empty() { String::new() } else { format!("; {}", why.hint()) };
            self.fail(format!("{why}{hint}"));
        }
    }

    /// Says why something came to nothing; it stays until the next key.
    pub fn fail(&mut self, why: impl Into<String>) {
        self.said = Said { text: why.into(), error: true, undoable: false };
        self.stale = true;
    }

    fn clock(&self, seconds: bool) -> String {
        let (now, zone) = (self.desk.now(), self.desk.policy().zone);
        let minutes = clock::time(now, zone);
        if seconds { format!("{minutes}:{:02}", now.0.rem_euclid(60)) } else { minutes }
    }
}
