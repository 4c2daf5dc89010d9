//! Checklists: what to look at first, by kind of fault or program, in steps that are ticked with one key.

use super::file::{Named, fits, word};
use super::fit::{Fits, Situation};
use crate::domain::escalation::Item;
use crate::domain::policy::read::Table;
use crate::domain::text::{Finding, Label};
use crate::domain::ticket::{Answered, Ticket};

/// Longest step, in characters: it fits beside a ticket.
const STEP_MAX: usize = 40;
/// Most steps: they are seen at a glance.
const STEPS_MAX: usize = 12;

/// A list by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub name: String,
    pub fits: Fits,
    pub steps: Vec<Step>,
    /// File and line.
    pub from: String,
}

/// A step of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub text: Label,
    /// The item of the hand-off that it answers.
    pub item: Option<Item>,
}

/// How a step of a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticked {
    No,
    Done,
    /// It was answered that it cannot be done, or need not be.
    Left,
}

impl Step {
    pub fn ticked(&self, ticket: &Ticket) -> Ticked {
        let answer = self.item.and_then(|item| ticket.answers()[item as usize]);
        match answer {
            Some(answer) if answer.answered == Answered::Done => Ticked::Done,
            Some(_) => Ticked::Left,
            None if ticket.ticks.contains(&self.text) => Ticked::Done,
            None => Ticked::No,
        }
    }

    /// What was found, if it answers an item.
    pub fn finding<'a>(&self, ticket: &'a Ticket) -> Option<&'a Finding> {
        ticket.answers()[self.item? as usize]?.finding.as_ref()
    }

    /// Is a tick alone no answer? Only the steps of the diagnosis are done without a word.
    pub fn asks_for_words(&self) -> bool {
        self.item.is_some_and(|item| !item.diagnostic())
    }

    /// A step of the diagnosis that a list does not name.
    fn of_diagnosis(item: Item) -> Self {
        let text = Label::new(&item.label().to_lowercase()).expect("a label is a short text");
        Self { text, item: Some(item) }
    }
}

/// The steps for a record: those of the list that its template chose, else of the one that meets it best; then the
/// steps of the diagnosis that the list leaves out, as every hand-off is asked for them.
pub fn steps_of(lists: &[Checklist], ticket: &Ticket) -> Vec<Step> {
    let mut steps = list_of(lists, ticket).map_or_else(Vec::new, |list| list.steps.clone());
    for item in Item::ALL.iter().copied().filter(|item| item.diagnostic()) {
        if !steps.iter().any(|step| step.item == Some(item)) {
            steps.push(Step::of_diagnosis(item));
        }
    }
    steps
}

/// The list of a record; none where no list is for it.
pub fn list_of<'a>(lists: &'a [Checklist], ticket: &Ticket) -> Option<&'a Checklist> {
    let chosen = ticket.checklist.as_ref().and_then(|name| lists.iter().find(|list| list.name == name.as_str()));
    chosen.or_else(|| {
        let situation = Situation::of(ticket);
        let meets = |list: &Checklist| {
            let unknown = list.fits.subcategories.contains(&ticket.subcategory);
            let points = list.fits.points(&situation).filter(|_| !list.fits.is_general())?;
            Some(points.max(usize::from(unknown))).filter(|points| *points > 0)
        };
        let met = lists.iter().filter_map(|list| Some((meets(list)?, list)));
        // The first of the best, as they stand in their files.
        met.reduce(|best, one| if one.0 > best.0 { one } else { best }).map(|(_, list)| list)
    })
}

impl Named for Checklist {
    const TABLE: &'static str = "checklist";

    fn name(&self) -> &str {
        &self.name
    }

    fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let from = format!("{}:{}", table.at.file, table.at.line);
        let (name, _) = table.text("name");
        let fits = fits(table);
        let at = table.place("step");
        let nodes = table.list("step");
        if nodes.is_empty() || nodes.len() > STEPS_MAX {
            table.note(&at, format!("1 to {STEPS_MAX} steps are needed, not {}", nodes.len()));
        }
        let mut steps: Vec<Step> = Vec::new();
        for node in nodes {
            let at = node.at.clone();
            let Some(step) = table.within(node, step) else { continue };
            if step.item.is_some() && steps.iter().any(|other| other.item == step.item) {
                table.note(&at, "another step answers this item already");
            }
            steps.push(step);
        }
        Some(Self { name, fits, steps, from })
    }
}

fn step(table: &mut Table<'_, '_>) -> Option<Step> {
    let (text, at) = table.text("text");
    let item = word(table, "item", Item::from_word, Item::ALL.iter().map(|it| it.word()));
    if text.chars().count() > STEP_MAX {
        table.note(&at, format!("a step has at most {STEP_MAX} characters"));
    }
    match Label::new(&text) {
        Ok(text) => Some(Step { text, item }),
        Err(_) => {
            table.note(&at, "a step says what to do");
            None
        }
    }
}

/// The checklists that ship with the program.
pub(super) const SHIPPED: &str = include_str!("../../../assets/checklists.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ready::{Ready, file};
    use crate::domain::incident::Subcategory;
    use crate::domain::text::Title;

    fn ticket(title: &str, kind: Subcategory) -> Ticket {
        Ticket { title: Title::new(title).unwrap(), subcategory: kind, ..Ticket::default() }
    }

    #[test]
    fn a_program_chooses_the_list_before_the_kind_of_fault() {
        let lists = &Ready::shipped().checklists;
        let name = |ticket: &Ticket| list_of(lists, ticket).map(|list| list.name.clone());
        for (title, kind, expected) in [
            ("Excel closes by itself", Subcategory::Crash, Some("crash")),
            ("Outlook closes by itself", Subcategory::Crash, Some("outlook")),
            ("VPN drops", Subcategory::IntegrationFault, Some("vpn")),
            ("It is odd", Subcategory::Unknown, Some("unknown")),
            ("Printer is odd", Subcategory::Unknown, Some("printing")),
            ("New laptop", Subcategory::NewInstall, None),
        ] {
            assert_eq!(name(&ticket(title, kind)).as_deref(), expected, "{title}");
        }
        let chosen = |name: &str| Ticket { checklist: Label::new(name).ok(), ..ticket("x", Subcategory::Crash) };
        assert_eq!(name(&chosen("vpn")).as_deref(), Some("vpn"));
        assert_eq!(name(&chosen("gone")).as_deref(), Some("crash"), "a list that is no more falls back");
    }

    #[test]
    fn every_record_can_be_diagnosed() {
        let ready = Ready::shipped();
        for kind in Subcategory::ALL {
            let steps = ready.steps_of(&ticket("x", *kind));
            for item in [Item::H2, Item::H3, Item::H4, Item::H5] {
                assert_eq!(steps.iter().filter(|step| step.item == Some(item)).count(), 1, "{kind} {item}");
            }
        }
        for kind in Subcategory::ALL.iter().filter(|it| crate::domain::incident::Category::Fix.holds_for_incident(**it))
        {
            assert!(list_of(&ready.checklists, &ticket("x", *kind)).is_some(), "{kind} has a list");
        }
    }

    #[test]
    fn a_step_stands_as_its_answer_or_its_tick() {
        let finding = Finding::new("grid.dll").unwrap();
        let it = Ticket {
            h2: Some(crate::domain::ticket::Answer::ticked()),
            h4: Some(crate::domain::ticket::Answer { answered: Answered::NotPossible, finding: Some(finding) }),
            ticks: [Label::new("add-ins off").unwrap()].into(),
            ..Ticket::default()
        };
        let step = |text: &str, item| Step { text: Label::new(text).unwrap(), item };
        for (step, ticked) in [
            (step("a", Some(Item::H2)), Ticked::Done),
            (step("b", Some(Item::H3)), Ticked::No),
            (step("c", Some(Item::H4)), Ticked::Left),
            (step("add-ins off", None), Ticked::Done),
            (step("add-ins on", None), Ticked::No),
        ] {
            assert_eq!(step.ticked(&it), ticked, "{}", step.text);
        }
    }

    #[test]
    fn mistakes_of_a_file() {
        let list = |steps: &str| format!("[[checklist]]\nname = \"a\"\nstep = [{steps}]\n");
        let long = "x".repeat(41);
        for (text, mistake) in [
            (list(""), "f:3: checklist.step: 1 to 12 steps are needed, not 0"),
            (list("{ text = \"\" }"), "f:3: checklist.step.text: a step says what to do"),
            (list(&format!("{{ text = \"{long}\" }}")), "a step has at most 40 characters"),
            (list("{ text = \"x\", item = \"h14\" }"), "`h14` is not known; use h1, h2"),
            (
                list("{ text = \"x\", item = \"h2\" }, { text = \"y\", item = \"h2\" }"),
                "another step answers this item",
            ),
            (list("{ text = \"x\", tem = \"h2\" }"), "unknown key"),
        ] {
            let (found, mistakes) = file::read::<Checklist>(&text, "f");
            let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            assert!(told.iter().any(|it| it.contains(mistake)), "{text}: {told:?}");
            assert_eq!(found, []);
        }
    }
}
