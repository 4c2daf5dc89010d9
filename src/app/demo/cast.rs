//! Which stories are told: the shipped ones as they are, and as many retold with other people, machines and times as
//! are asked for.

use super::Options;
use super::content::World;
use super::dice::Dice;
use super::hours::Hours;
use super::story::{Deed, Story};
use crate::domain::role::{Tier, User};
use crate::domain::text::Login;
use crate::domain::time::{Instant, Secs};

/// A story about to be told.
#[derive(Debug, Clone)]
pub struct Play<'w> {
    pub story: &'w Story,
    /// Which contact of the world reports it.
    pub contact: Option<usize>,
    pub machines: Vec<String>,
    /// Position in open time of the report.
    pub start: i64,
    /// Pace of its steps in per cent of the story's.
    pace_pct: i64,
    /// Words of the story and what stands for them here.
    words: Vec<(String, String)>,
    /// Is it a shipped story as it is? Only those are spoken of by others.
    pub original: bool,
}

impl Play<'_> {
    /// Positions of the report and of each step.
    pub fn positions(&self) -> impl Iterator<Item = i64> + '_ {
        let mut at = self.start;
        let steps = self.story.step.iter().map(move |step| {
            at += step.wait.0.0 * self.pace_pct / 100;
            at
        });
        std::iter::once(self.start).chain(steps)
    }

    /// A text of the story with the words of this play.
    pub fn tell(&self, text: &str) -> String {
        if self.words.is_empty() {
            return text.to_owned();
        }
        let part_of_word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let inside = part_of_word(first);
            let end = rest.find(|c| part_of_word(c) != inside).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            // A full stop behind a word is no part of it.
            let word = run.trim_end_matches(['.', '-']);
            let other = self.words.iter().find(|(from, _)| from == word).map_or(word, |(_, to)| to);
            told.push_str(other);
            told.push_str(&run[word.len()..]);
            rest = after;
        }
        told
    }

    pub fn title(&self) -> String {
        let title = self.tell(&self.story.title);
        match self.machines.first() {
            Some(host) if !self.original && !title.contains(host.as_str()) => format!("{title}, {host}"),
            _ => title,
        }
    }

    /// Who does here what that user does in the story.
    pub fn login(&self, login: &Login) -> Login {
        let other = self.words.iter().find(|(from, _)| from == login.as_str());
        other.and_then(|(_, to)| Login::new(to).ok()).unwrap_or_else(|| login.clone())
    }
}

/// The plays of a desk, in the order of the shipped file, retold ones after them.
pub fn plays<'w>(world: &'w World, options: &Options, hours: &Hours, now: Instant) -> Vec<Play<'w>> {
    let today = hours.position(now);
    let earliest = hours.position(now - Secs::days(i64::from(options.days)));
    let mut stories: Vec<_> = world.stories.iter().filter(|story| today - story.ago.0.0 >= earliest).collect();
    let wanted = options.tickets as usize;
    if wanted < stories.len() {
        stories.sort_by_key(|story| story.ago.0);
        stories.truncate(wanted);
    }
    let mut plays: Vec<_> = stories.iter().map(|story| original(world, story, hours, today)).collect();
    let alone: Vec<_> = stories.iter().copied().filter(|story| stands_alone(story)).collect();
    let (ended, open): (Vec<_>, Vec<_>) = alone.into_iter().partition(|story| has_ended(story));
    if ended.is_empty() || open.is_empty() {
        return plays;
    }
    let mut dice = Dice::new(options.seed);
    let (mut ended, mut open) = (Deck::new(&ended), Deck::new(&open));
    // A small desk is mostly today's work, a large one mostly history.
    let open_pct = if wanted <= 1_000 { 25 } else { 10 };
    while plays.len() < wanted {
        let still_open = dice.between(1, 100) <= open_pct;
        let story = if still_open { open.draw(&mut dice) } else { ended.draw(&mut dice) };
        let mut play = retold(world, story, &mut dice);
        let length = play.positions().last().unwrap_or(0);
        play.start = if still_open {
            (today - story.ago.0.0 * dice.between(30, 110) / 100).max(earliest)
        } else {
            dice.between(earliest, today - length - 600)
        };
        if let Some(at) = story.at {
            play.start = hours.opening(play.start) + at.0.0;
        }
        plays.push(play);
    }
    plays
}

/// Stories of which each is told again before one is told a third time.
struct Deck<'a, 'w> {
    all: &'a [&'w Story],
    left: Vec<&'w Story>,
}

impl<'a, 'w> Deck<'a, 'w> {
    /// Of a list that is not empty.
    const fn new(all: &'a [&'w Story]) -> Self {
        Self { all, left: Vec::new() }
    }

    fn draw(&mut self, dice: &mut Dice) -> &'w Story {
        if self.left.is_empty() {
            self.left.extend_from_slice(self.all);
        }
        self.left.swap_remove(dice.between(0, self.left.len() as i64 - 1) as usize)
    }
}

fn original<'w>(world: &'w World, story: &'w Story, hours: &Hours, today: i64) -> Play<'w> {
    let start = today - story.ago.0.0;
    Play {
        story,
        contact: story.by.as_deref().and_then(|handle| world.contact(handle)),
        machines: machines(world, story, story.by.as_deref()),
        start: story.at.map_or(start, |at| hours.opening(start) + at.0.0),
        pace_pct: 100,
        words: Vec::new(),
        original: true,
    }
}

/// The story's machines; the requester's own where it names none.
fn machines(world: &World, story: &Story, by: Option<&str>) -> Vec<String> {
    if !story.on.is_empty() {
        return story.on.clone();
    }
    by.and_then(|handle| world.machine_of(handle)).map(str::to_owned).into_iter().collect()
}

fn retold<'w>(world: &'w World, story: &'w Story, dice: &mut Dice) -> Play<'w> {
    let mut words = colleagues(world, dice);
    let contact = story.by.as_deref().map(|by| {
        let other = *dice.pick(&world.like(by));
        words.push((by.to_owned(), world.contacts[other].handle.clone()));
        other
    });
    let handle = contact.map(|contact| world.contacts[contact].handle.as_str());
    let machines = machines(world, story, handle);
    let own = story.by.as_deref().and_then(|by| world.machine_of(by));
    if let (Some(from), Some(to), true) = (own, machines.first(), story.on.is_empty()) {
        words.push((from.to_owned(), to.clone()));
    }
    Play { story, contact, machines, start: 0, pace_pct: dice.between(60, 160), words, original: false }
}

/// Technicians of a tier stand in for one another.
fn colleagues(world: &World, dice: &mut Dice) -> Vec<(String, String)> {
    let mut words = Vec::new();
    for tier in Tier::ALL {
        let of_tier = world.users.iter().filter(|member| User::from(*member).serves(tier) && member.tier == Some(tier));
        let logins: Vec<_> = of_tier.map(|member| member.login.to_string()).collect();
        let turn = dice.between(0, logins.len() as i64 - 1) as usize;
        let other = logins.iter().cycle().skip(turn);
        words.extend(logins.iter().cloned().zip(other.cloned()).filter(|(from, to)| from != to));
    }
    words
}

/// Can be retold by itself: it speaks of no other story.
fn stands_alone(story: &Story) -> bool {
    !story.once && story.step.iter().all(|step| step.deed.of().is_none())
}

fn has_ended(story: &Story) -> bool {
    let last = story.step.last().map(|step| &step.deed);
    matches!(last, Some(Deed::Resolve { .. } | Deed::Close | Deed::Cancel { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    #[test]
    fn words_are_exchanged_whole_and_keep_their_full_stop() {
        let world = World::shipped().unwrap();
        let hours = Hours::around(&Policy::default().calendars["business"], Instant(1_795_518_000), 30);
        let mut play = original(&world, &world.stories[0], &hours, 0);
        play.words = vec![("m.ricci".into(), "k.moen".into()), ("LAP-0442".into(), "WS-1010".into())];
        assert_eq!(
            play.tell("asked m.ricci. LAP-0442, not LAP-0442-2 or am.ricci!"),
            "asked k.moen. WS-1010, not LAP-0442-2 or am.ricci!"
        );
    }
}
