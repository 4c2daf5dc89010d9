//! The console's stack: what is opened on it, what is left, and when the last layer ends the program.

use std::time::{Duration, Instant as Clock};

use super::{Console, Effect};
use crate::app::Error;
use crate::app::news::News;
use crate::domain::id::AggId;
use crate::ui::change::Change;
use crate::ui::part::chrome::View;
use crate::ui::problem::ProblemRecord;
use crate::ui::problems::Problems;
use crate::ui::queue::Queue;
use crate::ui::record::Record;
use crate::ui::screen::{Place, ProblemForm, Screen};
use crate::ui::{dialog, inbox};

/// A second `q` within this time quits.
const QUIT_WITHIN: Duration = Duration::from_secs(2);

impl Console {
    pub(super) fn go(&mut self, place: Place) {
        let opened: Result<Box<dyn Screen>, Error> = match place {
            Place::Queue => return self.go_view(View::Queue),
            Place::View(name) => return self.go_queue(|queue| queue.show_tab(&name)),
            Place::Filtered(text) => return self.go_queue(|queue| queue.keep(&text)),
            Place::Escalations => return self.go_view(View::Escalations),
            Place::News => return self.show_news(),
            Place::Problems => return self.go_view(View::Problems),
            Place::Record(agg, siblings) => self.record(agg, siblings),
            Place::Problem(agg, form @ (ProblemForm::Offer | ProblemForm::End)) => {
                dialog::problem::end(agg, form == ProblemForm::End, &mut self.desk)
            }
            place => match dialog::open(&place, &self.desk, &self.keymap) {
                Ok(Some(dialog)) => Ok(dialog),
                Ok(None) => return self.say("that is not in this version"),
                Err(why) => Err(why),
            },
        };
        let loaded = opened.and_then(|mut screen| screen.load(&self.desk).map(|()| screen));
        match loaded {
            Ok(screen) => self.stack.push(screen),
            Err(why) => self.settle(Err(why)),
        }
    }

    /// The record of a ticket or of a problem. A ticket takes the place of another ticket; under it stays the problem
    /// that it was opened from.
    fn record(&mut self, agg: AggId, siblings: Vec<AggId>) -> Result<Box<dyn Screen>, Error> {
        let problem = self.desk.store().problem(agg)?.is_some();
        let goes = |top: &dyn Screen| !top.is_overlay() && (problem || top.is_ticket());
        while self.stack.len() > 1 && self.stack.last().is_some_and(|top| goes(&**top)) {
            self.leave();
        }
        Ok(if problem {
            Box::new(ProblemRecord::new(agg, siblings))
        } else if self.desk.store().change(agg)?.is_some() {
            Box::new(Change::new(agg))
        } else {
            Box::new(Record::new(agg, siblings))
        })
    }

    /// Lists the news, which are read with that.
    pub(super) fn show_news(&mut self) {
        let list = dialog::news::open(&self.news, &self.desk);
        self.stack.push(Box::new(list));
        let marked = self.desk.mark_read(&self.news).and_then(|()| {
            self.news = News::read(&self.desk)?;
            self.read_header()
        });
        self.settle(marked);
    }

    pub(super) fn go_view(&mut self, view: View) {
        let shown = self.show_view(view);
        self.settle(shown);
    }

    /// Goes to the queue as `prepare` leaves it.
    fn go_queue(&mut self, prepare: impl FnOnce(&mut Queue)) {
        let shown = Queue::new(&self.desk).and_then(|mut queue| {
            prepare(&mut queue);
            self.show_screen(View::Queue, Box::new(queue))
        });
        self.settle(shown);
    }

    pub(super) fn show_view(&mut self, view: View) -> Result<(), Error> {
        let screen: Box<dyn Screen> = match view {
            View::Escalations => Box::new(inbox::Inbox::new(&self.desk)),
            View::Problems => Box::new(Problems::new()),
            _ => Box::new(Queue::new(&self.desk)?),
        };
        self.show_screen(view, screen)
    }

    fn show_screen(&mut self, view: View, mut screen: Box<dyn Screen>) -> Result<(), Error> {
        self.save_draft();
        screen.load(&self.desk)?;
        if view != self.view {
            self.previous = Some(self.view);
        }
        self.view = view;
        self.stack = vec![screen];
        self.stale = true;
        self.read_header()
    }

    /// Closes the top screen; its draft is kept.
    pub(super) fn leave(&mut self) {
        if let Some(draft) = self.stack.last_mut().and_then(|top| top.draft()) {
            self.unsaved = Some((draft, Clock::now()));
        }
        self.save_draft();
        if self.stack.len() > 1 {
            self.stack.pop();
        }
    }

    pub(super) fn back(&mut self) {
        if self.stack.len() > 1 {
            self.leave();
            self.reload();
        } else {
            self.say("this is the outermost layer; q quits");
        }
    }

    pub(super) fn quit(&mut self, effects: &mut Vec<Effect>) {
        if self.stack.len() > 1 {
            return self.back();
        }
        let now = Clock::now();
        if self.quit_armed.is_some_and(|armed| now.duration_since(armed) <= QUIT_WITHIN) {
            self.save_draft();
            effects.push(Effect::Quit);
            return;
        }
        self.quit_armed = Some(now);
        self.say("q again to quit");
    }
}
