//! The front of all formats: recognises what a file is, and gives its tickets one by one.

use std::io::Read;

use chrono_tz::Tz;

use crate::domain::word::words;

use super::incoming::Incoming;
use super::input::{Input, Tally};
use super::json::Records;
use super::mapping::{Field, Mapping, SHIPPED};
use super::rejection::Rejection;
use super::servicenow::Record;
use super::table::Table;
use super::xes::Traces;
use super::{mapped, servicenow, servicenow_log, tierdesk, vinst, zammad};

words! {
    /// The formats of other systems' tickets.
    pub enum Format {
        /// Incidents of VINST, an XES event log.
        Vinst = "vinst",
        /// ServiceNow's incident event log as CSV.
        ServicenowLog = "servicenow-log",
        /// ServiceNow's incident table: JSON or CSV.
        Servicenow = "servicenow",
        /// Zammad's REST answers.
        Zammad = "zammad",
        /// Any table or XES log, by a mapping file.
        Csv = "csv",
        /// Our own export.
        Tierdesk = "tierdesk",
    }
}

/// How to read a file; what is not told is recognised, and times without a zone are UTC.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub format: Option<Format>,
    pub mapping: Option<Mapping>,
    /// Of times that name no offset.
    pub zone: Option<Tz>,
}

type Found = Result<Incoming, Rejection>;
type Tickets = Box<dyn Iterator<Item = Found> + Send>;

/// The tickets of one file. One ticket is in memory at a time; after a rejection that `ends` there is nothing more.
///
/// A number that comes back after others gives a second ticket with the same source and key: whoever stores them
/// finds the first and adds what is new.
pub struct Reader {
    file: String,
    format: Format,
    tally: Tally,
    tickets: Tickets,
}

impl Reader {
    /// `file` is its name in rejections. Gzip and encodings are recognised. Refuses what is no known format.
    pub fn open(file: &str, raw: impl Read + Send + 'static, options: Options) -> Result<Self, Rejection> {
        let named = |rejection| Rejection { file: file.to_owned(), ..rejection };
        let tally = Tally::default();
        let encoding = options.mapping.as_ref().and_then(|mapping| mapping.encoding);
        let mut input = Input::open(Box::new(raw), encoding, &tally)
            .map_err(|fault| named(Rejection::end(1, fault.to_string())))?;
        let (format, mapping) = recognised(&options, &String::from_utf8_lossy(input.peek())).map_err(named)?;
        let zone = options.zone.unwrap_or(Tz::UTC);
        let tickets = tickets(format, input, mapping, zone, &tally).map_err(named)?;
        Ok(Self { file: file.to_owned(), format, tally, tickets })
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// What was read so far; stays current while the reader goes on, also on another thread.
    pub fn tally(&self) -> Tally {
        self.tally.clone()
    }
}

impl Iterator for Reader {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let found = self.tickets.next()?;
        Some(match found {
            Ok(mut ticket) => {
                ticket.left_out.iter_mut().for_each(|one| one.file.clone_from(&self.file));
                Ok(ticket)
            }
            Err(rejection) => Err(Rejection { file: self.file.clone(), ..rejection }),
        })
    }
}

fn tickets(
    format: Format,
    mut input: Input,
    mapping: Option<Mapping>,
    zone: Tz,
    tally: &Tally,
) -> Result<Tickets, Rejection> {
    let tally = tally.clone();
    let first = input.peek().iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    Ok(match format {
        Format::Vinst => Box::new(Traces::open(input, tally).map(|trace| vinst::ticket(&trace?))),
        Format::ServicenowLog => {
            let table = Table::open(input, None, Some(servicenow_log::KEY), tally)?;
            Box::new(table.map(move |group| servicenow_log::ticket(&group?, zone)))
        }
        Format::Servicenow if matches!(first, Some(b'{' | b'[')) => {
            let records = Records::open(input, servicenow::WRAPS, tally);
            Box::new(records.map(move |record| {
                let (line, value) = record?;
                Record::from_json(line, &value)?.ticket(zone)
            }))
        }
        Format::Servicenow => {
            let table = Table::open(input, None, None, tally)?;
            Box::new(table.map(move |group| Record::from_row(&group?.rows[0]).ticket(zone)))
        }
        Format::Zammad => {
            input.limit(zammad::DOCUMENT);
            let records = Records::open(input, &[], tally);
            Box::new(records.flat_map(|record| match record {
                Ok((line, document)) => zammad::tickets(line, &document),
                Err(rejection) => vec![Err(rejection)],
            }))
        }
        Format::Tierdesk => Box::new(Records::open(input, &[], tally).map(|record| {
            let (line, value) = record?;
            tierdesk::ticket(line, value)
        })),
        Format::Csv => by_mapping(input, mapping, zone, first == Some(b'<'), tally)?,
    })
}

fn by_mapping(
    input: Input,
    mapping: Option<Mapping>,
    zone: Tz,
    is_xes: bool,
    tally: Tally,
) -> Result<Tickets, Rejection> {
    let Some(mapping) = mapping else {
        return Err(Rejection::end(1, "a table of an unknown system needs a mapping file that names its columns"));
    };
    if is_xes {
        return Ok(Box::new(Traces::open(input, tally).map(move |trace| mapped::ticket(&trace?, &mapping, zone))));
    }
    let key = mapping.columns(Field::Key).first().filter(|_| mapping.event.is_some()).cloned();
    let table = Table::open(input, mapping.delimiter, key.as_deref(), tally)?;
    Ok(Box::new(table.map(move |group| mapped::ticket(&group?, &mapping, zone))))
}

/// What the file is, by its start, and the mapping that reads it. What the caller told stands.
fn recognised(options: &Options, start: &str) -> Result<(Format, Option<Mapping>), Rejection> {
    let mapping = || options.mapping.clone().or_else(|| shipped_for(start));
    if let Some(format) = options.format {
        return Ok((format, mapping()));
    }
    if options.mapping.is_some() {
        return Ok((Format::Csv, mapping()));
    }
    let has = |word: &&str| start.contains(*word);
    let column = |name: &&str| head(start).any(|it| it == *name);
    let member = |name: &&str| start.contains(&format!("\"{name}\""));
    let found = match start.trim_start().chars().next() {
        None => return Err(Rejection::end(1, "the file is empty")),
        Some('<') if vinst::SIGNS.iter().all(has) => Some(Format::Vinst),
        Some('<') => None,
        Some('{' | '[') if member(&tierdesk::MARK) => Some(Format::Tierdesk),
        Some('{' | '[') if servicenow::SIGNS.iter().any(member) => Some(Format::Servicenow),
        Some('{' | '[') if ["customer_id", "customer"].iter().any(member) => Some(Format::Zammad),
        Some('{' | '[') => None,
        Some(_) if servicenow_log::SIGNS.iter().all(column) => Some(Format::ServicenowLog),
        Some(_) if servicenow::SIGNS.iter().any(column) => Some(Format::Servicenow),
        Some(_) => None,
    };
    match (found, mapping()) {
        (Some(format), _) => Ok((format, None)),
        (None, Some(mapping)) => Ok((Format::Csv, Some(mapping))),
        (None, None) => {
            let formats = Format::ALL.iter().map(|format| format.word()).collect::<Vec<_>>().join(", ");
            Err(Rejection::end(
                1,
                format!("is none of the known formats ({formats}); a mapping file can name its columns"),
            ))
        }
    }
}

/// A shipped mapping all of whose columns are in the file.
fn shipped_for(start: &str) -> Option<Mapping> {
    let shipped = SHIPPED.iter().filter_map(|(name, _)| Mapping::shipped(name));
    let is_xes = start.trim_start().starts_with('<');
    let has = |column: &str| {
        let key = column.strip_prefix("case:").unwrap_or(column);
        if is_xes { start.contains(&format!("key=\"{key}\"")) } else { head(start).any(|it| it == column) }
    };
    shipped.into_iter().find(|mapping| mapping.fits(has))
}

/// The names of a head line; what a quoted name contains does not matter for recognition.
fn head(start: &str) -> impl Iterator<Item = &str> {
    let line = start.lines().next().unwrap_or_default();
    line.split([',', ';', '\t']).map(|name| name.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};
    use proptest::sample::select;

    use super::*;

    const SAMPLES: [(Format, &str); 6] = [
        (
            Format::Vinst,
            "<log><trace><string key=\"concept:name\" value=\"1\"/><event><string key=\"org:group\" value=\"G 2nd\"/>\
             <string key=\"organization involved\" value=\"A\"/><string key=\"lifecycle:transition\" value=\"Wait\"/>\
             <date key=\"time:timestamp\" value=\"2012-05-02T21:47:18+02:00\"/></event></trace></log>",
        ),
        (
            Format::ServicenowLog,
            "number,incident_state,sys_updated_at,sys_mod_count,opened_at\n\
             I1,Active,01-02-2016 10:00,1,01-02-2016 09:00\n",
        ),
        (
            Format::Servicenow,
            "{\"result\":[{\"number\":\"I1\",\"sys_id\":\"a\",\"opened_at\":\"2016-01-19 04:52:04\"}]}",
        ),
        (
            Format::Zammad,
            "{\"number\":\"2\",\"title\":\"x\",\"customer_id\":1,\"state_id\":2,\"created_at\":\"2025-01-14T07:45:08.681Z\"}",
        ),
        (
            Format::Csv,
            "Ticket_ID,Customer_Name,Customer_Email,Product_Purchased,Date_of_Purchase,Ticket_Type,Ticket_Subject,\
             Ticket_Priority,Ticket_Channel,First_Response_Time,Time_to_Resolution,Customer_Satisfaction_Rating\n\
             3,A,a@example.com,P,2020-07-14,Issue,Network,Low,Chat,2023-06-01 7:14,2023-06-01 18:05,3\n",
        ),
        (
            Format::Tierdesk,
            "{\"tierdesk\":1,\"source\":\"tierdesk\",\"key\":\"INC-1\",\"title\":\"x\",\"category\":\"fix\",\
             \"subcategory\":\"crash\",\"opened_at\":\"2026-01-01T00:00:00Z\",\"logged_at\":\"2026-01-01T00:00:00Z\"}",
        ),
    ];

    fn all(format: Option<Format>, raw: Vec<u8>) -> Vec<Found> {
        let options = Options { format, ..Options::default() };
        Reader::open("sample", Cursor::new(raw), options).map_or_else(|refused| vec![Err(refused)], Iterator::collect)
    }

    #[test]
    fn every_format_is_recognised_and_names_its_tickets() {
        for (format, text) in SAMPLES {
            let reader = Reader::open("sample", Cursor::new(text), Options::default()).unwrap();
            assert_eq!(reader.format(), format);
            let found = all(None, text.as_bytes().to_vec());
            assert!(found.len() == 1 && found[0].is_ok(), "{format}: {found:?}");
        }
    }

    #[test]
    fn a_table_without_a_mapping_is_refused_with_what_to_do() {
        let refused = all(Some(Format::Csv), b"a,b\n1,2\n".to_vec()).remove(0).unwrap_err();
        assert!(refused.reason.contains("mapping file"), "{refused}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_format_panic_or_let_hidden_characters_in(
            sample in select(SAMPLES.to_vec()),
            told in any::<bool>(),
            at in any::<proptest::sample::Index>(),
            bytes in vec(any::<u8>(), 0..12),
            cut in any::<bool>(),
        ) {
            let (format, text) = sample;
            let mut raw = text.as_bytes().to_vec();
            let at = at.index(raw.len());
            let end = if cut { raw.len() } else { at };
            raw.splice(at..end, bytes);
            for found in all(told.then_some(format), raw) {
                match found {
                    Ok(ticket) => assert!(!ticket.title.as_str().chars().any(char::is_control)),
                    Err(refused) => assert!(refused.line > 0 && refused.file == "sample" && !refused.reason.is_empty()),
                }
            }
        }
    }
}
