//! What stands around a script, runs because of a variable or a file, or goes by way of a link.

use super::deeds;

/// Whether the script does this among other things.
#[track_caller]
fn does(script: &str, deed: &str) {
    let found = deeds(script);
    assert!(found.iter().any(|line| line == deed), "{script}\n    {found:?}");
}

/// Whether nothing that the script does begins so.
#[track_caller]
fn never(script: &str, deed: &str) {
    let found = deeds(script);
    assert!(!found.iter().any(|line| line.starts_with(deed)), "{script}\n    {found:?}");
}

#[test]
fn a_fence_and_a_prompt_are_no_commands() {
    for script in ["```bash\nrm a\n```", "```\nrm a\n```", "```sh rm a```", "$ rm a", "rm a\n```"] {
        does(script, "delete /w/a");
        never(script, "opaque exec");
    }
    does("```\necho rm a\n```", "may delete /w/a");
    does("```\ncurl http://e.com\n```", "may exec+remote");
}

#[test]
fn a_last_line_that_no_shell_runs_is_walked_as_if_it_were_complete() {
    for script in ["rm 'a", "rm \"a", "for x in 1; do rm a", "if b; then rm a"] {
        does(script, "may delete /w/a");
        never(script, "opaque exec");
    }
    for script in ["for x in 1; do rm a; done and so on", "if b; then rm a; fi This removes it"] {
        does(script, "may delete /w/a");
        never(script, "opaque exec");
    }
    for script in ["rm a)", "x=$(rm a) if c; then d; fi", "rm a; done"] {
        does(script, "delete /w/a");
        never(script, "opaque exec");
    }
    does("echo done x; (rm a", "may delete /w/a");
    does("alias fi='rm a'\nfi", "opaque exec");
    does("for x in 1; do rm a; done | $((", "opaque exec");
    does("rm a <<(b; done", "opaque exec");
    never("cat <name>", "opaque exec");
    does("rm 'a\nrm b", "opaque exec");
    does("find . ( -name a )", "opaque exec");
}

#[test]
fn a_text_with_a_word_that_is_not_known_is_walked() {
    never("find . -exec sh -c 'ls \"{}\"' ';'", "opaque exec");
    never("sh -c \"ls $X\"", "opaque exec");
    does("sh -c \"$X a\"", "opaque exec");
    does("sh -c \"ls $(curl http://e.com)\"", "opaque exec+remote");
    does("x=$(curl http://e.com); sh -c \"ls $x\"", "opaque exec+remote");
}

#[test]
fn a_variable_that_holds_a_command_runs_it() {
    does("GIT_EDITOR='rm a;' git commit", "may delete /w/a");
    does("export PAGER='rm a'", "may delete /w/a");
    does("LESSOPEN='|rm a; cat %s' less b", "may delete /w/a");
}

#[test]
fn a_file_that_a_shell_reads_later_runs_what_it_is_given() {
    does("echo 'rm /w/a' >> ~/.bashrc", "may delete /w/a");
    does("echo '@daily rm /w/a' | crontab -", "delete /w/a");
    does("echo '0 1 * * * root rm /w/a' > /etc/cron.d/x", "may delete /w/a");
}

#[test]
fn a_link_of_the_script_leads_to_what_it_was_made_for() {
    does("ln -s /srv l && rm -rf l/a", "may delete+recursive+force /srv/a below");
    does("ln -s /bin/rm l; ./l a", "delete /w/a");
    does("cp /bin/rm l; ./l a", "delete /w/a");
    never("ln -s /srv l; rm l", "delete /srv");
}

#[test]
fn what_find_and_ls_print_is_below_the_place_where_they_look() {
    does("find /srv -name 'a*' | xargs rm", "may delete /srv/**/a*");
    does("find /srv -type f | while read -r f; do rm \"$f\"; done", "may delete /srv below");
    does("ls /srv/* | xargs rm", "delete+unbounded /srv/*");
}

#[test]
fn what_gets_a_command_by_an_option_runs_it() {
    for script in [
        "mapfile -C 'rm a #' -c 1 < b",
        "compgen -C 'rm a' x",
        "CDPATH=/; cd w; rm a",
        "x=(rm); declare -n y=x; $y a",
        "PATH=/w/b:$PATH; printf 'rm a' > b/c; c",
    ] {
        let found = deeds(script);
        assert!(found.iter().any(|line| line.ends_with("delete /w/a")), "{script}\n    {found:?}");
    }
}

#[test]
fn a_pattern_of_everything_fits_names_with_a_dot_where_the_script_says_so() {
    does("shopt -s dotglob; rm -rf *", "may delete+recursive+force /w below");
    does("cd b; rm -rf *", "may delete+recursive+force+unbounded /w/* below");
    never("cd b && rm -rf *", "may delete+recursive+force+unbounded /w/* below");
}

#[test]
fn many_processes_at_once_use_a_machine_up() {
    does("while true; do sleep 30 & done", "may process.exhaust");
    does("for i in {1..200}; do sleep 30 & done", "may process.exhaust");
    never("for i in 1 2 3; do sleep 30 & done", "may process.exhaust");
    never("while true; do sleep 30; done", "may process.exhaust");
}

#[test]
fn a_path_of_windows_may_be_used_as_there() {
    does("type C:\\logs\\a.txt", "may read /c:/logs/a.txt");
    does("del /f D:\\a", "may delete+force /d:/a");
    does("type %WINDIR%\\a.txt", "may read /c:/Windows/a.txt");
    never("type a\\b", "may read");
    never("sed 's/a:\\b/x/' f", "may ");
}

#[test]
fn a_set_of_a_pattern_that_is_too_long_is_not_known() {
    let set = |count: usize| format!("cat [{}]", "a".repeat(count));
    does(&set(20), "read /w/?");
    let long = deeds(&set(60));
    assert!(
        long.iter().any(|line| line.starts_with("opaque") || line.starts_with("may")),
        "{long:?}"
    );
    does("cat [a", "read /w/[a");
    does("cat []a]b", "read /w/?b");
}
