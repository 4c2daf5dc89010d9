//! Answers while one types. A thread with a connection of its own works on the newest question only: a new one stops
//! the query that runs, so that typing is never slower than the keys.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;

use super::suggest::{Suggestions, suggest};
use crate::app::{Desk, Error};
use crate::domain::filter::Filter;
use crate::store::select::{Asker, Glimpse, Page};
use crate::store::similar::Wanted;
use crate::store::{Interrupter, Store, fault};

/// What can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The first rows of a filter.
    Page { filter: Filter, limit: u32 },
    /// How many tickets each of these filters has among the first rows that it would look at.
    Counts { filters: Vec<Filter>, look: u32 },
    /// What may help with a ticket, or with what is typed.
    Suggest(Wanted),
}

#[derive(Debug, Clone, PartialEq)]
struct Question {
    seq: u64,
    ask: Ask,
    asker: Asker,
}

/// What was asked for.
#[derive(Debug)]
pub enum Got {
    Page(Page),
    /// In the order of the filters; none for one that cannot be answered.
    Counts(Vec<Option<Glimpse>>),
    Suggestions(Suggestions),
}

/// What came of a question.
#[derive(Debug)]
pub struct Answer {
    /// The number that it was asked under.
    pub seq: u64,
    pub got: Result<Got, Error>,
}

/// The newest question that nobody has taken up yet.
#[derive(Debug, Default)]
struct Desktop {
    question: Option<Question>,
    closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    desktop: Mutex<Desktop>,
    changed: Condvar,
}

impl Shared {
    fn desktop(&self) -> MutexGuard<'_, Desktop> {
        self.desktop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a question; nothing once nobody asks any more.
    fn next(&self) -> Option<Question> {
        let mut desktop = self.desktop();
        loop {
            if desktop.closed {
                return None;
            }
            match desktop.question.take() {
                Some(question) => return Some(question),
                None => desktop = self.changed.wait(desktop).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn superseded(&self) -> bool {
        let desktop = self.desktop();
        desktop.closed || desktop.question.is_some()
    }
}

/// The thread that answers; it ends when this is dropped.
pub struct Live {
    shared: Arc<Shared>,
    answers: Receiver<Answer>,
    /// One byte for every answer, for those who wait for other things too.
    bell: PipeReader,
    interrupt: Interrupter,
    thread: Option<JoinHandle<()>>,
}

impl Desk {
    /// Starts a thread that answers what is asked while one types.
    pub fn live(&self) -> Result<Live, Error> {
        let store = Store::open_reader(self.store().path(), self.person().login.as_str())?;
        let shared = Arc::new(Shared::default());
        let interrupt = store.interrupter();
        let (sender, answers) = channel();
        let (bell, ring) = pipe().context("making a bell for answers")?;
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("filter".to_owned())
            .spawn(move || answer_all(&store, &theirs, &sender, ring))
            .map_err(|cause| anyhow::Error::from(cause).context("starting the thread that filters"))?;
        Ok(Live { shared, answers, bell, interrupt, thread: Some(thread) })
    }
}

impl Live {
    /// Asks, and drops what was asked before. Numbers grow from question to question.
    pub fn ask(&self, seq: u64, ask: Ask, asker: Asker) {
        self.shared.desktop().question = Some(Question { seq, ask, asker });
        self.shared.changed.notify_one();
        self.interrupt.interrupt();
    }

    /// The answer to the newest question answered so far, if there is one that was not fetched yet.
    pub fn try_answer(&self) -> Option<Answer> {
        let mut bell = &self.bell;
        // The byte of an answer follows it at once; a thread that is gone left none.
        self.answers.try_iter().inspect(|_| drop(bell.read(&mut [0]))).last()
    }

    /// The next answer, as soon as it is there; none within that time.
    pub fn wait(&self, most: Duration) -> Option<Answer> {
        let mut bell = &self.bell;
        let answer = self.answers.recv_timeout(most).ok()?;
        drop(bell.read(&mut [0]));
        Some(answer)
    }

    /// Readable as soon as an answer is there; none when there will be no more.
    pub fn bell(&self) -> Option<BorrowedFd<'_>> {
        self.thread.as_ref().filter(|thread| !thread.is_finished()).map(|_| self.bell.as_fd())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.shared.desktop().closed = true;
        self.shared.changed.notify_one();
        self.interrupt.interrupt();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}

fn answer_all(store: &Store, shared: &Shared, answers: &Sender<Answer>, mut ring: PipeWriter) {
    while let Some(question) = shared.next() {
        loop {
            let got = answer(store, &question);
            if shared.superseded() {
                break;
            }
            // The interrupt may have been meant for the question before this one.
            if got.as_ref().is_err_and(fault::interrupted) {
                continue;
            }
            let sent = answers.send(Answer { seq: question.seq, got: got.map_err(Error::from) });
            if sent.is_err() || ring.write_all(&[0]).is_err() {
                return;
            }
            break;
        }
    }
}

fn answer(store: &Store, question: &Question) -> anyhow::Result<Got> {
    Ok(match &question.ask {
        Ask::Page { filter, limit } => Got::Page(store.page(filter, &question.asker, *limit, None)?),
        Ask::Counts { filters, look } => {
            let glimpse = |filter| match store.glimpse(filter, &question.asker, *look) {
                Err(why) if fault::interrupted(&why) => Err(why),
                // One that this desk cannot answer has no number, and the others keep theirs.
                other => Ok(other.ok()),
            };
            Got::Counts(filters.iter().map(glimpse).collect::<anyhow::Result<_>>()?)
        }
        Ask::Suggest(wanted) => Got::Suggestions(suggest(store, wanted)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::log::Log;
    use crate::domain::filter::parse;
    use crate::domain::number::SiteCode;
    use crate::domain::text::{Login, Title};
    use crate::store::New;

    #[test]
    fn the_newest_question_is_the_one_that_is_answered_last() {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity { account: Login::new("ann").unwrap(), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let clock = Box::new(|| 1_790_000_000_000);
        let mut desk = Desk::create(&folder.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        for title in ["vpn drops", "printer jams", "vpn is slow"] {
            let call = Log::titled(Title::new(title).unwrap());
            desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap();
        }
        let live = desk.live().unwrap();
        let page = |text: &str| Ask::Page { filter: parse(text).unwrap(), limit: 50 };
        let rows = |answer: Answer| match answer.got.unwrap() {
            Got::Page(page) => page.rows,
            _ => panic!("rows were asked for"),
        };
        let text = "vpn dro";
        for seq in 1..=text.len() {
            live.ask(seq as u64, page(&text[..seq]), desk.asker());
        }
        let answer = loop {
            let answer = live.answers.recv_timeout(Duration::from_secs(10)).unwrap();
            if answer.seq == text.len() as u64 {
                break answer;
            }
        };
        let titles: Vec<_> = rows(answer).into_iter().map(|row| row.title).collect();
        assert_eq!(titles, ["vpn drops"]);
        assert!(live.try_answer().is_none());
        desk.log(&Log::titled(Title::new("vpn dropped").unwrap()), Some(&Requester::Named("x".into()))).unwrap();
        live.ask(99, page(text), desk.asker());
        let answer = live.answers.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(rows(answer).len(), 2, "its own connection sees what was written since");
        let filters = ["vpn", "printer", "is:free"].map(|text| parse(text).unwrap()).to_vec();
        live.ask(100, Ask::Counts { filters, look: 3 }, desk.asker());
        let Got::Counts(counts) = live.answers.recv_timeout(Duration::from_secs(10)).unwrap().got.unwrap() else {
            panic!("numbers were asked for")
        };
        let told: Vec<_> = counts.into_iter().flatten().map(|count| count.to_string()).collect();
        assert_eq!(told, ["3", "1", "4+"]);
        drop(live);
    }
}
