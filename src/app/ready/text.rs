//! Texts that a technician inserts by name.

use super::file::{Named, fits};
use super::fit::{Fits, Situation};
use crate::domain::escalation::ReturnCode;
use crate::domain::gap;
use crate::domain::incident::{Pending, ResolutionCode, Subcategory};
use crate::domain::policy::read::Table;
use crate::domain::text::{Note, Resolution};
use crate::domain::word::words;

words! {
    /// Where a text fits.
    pub enum Use {
        Reply = "reply",
        Resolve = "resolve",
        Hold = "hold",
        Return = "return",
    }
}

/// What a text says besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coded {
    Resolution(ResolutionCode),
    Pending(Pending),
    Return(ReturnCode),
}

/// A text by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canned {
    pub name: String,
    pub usage: Use,
    pub fits: Fits,
    /// None for replies.
    pub coded: Option<Coded>,
    /// With its placeholders.
    pub text: String,
    /// File and line; `shipped:12` for what comes with the program.
    pub from: String,
}

impl Canned {
    pub const fn resolution_code(&self) -> Option<ResolutionCode> {
        match self.coded {
            Some(Coded::Resolution(code)) => Some(code),
            _ => None,
        }
    }

    pub const fn pending(&self) -> Option<Pending> {
        match self.coded {
            Some(Coded::Pending(reason)) => Some(reason),
            _ => None,
        }
    }

    pub const fn return_code(&self) -> Option<ReturnCode> {
        match self.coded {
            Some(Coded::Return(code)) => Some(code),
            _ => None,
        }
    }

    /// The word of its code, reason or return code.
    pub const fn code(&self) -> Option<&'static str> {
        match self.coded {
            Some(Coded::Resolution(code)) => Some(code.word()),
            Some(Coded::Pending(reason)) => Some(reason.word()),
            Some(Coded::Return(code)) => Some(code.word()),
            None => None,
        }
    }

    pub fn fits(&self, subcategory: Subcategory) -> bool {
        self.fits.subcategories.contains(&subcategory)
    }
}

impl Named for Canned {
    const TABLE: &'static str = "canned";

    fn name(&self) -> &str {
        &self.name
    }

    fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let from = format!("{}:{}", table.at.file, table.at.line);
        let (name, _) = table.text("name");
        let uses: Vec<_> = Use::ALL.iter().map(|it| it.word()).collect();
        let usage = table.parsed("use", &uses.join(", "), Use::from_word);
        let fits = fits(table);
        let (text, at) = table.text("text");
        for name in gap::unknown(&text) {
            let known: Vec<_> = gap::Placeholder::ALL.iter().map(|it| it.word()).collect();
            table.note(&at, format!("`{{{name}}}` is no placeholder; there are {}", known.join(", ")));
        }
        let usage = usage?;
        let coded = coded(table, usage);
        let fitting = if usage == Use::Resolve { Resolution::new(&text).err() } else { Note::new(&text).err() };
        if let Some(refusal) = fitting {
            table.note(&at, refusal.message);
        }
        Some(Self { name, usage, fits, coded, text, from })
    }
}

/// The code that belongs to the use; a reply has none.
fn coded(table: &mut Table<'_, '_>, usage: Use) -> Option<Coded> {
    fn all(words: impl Iterator<Item = &'static str>) -> String {
        words.collect::<Vec<_>>().join(", ")
    }
    match usage {
        Use::Reply => None,
        Use::Resolve => {
            let codes = all(ResolutionCode::ALL.iter().map(|it| it.word()));
            table.parsed("code", &codes, ResolutionCode::from_word).map(Coded::Resolution)
        }
        Use::Hold => {
            let reasons = all(Pending::ALL.iter().map(|it| it.word()));
            table.parsed("code", &reasons, Pending::from_word).map(Coded::Pending)
        }
        Use::Return => {
            let codes = all(ReturnCode::ALL.iter().map(|it| it.word()));
            table.parsed("code", &codes, ReturnCode::from_word).map(Coded::Return)
        }
    }
}

/// The texts for a use, the best first: those that meet the record, then those for every one, then the others.
pub fn suggested<'a>(texts: &'a [Canned], usage: Use, it: &Situation) -> Vec<&'a Canned> {
    let mut found: Vec<_> = texts.iter().filter(|text| text.usage == usage).collect();
    found.sort_by_key(|text| std::cmp::Reverse(text.fits.points(it)));
    found
}

/// The texts that ship with the program.
pub(super) const SHIPPED: &str = include_str!("../../../assets/canned.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ready::{Ready, file};
    use crate::domain::text::{Label, Title};
    use crate::domain::ticket::Ticket;

    fn first(usage: Use, title: &str, kind: Subcategory, software: &[&str]) -> Vec<String> {
        let software_items = software.iter().map(|name| Label::new(name).unwrap()).collect();
        let title = Title::new(title).unwrap();
        let ticket = Ticket { title, subcategory: kind, software_items, ..Ticket::default() };
        let ready = Ready::shipped();
        let found = suggested(&ready.texts, usage, &Situation::of(&ticket));
        found.iter().take(2).map(|it| it.name.clone()).collect()
    }

    #[test]
    fn the_best_text_comes_first() {
        use Subcategory::*;
        for (usage, title, kind, software, expected) in [
            (Use::Resolve, "Outlook will not open", Crash, &[][..], "outlook add-in off"),
            (Use::Resolve, "Mails do not arrive", Error, &["Microsoft Outlook"], "outlook profile new"),
            (Use::Resolve, "VPN drops every 20 min on WiFi", IntegrationFault, &[], "vpn profile renewed"),
            (Use::Resolve, "Printer PRN-3 prints blank pages", Error, &[], "print driver replaced"),
            (Use::Resolve, "Adobe says the licence has expired", LicenseFault, &[], "licence assigned"),
            (Use::Resolve, "MATLAB: licence server does not answer", LicenseFault, &[], "licence active"),
            (Use::Resolve, "KB5031 fails with 0x80070005", UpdateFailure, &[], "update store repaired"),
            (Use::Resolve, "Cannot sign in to the portal", AccessFault, &[], "account unlocked"),
            (
                Use::Resolve,
                "Old payroll tool does not start on Windows 11",
                CompatibilityConflict,
                &[],
                "legacy mode set",
            ),
            (Use::Resolve, "SAP GUI asks for a logon file", ConfigurationDrift, &[], "erp client connection"),
            (Use::Resolve, "Chrome shows a blank page", Error, &[], "browser data cleared"),
            (Use::Reply, "VPN drops", IntegrationFault, &[], "vpn questions"),
            (Use::Reply, "Printer is on strike", Unknown, &[], "printer questions"),
            (Use::Reply, "It is odd", Unknown, &[], "got it"),
        ] {
            let found = first(usage, title, kind, software);
            assert_eq!(found.first().map(String::as_str), Some(expected), "{title}: {found:?}");
        }
    }

    #[test]
    fn what_ships_is_usable_and_short() {
        let ready = Ready::shipped();
        for it in &ready.texts {
            assert!(it.text.chars().count() <= 700, "{} is too long to be read by anyone", it.name);
            assert!(it.text.is_ascii(), "{} must look the same on every terminal", it.name);
            assert_eq!(it.coded.is_some(), it.usage != Use::Reply, "{}", it.name);
        }
        for usage in Use::ALL {
            let general = ready.texts.iter().filter(|it| it.usage == *usage && it.fits.is_general());
            assert!(general.count() >= 3, "{usage}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_line_and_key_and_the_rest_holds() {
        let head = "[[canned]]\nname = \"a\"\nuse = ";
        for (text, mistake) in [
            (
                format!("{head}\"shout\"\ntext = \"x\""),
                "f:3: canned.use: `shout` is not known; use reply, resolve, hold, return",
            ),
            (
                format!("{head}\"reply\"\ntext = \"Hello {{reqester}}\""),
                "f:4: canned.text: `{reqester}` is no placeholder",
            ),
            (format!("{head}\"reply\"\ntext = \"\""), "f:4: canned.text: the note is empty"),
            (format!("{head}\"reply\""), "`text` is missing"),
            (format!("{head}\"reply\"\ntext = \"x\"\ncolour = 1"), "f:5: canned.colour: unknown key"),
            (format!("{head}\"reply\"\ntext = \"x\"\ncode = \"fixed\""), "f:5: canned.code: unknown key"),
            (
                format!("{head}\"resolve\"\ntext = \"Restarted it.\"\ncode = \"fixed\""),
                "the resolution note has 13 characters",
            ),
            (
                format!("{head}\"hold\"\ntext = \"x\"\ncode = \"lunch\""),
                "f:5: canned.code: `lunch` is not known; use awaiting_requester",
            ),
            (
                format!("{head}\"reply\"\ntext = \"x\"\nsubcategory = [\"crash\",\n\"boom\"]"),
                "f:6: canned.subcategory: `boom` is not known",
            ),
            (format!("{head}\"reply\"\ntext = \"x\"\nsoftware = 3"), "f:5: canned.software: a text is needed"),
            ("[[canned]\n".to_owned(), "f:1: "),
            ("name = 1\n".to_owned(), "f:1: name: unknown key"),
        ] {
            let right = "\n[[canned]]\nname = \"b\"\nuse = \"reply\"\ntext = \"fine\"\n";
            let (found, mistakes) = file::read::<Canned>(&(text.clone() + right), "f");
            let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            assert!(told.iter().any(|it| it.contains(mistake)), "{text}: {told:?}");
            assert!(!found.iter().any(|it| it.name == "a"), "{text}");
            assert!(found.iter().any(|it| it.name == "b") || text.starts_with("[[canned]\n"), "{text}: the rest");
        }
        let twice = format!("{head}\"reply\"\ntext = \"x\"\n{head}\"reply\"\ntext = \"y\"\n");
        assert_eq!(file::read::<Canned>(&twice, "f").1[0].message, "`a` stands twice in this file");
    }
}
