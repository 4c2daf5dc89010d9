//! Templates of new records: what a common situation presets, so that a call is logged in a line.

use super::file::{Named, text, texts, word};
use crate::domain::command::log::Log;
use crate::domain::incident::{Category, Subcategory, Symptom};
use crate::domain::number::Kind;
use crate::domain::policy::read::Table;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::refusal::Refusal;
use crate::domain::text::{Description, Label, Tag, Title};

/// A template by name. A record made with one comes from whoever called, not from the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    /// An incident or a request.
    pub kind: Kind,
    pub title: Option<Title>,
    /// What to ask, for the description.
    pub description: Option<Description>,
    pub category: Category,
    pub subcategory: Subcategory,
    pub symptom: Option<Symptom>,
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    pub software: Vec<Label>,
    pub tags: Vec<Tag>,
    /// Name of its checklist.
    pub checklist: Option<Label>,
    /// File and line.
    pub from: String,
}

impl Template {
    /// Presets what the call leaves as it is proposed.
    pub fn fill(&self, log: &mut Log) {
        let proposed = match self.kind {
            Kind::Request => Log::request(log.title.clone()),
            _ => Log::titled(log.title.clone()),
        };
        if (log.category, log.subcategory) == (proposed.category, proposed.subcategory) {
            (log.category, log.subcategory) = (self.category, self.subcategory);
        }
        if log.symptom == proposed.symptom {
            log.symptom = self.symptom.unwrap_or(log.symptom);
        }
        if log.urgency == proposed.urgency {
            log.urgency = self.urgency.unwrap_or(log.urgency);
        }
        log.impact = log.impact.or(self.impact);
        log.description = log.description.take().or_else(|| self.description.clone());
        log.software_items.extend(self.software.iter().cloned());
        log.tags.extend(self.tags.iter().cloned());
        log.checklist.clone_from(&self.checklist);
    }
}

impl Named for Template {
    const TABLE: &'static str = "template";

    fn name(&self) -> &str {
        &self.name
    }

    fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let from = format!("{}:{}", table.at.file, table.at.line);
        let (name, _) = table.text("name");
        let kind = table.parsed("kind", "incident, request", |word| match word {
            "incident" => Some(Kind::Incident),
            "request" => Some(Kind::Request),
            _ => None,
        });
        let title = checked(table, "title", Title::new);
        let description = checked(table, "description", Description::new);
        let at = table.place("subcategory");
        let categories: Vec<_> = Category::ALL.iter().map(|it| it.word()).collect();
        let category = table.parsed("category", &categories.join(", "), Category::from_word);
        let subcategories: Vec<_> = Subcategory::ALL.iter().map(|it| it.word()).collect();
        let subcategory = table.parsed("subcategory", &subcategories.join(", "), Subcategory::from_word);
        let symptom = word(table, "symptom", Symptom::from_word, Symptom::ALL.iter().map(|it| it.word()));
        let impact = word(table, "impact", Impact::from_word, Impact::ALL.iter().map(|it| it.word()));
        let urgency = word(table, "urgency", Urgency::from_word, Urgency::ALL.iter().map(|it| it.word()));
        let software = many(table, "software", Label::new);
        let tags = many(table, "tags", Tag::new);
        let checklist = checked(table, "checklist", Label::new);
        let (kind, category, subcategory) = (kind?, category?, subcategory?);
        if !category.holds_for(kind, subcategory) {
            table.note(&at, format!("`{category}/{subcategory}` is no category of such a record"));
        }
        Some(Self {
            name,
            kind,
            title,
            description,
            category,
            subcategory,
            symptom,
            impact,
            urgency,
            software,
            tags,
            checklist,
            from,
        })
    }
}

fn checked<T>(table: &mut Table<'_, '_>, key: &str, new: impl Fn(&str) -> Result<T, Refusal>) -> Option<T> {
    let at = table.place(key);
    let value = text(table, key)?;
    new(&value).map_err(|refusal| table.note(&at, refusal.message)).ok()
}

fn many<T>(table: &mut Table<'_, '_>, key: &str, new: impl Fn(&str) -> Result<T, Refusal>) -> Vec<T> {
    let at = table.place(key);
    let values = texts(table, key);
    values.iter().filter_map(|text| new(text).map_err(|refusal| table.note(&at, refusal.message)).ok()).collect()
}

/// The templates that ship with the program.
pub(super) const SHIPPED: &str = include_str!("../../../assets/templates.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ready::{Ready, file, named};

    #[test]
    fn the_commonest_situations_have_a_template_and_a_checklist() {
        let ready = Ready::shipped();
        for (name, kind, checklist) in [
            ("failed installation", Subcategory::Error, "failed installation"),
            ("failed activation", Subcategory::LicenseFault, "license fault"),
            ("failed update", Subcategory::UpdateFailure, "update failure"),
            ("harmful update", Subcategory::PatchRegression, "patch regression"),
            ("crash", Subcategory::Crash, "crash"),
            ("legacy conflict", Subcategory::CompatibilityConflict, "compatibility conflict"),
        ] {
            let mut log = Log::titled(Title::new("x").unwrap());
            named(&ready.templates, name).unwrap().fill(&mut log);
            assert_eq!((log.subcategory, log.checklist.as_ref().map(Label::as_str)), (kind, Some(checklist)), "{name}");
            assert!(ready.checklists.iter().any(|list| list.name == checklist), "{checklist}");
            assert_eq!(log.source, crate::domain::incident::Source::Phone, "{name}: somebody called");
        }
    }

    #[test]
    fn what_the_call_says_itself_stays() {
        let crash = Ready::shipped().templates.iter().find(|it| it.name == "crash").unwrap().clone();
        let description = Description::new("own words").ok();
        let (category, subcategory) = (Category::Fix, Subcategory::Performance);
        let mut log =
            Log { category, subcategory, description: description.clone(), ..Log::titled(Title::new("x").unwrap()) };
        crash.fill(&mut log);
        assert_eq!((log.subcategory, log.description), (Subcategory::Performance, description));
    }

    #[test]
    fn mistakes_of_a_file() {
        let head = "[[template]]\nname = \"a\"\nkind = ";
        for (text, mistake) in [
            (
                format!("{head}\"incident\"\ncategory = \"fix\"\nsubcategory = \"new_install\""),
                "f:5: template.subcategory: `fix/new_install` is no category",
            ),
            (
                format!("{head}\"wish\"\ncategory = \"fix\"\nsubcategory = \"crash\""),
                "f:3: template.kind: `wish` is not known; use incident, request",
            ),
            (
                format!("{head}\"incident\"\ncategory = \"fix\"\nsubcategory = \"crash\"\ntags = [\"A b\"]"),
                "f:6: template.tags: `A b` is not a tag",
            ),
            (
                format!("{head}\"incident\"\ncategory = \"fix\"\nsubcategory = \"crash\"\ntitle = \"\""),
                "f:6: template.title: the title is empty",
            ),
        ] {
            let (found, mistakes) = file::read::<Template>(&text, "f");
            let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            assert!(told.iter().any(|it| it.contains(mistake)), "{text}: {told:?}");
            assert_eq!(found, []);
        }
    }
}
