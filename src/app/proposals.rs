//! What the desk proposes about problems: to open one for incidents alike, to link more of them to one, or to take up
//! again one that seems to be back.

use std::collections::BTreeSet;

use super::problems::{open_one, step_problem};
use super::run::{Asking, step};
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::cluster::{
    Alike, COMES_BACK_WITHIN, Cluster, ClusterFields, Key, Subject, agg as place_of, clusters,
};
use crate::domain::command::link::AddLink;
use crate::domain::command::problem::{Open, ProblemVerb, RefuseCluster, Reopen};
use crate::domain::command::{Lookup, Verb};
use crate::domain::event::Event;
use crate::domain::id::AggId;
use crate::domain::incident::ResolutionCode;
use crate::domain::problem::DetectionSource;
use crate::domain::refusal::Code;
use crate::domain::text::Reason;
use crate::domain::ticket::{Link, LinkKind};
use crate::domain::time::Instant;
use crate::store::Tx;
use crate::store::cluster::{EndedProblem, IncidentRow};

/// What accepting a proposal does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// A new problem for all of its incidents.
    Open,
    /// The incidents that are not linked yet are linked to a problem that somebody works on.
    Link { problem: AggId, name: String },
    /// A problem that was resolved is investigated again.
    Reopen { problem: AggId, name: String },
}

impl Offer {
    /// In words: `open a problem`, `link to PRB-3`, `reopen PRB-3`.
    pub fn words(&self) -> String {
        match self {
            Self::Open => "open a problem".to_owned(),
            Self::Link { name, .. } => format!("link to {name}"),
            Self::Reopen { name, .. } => format!("reopen {name}"),
        }
    }
}

/// One incident of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub incident: IncidentRow,
    /// Alike by program and symptom only: of the two, one shows no signature.
    pub weak: bool,
    /// Linked to the problem of the offer already.
    pub linked: bool,
}

/// Something the desk proposes; nothing is written until a person accepts or refuses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub subject: Subject,
    /// What makes the incidents alike, in words: `outlook, crash in use`; a reopened incident's number where nothing
    /// else does. The command line takes it as the name of the proposal.
    pub words: String,
    pub offer: Offer,
    /// The subject of the newest incident.
    pub title: String,
    /// Oldest first, at least one.
    pub incidents: Vec<Member>,
}

impl Proposal {
    /// How many incidents it counts.
    pub fn count(&self) -> usize {
        self.incidents.len()
    }

    /// How many of them match weakly.
    pub fn weak(&self) -> usize {
        self.incidents.iter().filter(|it| it.weak).count()
    }

    /// When the first and the last of them were logged.
    pub fn span(&self) -> (Instant, Instant) {
        let at = |it: Option<&Member>| it.map_or(Instant(0), |it| it.incident.logged_at);
        (at(self.incidents.first()), at(self.incidents.last()))
    }

    fn unlinked(&self) -> Vec<AggId> {
        self.incidents.iter().filter(|it| !it.linked).map(|it| it.incident.agg).collect()
    }
}

impl Desk {
    /// What is proposed now: problems that are back first, then clusters, the largest first. Refused ones keep silent.
    /// Reads the incidents of the policy's last days (14 by default) by one index, so that the work does not grow
    /// with the store.
    pub fn proposals(&self) -> Result<Vec<Proposal>, Error> {
        let (now, rules) = (self.now(), &self.policy().problem);
        let mut proposals = Vec::new();
        let mut back = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for ended in self.store().problems_ended(now - COMES_BACK_WITHIN, now)? {
            let (incidents, of) = self.comeback(ended, now)?;
            if let Some(proposal) = self.reopening(ended.agg, incidents, &of)? {
                back.insert(ended.agg);
                keys.extend(of);
                proposals.extend(self.heard(proposal, now)?);
            }
        }
        let rows = self.store().alike_lately(now - rules.cluster_within, now)?;
        for cluster in clusters(&rows, rules.cluster_count) {
            let said = keys.contains(&cluster.key) || cluster.problem.is_some_and(|it| back.contains(&it));
            if !said && let Some(proposal) = self.of_cluster(cluster)? {
                proposals.extend(self.heard(proposal, now)?);
            }
        }
        Ok(proposals)
    }

    /// The proposal that a ticket is part of, if there is one that was not refused. Cheap: looks only at incidents of
    /// its own program and symptom.
    pub fn proposal_with(&self, ticket: AggId) -> Result<Option<Proposal>, Error> {
        let (now, rules) = (self.now(), &self.policy().problem);
        let case = self.store().case(ticket)?;
        let Some(key) = case.and_then(|case| Key::of(case.ticket())) else { return Ok(None) };
        let rows = self.store().alike_to(&key, now - rules.cluster_within, now)?;
        let mut found = clusters(&rows, rules.cluster_count).into_iter();
        let part = |cluster: &Cluster| cluster.incidents.iter().any(|it| it.agg == ticket && !it.linked);
        let Some(cluster) = found.find(part) else { return Ok(None) };
        match self.of_cluster(cluster)? {
            Some(proposal) => self.heard(proposal, now),
            None => Ok(None),
        }
    }

    /// Does what the proposal offers, in one command. Refuses `stale_revision` when somebody gave one of its incidents
    /// a problem meanwhile; incidents that cannot be linked are left alone and named.
    pub fn accept_proposal(&mut self, proposal: &Proposal) -> Result<Receipt, Error> {
        let unlinked = proposal.unlinked();
        self.write(|asking, tx, receipt| match &proposal.offer {
            Offer::Open => {
                fresh_still(&unlinked, tx)?;
                let found = unlinked.iter().filter_map(|agg| Some((*agg, tx.ticket(*agg)?)));
                let open = Open::from_incidents(&found.collect::<Vec<_>>(), DetectionSource::Cluster)
                    .ok_or_else(|| Code::NotFound.because("those incidents are not there any more"))?;
                open_one(&open, asking, tx, receipt)
            }
            Offer::Link { problem, .. } => link_all(&unlinked, *problem, asking, tx, receipt),
            Offer::Reopen { problem, .. } => {
                let reason = Reason::new(&format!("it came back: {}, {} since", proposal.words, proposal.count()))?;
                step_problem(&ProblemVerb::Reopen(Reopen { reason }), (*problem).into(), asking, tx, receipt)?;
                let mut linked = Receipt::new(asking.cmd);
                link_all(&unlinked, *problem, asking, tx, &mut linked)?;
                receipt.also.extend(linked.records.into_iter().map(|(name, agg)| (Act::Link, name, agg)));
                receipt.skipped.extend(linked.skipped);
                Ok(())
            }
        })
    }

    /// Says no to a proposal: it keeps silent until it counts twice as many incidents, or for the policy's days.
    pub fn refuse_proposal(&mut self, proposal: &Proposal, reason: &Reason) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            let agg = place_of(&proposal.subject);
            let (subject, count) = (proposal.subject.clone(), proposal.count() as i64);
            let before = tx.folded::<ClusterFields>(agg)?;
            let refuse = RefuseCluster { subject, count, reason: reason.clone() };
            let change = refuse.decide(&before.fields, &asking.moment(tx))?;
            receipt.act = change.act;
            tx.append(agg, &before, &change, &asking.author())?;
            receipt.records.push((format!("to {}: {}", proposal.offer.words(), proposal.words), agg));
            Ok(())
        })
    }

    /// A proposal unless it was refused and nothing has changed since.
    fn heard(&self, proposal: Proposal, now: Instant) -> Result<Option<Proposal>, Error> {
        let refused = self.store().refused(place_of(&proposal.subject))?;
        let silent = refused.silent(proposal.count() as i64, now, self.policy().problem.refused_silence);
        Ok((!silent).then_some(proposal))
    }

    fn of_cluster(&self, cluster: Cluster) -> Result<Option<Proposal>, Error> {
        let offer = match cluster.problem {
            None => Offer::Open,
            Some(problem) => Offer::Link { problem, name: self.problem_name(problem)? },
        };
        let incidents = self.members(&cluster.incidents)?;
        let Some(newest) = incidents.last() else { return Ok(None) };
        Ok(Some(Proposal {
            words: cluster.key.to_string(),
            subject: Subject::Cluster(cluster.key),
            offer,
            title: newest.incident.title.clone(),
            incidents,
        }))
    }

    /// What came of a problem's kind after it was resolved, with the keys of it: new incidents alike, and those that
    /// were resolved with it and reopened.
    fn comeback(&self, ended: EndedProblem, now: Instant) -> Result<(Vec<Alike>, BTreeSet<Key>), Error> {
        let until = now.min(ended.resolved_at + COMES_BACK_WITHIN);
        let rows = self.store().came_again(ended.agg, ended.resolved_at, until)?;
        let keys = rows.iter().map(|row| row.key.clone()).collect();
        let mut incidents: BTreeSet<Alike> = rows
            .iter()
            .map(|row| Alike { logged_at: row.logged_at, agg: row.agg, weak: false, linked: row.cause.is_some() })
            .collect();
        for agg in self.store().reopened_symptoms(ended.agg)? {
            if reopened(&self.store().history(agg)?, ended.resolved_at, until)
                && let Some(row) = self.store().incident_row(agg)?
            {
                incidents.insert(Alike { logged_at: row.logged_at, agg, weak: false, linked: true });
            }
        }
        Ok((incidents.into_iter().collect(), keys))
    }

    fn reopening(&self, problem: AggId, alike: Vec<Alike>, keys: &BTreeSet<Key>) -> Result<Option<Proposal>, Error> {
        let incidents = self.members(&alike)?;
        let Some(newest) = incidents.last() else { return Ok(None) };
        let name = self.problem_name(problem)?;
        let words: Vec<String> = keys.iter().map(ToString::to_string).collect();
        Ok(Some(Proposal {
            subject: Subject::Problem(problem),
            words: if words.is_empty() { format!("{} again", newest.incident.name) } else { words.join("; ") },
            offer: Offer::Reopen { problem, name },
            title: newest.incident.title.clone(),
            incidents,
        }))
    }

    fn members(&self, alike: &[Alike]) -> Result<Vec<Member>, Error> {
        let mut members = Vec::with_capacity(alike.len());
        for it in alike {
            let incident = self.store().incident_row(it.agg)?;
            members.extend(incident.map(|incident| Member { incident, weak: it.weak, linked: it.linked }));
        }
        Ok(members)
    }

    fn problem_name(&self, problem: AggId) -> Result<String, Error> {
        Ok(self.store().problem(problem)?.map_or_else(String::new, |case| case.problem().name()))
    }
}

/// Refuses `stale_revision` if one of them is a symptom of a problem by now.
fn fresh_still(incidents: &[AggId], tx: &Tx<'_>) -> Result<(), Error> {
    for incident in incidents {
        let Some(problem) = tx.live_problem_of(*incident)? else { continue };
        let name = tx.problem_case(problem)?.map_or_else(String::new, |case| case.problem().name());
        return Err(Code::StaleRevision
            .because(format!("a colleague linked incidents of this proposal to {name} meanwhile"))
            .hint("look at the proposals again")
            .into());
    }
    Ok(())
}

fn link_all(
    incidents: &[AggId],
    problem: AggId,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let verb = Verb::Link(AddLink { link: Link { kind: LinkKind::SymptomOf, to: problem } });
    for incident in incidents {
        step(&verb, (*incident).into(), asking, tx, receipt)?;
    }
    Ok(())
}

/// Was an incident resolved with a problem, and reopened in `(after, until]`?
fn reopened(events: &[Event], after: Instant, until: Instant) -> bool {
    let with_problem = ResolutionCode::ResolvedWithProblem.word();
    let wrote = |event: &Event, act: &str| event.body.as_ref().is_some_and(|body| body.act == act);
    let resolved = |event: &Event| {
        let code = event.body.as_ref().and_then(|body| body.set.get("resolution_code"));
        code.is_some_and(|write| write.to == with_problem)
    };
    let reopens = |event: &&Event| wrote(event, Act::Reopen.word()) && after < event.at && event.at <= until;
    events.iter().filter(reopens).any(|reopen| events.iter().any(|it| resolved(it) && it.stamp < reopen.stamp))
}

#[cfg(test)]
mod tests;
