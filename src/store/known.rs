//! Known errors, and problems that tell a workaround, for the ticket at hand. They are few, so each is compared.

use anyhow::{Context, Result};
use rusqlite::{Connection, Row, named_params};

use super::Store;
use super::convert::word;
use super::record::number_text;
use super::similar::{Found, Wanted};
use crate::domain::cluster::Key;
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::problem::ProblemState;
use crate::domain::role::Tier;
use crate::domain::similar::{Tie, likeness};

/// Newest problems that are looked at.
const LOOKED_AT: i64 = 500;

/// A problem that may be the cause.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownError {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub state: ProblemState,
    pub workaround: Option<String>,
    /// The lowest tier that may apply it.
    pub workaround_min_tier: Tier,
    /// Incidents that it is the cause of.
    pub linked: i64,
    pub tie: Tie,
    /// The words that both have.
    pub words: Vec<String>,
    /// How well the words fit.
    pub points: f64,
}

impl Store {
    /// Problems that are known errors or tell a workaround, and whose incidents have the key of that ticket (strong), its
    /// program and symptom (weak), or that have its words. The stronger first, then the newer; by words the better.
    pub fn known_errors(&self, wanted: &Wanted, limit: usize) -> Result<Vec<KnownError>> {
        let mut statement = self.db.prepare_cached(
            "SELECT agg, code, n, title, state, workaround_min_tier, detail ->> 'workaround' AS workaround,
                    detail ->> 'root_cause' AS cause,
                    (SELECT count(*) FROM link WHERE link.target = problem.agg AND link.kind = 'symptom_of') AS linked
             FROM problem INDEXED BY problem_offers WHERE offers = 1 ORDER BY rid DESC LIMIT :most",
        )?;
        let read = statement.query_map(named_params! { ":most": LOOKED_AT }, of_row)?;
        let offered: Vec<(KnownError, String)> =
            read.collect::<rusqlite::Result<_>>().context("reading known errors")?;
        if offered.is_empty() {
            return Ok(Vec::new());
        }
        let terms = Found::by_words(&self.db, &wanted.title, &wanted.body)?.wide;
        let mut fitting = Vec::new();
        for (it, cause) in offered {
            let tie = wanted.key.as_ref().map_or(Ok(Tie::Words), |key| tie(&self.db, it.agg, key))?;
            let body = format!("{} {cause}", it.workaround.as_deref().unwrap_or_default());
            let like = likeness(&terms, &it.title, &body, |_| false);
            if like.shows(tie, terms.len()) {
                let words = like.found.iter().map(|nth| terms[*nth].word.clone()).collect();
                fitting.push(KnownError { tie, words, points: like.points, ..it });
            }
        }
        // The newest come first already where nothing else decides.
        let by_words = |it: &KnownError| if it.tie == Tie::Words { it.points } else { 0.0 };
        fitting.sort_by(|a, b| a.tie.cmp(&b.tie).then(by_words(b).total_cmp(&by_words(a))));
        fitting.truncate(limit);
        Ok(fitting)
    }
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<(KnownError, String)> {
    let it = KnownError {
        agg: row.get("agg")?,
        name: number_text(Kind::Problem, row.get_ref("code")?.as_str()?, row.get("n")?),
        title: row.get("title")?,
        state: word(row, "state", ProblemState::from_word)?,
        workaround: row.get("workaround")?,
        workaround_min_tier: row.get("workaround_min_tier")?,
        linked: row.get("linked")?,
        tie: Tie::Words,
        words: Vec::new(),
        points: 0.0,
    };
    Ok((it, row.get::<_, Option<String>>("cause")?.unwrap_or_default()))
}

/// The best tie of the incidents that a problem is the cause of.
fn tie(db: &Connection, problem: AggId, key: &Key) -> Result<Tie> {
    let any = |condition: &str, from: &str, end: &str| -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM link CROSS JOIN ticket ON ticket.rid = link.rid
              WHERE link.target = :problem AND link.kind = 'symptom_of' AND {condition})"
        );
        db.prepare_cached(&sql)?
            .query_row(named_params! { ":problem": problem, ":from": from, ":end": end }, |row| row.get(0))
            .context("comparing the incidents of a problem")
    };
    let own = key.column();
    if any("ticket.cluster >= :from AND ticket.cluster <= :end", &own, &own)? {
        return Ok(Tie::Strong);
    }
    let Some([from, end]) = key.kin() else { return Ok(Tie::Words) };
    Ok(if any("ticket.cluster > :from AND ticket.cluster < :end", &from, &end)? { Tie::Weak } else { Tie::Words })
}
