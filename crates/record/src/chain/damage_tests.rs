//! Damage to a log of 200 lines: whatever is done to it is found in its place and called by its name.

use super::{Fault, Link, Suspect, Trial, Walk, What, seal};

const LINES: usize = 200;

fn log() -> Vec<Vec<u8>> {
    let mut at = Link::START;
    let mut lines = Vec::new();
    for n in 1..=LINES {
        let object = format!("{{\"v\":1,\"seq\":{n},\"tool\":\"wire*J transfer\"}}");
        let (line, link) = seal(&object, at, 0).unwrap();
        lines.push(line.into_bytes());
        at = link;
    }
    lines
}

fn bytes(lines: &[Vec<u8>]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_slice(), b"\n"]).flatten().copied().collect()
}

/// The physical lines, and whether a line break ends them.
fn physical(bytes: &[u8]) -> impl Iterator<Item = (&[u8], bool)> {
    bytes
        .split_inclusive(|b| *b == b'\n')
        .map(|l| l.strip_suffix(b"\n").map_or((l, false), |l| (l, true)))
}

fn suspect(mut walk: Walk, bytes: &[u8]) -> Option<Suspect> {
    physical(bytes).find_map(|(line, is_whole)| walk.step(line, is_whole).err().map(|s| *s))
}

fn fault(bytes: &[u8]) -> Option<Fault> {
    let mut trial = Trial::new(suspect(Walk::new(false), bytes)?);
    physical(bytes).for_each(|(line, _)| trial.hear(line));
    Some(trial.fault())
}

#[track_caller]
fn check(lines: &[Vec<u8>], place: usize, what: What, context: &str) {
    let fault = fault(&bytes(lines)).unwrap_or_else(|| panic!("{context}: nothing was found"));
    assert_eq!((usize::try_from(fault.place).unwrap(), fault.what), (place, what), "{context}");
}

#[test]
fn a_log_that_nobody_touched_has_no_fault() {
    assert_eq!(fault(&bytes(&log())), None);
    assert_eq!(fault(b""), None);
}

#[test]
fn every_flipped_bit_is_found_in_its_line() {
    let lines = log();
    let mut whole = bytes(&lines);
    let mut walk = Walk::new(false);
    let mut begin = 0;
    for (index, line) in lines.iter().enumerate() {
        let end = begin + line.len() + 1;
        for at in begin..end {
            for bit in 0..8 {
                whole[at] ^= 1 << bit;
                let found = suspect(walk.clone(), &whole[begin..]).map(|s| s.place);
                assert_eq!(found, u64::try_from(index + 1).ok(), "byte {at}, bit {bit}");
                whole[at] ^= 1 << bit;
            }
        }
        walk.step(line, true).unwrap();
        begin = end;
    }
}

#[test]
fn a_flipped_bit_is_called_an_edit() {
    let lines = log();
    let mut whole = bytes(&lines);
    let last = whole.len() - 1;
    for at in (0..last).step_by(5).chain([last]) {
        whole[at] ^= 1 << (at % 8);
        let what = fault(&whole).map(|fault| fault.what);
        // The last line break is what ends the last line.
        let expect = if at == last { What::Truncated } else { What::Edited };
        assert_eq!(what, Some(expect), "byte {at}");
        whole[at] ^= 1 << (at % 8);
    }
}

#[test]
fn every_missing_line_is_found_but_the_last() {
    for index in 0..LINES - 1 {
        let mut lines = log();
        lines.remove(index);
        let n = u64::try_from(index + 1).unwrap();
        check(&lines, index + 1, What::Removed(n, n), &format!("without line {n}"));
    }
    let mut lines = log();
    lines.drain(20..120);
    check(&lines, 21, What::Removed(21, 120), "without a hundred lines");
    // That a chain ends is no fault of the chain: a checkpoint tells how far it went.
    let mut lines = log();
    lines.pop();
    assert_eq!(fault(&bytes(&lines)), None);
}

#[test]
fn every_swap_is_called_a_change_of_order() {
    for index in 0..LINES {
        for other in (index + 1..LINES).step_by(7).chain([LINES - 1]).filter(|o| *o > index) {
            let mut lines = log();
            lines.swap(index, other);
            check(&lines, index + 1, What::Reordered, &format!("{index} and {other}"));
        }
    }
    let mut lines = log();
    let moved = lines.remove(50);
    lines.push(moved);
    check(&lines, 51, What::Reordered, "a line at the end");
}

#[test]
fn every_doubled_line_is_called_so() {
    for index in 0..LINES {
        for to in [0, index, index + 1, LINES / 2, LINES] {
            let mut lines = log();
            lines.insert(to, lines[index].clone());
            // A copy in front of its line is what stands in the wrong place, and the other way round.
            let place = if to == index { index + 2 } else { to + 1 };
            check(&lines, place, What::Duplicated, &format!("{index} at {to}"));
        }
    }
}

#[test]
fn a_line_of_somebody_else_is_called_inserted() {
    let lines = log();
    let place = |n: usize| super::Sealed::read(&lines[n - 1]).unwrap().link();
    let foreign = |after| seal("{\"v\":1,\"seq\":99}", after, 0).unwrap().0.into_bytes();
    for index in 0..LINES {
        for line in
            [b"{\"v\":1}".to_vec(), b"".to_vec(), foreign(Link { line: 500, ..Link::START })]
        {
            let mut lines = lines.clone();
            lines.insert(index, line);
            check(&lines, index + 1, What::Inserted, &format!("at {index}"));
        }
    }
    // One that was chained to the line before it can only be told from the next: both continue the same one.
    let mut forked = lines.clone();
    forked.insert(7, foreign(place(7)));
    check(&forked, 9, What::Forked, "a chained line");
    // An edited line that was given its hash anew is another line than the one that the next continues.
    let mut forked = lines.clone();
    forked[7] = foreign(place(7));
    check(&forked, 9, What::Forked, "a replaced line");
}

#[test]
fn a_log_that_ends_within_a_line_is_called_truncated() {
    let whole = bytes(&log());
    let last = whole.len() - log()[LINES - 1].len();
    for end in last..whole.len() {
        let fault = fault(&whole[..end]).unwrap();
        assert_eq!((fault.place, fault.what), (200, What::Truncated), "{end}");
    }
}

#[test]
fn a_part_of_a_log_may_begin_anywhere() {
    let lines = log();
    let part = bytes(&lines[100..]);
    assert_eq!(suspect(Walk::new(true), &part), None);
    assert_eq!(fault(&part).map(|fault| fault.what), Some(What::Removed(1, 100)));
    let mut walk = Walk::new(true);
    for line in &lines[100..] {
        walk.step(line, true).unwrap();
    }
    assert_eq!((walk.first(), walk.at().line), (Some(101), 200));
}
