//! Events of other stores: who may enter, what is held, what is refused, and what a hostile stream can do.

use tierdesk::domain::command::Verb;
use tierdesk::domain::command::take::Take;
use tierdesk::domain::id::{CmdId, RowId};
use tierdesk::domain::number::{Number, SiteCode};
use tierdesk::store::admit::Admitted;
use tierdesk::store::frame::{Frame, Misfit};

use super::sites::{CMD_AT, HLC_AT, SEQ_AT, Site, WALL_AT, number, sealed};
use crate::desk::{assert_whole, log, login, note, open};

const DAY_MS: i64 = 86_400_000;

/// A site with one noted ticket, and another that trusts it.
fn pair() -> (Site, Site) {
    let mut sites = Site::trusting(&["", "OSL"]);
    let (two, mut one) = (sites.pop().unwrap(), sites.pop().unwrap());
    let agg = log(&mut one.desk, "VPN drops");
    one.desk.run(&note("called back"), agg).unwrap();
    (one, two)
}

fn counts(done: &Admitted) -> (u64, u64, u64) {
    (done.admitted, done.known, done.held)
}

#[test]
fn what_one_store_wrote_stands_in_the_other() {
    let (mut one, mut two) = pair();
    let all = one.own().len() as u64;
    assert_eq!(counts(&two.admit(one.own())), (all, 0, 0));
    assert_eq!(counts(&two.admit(one.own())), (0, all, 0), "a second time");
    one.admit(two.own());
    assert_eq!(one.portrait(), two.portrait());
    let number: Number = "INC-1".parse().unwrap();
    let agg = two.desk.store().find(&number).unwrap()[0];
    two.desk.act_as(&login("bob")).unwrap();
    two.desk.run(&Verb::Take(Take), agg).unwrap();
    one.admit(two.own());
    assert_eq!(one.desk.store().case(agg).unwrap().unwrap().ticket().assignee, Some(login("bob")));
    for site in [&one, &two] {
        assert_whole(&site.desk);
    }
}

#[test]
fn an_unknown_origin_waits_until_someone_trusts_it() {
    let (one, mut stranger) = (pair().0, Site::new("BER"));
    let all = one.own().len();
    assert_eq!(counts(&stranger.admit(one.own())), (0, 0, all as u64));
    stranger.admit(one.own());
    assert_eq!(stranger.held().len(), all, "held once");
    assert!(stranger.held().iter().all(|(_, reason)| reason == "unknown origin"));
    assert_eq!(counts(&stranger.trust(one.origin())), (all as u64, 0, 0));
    assert_eq!(stranger.held(), []);
    assert_eq!(stranger.standing(one.origin()), (all as i64, "pinned".to_owned()));
    assert_whole(&stranger.desk);
}

#[test]
fn an_event_far_ahead_of_the_clock_waits_with_all_that_follows() {
    let (mut one, mut two) = pair();
    let before = one.own().len();
    let agg = one.desk.store().find(&"INC-1".parse().unwrap()).unwrap()[0];
    one.clock.set(one.clock.get() + 3 * DAY_MS);
    one.desk.run(&note("written by a clock that runs ahead"), agg).unwrap();
    one.clock.set(one.clock.get() - 3 * DAY_MS);
    one.desk.run(&note("written by the same clock, set right"), agg).unwrap();
    // With the notes wait the clocks that ran out on the way.
    let ahead = (one.own().len() - before) as u64;
    assert!(ahead > 2);
    assert_eq!(counts(&two.admit(one.own())), (before as u64, 0, ahead));
    assert!(two.held().iter().all(|(_, reason)| reason == "clock"));
    let release = |two: &mut Site| {
        let now = two.now();
        two.desk.store_mut().release_held(now).unwrap()
    };
    assert_eq!(counts(&release(&mut two)), (0, 0, ahead), "time has not passed");
    assert_whole(&two.desk);
    two.clock.set(two.clock.get() + 2 * DAY_MS + 60_000);
    assert_eq!(counts(&release(&mut two)), (ahead, 0, 0));
    assert_eq!((two.held(), two.standing(one.origin()).0), (vec![], one.own().len() as i64));
    assert_whole(&two.desk);
}

/// The last event of a stream, written another way on the same chain.
fn fork_of(frames: &[Frame]) -> Frame {
    resealed(frames, |it| number(it, WALL_AT, 1_790_000_999_000))
}

#[test]
fn two_events_under_one_number_freeze_their_origin_and_no_other() {
    let (mut one, mut two) = pair();
    two.admit(one.own());
    let head = one.own().len() as i64;
    let fork = fork_of(&one.own());
    log(&mut one.desk, "printer is silent");
    let mut third = Site::new("BER");
    log(&mut third.desk, "door does not open");
    two.trust(third.origin());
    let mut stream = vec![fork.clone()];
    stream.extend(one.own().split_off(head as usize));
    stream.extend(third.own());
    let done = two.admit(stream);
    assert_eq!(counts(&done), (third.own().len() as u64, 0, 1), "{done:?}");
    assert!(done.passed_over > 0);
    assert_eq!(two.standing(one.origin()), (head, "frozen".to_owned()));
    assert_eq!(two.held(), [(head, "fork".to_owned())]);
    assert_eq!(two.trust(one.origin()).admitted, 0, "a disputed origin stays shut");
    assert_whole(&two.desk);
}

#[test]
fn a_restored_store_gets_back_what_it_had_lost() {
    let (mut one, mut two) = pair();
    let copy = one.path().with_extension("copy");
    one.desk.store().backup(&copy, |_, _| {}).unwrap();
    let lost = log(&mut one.desk, "printer is silent");
    two.admit(one.own());
    let mut restored = open(&copy, "dana").unwrap();
    assert_eq!(restored.store().case(lost).unwrap().map(|case| case.name()), None);
    restored.store_mut().trust(two.origin(), &SiteCode::new("OSL").unwrap(), 1, two.now()).unwrap();
    restored.store_mut().admit(two.frames().into_iter(), two.now()).unwrap();
    assert_eq!(restored.store().case(lost).unwrap().map(|case| case.name()), Some("INC-2".to_owned()));
    assert_whole(&restored);
}

#[test]
fn a_store_that_meets_itself_goes_on_under_another_origin() {
    for (name, expected, further, trust) in [
        ("a number it has not reached", (1, 0, 0), 1, "retired"),
        ("a number it used otherwise", (0, 0, 1), 0, "frozen"),
    ] {
        let (mut one, _) = pair();
        let (old, own) = (one.origin(), one.own());
        let mut next = last(&own);
        number(&mut next, SEQ_AT, own.len() as i64 + 1);
        let next = sealed(next, last(&own).hash);
        let done = one.admit([if further > 0 { next } else { fork_of(&own) }]);
        assert_eq!(counts(&done), expected, "{name}");
        assert_ne!(one.origin(), old, "{name}");
        assert_eq!(one.standing(old), (own.len() as i64 + further, trust.to_owned()), "{name}");
        let agg = log(&mut one.desk, "scanner blinks");
        assert_eq!(one.desk.store().case(agg).unwrap().unwrap().name(), "INC-100", "{name}");
        assert_whole(&one.desk);
    }
}

/// A change of a stream's last frame, and what is said about it.
type Case = (&'static str, fn(&[Frame]) -> Frame, fn(&Misfit) -> bool);

fn last(frames: &[Frame]) -> Frame {
    frames.last().unwrap().clone()
}

/// The last frame changed, on a chain that fits.
fn resealed(frames: &[Frame], change: impl FnOnce(&mut Frame)) -> Frame {
    let mut frame = last(frames);
    change(&mut frame);
    sealed(frame, frames[frames.len() - 2].hash)
}

const MISFITS: [Case; 13] = [
    ("no header", |f| Frame { header: vec![], ..last(f) }, |m| *m == Misfit::Layout),
    (
        "a header with a tail",
        |f| Frame { header: [last(f).header, vec![0]].concat(), ..last(f) },
        |m| *m == Misfit::Layout,
    ),
    ("another body", |f| Frame { body: Some(b"{}".to_vec()), ..last(f) }, |m| *m == Misfit::Body),
    ("a body without salt", |f| Frame { salt: None, ..last(f) }, |m| *m == Misfit::Torn),
    ("another link", |f| Frame { hash: [7; 32], ..last(f) }, |m| *m == Misfit::Chain),
    ("another chain", |f| sealed(last(f), [7; 32]), |m| *m == Misfit::Chain),
    ("a hole", |f| resealed(f, |it| number(it, SEQ_AT, 99)), |m| matches!(m, Misfit::Gap { found: 99, .. })),
    ("no number", |f| resealed(f, |it| number(it, SEQ_AT, 0)), |m| *m == Misfit::Range { field: "seq" }),
    ("no time", |f| resealed(f, |it| number(it, HLC_AT, -1)), |m| *m == Misfit::Range { field: "hlc" }),
    (
        "a year of six digits",
        |f| resealed(f, |it| number(it, WALL_AT, i64::MIN)),
        |m| *m == Misfit::Range { field: "wall" },
    ),
    (
        "a body of 64 KiB and a byte",
        |f| resealed(f, |it| it.body = Some(vec![b' '; 65_537])),
        |m| matches!(m, Misfit::Length { field: "body", bytes: 65_537, .. }),
    ),
    (
        "a body that is no text",
        |f| resealed(f, |it| it.body = Some(vec![0xFF])),
        |m| *m == Misfit::Characters { field: "body" },
    ),
    (
        "an actor that moves the cursor",
        |f| resealed(f, escape_in_actor),
        |m| *m == Misfit::Characters { field: "actor" },
    ),
];

fn escape_in_actor(frame: &mut Frame) {
    let at = frame.header.len() - 32 - "claimed".len() - 1 - "dana".len();
    assert_eq!(&frame.header[at..at + 4], b"dana");
    frame.header[at] = 0x1B;
}

#[test]
fn a_frame_that_does_not_fit_is_refused_and_ends_its_origin_for_this_stream() {
    for (name, change, expected) in MISFITS {
        let (mut one, mut two) = pair();
        let mut stream = one.own();
        *stream.last_mut().unwrap() = change(&one.own());
        let agg = one.desk.store().find(&"INC-1".parse().unwrap()).unwrap()[0];
        one.desk.run(&note("a later one"), agg).unwrap();
        stream.extend(one.own().pop());
        let done = two.admit(stream);
        assert!(done.refused.first().is_some_and(|refused| expected(&refused.why)), "{name}: {done:?}");
        assert_eq!(done.admitted, one.own().len() as u64 - 2, "{name}");
        assert_eq!(two.admit(one.own()).admitted, 2, "{name}: the true stream goes on from there");
        assert_whole(&two.desk);
    }
}

#[test]
fn what_was_erased_here_comes_again_without_its_body() {
    let (one, mut two) = pair();
    let last = one.own().len() as i64;
    let erase = "INSERT INTO redaction (origin, seq, ordered_by) VALUES (?1, ?2, ?1)";
    two.raw().execute(erase, rusqlite::params![one.origin().bytes(), last]).unwrap();
    let done = two.admit(one.own());
    assert_eq!((done.admitted, done.bare), (last as u64, 0));
    let stored = two.desk.store().frames_after(one.origin(), last - 1, 1).unwrap();
    assert_eq!((&stored[0].body, &stored[0].salt), (&None, &None));
    assert_whole(&two.desk);
    // A third store gets it as bare as it is here, and says so.
    let mut third = Site::new("BER");
    third.trust(one.origin());
    let done = third.admit(two.desk.store().frames_after(one.origin(), 0, 1_000).unwrap());
    assert_eq!((done.admitted, done.bare), (last as u64, 1));
    assert_whole(&third.desk);
}

#[test]
fn a_row_that_comes_again_in_another_event_counts_once() {
    let (one, mut two) = pair();
    two.admit(one.own());
    let mut stream = one.own();
    let agg = one.desk.store().find(&"INC-1".parse().unwrap()).unwrap()[0];
    let cmd = CmdId::from_slice(&last(&stream).header[CMD_AT..CMD_AT + 16]).unwrap();
    for (row, counted) in [(RowId::of(cmd, agg, 0), 0), (RowId::derived(&[b"no row of a command"]), 1)] {
        for n in 0..3 {
            let mut frame = last(&stream);
            number(&mut frame, SEQ_AT, stream.len() as i64 + 1);
            number(&mut frame, HLC_AT, ((two.clock.get() + 3_600_000) << 16) + i64::from(n) + 1);
            let body = format!(r#"{{"rows":[{{"t":"count","id":"{row}","v":{{"of":"pending_count","n":1}}}}]}}"#);
            frame.body = Some(body.into_bytes());
            stream.push(sealed(frame, last(&stream).hash));
            two.admit(stream.clone());
        }
        two.clock.set(two.clock.get() + 60_000);
        assert_eq!(two.desk.store().case(agg).unwrap().unwrap().ticket().pending_count, counted);
        assert_whole(&two.desk);
    }
}

#[test]
fn a_record_is_incomplete_until_its_first_event_comes() {
    let mut sites = Site::trusting(&["", "OSL", "BER"]);
    let agg = log(&mut sites[0].desk, "VPN drops");
    let logged = sites[0].own();
    sites[1].admit(logged.clone());
    sites[1].desk.run(&note("called back from Oslo"), agg).unwrap();
    let noted = sites[1].own();
    sites[2].admit(noted);
    let case = sites[2].desk.store().case(agg).unwrap().unwrap();
    assert_eq!((case.is.created, case.name()), (false, "(incomplete)".to_owned()));
    let shelf: i64 = sites[2].raw().query_row("SELECT shelf FROM ticket", [], |row| row.get(0)).unwrap();
    assert_eq!(shelf, 0, "in no queue");
    assert_whole(&sites[2].desk);
    sites[2].admit(logged);
    assert_eq!(sites[2].desk.store().case(agg).unwrap().unwrap().name(), "INC-1");
    assert_whole(&sites[2].desk);
}

#[test]
fn a_contact_that_was_taken_for_a_ticket_becomes_one() {
    let mut sites = Site::trusting(&["", "OSL", "BER"]);
    log(&mut sites[0].desk, "VPN drops");
    let first = sites[0].own();
    sites[1].admit(first.clone());
    let row = sites[1].desk.store().contact_named("j.smith").unwrap().unwrap();
    let name = tierdesk::domain::text::Name::new("Jo Winter").unwrap();
    let renamed = tierdesk::domain::person::ContactFields { name, ..Default::default() };
    sites[1].desk.set_contact(Some(row.agg), &renamed).unwrap();
    let second = sites[1].own();
    sites[2].admit(second);
    assert!(sites[2].desk.store().case(row.agg).unwrap().is_some_and(|case| !case.is.created));
    assert_whole(&sites[2].desk);
    sites[2].admit(first);
    assert!(sites[2].desk.store().case(row.agg).unwrap().is_none());
    assert_eq!(sites[2].desk.store().contact(row.agg).unwrap().unwrap().name.as_str(), "Jo Winter");
    assert_whole(&sites[2].desk);
}
