//! What words become: which programs run, with which words.

use super::check_runs;

#[test]
fn quotes_are_no_part_of_a_word() {
    check_runs(&[
        ("rm a", &["[rm a]"]),
        ("r''m a", &["[rm a]"]),
        ("r\"\"m a", &["[rm a]"]),
        ("'rm' \"a\"", &["[rm a]"]),
        ("\\rm a", &["[rm a]"]),
        ("r\\m a", &["[rm a]"]),
        ("rm 'a b'", &["[rm a b]"]),
        ("rm \"a'b\"", &["[rm a'b]"]),
        ("rm 'a\"b'", &["[rm a\"b]"]),
        ("rm \"a\\\"b\"", &["[rm a\"b]"]),
        ("rm \"a\\b\"", &["[rm a\\b]"]),
        ("rm ''", &["[rm ]"]),
        ("rm a#b", &["[rm a#b]"]),
        ("rm a #b", &["[rm a]"]),
        ("rm \"\\$x\"", &["[rm $x]"]),
        ("rm '$x'", &["[rm $x]"]),
        ("r\\\nm a", &["[rm a]"]),
        ("rm \\\n  -rf \\\n  a", &["[rm -rf a]"]),
        ("rm \"a\\\nb\"", &["[rm ab]"]),
    ]);
}

#[test]
fn ansi_c_quotes_are_decoded() {
    check_runs(&[
        ("$'rm' a", &["[rm a]"]),
        ("$'\\x72m' a", &["[rm a]"]),
        ("$'\\162\\155' a", &["[rm a]"]),
        ("$'\\u0072m' a", &["[rm a]"]),
        ("$'\\U00000072m' a", &["[rm a]"]),
        ("rm $'a\\tb'", &["[rm a\tb]"]),
        ("rm $'a\\'b'", &["[rm a'b]"]),
        ("rm $\"a b\"", &["[rm a b]"]),
        ("r$'m' a", &["[rm a]"]),
    ]);
}

#[test]
fn braces_make_words() {
    check_runs(&[
        ("{rm,-rf,a}", &["[rm -rf a]"]),
        ("rm {a,b}", &["[rm a b]"]),
        ("rm a{b,c}d", &["[rm abd acd]"]),
        ("rm {a,b}{1,2}", &["[rm a1 a2 b1 b2]"]),
        ("rm {1..3}", &["[rm 1 2 3]"]),
        ("rm {3..1}", &["[rm 3 2 1]"]),
        ("rm {a..c}", &["[rm a b c]"]),
        ("rm {01..03}", &["[rm 01 02 03]"]),
        ("rm {1..5..2}", &["[rm 1 3 5]"]),
        ("rm {a,{b,c}}", &["[rm a b c]"]),
        ("rm {a}", &["[rm {a}]"]),
        ("rm '{a,b}'", &["[rm {a,b}]"]),
        ("rm \\{a,b}", &["[rm {a,b}]"]),
        ("rm {a,}", &["[rm a]"]),
        ("rm x{,.bak}", &["[rm x x.bak]"]),
        ("rm {1..9999}", &["[rm _]"]),
        ("r{m,} a", &["[rm r a]"]),
    ]);
}

#[test]
fn a_tilde_is_a_home() {
    check_runs(&[
        ("rm ~", &["[rm /home/u]"]),
        ("rm ~/a", &["[rm /home/u/a]"]),
        ("rm '~/a'", &["[rm ~/a]"]),
        ("rm a~", &["[rm a~]"]),
        ("rm ~root/a", &["[rm ~root/a]"]),
        ("rm ~+/a", &["[rm /w/a]"]),
        ("cd /x; rm ~-/a", &["[rm /w/a]"]),
        ("x=~/a; rm $x", &["[rm /home/u/a]"]),
        ("rm \"$HOME\"/a ${HOME}", &["[rm /home/u/a /home/u]"]),
    ]);
}

#[test]
fn arithmetic_is_worked_out() {
    check_runs(&[
        ("rm $((1+2))", &["[rm 3]"]),
        ("rm $((2*(3+4)))", &["[rm 14]"]),
        ("rm $[7/2]", &["[rm 3]"]),
        ("x=3; rm $((x+1)) $(($x*2))", &["[rm 4 6]"]),
        ("rm $((0x10)) $((010)) $((2#101))", &["[rm 16 8 5]"]),
        ("rm $((1<2)) $((1==2)) $((!0))", &["[rm 1 0 1]"]),
        ("rm $((2**3)) $((1<<4)) $((7%4))", &["[rm 8 16 3]"]),
        ("((x=4)); rm $x", &["[rm 4]"]),
        ("let x=5; rm $x", &["[rm 5]"]),
        ("x=1; ((x++)); rm $x", &["[rm 2]"]),
        ("x=1; : $((x+=2)); rm $x", &["[rm 3]"]),
        ("rm $((1/0))", &["[rm _]"]),
        ("rm $((y))", &["[rm _]"]),
        ("rm $((1 ? 2 : 3))", &["[rm _]"]),
        ("x=1; : $(((x=2))); rm $x", &["[rm _]"]),
        ("x=1; y=1; ((x=y=2)); rm $y", &["[rm _]"]),
        ("x=1; rm $((x++)) $((++x)) $x", &["[rm 1 3 3]"]),
    ]);
}

#[test]
fn parameters_are_expanded() {
    check_runs(&[
        ("x=rm; $x a", &["[rm a]"]),
        ("x=rm; ${x} a", &["[rm a]"]),
        ("x=r y=m; $x$y a", &["[rm a]"]),
        ("x=abc; rm ${#x}", &["[rm 3]"]),
        ("x=xrmx; ${x:1:2} a", &["[rm a]"]),
        ("x=xrm; ${x:1} a", &["[rm a]"]),
        ("x=xrm; ${x: -2} a", &["[rm a]"]),
        ("x=xrmyy; ${x:1:-2} a", &["[rm a]"]),
        ("x=rm.txt; ${x%.txt} a", &["[rm a]"]),
        ("x=a/b/rm; ${x##*/} a", &["[rm a]"]),
        ("x=a/b; rm ${x#*/} ${x%/*} ${x%%/*}", &["[rm b a a]"]),
        ("x=rXm; ${x/X/} a", &["[rm a]"]),
        ("x=aXbX; rm ${x//X/-} ${x/#a/z} ${x/%X/z}", &["[rm a-b- _ _]"]),
        ("x=RM; ${x,,} a", &["[rm a]"]),
        ("x=rm; rm ${x^^} ${x^}", &["[rm RM Rm]"]),
        ("x=; ${x:-rm} a", &["[rm a]"]),
        ("x=; rm ${x-b} a", &["[rm a]"]),
        ("x=; ${x-echo} rm a", &["[rm a]"]),
        ("x=1; rm ${x:-$(c)}", &["[rm 1]"]),
        ("x=ab; rm ${x#[a]}", &["[rm _]"]),
        ("unset x; ${x:-rm} a", &["[rm a]"]),
        ("unset x; ${x-rm} a", &["[rm a]"]),
        ("unset x; ${x:=rm} a; rm $x", &["[rm a]", "[rm rm]"]),
        ("x=1; ${x:+rm} a", &["[rm a]"]),
        ("unset x; rm ${x+b} a", &["[rm a]"]),
        ("x=1; rm ${x:?no} a", &["[rm 1 a]"]),
        ("y=rm x=y; ${!x} a", &["[rm a]"]),
        ("a=(rm b); \"${a[@]}\"", &["[rm b]"]),
        ("a=(b rm); ${a[1]} a", &["[rm a]"]),
        ("a=(x rm); ${a[-1]} a", &["[rm a]"]),
        ("a=(b c); rm ${#a[@]}", &["[rm 2]"]),
        ("a=(b c d); rm ${a[@]:1:2}", &["[rm c d]"]),
        ("a=(b); a+=(c); rm ${a[*]}", &["[rm b c]"]),
        ("x=r; x+=m; $x a", &["[rm a]"]),
        ("rm $unset_variable", &["[rm _]"]),
        ("set -- b c; rm $1 $2 $# \"$@\"", &["[rm b c 2 b c]"]),
        ("set -- b c; shift; rm $1", &["[rm c]"]),
        ("set -- rm a; \"$@\"", &["[rm a]"]),
        ("set -- rm a; $*", &["[rm a]"]),
        ("rm \"$@\"", &["[rm]"]),
        ("rm $$", &["[rm _]"]),
        ("x=a; rm ${x@U}", &["[rm A]"]),
        ("x='a b'; rm ${x@Q}", &["[rm _]"]),
    ]);
}

#[test]
fn a_default_may_be_what_is_used() {
    check_runs(&[
        ("${X:-rm} a", &["opaque [_ a]", "may [rm a]"]),
        ("rm ${X:-/etc}", &["[rm _]", "may [rm /etc]"]),
        ("rm \"${X-/etc}\"", &["[rm _]", "may [rm /etc]"]),
    ]);
}

#[test]
fn values_are_split_where_they_are_not_quoted() {
    check_runs(&[
        ("x='rm a'; $x", &["[rm a]"]),
        ("x='rm  a  b'; $x", &["[rm a b]"]),
        ("x='a b'; rm \"$x\"", &["[rm a b]"]),
        ("x='a b'; rm $x$x", &["[rm a ba b]"]),
        ("IFS=,; x=rm,a; $x", &["[rm a]"]),
        ("x='rm,a'; IFS=, ; $x", &["[rm a]"]),
        ("x=' '; rm $x a", &["[rm a]"]),
        ("x=; $x rm a", &["[rm a]"]),
        ("x=''; rm \"$x\" a", &["[rm  a]"]),
        ("rm${IFS}a", &["[rm a]"]),
        ("rm$IFS-rf$IFS/a", &["[rm -rf /a]"]),
    ]);
}

#[test]
fn a_pattern_stays_a_pattern() {
    super::check(&[
        ("rm *.o", &["delete /w/*.o"]),
        ("rm a?.o", &["delete /w/a?.o"]),
        ("rm a[bc].o", &["delete /w/a?.o"]),
        ("rm 'a*'", &["delete /w/a?"]),
        ("x='*.o'; rm $x", &["delete /w/*.o"]),
        ("rm /e*/passwd", &["delete /e*/passwd"]),
        ("/bin/r? a", &["opaque exec", "may delete /w/a"]),
        ("/???/??t /etc/passwd", &["opaque exec", "may read /etc/passwd", "may git.read"]),
    ]);
}

#[test]
fn what_a_command_prints_is_a_word() {
    check_runs(&[
        ("$(echo rm) a", &["[echo rm]", "[rm a]"]),
        ("`echo rm` a", &["[echo rm]", "[rm a]"]),
        ("rm $(echo a b)", &["[echo a b]", "[rm a b]"]),
        ("rm \"$(echo a b)\"", &["[echo a b]", "[rm a b]"]),
        ("$(printf 'r%s' m) a", &["[printf r%s m]", "[rm a]"]),
        ("$(printf '\\162m') a", &["[printf \\162m]", "[rm a]"]),
        ("$(echo -e '\\x72m') a", &["[echo -e \\x72m]", "[rm a]"]),
        ("$(echo mr | rev) a", &["[echo mr]", "[rev]", "[rm a]"]),
        ("$(echo eza | tr ez rm) a", &["[echo eza]", "[tr ez rm]", "[rma a]"]),
        ("$(echo cm0= | base64 -d) a", &["[echo cm0=]", "[base64 -d]", "[rm a]"]),
        ("$(base64 -d <<< cm0=) a", &["[base64 -d]", "[rm a]"]),
        ("$(echo 726d | xxd -r -p) a", &["[echo 726d]", "[xxd -r -p]", "[rm a]"]),
        ("$(echo $(echo rm)) a", &["[echo rm]", "[echo rm]", "[rm a]"]),
        ("`echo \\`echo rm\\`` a", &["[echo rm]", "[echo rm]", "[rm a]"]),
        ("x=$(echo rm); $x a", &["[echo rm]", "[rm a]"]),
        ("rm $(date)", &["[date]", "[rm _]"]),
        ("$(date +rm) a", &["[date +rm]", "[rm a]"]),
        ("source <(date +\"x='%F %-H%%'\"); rm a", &["[date +x='%F %-H%%']", "[rm a]"]),
        ("yes rm a | sh", &["[yes rm a]", "[sh]", "[rm a]"]),
        ("$(which rm) a", &["[which rm]", "[rm a]"]),
        ("$(command -v rm) a", &["[rm a]"]),
        ("$(basename /x/rm) a", &["[basename /x/rm]", "[rm a]"]),
        ("rm $(dirname /x/y)", &["[dirname /x/y]", "[rm /x]"]),
        ("rm $(pwd)/a", &["[pwd]", "[rm /w/a]"]),
        ("$(cat <<< rm) a", &["[cat]", "[rm a]"]),
        ("$(case x in x) echo rm;; esac) a", &["[echo rm]", "[rm a]"]),
        ("$( (echo rm) ) a", &["[echo rm]", "[rm a]"]),
        ("echo rm > f; $(cat f) a", &["[echo rm]", "[cat f]", "[rm a]"]),
        ("echo rm > f; $(<f) a", &["[echo rm]", "[rm a]"]),
        ("printf -v x rm; $x a", &["[rm a]"]),
    ]);
}
