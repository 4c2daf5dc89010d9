//! A form in words.

use super::{Field, Form};
use crate::ui::spoken::{self, Content};

impl Form {
    /// Its fields as data, for someone who is asked for them one after another.
    pub fn spoken(&self, resumed: bool) -> spoken::Form {
        let field = |named: &super::Named| spoken::Field {
            key: named.key,
            label: named.label.clone(),
            required: named.required,
            content: content(&named.field, named.labelled),
        };
        spoken::Form {
            title: self.title.clone(),
            fields: self.fields.iter().map(field).collect(),
            focus: self.focus(),
            complaint: self.complaint.clone(),
            resumed,
        }
    }
}

fn content(field: &Field, labelled: bool) -> Content {
    match field {
        Field::Choice { options, chosen } => {
            Content::Choice { options: options.iter().map(|it| it.label.clone()).collect(), chosen: *chosen }
        }
        Field::Suggest { texts, .. } => Content::Suggest(texts.iter().map(|it| it.label.clone()).collect()),
        Field::Line(prompt) => Content::Line(prompt.text().to_owned()),
        Field::Area(editor) => Content::Area { text: editor.text(), labelled },
        Field::Toggles(boxes) => Content::Toggles(boxes.clone()),
        Field::Info(lines) => Content::Info(lines.clone()),
    }
}
