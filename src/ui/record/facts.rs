//! The facts of a ticket: a few lines above the timeline, or a pane beside it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::checklist::Checklist;
use super::since;
use super::stays::Stays;
use super::wish;
use crate::app::query::clock::ClockView;
use crate::app::query::record::RecordView;
use crate::domain::clock::Status;
use crate::domain::incident::{MajorState, State};
use crate::domain::task::VendorState;
use crate::domain::text::cut;
use crate::domain::ticket::{LinkKind, Ticket};
use crate::domain::time::Instant;
use crate::ui::part::clock::{stamp, what_for};
use crate::ui::part::text::{pad, wrap};
use crate::ui::problems::lines::named;
use crate::ui::theme::{Role, Theme};

/// Rows that the timeline keeps below an open checklist.
const TIMELINE_MIN: u16 = 4;

/// Label and value of each fact worth a line.
pub fn lines(view: &RecordView, now: Instant, zone: chrono_tz::Tz) -> Vec<(&'static str, String)> {
    let ticket = view.case.ticket();
    let at = |instant| stamp(instant, now, zone);
    let mut lines = vec![
        ("From", from(view)),
        ("Owner", owner(ticket, now)),
        ("Status", status(ticket, now, zone)),
        ("Asset", joined(ticket.endpoints.iter().map(ToString::to_string))),
        ("App", joined(ticket.software_items.iter().map(ToString::to_string))),
        ("Cat", format!("{}/{}", ticket.category, ticket.subcategory)),
        ("Impact", format!("{}   urgency {}", ticket.impact, ticket.urgency)),
        ("Opened", format!("{}  by {}", at(ticket.opened_at), ticket.source.word().replace('_', " "))),
    ];
    lines.extend(wish::lines(view, now, zone));
    if let Some(contract) = &ticket.contract {
        lines.push(("Under", format!("contract {contract}")));
    }
    let clocks: Vec<_> = view.clocks.iter().filter_map(running).collect();
    if !clocks.is_empty() {
        lines.push(("SLA", clocks.join("   ")));
    }
    if let Some(symptom) = ticket.symptom {
        lines.push(("Symptom", symptom.word().replace('_', " ")));
    }
    if let Some(signature) = &ticket.signature {
        lines.push(("Code", signature.to_string()));
    }
    if !ticket.tags.is_empty() {
        lines.push(("Tags", joined(ticket.tags.iter().map(|tag| tag.as_str().to_owned()))));
    }
    if let (Some(code), Some(at_)) = (ticket.resolution_code, ticket.resolved_at) {
        lines.push(("Solved", format!("{} {}", at(at_), code.word().replace('_', " "))));
    }
    if let Some(reason) = &ticket.priority_reason {
        lines.push(("Prio", format!("set by hand: {reason}")));
    }
    if let Some(major) = major(view, now, zone) {
        lines.insert(0, ("Major", major));
    }
    lines.extend(problem(view).map(|told| ("Cause", told)));
    for link in &view.links {
        let told_apart = link.kind == LinkKind::ChildOfMajor || link.kind == LinkKind::SymptomOf && link.outward;
        if told_apart {
            continue;
        }
        let kind = link.kind.word().replace('_', " ");
        let kind = if link.outward { kind } else { format!("({kind} this)") };
        lines.push(("Link", format!("{kind} {} {}", link.name, link.title)));
    }
    lines.extend(asked(view));
    if let Some(open) = view.case.is.open_escalation() {
        let ago = since(open.proposed_at, now);
        lines.push(("Escal", format!("to tier {} by {}, waits {ago}", open.proposal.to, open.proposed_by)));
    }
    let is = &view.case.is;
    for latched in is.latches.of(is.visits).filter(|_| ticket.state.open()) {
        let rule = latched.trigger.rule();
        let what = match (&latched.waived, latched.answered) {
            (Some(waived), _) => format!("waived by {}", waived.by),
            (None, Some(_)) => "answered".to_owned(),
            (None, None) => latched.asks(),
        };
        lines.push(("Rule", format!("{} {}: {} ({what})", rule.id, rule.name, latched.numbers)));
    }
    let demanded: Vec<_> = is.latches.of(is.visits).filter(|latched| latched.unanswered()).collect();
    if !demanded.is_empty() && ticket.state.open() {
        let rules: Vec<_> = demanded.iter().map(|it| format!("{} {}", it.trigger, it.trigger.rule().name)).collect();
        lines.push(("Must", format!("! escalate (e) or have it waived (f s): {}", rules.join(", "))));
    }
    if let Some(who) = &ticket.attention_of {
        lines.push(("Attn", format!("asked of {who}")));
    }
    lines
}

/// How a major incident stands, with its children; or which one this is a child of.
fn major(view: &RecordView, now: Instant, zone: chrono_tz::Tz) -> Option<String> {
    let ticket = view.case.ticket();
    let of_major = || view.links.iter().filter(|link| link.kind == LinkKind::ChildOfMajor);
    if let Some(parent) = of_major().find(|link| link.outward) {
        return Some(format!("child of {} {}", parent.name, parent.title));
    }
    let lead = ticket.major_lead.as_ref().map(|lead| format!("lead {lead}"));
    let review = ticket.major_review_due_at.map(|due| format!("review due {}", stamp(due, now, zone)));
    let children: Vec<_> = of_major().map(|link| link.name.as_str()).collect();
    let children = (!children.is_empty()).then(|| format!("children {}", children.join(" ")));
    let state = (ticket.major_state != MajorState::None).then(|| ticket.major_state.word().replace('_', " "));
    let said: Vec<_> = state.into_iter().chain(lead).chain(review).chain(children).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The problem that it is a symptom of, how far that is, and whether its workaround was applied here.
fn problem(view: &RecordView) -> Option<String> {
    let problem = view.problem.as_ref()?;
    let applied = view.case.ticket().workaround_used.is_some()
        && view.case.ticket().workaround_used == view.case.ticket().problem();
    let applied = if applied { ", workaround applied" } else { "" };
    Some(format!("{} {}{applied}: {}", problem.name(), named(problem.state), problem.title))
}

/// A task says what it asks about which record; a record says how its tasks stand.
fn asked(view: &RecordView) -> Vec<(&'static str, String)> {
    let ticket = view.case.ticket();
    let mut lines = Vec::new();
    if let Some(parent) = &view.parent {
        lines.push(("About", format!("{} {}", parent.name(), parent.title)));
    }
    if let Some(question) = &ticket.question {
        lines.push(("Asks", question.to_string()));
    }
    if let Some(answer) = &ticket.answer {
        lines.push(("Answer", answer.to_string()));
    }
    if let Some(why) = &ticket.decline_reason {
        lines.push(("Declined", why.to_string()));
    }
    if let Some(vendor) = &ticket.vendor {
        let number = ticket.vendor_ref.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
        lines.push(("Vendor", format!("{vendor}{number}")));
    } else if ticket.vendor_state != VendorState::None {
        lines.push(("Vendor", ticket.vendor_state.word().to_owned()));
    }
    for task in &view.tasks {
        let whom = task.vendor.as_ref().map_or_else(|| task.discipline.to_string(), ToString::to_string);
        let state = task.state.word().replace('_', " ");
        lines.push(("Task", format!("{} {state}, {whom}: {}", task.name(), task.title)));
    }
    lines
}

/// `00:12 to respond`, `-01:32 to resolve`, of a clock that still counts.
fn running(clock: &ClockView) -> Option<String> {
    let reading = clock.reading.as_ref().filter(|_| clock.kept.live())?;
    let paused = if reading.status == Status::Paused { "= " } else { "" };
    Some(format!("{paused}{} {}", reading.remaining.clock_text(), what_for(clock.kept.clock.kind)))
}

fn from(view: &RecordView) -> String {
    let Some(contact) = &view.requester else { return "-".to_owned() };
    let mut text = contact.handle.clone().map_or_else(String::new, |handle| format!("{handle}  "));
    text.push_str(contact.name.as_str());
    let organisation = contact.organisation.as_ref().map(ToString::to_string);
    for more in [organisation, contact.site.clone(), contact.phone.clone()].into_iter().flatten() {
        text.push_str(", ");
        text.push_str(&more);
    }
    if contact.vip { format!("{text}  VIP") } else { text }
}

fn owner(ticket: &Ticket, now: Instant) -> String {
    match &ticket.assignee {
        Some(owner) => format!("{owner}  since {}", since(ticket.state_since, now)),
        None => "-  free".to_owned(),
    }
}

fn status(ticket: &Ticket, now: Instant, zone: chrono_tz::Tz) -> String {
    let state = ticket.state.word().replace('_', " ");
    match (ticket.state, ticket.pending_reason, ticket.follow_up_at) {
        (State::Pending, Some(reason), until) => {
            let until = until.map(|until| format!(" until {}", stamp(until, now, zone))).unwrap_or_default();
            format!("{state}: {}{until}", reason.word().replace('_', " "))
        }
        (State::Queued | State::Open, ..) if ticket.acknowledged_at.is_none() => "new".to_owned(),
        _ if ticket.woke => format!("{state}, woke up"),
        _ => state,
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<_> = words.collect();
    if words.is_empty() { "-".to_owned() } else { words.join(" ") }
}

/// All that the facts are drawn from.
pub struct Facts<'a> {
    pub view: &'a RecordView,
    pub stays: &'a Stays,
    pub checklist: &'a Checklist,
    pub now: Instant,
    pub zone: chrono_tz::Tz,
    pub theme: &'a Theme,
}

impl Facts<'_> {
    fn lines(&self) -> Vec<(&'static str, String)> {
        lines(self.view, self.now, self.zone)
    }

    /// The pane beside the timeline.
    pub fn draw_side(&self, buffer: &mut Buffer, area: Rect) {
        let theme = self.theme;
        let mut y = area.y;
        let room = usize::from(area.width).saturating_sub(9);
        let stays = self.stays.bars(room, theme).into_iter().enumerate();
        let stays = stays.map(|(n, bar)| (if n == 0 { "Tiers" } else { "" }, bar));
        for (label, value) in self.lines().into_iter().chain(stays) {
            for (n, part) in wrap(&value, room.max(8)).into_iter().take(3).enumerate() {
                if y >= area.bottom() {
                    return;
                }
                let label = if n == 0 { label } else { "" };
                buffer.set_string(area.x, y, pad(label, 8), theme.style(Role::Faint));
                buffer.set_stringn(area.x + 8, y, &value[part], room, theme.style(Role::Plain));
                y += 1;
            }
        }
        y += 1;
        let left = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        self.checklist.draw(buffer, left, self.view.case.ticket(), theme);
    }

    /// A few lines above the timeline; answers how many it took.
    pub fn draw_above(&self, buffer: &mut Buffer, area: Rect) -> u16 {
        if area.height < 9 {
            return 0;
        }
        let theme = self.theme;
        let all = self.lines();
        let value = |label: &str| all.iter().find(|line| line.0 == label).map_or("", |line| line.1.as_str());
        let half = usize::from(area.width / 2);
        // Who is calling has a line alone: the number to call back must be seen whole.
        let rows = [
            ("Major", ""),
            ("From", ""),
            ("About", ""),
            ("Asks", ""),
            ("Answer", ""),
            ("Status", "Owner"),
            ("Cat", "Impact"),
            ("Asset", "App"),
            ("Cause", ""),
            ("Escal", "Link"),
            ("Task", "Vendor"),
            ("Must", ""),
        ];
        let mut y = area.y;
        for (left, right) in rows {
            if value(left).is_empty() && value(right).is_empty() {
                continue;
            }
            let alone = value(right).is_empty();
            for (x, label) in [(area.x, left), (area.x + half as u16, right)] {
                if value(label).is_empty() {
                    continue;
                }
                buffer.set_string(x + 1, y, pad(label, 7), theme.style(Role::Faint));
                let room = if alone { usize::from(area.width).saturating_sub(9) } else { half.saturating_sub(9) };
                buffer.set_stringn(x + 8, y, cut(value(label), room), room, theme.style(Role::Plain));
            }
            y += 1;
        }
        for (label, text) in wish::summary(self.view) {
            let room = usize::from(area.width).saturating_sub(9);
            buffer.set_string(area.x + 1, y, pad(label, 7), theme.style(Role::Faint));
            buffer.set_stringn(area.x + 8, y, cut(&text, room), room, theme.style(Role::Plain));
            y += 1;
        }
        if area.height >= 14 && !self.stays.is_empty() {
            let room = usize::from(area.width).saturating_sub(9);
            buffer.set_string(area.x + 1, y, pad("Tiers", 7), theme.style(Role::Faint));
            buffer.set_stringn(area.x + 8, y, self.stays.bar_line(room, theme), room, theme.style(Role::Plain));
            y += 1;
        }
        let ticket = self.view.case.ticket();
        let left =
            Rect { x: area.x + 1, y, width: area.width.saturating_sub(1), height: area.bottom().saturating_sub(y) };
        if self.checklist.at.is_none() {
            self.checklist.draw_line(buffer, Rect { height: 1, ..left }, ticket, theme);
            return y + 1 - area.y;
        }
        // While it has the keys the steps matter more than the timeline; the newest entry stays in sight.
        let height = left.height.saturating_sub(TIMELINE_MIN);
        y += self.checklist.draw(buffer, Rect { height, ..left }, ticket, theme);
        y - area.y
    }
}
