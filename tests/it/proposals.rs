//! Proposals over another desk's published log, as it looked on a day of its busiest spring.

use std::fs::File;
use std::time::{Duration, Instant as Stopwatch};

use tierdesk::app::import::Plan;
use tierdesk::app::proposals::Offer;
use tierdesk::app::{Desk, Identity};
use tierdesk::domain::time::Instant;

use crate::desk::{Place, assert_whole, login};
use crate::import::published;

#[test]
fn what_kept_coming_in_the_vinst_log_is_proposed_within_a_second() {
    let Some(path) = published("itil-logs/bpic2013_incidents.part1.xes.gz") else { return };
    let place = Place::new();
    place.open("dana").import("log", File::open(path).unwrap(), Plan::default(), &mut |_| {}).unwrap();
    let day: Instant = "2012-05-02T12:00:00Z".parse().unwrap();
    let identity = Identity { account: login("dana"), acting_as: None };
    let mut desk = Desk::open(&place.path(), &identity, Box::new(move || day.0 * 1_000)).unwrap();
    let watch = Stopwatch::now();
    let proposals = desk.proposals().unwrap();
    let took = watch.elapsed();
    println!("{} proposals in {took:?}", proposals.len());
    for it in proposals.iter().take(5) {
        println!("{:>4} {} {}", it.count(), it.words, it.offer.words());
    }
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert!(proposals.iter().all(|it| it.offer == Offer::Open && it.count() >= 3));
    assert!(proposals.is_sorted_by(|a, b| a.count() >= b.count()), "the largest first");
    let smallest = proposals.last().unwrap();
    let one = smallest.incidents[0].incident.agg;
    assert_eq!(desk.proposal_with(one).unwrap().as_ref(), Some(smallest));
    let receipt = desk.accept_proposal(smallest).unwrap();
    assert_eq!((receipt.also.len(), receipt.skipped.len()), (smallest.count(), 0));
    assert_eq!(desk.proposals().unwrap().len(), proposals.len() - 1);
    assert_whole(&desk);
}
