//! What can be done about a major incident as it stands, each with its form.

use super::choosing::{Choosing, List, Then};
use super::resolve::{choices, resolve_of};
use super::subject::About;
use super::write::filled_note;
use super::writing::Writing;
use crate::app::major::MajorView;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::major::{DeclareMajor, ProposeMajor, Pursued, RefuseMajor, ReviewMajor, StandDown};
use crate::domain::id::AggId;
use crate::domain::incident::{MajorState, ResolutionCode, State, Subcategory};
use crate::domain::number::{Kind, Number};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Role, User};
use crate::domain::text::{CauseNote, Lesson, Login, Reason};
use crate::domain::ticket::{LinkKind, Ticket};
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::{Next, Subject};

/// Stands where a problem is named, until the desk has found it.
const NAMED: &str = "a problem looks into it";

/// One thing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Become a child of the declared one at this place of the list.
    Join(usize),
    Propose,
    Declare,
    Refuse,
    Update,
    Add,
    StandDown,
    Review,
}

pub struct Majoring {
    about: About,
    view: MajorView,
    /// Incidents alike that could become its children.
    alike: Vec<(AggId, Ticket)>,
    /// Who could lead it.
    leads: Vec<User>,
    /// Declared ones that it could join.
    others: Vec<MajorView>,
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Majoring>, Error> {
    let about = About::read(subject, desk)?;
    let view = desk.major(about.records[0])?;
    let alike = desk.could_join(&view.case)?;
    let works = |user: &User| user.active && (user.is(Role::Supervisor) || user.is(Role::Technician));
    let leads = desk.store().users()?.into_iter().filter(works).collect();
    let declared = |it: &MajorView| it.case.ticket().major_state == MajorState::Declared;
    let mut others = desk.majors()?;
    others.retain(|it| declared(it) && !about.records.contains(&it.case.agg));
    let it = Majoring { about, view, alike, leads, others };
    let entries: Vec<_> = it.steps().into_iter().map(|(step, label, to)| Entry::new(step, label, to)).collect();
    let count = entries.len();
    let now = it.state().word().replace('_', " ");
    let title = match it.state() {
        MajorState::None => it.about.titled("Major incident:"),
        _ => format!("{}, {now}", it.about.titled("Major incident")),
    };
    let picker = Picker::new(title, Digits::Choose, entries).hints("1-9 choose   Esc close");
    Ok(Choosing::new(it, picker, count))
}

impl Majoring {
    fn state(&self) -> MajorState {
        self.about.ticket().major_state
    }

    /// What fits, the usual step first; whether this person may is for the verb to say. Several can only join.
    fn steps(&self) -> Vec<(Step, String, String)> {
        let own = self.own_steps().into_iter().map(|(step, label, to)| (step, label.to_owned(), to));
        let may_join = !self.state().ever_declared() && self.about.ticket().parent_major().is_none();
        let join = self.others.iter().enumerate().filter(|_| may_join).map(|(n, other)| {
            let ticket = other.case.ticket();
            (Step::Join(n), format!("child of {}", ticket.name()), ticket.title.to_string())
        });
        if self.about.is_one() { join.chain(own).collect() } else { join.collect() }
    }

    fn own_steps(&self) -> Vec<(Step, &'static str, String)> {
        let open = self.view.open().count();
        let supervisor = self.about.me.is(Role::Supervisor);
        let declare = (Step::Declare, "declare it", "a lead, P1, news every half hour".to_owned());
        let propose = (Step::Propose, "propose it to a supervisor", "candidate".to_owned());
        let update = (Step::Update, "update to all", format!("its requester and {}", children(open)));
        let add = (Step::Add, "take in incidents alike", format!("{} could be children", self.alike.len()));
        let stand_down = (Step::StandDown, "stand down", format!("resolved, {} offered", children(open)));
        let review = (Step::Review, "review", "what was learned".to_owned());
        let alive = self.about.ticket().state.open();
        match self.state() {
            MajorState::None if supervisor => vec![declare, propose],
            MajorState::None => vec![propose, declare],
            MajorState::Candidate => vec![declare, (Step::Refuse, "refuse it", "no major incident".to_owned())],
            MajorState::Declared if self.alike.is_empty() => vec![update, stand_down],
            MajorState::Declared => vec![update, add, stand_down],
            MajorState::StoodDown if alive => vec![review, update, declare],
            MajorState::StoodDown => vec![review, update],
            MajorState::Reviewed if alive => vec![declare],
            MajorState::Reviewed => vec![],
        }
    }

    fn form(&self, step: Step) -> Then<Step> {
        Then::write(match step {
            Step::Join(n) => {
                let join = Command::AddChildren(self.others[n].case.agg, self.about.records.clone());
                return Then::Next(Next::Do(join));
            }
            Step::Propose => self.asks_why("Propose as a major incident", "propose major", |reason| {
                Verb::ProposeMajor(ProposeMajor { reason })
            }),
            Step::Refuse => {
                self.asks_why("No major incident", "refuse major", |reason| Verb::RefuseMajor(RefuseMajor { reason }))
            }
            Step::Declare => self.declare(),
            Step::Update => self.update(),
            Step::Add => self.add(),
            Step::StandDown => self.stand_down(),
            Step::Review => self.review(),
        })
    }

    fn writing(&self, form: Form, place: &str, send: impl Fn(&mut Form) -> Result<Next, Refusal> + 'static) -> Writing {
        Writing::new(send, form, self.about.place(place), self.about.inserts())
    }

    fn asks_why(&self, title: &str, place: &str, verb: impl Fn(Reason) -> Verb + 'static) -> Writing {
        let form = Form::new(format!("{title}: {}", self.about.ticket().name()))
            .field("text", "Why", Field::Area(Editor::default()))
            .required();
        let records = self.about.records.clone();
        self.writing(form, place, move |form| {
            Ok(Next::Do(Command::on(&records, verb(Reason::new(&form.text("text"))?))))
        })
    }

    fn declare(&self) -> Writing {
        let me = self.leads.iter().position(|user| user.login == self.about.me.login);
        let options = self.leads.iter().map(|user| Choice::new(user.login.as_str(), user.login.as_str())).collect();
        let form = Form::new(self.about.titled("Declare a major incident:"))
            .field("lead", "Lead", Field::Choice { options, chosen: me })
            .required()
            .leads_to("text");
        let form = ticks(form, "Children", self.alike.iter().map(|(_, ticket)| ticket), true)
            .field("text", "Why", Field::Area(Editor::default()))
            .required()
            .focused("text");
        let (agg, alike) = (self.about.records[0], identities(&self.alike));
        self.writing(form, "declare major", move |form| {
            let lead = form.choice("lead").ok_or_else(|| Code::FieldMissing.because("name a lead"))?;
            let verb = DeclareMajor { reason: Reason::new(&form.text("text"))?, lead: Login::new(lead)? };
            Ok(Next::Do(Command::Declare(agg, verb, ticked(form, &alike))))
        })
    }

    fn update(&self) -> Writing {
        let open = self.view.open().count();
        let to = format!("the requester of {} and those of {}", self.about.ticket().name(), children(open));
        let form = Form::new(self.about.titled("Update to all:"))
            .field("to", "To", Field::Info(vec![to]))
            .field("text", "Text", Field::Area(Editor::default()))
            .required()
            .focused("text");
        let agg = self.about.records[0];
        self.writing(form, "update major", move |form| {
            Ok(Next::Do(Command::Update(agg, filled_note(&form.text("text"))?)))
        })
    }

    fn add(&self) -> Writing {
        let form = Form::new(self.about.titled("Children of"));
        let form = ticks(form, "Alike", self.alike.iter().map(|(_, ticket)| ticket), true);
        let (agg, alike) = (self.about.records[0], identities(&self.alike));
        self.writing(form, "children", move |form| Ok(Next::Do(Command::AddChildren(agg, ticked(form, &alike)))))
    }

    /// One that is resolved already asks only about its children.
    fn stand_down(&self) -> Writing {
        let ticket = self.about.ticket();
        let open: Vec<_> = self.view.open().cloned().collect();
        let resolved = ticket.state == State::Resolved;
        let mut form = Form::new(self.about.titled("Stand down"));
        if !resolved && ticket.subcategory == Subcategory::Unknown {
            let kinds = Subcategory::ALL.iter().filter(|kind| ticket.category.holds_for_incident(**kind));
            let kinds = kinds.filter(|kind| **kind != Subcategory::Unknown).map(|kind| kind.word()).collect();
            form = form.field("kind", "It was", choices(kinds, None)).required().leads_to("text");
        }
        if !resolved {
            let codes = ResolutionCode::ALL.iter().filter(|code| **code != ResolutionCode::ResolvedWithProblem);
            let codes = codes.map(|code| code.word()).collect();
            form = form
                .field("code", "Code", choices(codes, Some(ResolutionCode::Fixed.word())))
                .required()
                .leads_to("text");
        }
        form = ticks(form, "With it", open.iter().map(|(_, ticket)| ticket), true);
        if !resolved {
            form = form
                .field("text", "How", Field::Area(Editor::default()))
                .required()
                .field("public", "Requester", Field::Toggles(vec![("may read it".to_owned(), true)]))
                .focused("text");
        }
        let (agg, open) = (self.about.records[0], identities(&open));
        self.writing(form, "stand down", move |form| {
            let resolve = if resolved { None } else { Some(resolve_of(form)?) };
            Ok(Next::Do(Command::StandDown(agg, StandDown { resolve }, ticked(form, &open))))
        })
    }

    fn review(&self) -> Writing {
        let cause = self.about.ticket().cause_note.as_ref().map_or("", CauseNote::as_str);
        let linked = self.about.first.links.iter().find(|link| link.outward && link.kind == LinkKind::SymptomOf);
        let looks = linked.map(|link| link.name.clone()).unwrap_or_default();
        let form = Form::new(self.about.titled("Review of"))
            .field("text", "Timeline", Field::Area(Editor::default()))
            .required()
            .field("helped", "Helped", Field::Area(Editor::default()))
            .required()
            .field("cause", "Cause", Field::Line(Prompt::new(cause)))
            .field("problem", "Problem", Field::Line(Prompt::new(&looks)))
            .required()
            .field("how", "", Field::Info(vec!["PRB-3 that looks into the cause, or why none does".to_owned()]));
        let agg = self.about.records[0];
        self.writing(form, "review major", move |form| {
            let (cause, problem) = (form.text("cause"), form.text("problem"));
            let number = problem.trim().parse::<Number>().ok().filter(|number| number.kind == Kind::Problem);
            // A number stands for its problem; why none looks into it is a sentence.
            let why = if number.is_some() { NAMED } else { problem.as_str() };
            let verb = ReviewMajor {
                timeline: Lesson::new(&form.text("text"))?,
                helped: Lesson::new(&form.text("helped"))?,
                cause: if cause.trim().is_empty() { None } else { Some(CauseNote::new(&cause)?) },
                problem: Pursued::Not(Reason::new(why)?),
            };
            Ok(Next::Do(match number {
                Some(number) => Command::ReviewMajor(agg, Box::new(verb), number.to_string()),
                None => Command::on(&[agg], Verb::ReviewMajor(verb)),
            }))
        })
    }
}

impl List for Majoring {
    type Key = Step;

    fn chose(&mut self, step: Step) -> Then<Step> {
        self.form(step)
    }
}

/// A list with ticks, if there is anything to tick.
fn ticks<'a>(form: Form, label: &str, tickets: impl Iterator<Item = &'a Ticket>, on: bool) -> Form {
    let boxes: Vec<_> = tickets.map(|ticket| (ticket.name(), on)).collect();
    if boxes.is_empty() { form } else { form.field("children", label, Field::Toggles(boxes)) }
}

fn ticked(form: &Form, offered: &[AggId]) -> Vec<AggId> {
    offered.iter().enumerate().filter(|(n, _)| form.toggled("children", *n)).map(|(_, agg)| *agg).collect()
}

fn children(open: usize) -> String {
    if open == 1 { "1 open child".to_owned() } else { format!("{open} open children") }
}

fn identities(tickets: &[(AggId, Ticket)]) -> Vec<AggId> {
    tickets.iter().map(|(agg, _)| *agg).collect()
}
