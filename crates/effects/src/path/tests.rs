//! Spellings of paths, and the one form each has.

use super::*;

fn word(text: &str) -> Word {
    let mut word = Word::default();
    let mut known = String::new();
    for character in text.chars() {
        let piece = match character {
            '⟨' => Piece::Unknown,
            '⁎' => Piece::Many,
            '⁇' => Piece::One,
            c => {
                known.push(c);
                continue;
            }
        };
        word.push(Piece::Text(std::mem::take(&mut known)));
        word.push(piece);
    }
    word.push(Piece::Text(known));
    word
}

fn in_context(text: &str, cwd: &str, context: &Context<'_>) -> String {
    let cwd = PathSet { pattern: cwd.into(), below: false };
    let set = resolve(&word(text), &cwd, context);
    format!("{}{}", set.pattern, if set.below { " below" } else { "" })
}

const LINUX: Context<'_> = Context {
    cwd: Some("/w/p"),
    home: Some("/home/u"),
    workspace: Some("/w/p"),
    system: System::Linux,
};
const BARE: Context<'_> = Context { cwd: None, home: None, workspace: None, system: System::Linux };
const WINDOWS: Context<'_> = Context {
    cwd: Some("C:\\p"),
    home: Some("C:\\Users\\u"),
    workspace: Some("C:\\p"),
    system: System::Windows,
};

#[test]
fn a_known_path_has_one_form() {
    for (text, expect) in [
        ("/etc/passwd", "/etc/passwd"),
        ("/etc//./passwd/", "/etc/passwd"),
        ("/tmp/../etc/passwd", "/etc/passwd"),
        ("/../../etc", "/etc"),
        ("/", "/"),
        ("//", "/"),
        ("", "/w/p"),
        (".", "/w/p"),
        ("..", "/w"),
        ("../../../etc", "/etc"),
        ("a/b", "/w/p/a/b"),
        ("./a", "/w/p/a"),
        ("~", "/home/u"),
        ("~/x/../y", "/home/u/y"),
        ("~root/.ssh", "/root/.ssh"),
        ("~ann/x", "/home/ann/x"),
        ("~+/x", "/w/p/x"),
        ("~-/x", "**/x"),
        ("/proc/self/root/etc/shadow", "/etc/shadow"),
        ("/proc/1/root/etc/shadow", "/etc/shadow"),
        ("/proc/self/cwd/a", "/w/p/a"),
        ("/proc/self/environ", "/proc/self/environ"),
        ("/proc/self/fd/3", "/dev/fd/3"),
        ("file:///etc/pass%77d", "/etc/passwd"),
        ("FILE://localhost/etc/passwd#x", "/etc/passwd"),
        ("file:///etc/%2e%2E/x", "/x"),
        ("a*b", "/w/p/a?b"),
        ("/etc/pass\u{200b}wd", "/etc/passwd"),
        ("/tmp/e\u{301}", "/tmp/é"),
        ("/mnt/c/Users/u/.ssh", "/c:/Users/u/.ssh"),
        ("/mnt/c/data", "/mnt/c/data"),
        ("C:\\Windows\\System32", "/c:/Windows/System32"),
        ("C:/Windows", "/c:/Windows"),
        ("a:b", "/w/p/a:b"),
    ] {
        assert_eq!(in_context(text, "/w/p", &LINUX), expect, "{text}");
    }
}

#[test]
fn what_is_not_known_is_the_widest_place_that_its_known_names_leave() {
    for (text, cwd, expect) in [
        ("a", ".", "./a"),
        ("..", ".", "**"),
        ("../a", ".", "**/a"),
        ("a/../..", ".", "**"),
        ("~", ".", "~"),
        ("~/a", ".", "~/a"),
        ("~/../b", ".", "**/b"),
        ("x", "**", "**/x"),
        ("x", "~", "~/x"),
        ("../x", "**/a", "**/x"),
        ("⟨", ".", "**"),
        ("⟨/.env", ".", "**/.env"),
        ("/srv/⟨", ".", "/srv below"),
        ("/srv/⟨/x", ".", "/srv/**/x"),
        ("/srv/a⟨", ".", "/srv/a*"),
        ("/srv/a⟨.txt", ".", "/srv/a*.txt"),
        ("⟨.pem", ".", "**/*.pem"),
        ("⁎.txt", ".", "./*.txt"),
        ("/etc/⁎/⁇a", ".", "/etc/*/?a"),
        ("⁎⁎/a", "/x", "/x/**/a"),
        ("/etc/⁎/../x", ".", "/etc/x"),
        ("/srv/⟨/../x", ".", "/srv/**/x"),
    ] {
        assert_eq!(in_context(text, cwd, &BARE), expect, "{text} in {cwd}");
    }
}

#[test]
fn a_windows_path_is_one_below_its_drive() {
    for (text, expect) in [
        ("C:\\Users\\u\\x", "/c:/Users/u/x"),
        ("c:/x", "/c:/x"),
        ("\\\\?\\C:\\x", "/c:/x"),
        ("\\\\.\\C:\\x", "/c:/x"),
        ("\\\\localhost\\c$\\x", "/c:/x"),
        ("\\\\host\\share\\x", "/host/share/x"),
        ("%USERPROFILE%\\.ssh\\id", "/c:/Users/u/.ssh/id"),
        ("%AppData%\\x", "/c:/Users/u/AppData/Roaming/x"),
        ("$env:USERPROFILE\\x", "/c:/Users/u/x"),
        ("%SystemRoot%\\System32", "/c:/Windows/System32"),
        ("/c/Users", "/c:/Users"),
        ("/mnt/d/x", "/d:/x"),
        ("a\\..\\b", "/c:/p/b"),
        ("x.txt", "/c:/p/x.txt"),
        ("~\\x", "/c:/Users/u/x"),
        ("C:\\a.txt::$DATA", "/c:/a.txt"),
    ] {
        assert_eq!(in_context(text, "/c:/p", &WINDOWS), expect, "{text}");
    }
}
