//! What a desk keeps ready: texts by name, checklists by kind of fault, templates of new records. They ship inside the
//! program; the host's files and then the person's own are laid over them, name by name.
//!
//! Read `fit` (what something is for), `text`, `known` (what fills a text in), `checklist`, `template`, then `file` and `folder`.

pub mod checklist;
pub mod file;
pub mod fit;
pub mod folder;
pub mod known;
pub mod template;
pub mod text;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use checklist::{Checklist, Step};
use file::{Mistake, Named};
use fit::Situation;
use template::Template;
use text::{Canned, Use};

use super::home;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::ticket::Ticket;

/// Everything ready, what is suggested first in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ready {
    pub texts: Vec<Canned>,
    pub checklists: Vec<Checklist>,
    pub templates: Vec<Template>,
    /// What is wrong in the files. The rest of them holds.
    pub mistakes: Vec<Mistake>,
}

impl Ready {
    /// What comes with the program.
    pub fn shipped() -> Arc<Self> {
        static SHIPPED: LazyLock<Arc<Ready>> = LazyLock::new(|| {
            let mut it = Ready::default();
            it.lay(Ready::texts, file::read(text::SHIPPED, "shipped"));
            it.lay(Ready::checklists, file::read(checklist::SHIPPED, "shipped"));
            it.lay(Ready::templates, file::read(template::SHIPPED, "shipped"));
            Arc::new(it)
        });
        Arc::clone(&SHIPPED)
    }

    /// With the files of this host and this person.
    pub fn of_this_host() -> Self {
        let mut it = (*Self::shipped()).clone();
        home::config_folders().iter().for_each(|folder| it.lay_folder(folder));
        it
    }

    /// Lays the files below a folder of settings over what holds so far.
    pub fn lay_folder(&mut self, folder: &Path) {
        self.lay(Self::texts, folder::read(&folder.join("canned.d")));
        self.lay(Self::checklists, folder::read(&folder.join("checklists.d")));
        self.lay(Self::templates, folder::read(&folder.join("templates.d")));
    }

    /// The later of two of one name holds, in the place of the earlier; what is new comes before what was there: a
    /// site writes down what it needs most.
    fn lay<T: Named>(&mut self, all: fn(&mut Self) -> &mut Vec<T>, (found, mistakes): (Vec<T>, Vec<Mistake>)) {
        self.mistakes.extend(mistakes);
        let under = all(self);
        let mut new: Vec<T> = Vec::new();
        for one in found {
            let same = under.iter_mut().chain(&mut new).find(|other| other.name() == one.name());
            match same {
                Some(other) => *other = one,
                None => new.push(one),
            }
        }
        new.append(under);
        *under = new;
    }

    fn texts(&mut self) -> &mut Vec<Canned> {
        &mut self.texts
    }

    fn checklists(&mut self) -> &mut Vec<Checklist> {
        &mut self.checklists
    }

    fn templates(&mut self) -> &mut Vec<Template> {
        &mut self.templates
    }

    /// The texts for a use, the best for a record first.
    pub fn suggested(&self, usage: Use, it: &Situation) -> Vec<&Canned> {
        text::suggested(&self.texts, usage, it)
    }

    /// The steps of a record's checklist.
    pub fn steps_of(&self, ticket: &Ticket) -> Vec<Step> {
        checklist::steps_of(&self.checklists, ticket)
    }

    /// The text of a name. Refuses `not_found`.
    pub fn text(&self, name: &str) -> Result<&Canned, Refusal> {
        named(&self.texts, name)
    }
}

/// The one of that name, or the only one whose name begins so; case does not matter. Refuses `not_found`.
pub fn named<'a, T: Named>(all: &'a [T], name: &str) -> Result<&'a T, Refusal> {
    let wanted = name.trim().to_lowercase();
    let exact = all.iter().find(|one| one.name().to_lowercase() == wanted);
    let beginning: Vec<_> = all.iter().filter(|one| one.name().to_lowercase().starts_with(&wanted)).collect();
    match (exact, beginning.as_slice()) {
        (Some(one), _) => Ok(one),
        (None, [one]) => Ok(*one),
        (None, []) => Err(Code::NotFound.because(format!("there is no {} `{name}`", T::TABLE))),
        (None, several) => {
            let names: Vec<_> = several.iter().map(|one| one.name()).collect();
            Err(Code::NotFound.because(format!("more than one begins with `{name}`")).hint(names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(name: &str, words: &str) -> String {
        format!("[[canned]]\nname = \"{name}\"\nuse = \"reply\"\ntext = \"{words}\"\n")
    }

    #[test]
    fn everything_that_ships_is_right() {
        let shipped = Ready::shipped();
        let told: Vec<_> = shipped.mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(told, Vec::<String>::new());
        assert!(shipped.texts.len() >= 50, "{}", shipped.texts.len());
    }

    #[test]
    fn later_files_win_by_name_and_what_is_new_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = dir.path().join(name).join("canned.d");
            fs::create_dir_all(&folder).unwrap();
            folder
        };
        let (host, own) = (folder("host"), folder("own"));
        fs::write(host.join("10.toml"), text("got it", "host 10") + &text("ours", "host 10")).unwrap();
        fs::write(host.join("20.toml"), text("ours", "host 20")).unwrap();
        fs::write(host.join(".30.toml"), "no toml").unwrap();
        fs::write(host.join("notes.txt"), "no toml").unwrap();
        fs::write(own.join("mine.toml"), text("got it", "own")).unwrap();
        let mut it = (*Ready::shipped()).clone();
        let shipped = it.texts.len();
        for name in ["host", "own", "none"] {
            it.lay_folder(&dir.path().join(name));
        }
        assert_eq!(it.mistakes, []);
        assert_eq!(it.texts.len(), shipped + 1);
        assert_eq!((it.texts[0].name.as_str(), it.texts[0].text.as_str()), ("ours", "host 20"));
        assert_eq!(it.text("Got it").unwrap().text, "own");
        assert!(it.text("got it").unwrap().from.ends_with("mine.toml:1"), "{}", it.text("got it").unwrap().from);
        assert_eq!(it.text("our").unwrap().name, "ours");
        assert_eq!(it.text("").unwrap_err().code, Code::NotFound);
    }

    #[test]
    fn a_file_that_is_no_good_is_told_and_hurts_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("canned.d");
        fs::create_dir_all(folder.join("a.toml")).unwrap();
        fs::write(folder.join("b.toml"), vec![b' '; 300 * 1024]).unwrap();
        fs::write(folder.join("c.toml"), [b'#', 0xff]).unwrap();
        fs::write(folder.join("d.toml"), text("ours", "fine")).unwrap();
        let mut it = Ready::default();
        it.lay_folder(dir.path());
        let told: Vec<_> = it.mistakes.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(told, ["is no regular file", "is larger than 256 KB", "byte 1 is no text in UTF-8"]);
        assert_eq!(it.texts.len(), 1);
    }
}
