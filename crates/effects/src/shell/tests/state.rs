//! What a shell remembers: variables, directories, aliases, functions.

use super::{check, check_runs};

#[test]
fn variables_hold_what_was_assigned() {
    check_runs(&[
        ("x=a; x=b; rm $x", &["[rm b]"]),
        ("x=a rm $x", &["[rm _]"]),
        ("x=a; x=b true; rm $x", &["[rm a]"]),
        ("x=a; (x=b); rm $x", &["[rm a]"]),
        ("x=a; { x=b; }; rm $x", &["[rm b]"]),
        ("export x=a; rm $x", &["[rm a]"]),
        ("declare x=a; rm $x", &["[rm a]"]),
        ("declare -a x=(a b); rm ${x[1]}", &["[rm b]"]),
        ("readonly x=a; rm $x", &["[rm a]"]),
        ("x='a b'; export y=$x; rm \"$y\"", &["[rm a b]"]),
        ("x=a; unset x; rm b$x", &["[rm b]"]),
        ("x=a; unset -v x; rm b$x", &["[rm b]"]),
        ("read x <<< rm; $x a", &["[rm a]"]),
        ("read -r x y <<< 'rm b c'; $x $y", &["[rm b c]"]),
        ("echo rm | { read x; $x a; }", &["[echo rm]", "[rm a]"]),
        ("echo a | read x; rm $x", &["[echo a]", "[rm _]"]),
        ("read x; rm $x", &["[rm _]"]),
        ("IFS=, read x y <<< rm,a; $x $y", &["[rm a]"]),
        ("x=a; if c; then x=b; fi; rm $x", &["[c]", "[rm _]"]),
        ("x=a; c && x=b; rm $x", &["[c]", "[rm _]"]),
        ("x=a; true && x=b; rm $x", &["[rm b]"]),
        ("x=rm sh -c '$x a'", &["[sh -c $x a]", "[rm a]"]),
        ("x=rm; sh -c '$x a'", &["[sh -c $x a]", "opaque [_ a]"]),
        ("export x=rm; sh -c '$x a'", &["[sh -c $x a]", "[rm a]"]),
        ("env x=rm sh -c '$x a'", &["[env x=rm sh -c $x a]", "[sh -c $x a]", "opaque [_ a]"]),
        ("mapfile x < f; rm ${x[0]}", &["[rm _]"]),
        ("a[0]=b; a[1]=c; rm ${a[@]}", &["[rm b c]"]),
        ("f() { local x=b; rm $x; }; x=a; f; rm $x", &["[rm b]", "[rm a]"]),
        ("f() { declare x=b; }; x=a; f; rm $x", &["[rm a]"]),
        ("f() { declare -g x=b; }; x=a; f; rm $x", &["[rm b]"]),
        ("f() { local x; x=b; g; }; g() { rm $x; }; x=a; f; rm $x", &["[rm b]", "[rm a]"]),
        ("set -- a; set -e; rm $1", &["[rm a]"]),
        ("f() { x=b; }; x=a; f; rm $x", &["[rm b]"]),
    ]);
}

#[test]
fn a_directory_is_followed() {
    check(&[
        ("cd /x; rm a", &["delete /x/a"]),
        ("cd /x && rm a", &["may delete /x/a"]),
        ("cd x; cd y; rm a", &["delete /w/x/y/a"]),
        ("cd ..; rm a", &["delete /a"]),
        ("(cd /x); rm a", &["delete /w/a"]),
        ("(cd /x; rm a)", &["delete /x/a"]),
        ("cd; rm a", &["delete /home/u/a"]),
        ("cd ~/x; rm a", &["delete /home/u/x/a"]),
        ("cd /x; cd -; rm a", &["delete /w/a"]),
        ("cd -- /x; rm a", &["delete /x/a"]),
        ("cd -P /x; rm a", &["delete /x/a"]),
        ("pushd /x; popd; rm a", &["delete /w/a"]),
        ("pushd /x; rm a", &["delete /x/a"]),
        ("pushd /x; pushd /y; popd; rm a", &["delete /x/a"]),
        ("cd /x | true; rm a", &["delete /w/a"]),
        ("cd /x & rm a", &["delete /w/a"]),
        ("cd \"$X\"; rm a", &["delete **/a"]),
        ("if c; then cd /x; fi; rm a", &["delete **/a"]),
        ("sh -c 'cd /x; rm a'; rm b", &["delete /x/a", "delete /w/b"]),
        ("env -C /x rm a", &["delete /x/a"]),
        ("command cd /x; rm a", &["delete /x/a"]),
        ("f() { cd /x; }; f; rm a", &["delete /x/a"]),
        ("x=$(cd /x; rm a); rm b", &["delete /x/a", "delete /w/b"]),
        ("cd /x; rm $PWD/a $OLDPWD/b", &["delete /x/a", "delete /w/b"]),
        ("cd /x && cd y && rm a", &["may delete /x/y/a"]),
    ]);
}

#[test]
fn an_alias_may_be_what_runs() {
    check_runs(&[
        ("alias x='rm -f'; x a", &["may [rm -f a]", "[x a]"]),
        ("alias ls='ls -l'; ls a", &["may [ls -l a]", "[ls a]"]),
        ("alias x=rm\nx a", &["may [rm a]", "[x a]"]),
        ("alias x=y y=rm; x a", &["may [rm a]", "may [y a]", "[x a]"]),
        ("alias x=rm; unalias x; x a", &["[x a]"]),
        ("alias x=rm; unalias -a; x a", &["[x a]"]),
        (
            "alias x='sudo '; alias y=rm; x y a",
            &["may [sudo rm a]", "may +privileged [rm a]", "[x y a]"],
        ),
        ("alias x=rm; \\x a", &["[x a]"]),
        ("alias x=rm; v=1 x a", &["may [rm a]", "[x a]"]),
        ("alias x='rm a; y'; x b", &["may [rm a]", "may [y b]", "[x b]"]),
    ]);
}

#[test]
fn a_function_is_what_it_does() {
    check_runs(&[
        ("f() { rm a; }; f", &["[rm a]"]),
        ("f() { rm a; }", &[]),
        ("f() { rm \"$1\"; }; f a", &["[rm a]"]),
        ("f() { rm \"$@\"; }; f a b", &["[rm a b]"]),
        ("f() { rm $#; }; f a b", &["[rm 2]"]),
        ("function f { rm $1; }; f a", &["[rm a]"]),
        ("function f() { rm $1; }; f a", &["[rm a]"]),
        ("f() ( rm $1 ); f a", &["[rm a]"]),
        ("f() { g $1; }; g() { rm $1; }; f a", &["[rm a]"]),
        ("f() { \"$@\"; }; f rm a", &["[rm a]"]),
        ("f() { eval \"$1\"; }; f 'rm a'", &["[rm a]"]),
        ("f() { echo rm; }; $(f) a", &["[echo rm]", "[rm a]"]),
        ("f() { rm a; }; unset -f f; f", &["[f]"]),
        ("f() { rm a; }; command f", &["[f]"]),
        ("ls() { rm a; }; ls", &["[rm a]"]),
        ("f() { rm a; }; export -f f; bash -c f", &["[bash -c f]", "[rm a]"]),
        (
            "if c; then f() { rm a; }; else f() { rm b; }; fi; f",
            &["[c]", "may [rm b]", "may [rm a]"],
        ),
        ("f() { shift; rm $1; }; f a b", &["[rm b]"]),
        ("f() { for i; do rm $i; done; }; f a b", &["[rm a]", "[rm b]"]),
        ("f() { rm $1; } > /dev/null; f a", &["[rm a]"]),
        ("f() { f; }; f", &[]),
    ]);
}

#[test]
fn a_variable_that_decides_what_programs_run_is_an_effect() {
    check(&[
        ("PATH=/x:$PATH", &["env.set PATH"]),
        ("export A=1", &["env.set A"]),
        ("A=1", &[]),
        ("LD_PRELOAD=./a.so true", &["env.set LD_PRELOAD"]),
        ("if a; then PATH=/x; fi", &["may env.set PATH"]),
        ("eval 'PATH'=/x", &["env.set PATH"]),
        ("x=PATH; declare -x \"$x=/y\"", &["env.set PATH"]),
        ("for i in PATH; do export $i=/x; done", &["env.set PATH"]),
        ("export -p", &["env.read"]),
        ("export", &["env.read"]),
        ("set", &["env.read"]),
        ("declare -p", &["env.read"]),
        ("declare -x", &["env.read"]),
        ("env", &["env.read"]),
        ("set -e", &[]),
        ("unset HISTFILE", &["env.set HISTFILE"]),
        ("set +o history", &["system.log"]),
        ("set -o history", &[]),
        ("trap 'true' DEBUG", &["persist.hook"]),
        ("trap 'true' EXIT", &[]),
        ("set -- a", &[]),
        ("set -euo pipefail", &[]),
        ("read PATH <<< /x", &["env.set PATH"]),
        ("printf -v PATH /x", &["env.set PATH"]),
        ("for PATH in /x; do a; done", &["env.set PATH"]),
        ("unset PATH", &["env.set PATH"]),
        ("unset HISTFILE", &["env.set HISTFILE"]),
    ]);
}
