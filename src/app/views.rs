//! Saved views: kept, renamed, shared, moved and removed by their owner; the shared ones by a supervisor too.

use super::query::views::built_in;
use super::run::Asking;
use super::{Desk, Error, Receipt};
use crate::domain::change::{Act, Change};
use crate::domain::filter::Filter;
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::refusal::Code;
use crate::domain::saved_view::{self, SavedView};
use crate::domain::text::Login;
use crate::store::saved_view::MOST;
use crate::store::{Tx, fresh};

/// What is done with a view that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewChange {
    Rename(String),
    /// Everyone sees it, or its owner alone.
    Share(bool),
    /// So many tabs to the right, or to the left when negative.
    Move(isize),
    Remove,
}

impl Desk {
    /// Saves a filter under a name; a view of that name that is the person's own shows it from now on. Refuses
    /// `text_invalid` for a name that does not fit or is a colleague's view.
    pub fn save_view(&mut self, name: &str, filter: &Filter) -> Result<Receipt, Error> {
        let text = saved_view::text_of(filter)?;
        self.write(|asking, tx, receipt| {
            receipt.act = Act::SaveView;
            asking.moment(tx).desk_person()?;
            let name = name_of(name, asking)?;
            let views = tx.saved_views(&asking.by.login)?;
            let known = of_name(&views, name.as_str(), &asking.by.login).map(|at| &views[at]);
            match known {
                Some((_, view)) if view.owner.as_ref() != Some(&asking.by.login) => {
                    let owner = view.owner.as_ref().map_or("nobody", Login::as_str);
                    let why = format!("`{name}` is a view of {owner}; take another name");
                    return Err(Code::TextInvalid.because(why).into());
                }
                None if views.len() >= MOST as usize => {
                    let refusal = Code::TextInvalid.because(format!("there are {MOST} views already"));
                    return Err(refusal.hint("remove one that nobody uses").into());
                }
                _ => {}
            }
            let agg = known.map_or_else(fresh, |(agg, _)| *agg);
            let before: Folded<SavedView> = tx.folded(agg)?;
            let mut change = Change::of(Act::SaveView, &before.fields);
            change.next.name = name.clone();
            change.next.filter = Some(text);
            if known.is_none() {
                change.next.owner = Some(asking.by.login.clone());
                change.next.place = views.iter().map(|(_, view)| view.place + 1).max().unwrap_or(0);
            }
            let wrote = tx.append_difference(agg, &before, &change, &asking.author())?;
            receipt.tell(wrote, name.to_string(), agg);
            Ok(())
        })
    }

    /// Changes a view by its name. Refuses `not_found` and `not_permitted`.
    pub fn change_view(&mut self, name: &str, what: &ViewChange) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            let views = tx.saved_views(&asking.by.login)?;
            let at = of_name(&views, name, &asking.by.login).ok_or_else(|| {
                Code::NotFound.because(format!("there is no saved view `{name}`")).hint("`tierdesk view` lists them")
            })?;
            views[at].1.may_change(asking.by)?;
            match what {
                ViewChange::Move(by) => move_view(&views, at, *by, asking, tx, receipt),
                ViewChange::Rename(to) => {
                    let to = name_of(to, asking)?;
                    if views.iter().enumerate().any(|(n, (_, view))| n != at && same(view.name.as_str(), to.as_str())) {
                        return Err(Code::TextInvalid.because(format!("there is a view `{to}` already")).into());
                    }
                    set(views[at].0, Act::RenameView, |view| view.name = to.clone(), asking, tx, receipt)
                }
                ViewChange::Share(on) => {
                    let also = |(n, (_, view)): (usize, &(AggId, SavedView))| {
                        n != at && view.shared && same(view.name.as_str(), views[at].1.name.as_str())
                    };
                    if *on && views.iter().enumerate().any(also) {
                        let why = format!("a view `{}` is shared already", views[at].1.name);
                        return Err(Code::TextInvalid.because(why).hint("give it another name first").into());
                    }
                    set(views[at].0, Act::ShareView, |view| view.shared = *on, asking, tx, receipt)
                }
                ViewChange::Remove => {
                    set(views[at].0, Act::RemoveView, |view| view.removed = true, asking, tx, receipt)
                }
            }
        })
    }
}

/// Where the view of that name stands: the person's own before a colleague's, as two may have chosen one name apart.
fn of_name(views: &[(AggId, SavedView)], name: &str, me: &Login) -> Option<usize> {
    let named = |at: &usize| same(views[*at].1.name.as_str(), name);
    let own = |at: &usize| views[*at].1.owner.as_ref() == Some(me);
    let mut all = (0..views.len()).filter(named);
    (0..views.len()).filter(named).find(own).or_else(|| all.next())
}

/// Names are the same in any case.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.trim().to_lowercase()
}

fn name_of(text: &str, asking: &Asking<'_>) -> Result<crate::domain::text::Name, Error> {
    let tabs = built_in(asking.by);
    let taken: Vec<_> = tabs.iter().map(|view| view.name.as_str()).collect();
    Ok(saved_view::name(text, &taken)?)
}

fn set(
    agg: AggId,
    act: Act,
    set: impl FnOnce(&mut SavedView),
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    receipt.act = act;
    let before: Folded<SavedView> = tx.folded(agg)?;
    let mut change = Change::of(act, &before.fields);
    set(&mut change.next);
    let name = change.next.name.to_string();
    let wrote = tx.append_difference(agg, &before, &change, &asking.author())?;
    receipt.tell(wrote, name, agg);
    Ok(())
}

/// The view goes to its new place and those that the person may move make room; others' keep theirs.
fn move_view(
    views: &[(AggId, SavedView)],
    at: usize,
    by: isize,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let to = at.saturating_add_signed(by).min(views.len() - 1);
    let mut order: Vec<_> = views.iter().collect();
    let moved = order.remove(at);
    order.insert(to, moved);
    let mut places = order.iter().zip(0..).filter(|((_, view), place)| view.place != *place);
    places.try_for_each(|((agg, view), place)| {
        if view.may_change(asking.by).is_err() {
            return Ok(());
        }
        let mut other = Receipt::new(asking.cmd);
        set(*agg, Act::MoveView, |view| view.place = place, asking, tx, &mut other)
    })?;
    receipt.act = Act::MoveView;
    receipt.tell(to != at, moved.1.name.to_string(), moved.0);
    Ok(())
}
