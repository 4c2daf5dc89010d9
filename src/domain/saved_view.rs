//! Saved views: a filter with a name, one tab of the queue each; of one person, or shared with the desk.

use super::change::{Act, Change};
use super::command::undo::Undoes;
use super::command::{Case, Moment};
use super::field::aggregate;
use super::filter::{Filter, parse};
use super::refusal::{Code, Refusal};
use super::role::{Role, User};
use super::text::{FilterText, Login, Name};

/// Characters of a view's name: it stands on a tab.
const NAME_MAX: usize = 24;

aggregate! {
    /// A saved view's fields.
    pub struct SavedView as "saved_view" {
        values {
            name: Name = Scalar,
            /// In its one canonical text, with its order.
            filter: Option<FilterText> = Scalar,
            owner: Option<Login> = Scalar,
            shared: bool = Scalar,
            /// Views stand in this order; those of one place by age.
            place: i64 = Scalar,
            removed: bool = Scalar,
        }
        sets {}
        counters {}
    }
}

impl super::fold::Course for SavedView {}

impl Undoes for SavedView {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn taken_out(case: &Case<Self>, _at: &Moment) -> Option<Change<Self>> {
        let mut change = Change::of(Act::Undo, &case.is.fields);
        change.next.removed = true;
        (!case.is.fields.removed).then_some(change)
    }
}

impl SavedView {
    /// What it shows; none while its first event is missing.
    pub fn filter(&self) -> Option<Filter> {
        parse(self.filter.as_ref()?.as_str()).ok()
    }

    pub fn is_of(&self, login: &Login) -> bool {
        self.owner.as_ref() == Some(login)
    }

    /// Refuses `not_permitted`: a view is its owner's; a supervisor looks after the shared ones too.
    pub fn may_change(&self, person: &User) -> Result<(), Refusal> {
        if self.is_of(&person.login) || (self.shared && person.is(Role::Supervisor)) {
            return Ok(());
        }
        let owner = self.owner.as_ref().map_or("someone else", Login::as_str);
        Err(Code::NotPermitted
            .because(format!("the view `{}` is {owner}'s", self.name))
            .hint("save the same filter under a name of your own"))
    }
}

/// A name for a view. Refuses `text_invalid` when it does not fit a tab, or names a tab that every queue has.
pub fn name(text: &str, taken: &[&str]) -> Result<Name, Refusal> {
    let name = Name::new(text)?;
    let n = name.as_str().chars().count();
    if n > NAME_MAX {
        return Err(Code::TextInvalid.because(format!("the name has {n} characters; {NAME_MAX} fit a tab")));
    }
    if taken.iter().any(|taken| taken.eq_ignore_ascii_case(name.as_str())) {
        return Err(Code::TextInvalid.because(format!("every queue has a tab `{name}`; use another name")));
    }
    Ok(name)
}

/// The text of a filter that gives it back. Refuses `filter_invalid` for one that the journal's text cannot hold.
pub fn text_of(filter: &Filter) -> Result<FilterText, Refusal> {
    let text = FilterText::new(&filter.to_string())?;
    match parse(text.as_str()) {
        Ok(read) if read == *filter => Ok(text),
        _ => Err(Code::FilterInvalid.because(format!("the filter `{text}` would be another one once it is saved"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

    use super::*;
    use crate::domain::filter::field::Field;
    use crate::domain::filter::flag::Flag;
    use crate::domain::filter::tree::{Expr, Op, Text};
    use crate::domain::filter::value::{Person, Value};

    #[test]
    fn a_name_fits_a_tab_and_is_no_other_tabs() {
        for (text, fits) in
            [("VPN", true), ("  late  ones ", true), ("", false), ("at RISK", false), (&"x".repeat(25), false)]
        {
            assert_eq!(name(text, &["All", "At risk"]).is_ok(), fits, "{text}");
        }
        assert_eq!(name(" late  ones", &[]).unwrap().as_str(), "late ones");
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let leaf = prop_oneof![
            any::<String>().prop_filter_map("a text", |text| Text::whole(&text).ok().map(Expr::from)),
            any::<String>().prop_filter_map("a start", |text| Text::starting(&text).ok().map(Expr::from)),
            prop::sample::select(Flag::ALL.to_vec())
                .prop_filter_map("asked", |flag| { parse(&format!("is:{}", flag.word())).ok()?.expr }),
            prop::sample::select(vec![Value::Person(Person::Me), Value::Person(Person::None)])
                .prop_filter_map("a value", |value| Expr::compare(Field::Owner, Op::Is, [value]).ok()),
        ];
        let expr = leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or(b)),
                inner.prop_map(|it| !it),
            ]
        });
        (expr, any::<bool>(), any::<bool>())
            .prop_map(|(expr, all, down)| Filter { all, ..Filter::from(expr).sorted(Field::Age, down) })
    }

    proptest! {
        #[test]
        fn a_saved_filter_is_the_one_that_was_typed(filter in filters()) {
            match text_of(&filter) {
                Ok(text) => {
                    let view = SavedView { filter: Some(text), ..SavedView::default() };
                    assert_eq!(view.filter(), Some(filter));
                }
                Err(refusal) => assert!(matches!(refusal.code, Code::FilterInvalid | Code::TextInvalid), "{refusal:?}"),
            }
        }
    }
}
