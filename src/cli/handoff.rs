//! The hand-off checklist as options: `--h1` to `--h13`.

use clap::Args;

use super::exit::Failure;
use crate::domain::escalation::Item;
use crate::domain::text::Finding;
use crate::domain::ticket::{Answer, Answered};

/// Answers: a finding, or `done`, `not_possible` or `not_applicable`, each with an optional text behind a colon.
#[derive(Debug, Args)]
#[command(next_help_heading = "Hand-off: a finding, or done, not_possible, not_applicable[:TEXT]")]
pub struct HandOff {
    /// What is expected, what is seen, since when
    #[arg(long, value_name = "ANSWER")]
    h1: Option<String>,
    /// Reproduced: how often, with which steps
    #[arg(long, value_name = "ANSWER")]
    h2: Option<String>,
    /// The program's log: where, when, what
    #[arg(long, value_name = "ANSWER")]
    h3: Option<String>,
    /// System log or event viewer: ids, what
    #[arg(long, value_name = "ANSWER")]
    h4: Option<String>,
    /// Compared with a machine or version that works
    #[arg(long, value_name = "ANSWER")]
    h5: Option<String>,
    /// Changes of the last 14 days
    #[arg(long, value_name = "ANSWER")]
    h6: Option<String>,
    /// Scope: users, machines, sites
    #[arg(long, value_name = "ANSWER")]
    h7: Option<String>,
    /// What was tried, with which result; a workaround in place?
    #[arg(long, value_name = "ANSWER")]
    h8: Option<String>,
    /// Deadline of the business, and what happens after it
    #[arg(long, value_name = "ANSWER")]
    h9: Option<String>,
    /// What exactly is asked, and the rights it needs
    #[arg(long, value_name = "ANSWER")]
    h10: Option<String>,
    /// When to reach the requester; consent for remote access
    #[arg(long, value_name = "ANSWER")]
    h11: Option<String>,
    /// Is data at risk, was a copy taken?
    #[arg(long, value_name = "ANSWER")]
    h12: Option<String>,
    /// Product, version, build, licence or support number
    #[arg(long, value_name = "ANSWER")]
    h13: Option<String>,
}

impl HandOff {
    /// The answers given, in order.
    pub fn answers(&self) -> Result<Vec<(Item, Option<Answer>)>, Failure> {
        let given = [
            &self.h1, &self.h2, &self.h3, &self.h4, &self.h5, &self.h6, &self.h7, &self.h8, &self.h9, &self.h10,
            &self.h11, &self.h12, &self.h13,
        ];
        let given = Item::ALL.iter().zip(given).filter_map(|(item, text)| Some((*item, text.as_deref()?)));
        given.map(|(item, text)| Ok((item, Some(answer(text)?)))).collect()
    }
}

fn answer(text: &str) -> Result<Answer, Failure> {
    let (word, rest) = text.split_once(':').unwrap_or((text, ""));
    let (answered, finding) = match Answered::from_word(word.trim()) {
        Some(answered) => (answered, rest),
        None => (Answered::Done, text),
    };
    let finding = if finding.trim().is_empty() { None } else { Some(Finding::new(finding)?) };
    Ok(Answer { answered, finding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_word_with_or_without_text_or_a_finding() {
        for (text, answered, finding) in [
            ("done", Answered::Done, None),
            ("done:event 1000", Answered::Done, Some("event 1000")),
            ("not_possible: no access", Answered::NotPossible, Some("no access")),
            ("not_applicable", Answered::NotApplicable, None),
            ("error: no token", Answered::Done, Some("error: no token")),
        ] {
            let answer = answer(text).unwrap();
            assert_eq!((answer.answered, answer.finding.as_ref().map(Finding::as_str)), (answered, finding), "{text}");
        }
    }
}
