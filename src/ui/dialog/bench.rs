//! A small desk with a few records, and a person at its keys: for the tests of the dialogs.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;

use crate::app::run::Requester;
use crate::app::{Desk, Identity};
use crate::domain::command::Verb;
use crate::domain::command::log::Log;
use crate::domain::command::take::Take;
use crate::domain::id::AggId;
use crate::domain::incident::{Subcategory, Symptom};
use crate::domain::number::SiteCode;
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Description, Label, Login, Name, Title};
use crate::store::New;
use crate::ui::chord::parse_sequence;
use crate::ui::command::Command;
use crate::ui::keymap::{Keymap, Meaning};
use crate::ui::screen::{Event, Next, Place, Screen, Subject};
use crate::ui::theme::{GlyphSet, Palette, Theme};

/// Noon of Tuesday 2026-11-24 in Berlin.
const NOON_MS: i64 = 1_795_518_000_000;

/// dana supervises, ann and bob are tier 1, carla is tier 2. Ann has INC-1 and INC-2, INC-3 is free.
pub struct Bench {
    pub desk: Desk,
    keymap: Keymap,
    _dir: TempDir,
}

pub fn login(text: &str) -> Login {
    Login::new(text).unwrap()
}

fn user(name: &str, tier: i64, role: Role) -> User {
    User {
        login: login(&name.to_lowercase()),
        name: Name::new(name).unwrap(),
        roles: [role].into(),
        tier: Tier::new(tier),
        disciplines: [Discipline::Software].into(),
        rights: Rights::LocalAdmin,
        active: true,
    }
}

fn call(title: &str) -> Log {
    Log::titled(Title::new(title).unwrap())
}

impl Bench {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: login("dana"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let clock = Box::new(|| NOON_MS);
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        for (name, tier) in [("Ann", 1), ("Bob", 1), ("Carla", 2)] {
            desk.set_user(&user(name, tier, Role::Technician)).unwrap();
        }
        let mut it = Self { desk, keymap: Keymap::default(), _dir: dir };
        it.be("ann");
        let requester = Some(Requester::Named("Marta Ricci".into()));
        let vpn = Log {
            description: Some(Description::new("The VPN client says: session terminated.\nOnly on WiFi.").unwrap()),
            endpoints: vec![Label::new("LAP-0442").unwrap()],
            subcategory: Subcategory::IntegrationFault,
            ..call("VPN drops every 20 min")
        };
        it.desk.log(&vpn, requester.as_ref()).unwrap();
        let login_fails = Log { symptom: Symptom::LoginFailure, ..call("Cannot sign in to the portal") };
        it.desk.log(&login_fails, requester.as_ref()).unwrap();
        it.desk.log(&call("VPN drops at home"), Some(&Requester::Named("k.osei".into()))).unwrap();
        for n in 1..=2 {
            let agg = it.inc(n);
            it.desk.run(&Verb::Take(Take), agg).unwrap();
        }
        it
    }

    /// INC-1 waits for tier 2, and carla looks at it.
    pub fn proposed() -> Self {
        let mut it = Self::new();
        let place = Place::Escalate(it.about(&[1]));
        it.done(&place, "2 'roll back the firmware' ctrl-s");
        it.be("carla");
        it
    }

    pub fn be(&mut self, who: &str) {
        self.desk.act_as(&login(who)).unwrap();
    }

    pub fn inc(&self, n: u32) -> AggId {
        self.desk.find_text(&format!("INC-{n}")).unwrap()
    }

    pub fn about(&self, numbers: &[u32]) -> Subject {
        Subject { records: numbers.iter().map(|n| self.inc(*n)).collect() }
    }

    pub fn open(&self, place: &Place) -> Box<dyn Screen> {
        super::open(place, &self.desk, &self.keymap).unwrap().unwrap()
    }

    /// Presses keys as the loop does: named ones, and texts between quotes. Answers what the last one led to.
    pub fn press(&self, screen: &mut dyn Screen, keys: &str) -> Next {
        let mut next = Next::Stay;
        for (n, part) in keys.split('\'').enumerate() {
            if n % 2 == 1 {
                for c in part.chars() {
                    next = screen.update(Event::Text(c.to_string()));
                    screen.look(&self.desk).unwrap();
                }
            } else {
                for key in part.split_whitespace() {
                    next = self.key(screen, key);
                    screen.look(&self.desk).unwrap();
                }
            }
        }
        next
    }

    fn key(&self, screen: &mut dyn Screen, key: &str) -> Next {
        let context = screen.context();
        match self.keymap.meaning(context, &parse_sequence(key).unwrap()) {
            Meaning::Does(action) => screen.update(Event::Act(action)),
            _ if context.takes_text() && key.chars().count() == 1 => screen.update(Event::Text(key.to_owned())),
            _ => panic!("`{key}` does nothing in {context}"),
        }
    }

    /// Opens a dialog and presses keys; the command that results.
    pub fn command(&self, place: &Place, keys: &str) -> Command {
        let mut screen = self.open(place);
        match self.press(&mut *screen, keys) {
            Next::Do(command) => command,
            other => panic!("{keys} leads to {other:?} at\n{}", self.drawn(&mut *screen, 80, 24)),
        }
    }

    /// The verb that results, and that the desk carried it out on as many records.
    pub fn done(&mut self, place: &Place, keys: &str) -> (Verb, usize) {
        let command = self.command(place, keys);
        let receipt = command.carry_out(&mut self.desk).unwrap_or_else(|why| panic!("{keys}: {why}"));
        match command {
            Command::Verb(verb, _) => (*verb, receipt.records.len()),
            other => panic!("{keys} is no verb: {other:?}"),
        }
    }

    pub fn drawn(&self, screen: &mut dyn Screen, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
        terminal.draw(|frame| screen.draw(frame, frame.area(), &theme)).unwrap();
        let text = terminal.backend().to_string();
        let lines = text.lines().map(|line| line.trim_matches('"').trim_end());
        lines.collect::<Vec<_>>().join("\n")
    }
}
