//! Words as a full-text query. One document holds all the text of a ticket, so words that stand in different parts
//! of it are found together.

use crate::domain::filter::field::Field;
use crate::domain::filter::tree::{Compare, Expr, Op, Term};
use crate::domain::filter::value::Value;

/// The query of a condition that asks for words only; nothing if it asks for anything else, or only for what is
/// not there.
pub fn query(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Or(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(query).collect();
            Some(format!("({})", parts?.join(" OR ")))
        }
        Expr::And(parts) => {
            let (query, rest) = split(parts)?;
            rest.is_empty().then_some(query)
        }
        Expr::Term(Term::Text(text)) => Some(phrase(text.words(), text.prefix())),
        Expr::Term(Term::Compare(it)) => column(it),
        Expr::Not(_) | Expr::Term(_) => None,
    }
}

/// One query for all parts that ask for words, and the parts that do not; nothing if no part asks for words.
pub fn split(parts: &[Expr]) -> Option<(String, Vec<&Expr>)> {
    let mut wanted = Vec::new();
    let mut unwanted = Vec::new();
    let mut rest = Vec::new();
    for part in parts {
        let without = if let Expr::Not(inner) = part { query(inner) } else { None };
        match (query(part), without) {
            (Some(query), _) => wanted.push(query),
            (_, Some(query)) => unwanted.push(query),
            _ => rest.push(part),
        }
    }
    if wanted.is_empty() {
        return None;
    }
    let wanted = format!("({})", wanted.join(" AND "));
    let query = unwanted.iter().fold(wanted, |query, without| format!("({query} NOT {without})"));
    Some((query, rest))
}

/// `note:` and `subj:` by words.
fn column(it: &Compare) -> Option<String> {
    let column = match it.field() {
        Field::Note => "notes",
        Field::Subj => "subject",
        _ => return None,
    };
    if it.op() != Op::Is {
        return None;
    }
    let phrases = it.values().iter().filter_map(|value| match value {
        Value::Text(words) => Some(phrase(words.as_str(), true)),
        _ => None,
    });
    Some(format!("({column} : ({}))", phrases.collect::<Vec<_>>().join(" OR ")))
}

/// Words next to each other, the last of which may go on.
pub fn phrase(words: &str, prefix: bool) -> String {
    format!("\"{}\"{}", words.replace('"', "\"\""), if prefix { " *" } else { "" })
}

/// Takes the words out of a whole filter: the query they make, and what else is asked.
pub fn top(expr: &Expr) -> Option<(String, Vec<&Expr>)> {
    match expr {
        Expr::And(parts) => split(parts),
        one => query(one).map(|query| (query, Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::parse;

    #[test]
    fn words_of_a_filter_become_one_query() {
        for (text, expected) in [
            ("outlook pass", Some("(\"outlook\" AND \"pass\" *)")),
            ("\"say \"\"hi\"\"\"", Some("\"say \"\"hi\"\"\"")),
            ("vpn | lan", Some("(\"vpn\" OR \"lan\" *)")),
            ("vpn -lan", Some("((\"vpn\") NOT \"lan\" *)")),
            ("subj:printer,fax", Some("(subject : (\"printer\" * OR \"fax\" *))")),
            ("note:~cache", None),
            ("-vpn", None),
            ("tier:1", None),
            ("vpn | tier:1", None),
        ] {
            let expr = parse(text).unwrap().expr.unwrap();
            assert_eq!(query(&expr).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn words_are_taken_out_of_what_else_is_asked() {
        let expr = parse("is:open outlook tier:1 -lan").unwrap().expr.unwrap();
        let (query, rest) = top(&expr).unwrap();
        assert_eq!(query, "((\"outlook\") NOT \"lan\" *)");
        assert_eq!(rest.len(), 2);
    }
}
