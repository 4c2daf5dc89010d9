//! Templates of requests, from a file that comes with the program: what kind of work it is, how it is done, and what a
//! machine needs for it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::method::{Method, Plan};
use super::requirement::Requirement;
use crate::domain::command::log::Log;
use crate::domain::incident::{Category, Subcategory};
use crate::domain::refusal::{Code, Refusal};

const FILE: &str = include_str!("../../../assets/templates/requests.toml");

/// A request as it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    /// For whom it is, in one line.
    pub says: String,
    pub subcategory: Subcategory,
    pub method: Method,
    pub needs: Vec<Requirement>,
}

#[derive(Deserialize)]
struct Raw {
    says: String,
    subcategory: Subcategory,
    method: Method,
    needs: Vec<String>,
}

impl Template {
    /// All of them, by name.
    pub fn all() -> Vec<Self> {
        let raw: BTreeMap<String, Raw> = toml::from_str(FILE).expect("the file is read by a test");
        let read = |text: &String| text.parse().expect("the file is read by a test");
        raw.into_iter()
            .map(|(name, raw)| Self {
                name,
                says: raw.says,
                subcategory: raw.subcategory,
                method: raw.method,
                needs: raw.needs.iter().map(read).collect(),
            })
            .collect()
    }

    /// The one of that name. Refuses `not_found`, naming all.
    pub fn named(name: &str) -> Result<Self, Refusal> {
        let all = Self::all();
        let names: Vec<_> = all.iter().map(|one| one.name.clone()).collect();
        all.into_iter().find(|one| one.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            Code::NotFound
                .because(format!("there is no template `{name}`"))
                .hint(format!("one of {}", names.join(", ")))
        })
    }

    /// Lets a request that is to be logged begin like this. Whoever asks for it still decides that it is done: it is no
    /// work that the desk set itself.
    pub fn begin(&self, log: Log) -> Log {
        let plan = Plan { method: self.method, details: BTreeMap::new() };
        Log {
            category: Category::Install,
            subcategory: self.subcategory,
            requirements: self.needs.clone(),
            plan: Some(plan),
            ..log
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::number::Kind;
    use crate::domain::text::Title;

    #[test]
    fn every_template_begins_a_request_that_may_be_logged() {
        let all = Template::all();
        assert_eq!(all.len(), 6);
        for template in all {
            let log = template.begin(Log::request(Title::new("Something new").unwrap()));
            assert!(log.category.holds_for(Kind::Request, log.subcategory), "{}", template.name);
            assert!(!log.requirements.is_empty() && log.plan.is_some());
            assert_eq!(Template::named(&template.name.to_uppercase()), Ok(template));
        }
        assert_eq!(Template::named("coffee").unwrap_err().code, Code::NotFound);
    }
}
