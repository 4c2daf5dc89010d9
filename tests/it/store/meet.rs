//! Stores that work apart on the same records and meet in any order show the same, whatever crossed on the way; and a
//! stream that someone tampered with breaks nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use tierdesk::domain::id::{AggId, OriginId};
use tierdesk::store::frame::Frame;

use super::sites::{Site, sealed};
use super::views::{PEOPLE, attempt};
use crate::desk::{assert_whole, log, login};

/// Something that happens at one of three sites.
#[derive(Debug, Clone)]
enum Deed {
    Work { site: usize, who: usize, which: usize, verb: u8 },
    Meet { from: usize, to: usize, way: Way },
}

/// How a stream goes wrong: where it is torn, what comes again, how its origins are mixed.
#[derive(Debug, Clone)]
struct Way {
    torn: Option<Index>,
    again: Vec<Index>,
    mix: u64,
}

fn way() -> impl Strategy<Value = Way> {
    (prop::option::of(any::<Index>()), prop::collection::vec(any::<Index>(), 0..6), any::<u64>())
        .prop_map(|(torn, again, mix)| Way { torn, again, mix })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..3usize, 0..PEOPLE.len(), 0..3usize, any::<u8>())
            .prop_map(|(site, who, which, verb)| Deed::Work { site, who, which, verb }),
        1 => (0..3usize, 0..3usize, way()).prop_map(|(from, to, way)| Deed::Meet { from, to, way }),
    ]
}

/// The stream with its origins mixed, each in its own order; then torn, with frames that come a second time.
fn on_the_way(frames: Vec<Frame>, way: &Way) -> Vec<Frame> {
    let mut lanes: BTreeMap<Vec<u8>, Vec<Frame>> = BTreeMap::new();
    for frame in frames.into_iter().rev() {
        lanes.entry(frame.header[4..20].to_vec()).or_default().push(frame);
    }
    let (mut lanes, mut mix, mut stream): (Vec<_>, _, _) = (lanes.into_values().collect(), way.mix, Vec::new());
    while !lanes.is_empty() {
        mix = mix.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lane = (mix >> 33) as usize % lanes.len();
        stream.extend(lanes[lane].pop());
        lanes.retain(|lane| !lane.is_empty());
    }
    if let Some(torn) = way.torn {
        stream.truncate(torn.index(stream.len() + 1));
    }
    for again in way.again.iter().filter(|_| !stream.is_empty()).collect::<Vec<_>>() {
        let n = again.index(stream.len());
        stream.insert(stream.len() - (stream.len() - n) / 2, stream[n].clone());
    }
    stream
}

fn three_sites() -> (Vec<Site>, Vec<AggId>) {
    let mut sites = Site::trusting(&["", "OSL", "BER"]);
    let tickets = (0..3).map(|n| log(&mut sites[n].desk, &format!("ticket {n}"))).collect();
    for n in 0..3 {
        let own = sites[n].own();
        for other in (0..3).filter(|other| *other != n) {
            sites[other].admit(own.clone());
        }
    }
    (sites, tickets)
}

fn work(sites: &mut [Site], tickets: &[AggId], deed: &Deed) {
    match deed {
        Deed::Work { site, who, which, verb } => {
            let desk = &mut sites[*site].desk;
            desk.act_as(&login(PEOPLE[*who])).unwrap();
            attempt(desk, tickets[*which], tickets[(which + 1) % 3], *verb);
        }
        Deed::Meet { from, to, way } if from != to => {
            let stream = on_the_way(sites[*from].frames(), way);
            let done = sites[*to].admit(stream);
            assert_eq!(done.refused, [], "a torn or repeated stream has nothing that does not fit");
        }
        Deed::Meet { .. } => {}
    }
}

/// A return that is taken back at one site while the other proposes again leaves two proposals that wait.
#[test]
fn two_proposals_that_crossed_are_both_counted_on_the_tab() {
    let (mut sites, tickets) = three_sites();
    let [escalate, give_back, undo] = [9, 12, 16];
    let does = |sites: &mut [Site], site: usize, who: &str, n: u8| {
        let desk = &mut sites[site].desk;
        desk.act_as(&login(who)).unwrap();
        attempt(desk, tickets[0], tickets[1], n);
    };
    let meet = |sites: &mut [Site], from: usize, to: usize| {
        let stream = sites[from].frames();
        assert_eq!(sites[to].admit(stream).refused, []);
    };
    does(&mut sites, 0, "ann", escalate);
    does(&mut sites, 0, "carla", give_back);
    meet(&mut sites, 0, 1);
    does(&mut sites, 0, "ann", escalate);
    // Later in the one order of all events.
    sites[1].clock.set(sites[0].clock.get() + 60_000);
    does(&mut sites, 1, "carla", undo);
    for (from, to) in [(0, 1), (1, 0)] {
        meet(&mut sites, from, to);
    }
    for site in &sites[..2] {
        let is = site.desk.record(tickets[0]).unwrap().case.is;
        assert_eq!(is.escalations.iter().filter(|one| one.is_open()).count(), 2);
        assert_whole(&site.desk);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stores_that_met_in_any_order_show_the_same(
        deeds in prop::collection::vec(deed(), 5..60),
        last in prop::collection::vec(any::<u64>(), 6),
    ) {
        let (mut sites, tickets) = three_sites();
        for deed in &deeds {
            work(&mut sites, &tickets, deed);
        }
        for site in &sites {
            assert_whole(&site.desk);
        }
        let all: Vec<Vec<Frame>> = sites.iter().map(Site::own).collect();
        for (n, mix) in last.into_iter().enumerate() {
            let (to, from) = (n % 3, (n + 1 + n / 3) % 3);
            let way = Way { torn: None, again: Vec::new(), mix };
            let stream = on_the_way(all[from].clone(), &way);
            sites[to].admit(stream);
        }
        let expected = sites[0].portrait();
        for site in &sites {
            assert_whole(&site.desk);
            for (view, rows) in site.portrait() {
                prop_assert_eq!(&rows, &expected[view], "{}", view);
            }
        }
    }

    #[test]
    fn a_tampered_stream_never_breaks_a_chain(
        deeds in prop::collection::vec(deed(), 1..12),
        hits in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>(), 0..6u8), 1..12),
        author in any::<bool>(),
    ) {
        let (mut sites, tickets) = three_sites();
        for deed in &deeds {
            work(&mut sites, &tickets, deed);
        }
        let mut stream = sites[0].frames();
        for (which, place, byte, how) in hits {
            let n = which.index(stream.len());
            tamper(&mut stream, n, place, byte, how);
        }
        let mut victim = Site::new("ROM");
        for site in &sites {
            victim.trust(site.origin());
        }
        // A liar with a chain of its own: every link and body hash fits what was changed.
        let stream = if author { resealed(stream) } else { stream };
        victim.admit(stream);
        assert_whole(&victim.desk);
        for site in &sites {
            victim.admit(site.own());
        }
        assert_whole(&victim.desk);
        log(&mut victim.desk, "work goes on");
    }
}

fn tamper(stream: &mut Vec<Frame>, n: usize, place: Index, byte: u8, how: u8) {
    let frame = &mut stream[n];
    match how {
        0 => {
            let at = place.index(frame.header.len().max(1));
            frame.header.get_mut(at).into_iter().for_each(|it| *it = byte);
        }
        1 => frame.header.truncate(place.index(frame.header.len() + 1)),
        2 | 3 => {
            let body = frame.body.get_or_insert_default();
            let at = place.index(body.len().max(1));
            body.get_mut(at).into_iter().for_each(|it| *it = byte);
        }
        4 => stream.swap(n, place.index(n + 1)),
        _ => drop(stream.remove(n)),
    }
    if stream.is_empty() {
        stream.push(Frame { header: Vec::new(), hash: [0; 32], salt: None, body: None });
    }
}

/// Every origin's frames on a chain that fits.
fn resealed(stream: Vec<Frame>) -> Vec<Frame> {
    let mut links: BTreeMap<Vec<u8>, [u8; 32]> = BTreeMap::new();
    let seal = |frame: Frame| {
        let origin = frame.header.get(4..20).unwrap_or(&[]).to_vec();
        let link = links.entry(origin).or_insert([0; 32]);
        let frame = sealed(frame, *link);
        *link = frame.hash;
        frame
    };
    stream.into_iter().map(seal).collect()
}

#[test]
fn a_stream_read_in_pieces_is_the_stream() {
    let (mut sites, _) = three_sites();
    for n in 0..40 {
        log(&mut sites[0].desk, &format!("ticket {n} of a long day"));
    }
    let origin: OriginId = sites[0].origin();
    let all = sites[0].own();
    let mut pieces = Vec::new();
    while let Some(more) = Some(sites[0].desk.store().frames_after(origin, pieces.len() as i64, 7).unwrap()) {
        if more.is_empty() {
            break;
        }
        pieces.extend(more);
    }
    assert_eq!(pieces, all);
}
