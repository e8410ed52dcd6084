//! When a changed value is reported again.

use std::time::{Duration, Instant};

use mc_identity::Watch;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_same_value_is_never_reported_again() {
    let now = Instant::now();
    let mut watch = Watch::new(Some(1));
    for minute in 0..5 {
        assert_eq!(watch.look(Some(1), now + 60 * minute * SECOND), None);
    }
}

#[test]
fn a_burst_of_changes_is_one_report_of_its_last() {
    let now = Instant::now();
    let mut watch = Watch::new(Some(0));
    let mut reports = Vec::new();
    for (at, value) in [(60, 1), (61, 2), (62, 3), (64, 3), (65, 3), (125, 3)] {
        reports.extend(watch.look(Some(value), now + at * SECOND));
    }
    assert_eq!(reports, [3]);
}

#[test]
fn a_value_that_flaps_back_is_no_change() {
    let now = Instant::now();
    let mut watch = Watch::new(Some(1));
    assert_eq!(watch.look(Some(2), now), None);
    assert_eq!(watch.look(Some(1), now + SECOND), None);
    assert_eq!(watch.look(Some(2), now + 60 * SECOND), None, "settles anew");
}

#[test]
fn an_outage_is_no_change() {
    let now = Instant::now();
    let mut watch = Watch::new(Some(1));
    assert_eq!(watch.look(None, now), None);
    assert_eq!(watch.look(None, now + 9 * SECOND), None);
    assert_eq!(watch.look(Some(1), now + 60 * SECOND), None);
}

#[test]
fn what_was_never_reported_is_once_it_settles() {
    let now = Instant::now();
    let mut watch = Watch::new(None).settle(SECOND).period(10 * SECOND);
    assert_eq!(watch.next_look(now), 10 * SECOND);
    assert_eq!(watch.look(Some(1), now), None);
    assert_eq!(watch.next_look(now), SECOND);
    assert_eq!(watch.look(Some(1), now + SECOND), Some(1));
}
