//! The log as a file: what is appended to what, and what is refused.
#![expect(clippy::disallowed_methods, reason = "the files of the log are looked at and damaged")]

use std::fs;
use std::io;

use sponsio_record::chain::{Sealed, Walk};

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn log(&self) -> PathBuf {
        self.0.path().join("s.jsonl")
    }

    /// Appends objects in a log that is opened for them.
    fn append(&self, numbers: impl IntoIterator<Item = u32>) -> io::Result<()> {
        let mut log = LogFile::open(&self.log())?;
        numbers.into_iter().try_for_each(|n| log.append(&object(n)))
    }
}

fn object(n: u32) -> String {
    format!("{{\"n\":{n}}}")
}

/// The objects in the log, over all its files, which must be one chain, and what its lines tell of unfinished ones.
#[track_caller]
fn chain(path: &Path) -> (Vec<u32>, u64) {
    let mut walk = Walk::new(false);
    let (mut numbers, mut torn) = (Vec::new(), 0);
    for file in files(path).unwrap() {
        let text = fs::read_to_string(file).unwrap();
        for line in text.split_inclusive('\n') {
            let bytes = line.trim_end_matches('\n').as_bytes();
            torn += walk.step(bytes, line.ends_with('\n')).unwrap_or_else(|s| panic!("{s:?}")).torn;
            let number = line.strip_prefix("{\"n\":").unwrap().split(',').next().unwrap();
            numbers.push(number.parse().unwrap());
        }
    }
    (numbers, torn)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: io::Result<T>, expect: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn lines_continue_what_is_there() {
    let folder = Folder::new();
    folder.append([1, 2]).unwrap();
    folder.append([3]).unwrap();
    assert_eq!(chain(&folder.log()), (vec![1, 2, 3], 0));
}

#[test]
fn two_logs_of_one_file_continue_each_other() {
    let folder = Folder::new();
    let mut logs = [(); 2].map(|()| LogFile::open(&folder.log()).unwrap());
    for n in 0..20 {
        let turn = if n % 3 == 0 { 0 } else { 1 };
        logs[turn].append(&object(n)).unwrap();
    }
    assert_eq!(chain(&folder.log()).0, (0..20).collect::<Vec<_>>());
}

#[test]
fn a_line_that_was_torn_anywhere_costs_no_line_before_it() {
    let folder = Folder::new();
    folder.append([1, 2, 3]).unwrap();
    let whole = fs::read(folder.log()).unwrap();
    let third = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').unwrap() + 1;
    for end in third..whole.len() {
        fs::write(folder.log(), &whole[..end]).unwrap();
        folder.append([4]).unwrap();
        let torn = u64::try_from(end - third).unwrap();
        // The last byte is the line break: without it the line is there all the same.
        let expect =
            if end == whole.len() - 1 { (vec![1, 2, 3, 4], 0) } else { (vec![1, 2, 4], torn) };
        assert_eq!(chain(&folder.log()), expect, "{end}");
    }
}

#[test]
fn a_file_that_holds_nothing_but_a_torn_line_begins_the_chain() {
    let folder = Folder::new();
    folder.append([]).unwrap();
    fs::write(folder.log(), "{\"n\":1,\"li").unwrap();
    folder.append([2]).unwrap();
    assert_eq!(chain(&folder.log()), (vec![2], 10));
}

#[test]
fn a_full_file_is_set_aside_and_the_next_continues_it() {
    let folder = Folder::new();
    let mut logs = [(); 2].map(|()| LogFile::open(&folder.log()).unwrap().in_files_of(500));
    for n in 0..30 {
        logs[usize::from(n % 5 > 1)].append(&object(n)).unwrap();
    }
    let all = files(&folder.log()).unwrap();
    assert!(all.len() > 10, "{all:?}");
    assert!(all[0].ends_with("s.jsonl.000001"), "{all:?}");
    assert!(all.iter().all(|file| fs::metadata(file).unwrap().len() <= 500));
    assert_eq!(chain(&folder.log()).0, (0..30).collect::<Vec<_>>());
    // A crash between setting a file aside and beginning the next one.
    fs::rename(folder.log(), folder.log().with_extension("jsonl.000900")).unwrap();
    folder.append([30]).unwrap();
    assert_eq!(chain(&folder.log()).0, (0..31).collect::<Vec<_>>());
}

#[test]
fn a_line_longer_than_a_file_has_a_file_of_its_own() {
    let folder = Folder::new();
    let mut log = LogFile::open(&folder.log()).unwrap().in_files_of(10);
    (0..3).for_each(|n| log.append(&object(n)).unwrap());
    assert_eq!(files(&folder.log()).unwrap().len(), 3);
    assert_eq!(chain(&folder.log()).0, [0, 1, 2]);
}

#[test]
fn a_last_line_of_any_length_is_read() {
    for bytes in [1, 3_000, 4_096, 40_000, 1_000_000] {
        let folder = Folder::new();
        let long = format!("{{\"n\":1,\"long\":\"{}\"}}", "x".repeat(bytes));
        LogFile::open(&folder.log()).unwrap().append(&long).unwrap();
        folder.append([2]).unwrap();
        assert_eq!(chain(&folder.log()).0, [1, 2]);
    }
    let folder = Folder::new();
    let long = format!("{{\"n\":\"{}\"}}", "x".repeat(LOG_LINE_BYTES_MAX));
    refused(LogFile::open(&folder.log()).unwrap().append(&long), "limited to 8388608 bytes");
    refused(LogFile::open(&folder.log()).unwrap().append("{}"), "an object with members");
    assert_eq!(fs::read(folder.log()).unwrap(), b"");
}

#[test]
fn a_last_line_that_was_changed_is_not_continued_and_not_touched() {
    let folder = Folder::new();
    for text in ["{\"v\":1}\n", "\n", "no JSON\n", "{\"v\":1}\nhalf"] {
        folder.append([1]).unwrap();
        fs::write(folder.log(), text).unwrap();
        refused(
            LogFile::open(&folder.log()),
            "its last line cannot be continued: the line does not end with",
        );
        assert_eq!(fs::read_to_string(folder.log()).unwrap(), text);
        fs::remove_file(folder.log()).unwrap();
    }
    folder.append([1]).unwrap();
    let text = fs::read_to_string(folder.log()).unwrap().replace("{\"n\":1,", "{\"n\":2,");
    fs::write(folder.log(), &text).unwrap();
    refused(folder.append([2]), "the hash of the line is not that of its bytes");
    assert_eq!(fs::read_to_string(folder.log()).unwrap(), text);
}

#[test]
fn a_log_that_was_cut_while_it_was_open_is_not_written_to() {
    let folder = Folder::new();
    let mut log = LogFile::open(&folder.log()).unwrap();
    log.append(&object(1)).unwrap();
    let first = fs::read(folder.log()).unwrap();
    log.append(&object(2)).unwrap();
    let whole = fs::read(folder.log()).unwrap();
    for text in [&first[..], b""] {
        fs::write(folder.log(), text).unwrap();
        refused(log.append(&object(3)), "no longer holds line 2");
        assert_eq!(fs::read(folder.log()).unwrap(), text);
    }
    fs::remove_file(folder.log()).unwrap();
    refused(log.append(&object(3)), "no longer holds line 2");
    // Another second line is not the one that was written.
    fs::write(folder.log(), &first).unwrap();
    folder.append([7]).unwrap();
    refused(log.append(&object(3)), "no longer holds line 2");
    fs::write(folder.log(), whole).unwrap();
    log.append(&object(3)).unwrap();
    assert_eq!(chain(&folder.log()).0, [1, 2, 3]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn files_and_folders_are_for_the_owner_alone() {
        let folder = Folder::new();
        let path = folder.0.path().join("a/b/s.jsonl");
        let mut log = LogFile::open(&path).unwrap().in_files_of(10);
        (0..2).for_each(|n| log.append(&object(n)).unwrap());
        assert!(files(&path).unwrap().iter().all(|file| mode(file) == 0o600));
        assert_eq!([mode(path.parent().unwrap()), mode(&folder.0.path().join("a"))], [0o700; 2]);
    }

    #[test]
    fn a_file_that_others_may_use_is_refused_and_stays_as_it_is() {
        let folder = Folder::new();
        folder.append([1]).unwrap();
        for bits in [0o644, 0o620, 0o604, 0o660] {
            set_mode(&folder.log(), bits);
            refused(LogFile::open(&folder.log()), "others than its owner may use it");
            assert_eq!(mode(&folder.log()), bits);
        }
        assert_eq!(chain(&folder.log()).0, [1]);
    }

    #[test]
    fn a_folder_in_which_everybody_may_rename_is_refused() {
        let folder = Folder::new();
        set_mode(folder.0.path(), 0o777);
        refused(
            LogFile::open(&folder.log()),
            "everybody may rename files in its folder (mode 777)",
        );
        set_mode(folder.0.path(), 0o1777);
        folder.append([1]).unwrap();
    }

    #[test]
    fn what_stands_in_the_way_is_refused_and_stays() {
        let folder = Folder::new();
        let target = folder.0.path().join("target");
        fs::write(&target, "mine").unwrap();
        symlink(&target, folder.log()).unwrap();
        refused(LogFile::open(&folder.log()), "it is a symbolic link");
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
        fs::remove_file(folder.log()).unwrap();
        fs::create_dir(folder.log()).unwrap();
        assert_eq!(LogFile::open(&folder.log()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        fs::remove_dir(folder.log()).unwrap();
        // A link in the place of a file that was set aside is not followed either.
        symlink(&target, folder.log().with_extension("jsonl.000001")).unwrap();
        refused(LogFile::open(&folder.log()), "it is a symbolic link");
    }

    #[test]
    fn a_log_that_is_swapped_while_it_is_open_is_not_written_to() {
        let folder = Folder::new();
        let mut log = LogFile::open(&folder.log()).unwrap();
        log.append(&object(1)).unwrap();
        let target = folder.0.path().join("target");
        fs::rename(folder.log(), &target).unwrap();
        symlink(&target, folder.log()).unwrap();
        refused(log.append(&object(2)), "it is a symbolic link");
        assert_eq!(
            Sealed::read(fs::read(&target).unwrap().strip_suffix(b"\n").unwrap()).unwrap().line,
            1
        );
    }

    #[test]
    fn nothing_else_in_the_folder_is_touched() {
        let folder = Folder::new();
        for name in ["s.jsonl.bak", "s.jsonl.1", "s.jsonl.00000x", "other.jsonl", "s.jsonl.lock"] {
            fs::write(folder.0.path().join(name), "mine").unwrap();
        }
        let mut log = LogFile::open(&folder.log()).unwrap().in_files_of(10);
        (0..2).for_each(|n| log.append(&object(n)).unwrap());
        let mut mine = 0;
        for entry in fs::read_dir(folder.0.path()).unwrap() {
            mine += usize::from(fs::read_to_string(entry.unwrap().path()).unwrap() == "mine");
        }
        assert_eq!((mine, files(&folder.log()).unwrap().len()), (5, 2));
    }
}

#[test]
fn durable_lines_of_several_threads_are_one_chain() {
    let folder = Folder::new();
    let log = LogFile::open(&folder.log()).unwrap().in_files_of(4_000).durable().unwrap();
    let log = std::sync::Mutex::new(log);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = &log;
            scope.spawn(move || {
                for n in 0..20 {
                    let kept = log.lock().unwrap().write(&object(thread * 20 + n)).unwrap();
                    kept.wait().unwrap();
                }
            });
        }
    });
    let (mut numbers, torn) = chain(&folder.log());
    numbers.sort_unstable();
    assert_eq!((numbers, torn), ((0..160).collect(), 0));
    assert!(files(&folder.log()).unwrap().len() > 3);
}

#[test]
fn a_line_in_the_place_of_the_last_one_is_not_taken_for_it() {
    let folder = Folder::new();
    let mut log = LogFile::open(&folder.log()).unwrap();
    log.append(&object(1)).unwrap();
    log.append(&object(2)).unwrap();
    let text = fs::read_to_string(folder.log()).unwrap();
    fs::write(folder.log(), text.replace("{\"n\":2", "{\"n\":7")).unwrap();
    log.append(&object(3)).unwrap();
    let written = Sealed::read(text.lines().last().unwrap().as_bytes()).unwrap();
    let text = fs::read_to_string(folder.log()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(Sealed::read(lines[1].as_bytes()).is_err(), "the line that was put there is none");
    let third = Sealed::read(lines[2].as_bytes()).unwrap();
    assert!(third.follows(written.link()), "what is behind it continues the line that was written");
}
