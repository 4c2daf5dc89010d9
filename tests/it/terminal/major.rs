//! A major incident by keys: declared, told of, stood down with its children, reviewed and closed.

use tierdesk::domain::command::Verb;
use tierdesk::domain::command::answer::GiveAnswers;
use tierdesk::domain::escalation::Item;
use tierdesk::domain::incident::{MajorState, State};
use tierdesk::domain::text::Finding;
use tierdesk::domain::ticket::Answer;

use crate::floor::{Floor, inc};
use crate::pty::Tty;

/// INC-1 is known well enough that the rule which moves it to tier 2 leaves no debt.
fn explained(floor: &Floor) {
    let mut desk = floor.desk("dana");
    let said = |item| (item, Some(Answer::done(Finding::new("as the callers said").unwrap())));
    let answers = [Item::H1, Item::H8, Item::H10].map(said).into();
    let one = inc(&desk, 1);
    desk.run(&Verb::Answer(GiveAnswers { answers, ..GiveAnswers::default() }), one).unwrap();
}

#[test]
fn a_supervisor_leads_an_outage_from_the_first_word_to_the_review() {
    let floor = Floor::now();
    explained(&floor);
    let mut tty = Tty::console(&floor.path(), "dana", (80, 24));
    let mut other = Tty::console(&floor.path(), "bob", (80, 24));
    tty.keys("g t '1' enter").sees("Timeline").keys("f m").sees("1 declare it").keys("1").sees("Lead");
    tty.keys("'nobody gets into the network' ctrl-s").sees("declared major: INC-1").sees("MAJOR INC-1 VPN drops");
    other.sees("MAJOR INC-1 VPN drops");
    for n in [3, 4] {
        tty.keys(&format!("g t '{n}' enter")).sees(&format!("INC-{n} ")).keys("f m").sees("1 child of INC-1");
        tty.keys("1").sees(&format!("linked INC-{n}")).sees("child of INC-1 VPN");
    }
    tty.sees("lead dana, 2 children, next update");
    tty.keys("g t '1' enter").sees("children INC-3 INC-4").keys("c").sees("taken INC-1");
    tty.keys("f m").sees("1 update to all").keys("1").sees("Update to all: INC-1");
    tty.keys("'the access points are being restarted' ctrl-s").sees("replied on INC-1 INC-3 INC-4");
    assert!([1, 3, 4].iter().all(|n| floor.ticket(*n).responded_at.is_some()));
    assert!(floor.ticket(2).responded_at.is_none());
    tty.keys("f m").sees("2 stand down").keys("2").sees("Stand down INC-1").sees("[x] INC-3  [x] INC-4");
    tty.keys("'the access points were restarted' ctrl-s").sees("stood down INC-1 INC-3 INC-4").misses("MAJOR INC-1");
    other.misses("MAJOR INC-1");
    assert_eq!(
        [1, 2, 3, 4].map(|n| floor.ticket(n).state),
        [State::Resolved, State::Queued, State::Resolved, State::Resolved]
    );
    tty.keys("f s")
        .sees("1 close")
        .keys("1")
        .sees("INC-1 is a major incident without a review")
        .keys("esc")
        .misses("Status of");
    tty.keys("f m").sees("1 review").keys("1").sees("Review of INC-1");
    tty.keys("'first call at nine, over at ten' tab 'restarting the access points' tab tab");
    tty.keys("'the firmware is watched from now on' ctrl-s").sees("reviewed INC-1");
    tty.keys("f s").sees("1 close").keys("1").sees("closed INC-1");
    let ticket = floor.ticket(1);
    assert_eq!((ticket.state, ticket.major_state), (State::Closed, MajorState::Reviewed));
}
