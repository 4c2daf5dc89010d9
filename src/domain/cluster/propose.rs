//! From incidents to clusters that are worth a problem. A pure function of the incidents of some days: neither the
//! order in which they are given nor anything older matters.

use std::collections::{BTreeMap, BTreeSet};

use super::Key;
use crate::domain::id::AggId;
use crate::domain::time::Instant;

/// An incident that counts: logged within the days looked at, neither cancelled nor a duplicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub agg: AggId,
    pub key: Key,
    pub logged_at: Instant,
    pub cause: Option<Cause>,
}

/// The problem that an incident is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    pub problem: AggId,
    /// Closed or cancelled.
    pub ended: bool,
}

/// An incident of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    pub logged_at: Instant,
    pub agg: AggId,
    /// Of the same program and symptom, but only one of them shows a signature.
    pub weak: bool,
    /// It is a symptom of the cluster's problem already.
    pub linked: bool,
}

/// Incidents that may have one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub key: Key,
    /// The problem that one of them is linked to and that somebody still works on: the others may be linked to it
    /// too. Without one, a problem may be opened.
    pub problem: Option<AggId>,
    /// Oldest first.
    pub incidents: Vec<Alike>,
}

impl Cluster {
    pub fn count(&self) -> i64 {
        self.incidents.len() as i64
    }

    fn last(&self) -> Option<Instant> {
        self.incidents.last().map(|it| it.logged_at)
    }
}

/// The clusters of at least so many incidents, the largest first, then those with the newest incident.
///
/// An incident matches strongly by an equal key. One that shows no signature also matches, weakly, those of its
/// program and symptom that show one. Where one signature came at least twice, that is a cluster of its own, and what
/// shows none counts towards it; what is left, a signature that came once among it, stands together under the key
/// without a signature. So what shows a signature stands in one cluster only.
///
/// What is linked to a problem that has ended is explained and counts nowhere. A cluster all of whose incidents are
/// linked to its problem is none.
pub fn clusters(rows: &[Row], at_least: i64) -> Vec<Cluster> {
    let mut by_key: BTreeMap<&Key, BTreeMap<AggId, &Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.cause.is_some_and(|cause| cause.ended)) {
        by_key.entry(&row.key).or_default().insert(row.agg, row);
    }
    let mut found = Vec::new();
    let mut rest: BTreeMap<Key, Vec<&Row>> = BTreeMap::new();
    for (key, strong) in by_key.iter().filter(|(key, _)| key.has_signature()) {
        let bare = key.without_signature();
        let weak = bare.as_ref().and_then(|bare| by_key.get(bare));
        let weak = weak.into_iter().flat_map(BTreeMap::values).copied();
        match bare.filter(|_| strong.len() < 2) {
            Some(bare) => rest.entry(bare).or_default().extend(strong.values()),
            None => found.extend(cluster(key, strong.values().copied(), weak, at_least)),
        }
    }
    for (key, strong) in by_key.iter().filter(|(key, _)| !key.has_signature()) {
        let weak = rest.get(*key).into_iter().flatten().copied();
        found.extend(cluster(key, strong.values().copied(), weak, at_least));
    }
    found.sort_by(|a, b| (b.count(), b.last(), &a.key).cmp(&(a.count(), a.last(), &b.key)));
    found
}

fn cluster<'r>(
    key: &Key,
    strong: impl Iterator<Item = &'r Row>,
    weak: impl Iterator<Item = &'r Row>,
    at_least: i64,
) -> Option<Cluster> {
    let rows: Vec<(&Row, bool)> = strong.map(|row| (row, false)).chain(weak.map(|row| (row, true))).collect();
    let problem = problem_of(&rows);
    let alike = |&(row, weak): &(&Row, bool)| Alike {
        logged_at: row.logged_at,
        agg: row.agg,
        weak,
        linked: row.cause.is_some_and(|cause| Some(cause.problem) == problem),
    };
    // What another problem explains is not for this one.
    let free = |(row, _): &&(&Row, bool)| row.cause.is_none_or(|cause| Some(cause.problem) == problem);
    let incidents: BTreeSet<Alike> = rows.iter().filter(free).map(alike).collect();
    let cluster = Cluster { key: key.clone(), problem, incidents: incidents.into_iter().collect() };
    let open = cluster.incidents.iter().any(|it| !it.linked);
    (open && rows.len() as i64 >= at_least).then_some(cluster)
}

/// The problem to which most of them are linked, those that match strongly before others.
fn problem_of(rows: &[(&Row, bool)]) -> Option<AggId> {
    let mut votes: BTreeMap<AggId, (usize, usize)> = BTreeMap::new();
    for (row, weak) in rows {
        if let Some(cause) = row.cause {
            let (strong, all) = votes.entry(cause.problem).or_default();
            *strong += usize::from(!weak);
            *all += 1;
        }
    }
    votes.into_iter().max_by_key(|(_, votes)| *votes).map(|(problem, _)| problem)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::incident::Symptom;

    fn id(name: &str) -> AggId {
        AggId::derived(&[name.as_bytes()])
    }

    /// `a1` shows signature a, `-1` shows none; `a1>p` is linked to problem p, `a1>p!` to one that has ended.
    fn row(text: &str) -> Row {
        let (incident, cause) = text.split_once('>').map_or((text, None), |(it, cause)| (it, Some(cause)));
        let signature = incident[..1].trim_start_matches('-');
        Row {
            agg: id(incident),
            key: Key::new("outlook", Some(Symptom::Hang), signature).unwrap(),
            logged_at: Instant(incident[1..].parse().unwrap()),
            cause: cause.map(|it| Cause { problem: id(it.trim_end_matches('!')), ended: it.ends_with('!') }),
        }
    }

    /// `a: a1 a2 -3~ > p`, where ~ marks a weak match and = one that is linked already.
    fn told(cluster: &Cluster, rows: &[&str]) -> String {
        let name = |agg: AggId| {
            let names = rows.iter().map(|it| it.split('>').next().unwrap());
            names.into_iter().find(|it| id(it) == agg).unwrap().to_owned()
        };
        let mark = |it: &Alike| [if it.weak { "~" } else { "" }, if it.linked { "=" } else { "" }].concat();
        let incidents: Vec<_> = cluster.incidents.iter().map(|it| name(it.agg) + &mark(it)).collect();
        let problem = if cluster.problem == Some(id("p")) { " > p" } else { "" };
        let key = cluster.key.to_string();
        let signature = key.strip_prefix("outlook, hang").unwrap().trim_start_matches(", ");
        format!("{signature}: {}{problem}", incidents.join(" "))
    }

    #[test]
    fn clusters_are_found_by_key_and_what_shows_no_signature_counts_weakly() {
        for (rows, expected) in [
            ("a1 a2", &[][..]),
            ("a1 a2 a3", &["a: a1 a2 a3"]),
            ("-1 -2 -3", &[": -1 -2 -3"]),
            ("a1 a2 -3", &["a: a1 a2 -3~"]),
            ("a1 b2 -3", &[": a1~ b2~ -3"]),
            ("a1 -2 -3", &[": a1~ -2 -3"]),
            ("a1 b2 c3", &[]),
            ("a1 a2 b3", &[]),
            ("a1 a2 a3 b4 b5 -6", &["a: a1 a2 a3 -6~", "b: b4 b5 -6~"]),
            ("a1 a2 -3 -4 -5", &["a: a1 a2 -3~ -4~ -5~", ": -3 -4 -5"]),
            ("a1 a2 a3>p", &["a: a1 a2 a3= > p"]),
            ("a1>p a2>p a3>p", &[]),
            ("a1>p a2>p a3>p -4", &["a: a1= a2= a3= -4~ > p"]),
            ("a1>p! a2>p! a3", &[]),
            ("a1>p! a2 a3 a4", &["a: a2 a3 a4"]),
            ("a1>q a2>p a3>p a4", &["a: a2= a3= a4 > p"]),
            ("a1>p a2>p", &[]),
        ] {
            let names: Vec<&str> = rows.split(' ').collect();
            let found = clusters(&names.iter().map(|it| row(it)).collect::<Vec<_>>(), 3);
            assert_eq!(found.iter().map(|it| told(it, &names)).collect::<Vec<_>>(), expected, "{rows}");
        }
    }

    #[test]
    fn without_a_program_nothing_matches_weakly() {
        let bare = |n: i64, signature| Row { key: Key::new("", None, signature).unwrap(), ..row(&format!("-{n}")) };
        let found = clusters(&[bare(1, "e1"), bare(2, "e1"), bare(3, "e1"), bare(4, "e2")], 3);
        assert_eq!(found.iter().map(Cluster::count).collect::<Vec<_>>(), [3]);
    }

    fn any_row() -> impl Strategy<Value = Row> {
        let cause = prop::option::weighted(0.3, ("[pq]", any::<bool>()));
        (0..40i64, "[ab-]", cause).prop_map(|(n, signature, cause)| Row {
            agg: id(&n.to_string()),
            cause: cause.map(|(problem, ended)| Cause { problem: id(&problem), ended }),
            ..row(&format!("{signature}{n}"))
        })
    }

    proptest! {
        #[test]
        fn the_order_of_incidents_changes_nothing(
            rows in prop::collection::vec(any_row(), 0..40).prop_map(|mut rows| {
                rows.sort_by_key(|row| row.agg);
                rows.dedup_by_key(|row| row.agg);
                rows
            }),
            seed in any::<u64>(),
        ) {
            let mut mixed = rows.clone();
            mixed.sort_by_key(|row| AggId::derived(&[row.agg.bytes(), &seed.to_be_bytes()]));
            let found = clusters(&rows, 3);
            prop_assert_eq!(&found, &clusters(&mixed, 3));
            for cluster in &found {
                prop_assert!(cluster.incidents.is_sorted());
                prop_assert!(cluster.incidents.iter().any(|it| !it.linked), "something is left to do");
            }
            let shown = |row: &Row| found.iter().filter(|it| {
                row.key.has_signature() && it.incidents.iter().any(|alike| alike.agg == row.agg)
            }).count();
            prop_assert!(rows.iter().all(|row| shown(row) <= 1), "what shows a signature stands in one cluster");
        }
    }
}
