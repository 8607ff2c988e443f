//! Programs that talk to other hosts.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::{Input, wrap};
use crate::Language;
use crate::url;
use crate::word::Word;

/// What a request carries away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    None,
    /// A text of the agent.
    Text,
    /// What a file or another command gives.
    Data,
}

impl Body {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Data, _) | (_, Self::Data) => Self::Data,
            (Self::Text, _) | (_, Self::Text) => Self::Text,
            (Self::None, Self::None) => Self::None,
        }
    }
}

/// `curl`.
pub(super) fn curl(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "A user-agent b cookie c cookie-jar C continue-at d data data-ascii data-binary data-raw \
            data-urlencode json D dump-header e referer E cert F form form-string H header K config key \
            cacert capath m max-time o output output-dir P ftp-port Q quote r range T upload-file u user U \
            proxy-user w write-out x proxy X request y Y z time-cond url retry retry-delay retry-max-time \
            connect-timeout connect-to resolve interface limit-rate max-redirs netrc-file proto \
            proto-default socks5 socks4 socks5-hostname preproxy stderr trace trace-ascii unix-socket \
            abstract-unix-socket tls-max ciphers dns-servers doh-url oauth2-bearer pass engine hsts alt-svc \
            etag-save etag-compare aws-sigv4 url-query location! insecure! silent! show-error! fail! \
            remote-name! head! get! compressed! verbose! include!",
    );
    let mut body = Body::None;
    for given in &options.given {
        let Some(value) = given.value.as_deref() else { continue };
        match given.name {
            "d" | "data" | "data-ascii" | "data-binary" | "json" | "data-urlencode" => {
                body = body.and(data(call, value, given.name == "data-urlencode"));
            }
            "data-raw" | "form-string" => body = body.and(carried(value)),
            "F" | "form" => body = body.and(form(call, value)),
            "T" | "upload-file" => {
                if !matches!(value.text(), Some("-" | ".")) {
                    call.path(Deed::Read, value, Flags::NONE);
                }
                body = Body::Data;
            }
            "H" | "header" if value.prefix().starts_with('@') => {
                call.path(Deed::Read, &value.after(1), Flags::NONE);
                body = Body::Data;
            }
            "b" | "cookie" if !value.prefix().contains('=') && !value.is_unknown() => {
                call.path(Deed::Read, value, Flags::NONE);
            }
            "K" | "config" => {
                call.path(Deed::Read, value, Flags::NONE);
                call.any_host(Deed::NetConnect, Flags::NONE);
                call.sink.opaque();
            }
            "o" | "output" | "D" | "dump-header" | "c" | "cookie-jar" | "trace" | "trace-ascii"
            | "stderr" | "etag-save" | "hsts" | "alt-svc"
                if value.text() != Some("-") =>
            {
                call.path(Deed::Write, value, Flags::NONE);
            }
            "E" | "cert" | "key" | "netrc-file" | "cacert" => {
                call.path(Deed::Read, value, Flags::NONE);
            }
            "x" | "proxy" | "preproxy" | "socks5" | "socks4" | "socks5-hostname" => {
                call.host(Deed::NetConnect, value, Flags::NONE);
            }
            "unix-socket" => call.path(Deed::Write, value, Flags::NONE),
            "Q" | "quote" => body = body.and(Body::Text),
            _ => {}
        }
    }
    let folder = options.value(&["output-dir"]).cloned();
    let method = options.value(&["X", "request"]).and_then(Word::text).unwrap_or_default();
    let is_get = options.has(&["G", "get"]);
    let marks = unchecked(options.has(&["k", "insecure"]));
    let urls: Vec<&Word> =
        options.operands.iter().copied().chain(options.values(&["url"])).collect();
    for url in urls {
        request(call, url, method, (body, marks), is_get);
        if options.has(&["O", "remote-name", "remote-name-all"]) {
            remote_name(call, url, folder.as_ref());
        }
    }
}

/// `-d @file`, `-d name@file`, `-d text`.
fn data(call: &mut Call<'_, '_, '_>, value: &Word, is_named: bool) -> Body {
    let known = value.prefix();
    let at = match known.find('@') {
        Some(0) => 1,
        Some(at) if is_named && !known.get(..at).unwrap_or_default().contains('=') => {
            at.saturating_add(1)
        }
        _ => return carried(value),
    };
    let file = value.after(at);
    if file.text() != Some("-") {
        call.path(Deed::Read, &file, Flags::NONE);
    }
    Body::Data
}

/// `-F name=@file`, `-F name=<file`, `-F name=text`.
fn form(call: &mut Call<'_, '_, '_>, value: &Word) -> Body {
    let known = value.prefix();
    let Some(at) = known.find("=@").or_else(|| known.find("=<")) else { return carried(value) };
    let file = value.after(at.saturating_add(2));
    let file = match file.text().and_then(|text| text.split_once(';')) {
        Some((path, _)) => Word::known(path),
        None => file,
    };
    call.path(Deed::Read, &file, Flags::NONE);
    Body::Data
}

/// A text that is not wholly known is what a variable or another command gives.
fn carried(word: &Word) -> Body {
    if word.has_unknown() { Body::Data } else { Body::Text }
}

/// The mark of a request to a host that is taken for what it says it is.
fn unchecked(is_unchecked: bool) -> Flags {
    if is_unchecked { Flags::FORCE } else { Flags::NONE }
}

/// One request, with its body and with marks on it.
fn request(
    call: &mut Call<'_, '_, '_>,
    url: &Word,
    method: &str,
    (body, marks): (Body, Flags),
    is_get: bool,
) {
    if url.prefix().to_ascii_lowercase().starts_with("file:") {
        return call.path(Deed::Read, url, Flags::NONE);
    }
    if is_metadata(url) {
        call.deed(Deed::SecretRead, Flags::NONE);
    }
    let sends = body != Body::None
        || matches!(method.to_ascii_uppercase().as_str(), "POST" | "PUT" | "PATCH" | "DELETE");
    if sends {
        let flags = if body == Body::Data { marks.with(Flags::UPLOAD) } else { marks };
        call.host(Deed::NetSend, url, flags);
    } else if in_query(url) {
        // What another command gives leaves in the address itself.
        let Some(host) = url::host(url) else { return };
        let object = sponsio_engine::event::Object::Host(host);
        call.sink.add(sponsio_engine::event::Certainty::May, Deed::NetSend, object, Flags::UPLOAD);
    }
    if !sends || is_get {
        call.host(Deed::NetReceive, url, marks);
    }
}

/// Whether a piece of an address after its host is not known.
fn in_query(url: &Word) -> bool {
    let prefix = url.prefix();
    let rest = prefix.split_once("://").map_or(prefix, |(_, rest)| rest);
    url.has_unknown() && (rest.contains(['/', '?']) || rest.contains('.'))
}

/// Whether the host is where a cloud gives credentials to its machines.
fn is_metadata(url: &Word) -> bool {
    url::host(url).is_some_and(|host| {
        matches!(
            &*host.name,
            "169.254.169.254"
                | "metadata.google.internal"
                | "169.254.170.2"
                | "100.100.100.200"
                | "fd00:ec2::254"
                | "metadata.azure.com"
                | "169.254.170.23"
        )
    })
}

/// The file that `-O` writes: the last name of the address.
fn remote_name(call: &mut Call<'_, '_, '_>, url: &Word, folder: Option<&Word>) {
    let name = url.text().and_then(|text| {
        let path = text.split(['?', '#']).next()?;
        path.rsplit('/').next().filter(|name| !name.is_empty())
    });
    let mut word = folder.cloned().unwrap_or_else(|| Word::known("."));
    word.append(Word::known("/"));
    word.append(name.map_or_else(Word::unknown, Word::known));
    call.path(Deed::Write, &word, Flags::NONE);
}

/// `wget`, `aria2c`, `http`.
pub(super) fn wget(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "O output-document o output-file a append-output P directory-prefix i input-file post-data post-file \
            body-data body-file method header U user-agent e execute t tries T timeout w wait A R D I X Q B \
            use-askpass ca-certificate certificate private-key load-cookies save-cookies user password \
            limit-rate level l warc-file d dir out on-download-complete config",
    );
    let mut body = Body::None;
    for file in options.values(&["post-file", "body-file"]) {
        call.path(Deed::Read, file, Flags::NONE);
        body = Body::Data;
    }
    for text in options.values(&["post-data", "body-data"]) {
        body = body.and(carried(text));
    }
    for file in options.values(&["i", "input-file"]) {
        call.path(Deed::Read, file, Flags::NONE);
        call.any_host(Deed::NetReceive, Flags::NONE);
    }
    for program in options.values(&["use-askpass", "on-download-complete"]) {
        call.run(vec![program.clone()], Flags::NONE);
    }
    for file in options.values(&[
        "o",
        "output-file",
        "a",
        "append-output",
        "O",
        "output-document",
        "save-cookies",
    ]) {
        if file.text() != Some("-") {
            call.path(Deed::Write, file, Flags::NONE);
        }
    }
    let method = options.value(&["method"]).and_then(Word::text).unwrap_or_default();
    let folder = options.value(&["P", "directory-prefix", "d", "dir"]);
    let named = options.has(&["O", "output-document", "spider", "out"]);
    let deep = options.has(&["r", "recursive", "m", "mirror"]);
    let marks = unchecked(options.has(&["no-check-certificate"]));
    for url in &options.operands {
        request(call, url, method, (body, marks), false);
        if deep {
            let here = Word::known(".");
            call.path(Deed::Write, folder.unwrap_or(&here), Flags::RECURSIVE);
        } else if !named {
            remote_name(call, url, folder);
        }
    }
}

/// `http POST url a=b`, `http url`.
pub(super) fn httpie(call: &mut Call<'_, '_, '_>) {
    let options =
        call.parse("a auth o output A auth-type session timeout proxy verify cert download!");
    let mut words = options.operands.as_slice();
    let mut method = "";
    if let Some((first, rest)) = words.split_first()
        && let Some(text) = first.text()
        && text.len() > 2
        && text.bytes().all(|byte| byte.is_ascii_uppercase())
    {
        (method, words) = (text, rest);
    }
    let Some((url, items)) = words.split_first() else { return };
    let mut body = Body::None;
    for item in items {
        let known = item.prefix();
        if let Some(at) = known.find('@') {
            call.path(Deed::Read, &item.after(at.saturating_add(1)), Flags::NONE);
            body = Body::Data;
        } else if known.contains('=') && !known.contains("==") {
            body = body.and(carried(item));
        }
    }
    if let Input::Text(text, _) = call.input {
        body = body.and(carried(text));
    } else if let Input::File(_) = call.input {
        body = Body::Data;
    }
    request(call, url, method, (body, Flags::NONE), false);
    for file in options.values(&["o", "output"]) {
        call.path(Deed::Write, file, Flags::NONE);
    }
}

/// `nc`, `ncat`: connects or listens, and may give a program to the other side.
pub(super) fn netcat(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "e exec c sh-exec lua-exec p s source source-port w wait i interval x proxy X o \
        output q g G I O T V m",
    );
    let shell = options.values(&["e", "exec", "c", "sh-exec", "lua-exec"]).next().cloned();
    let listens = options.has(&["l", "listen"]);
    if listens {
        call.listen();
    }
    if let Some(program) = shell {
        call.text(Language::Shell, program, Flags::NONE);
        match options.operands.first() {
            Some(host) if !listens => call.host(Deed::NetShell, host, Flags::NONE),
            _ => call.any_host(Deed::NetShell, Flags::NONE),
        }
    }
    let Some(host) = options.operands.first().filter(|_| !listens) else { return };
    let mut host = (*host).clone();
    if let Some(port) = options.text(1)
        && !host.prefix().contains(':')
    {
        host.append(Word::known(format!(":{port}")));
    }
    if options.has(&["z"]) {
        return call.host(Deed::NetConnect, &host, Flags::NONE);
    }
    send_input(call, &host);
}

/// What stands on the input goes to the host.
fn send_input(call: &mut Call<'_, '_, '_>, host: &Word) {
    match call.input {
        Input::None => call.host(Deed::NetConnect, host, Flags::NONE),
        Input::Text(text, _) if text.text().is_some() => {
            call.host(Deed::NetSend, host, Flags::NONE)
        }
        Input::Text(..) | Input::File(_) => call.host(Deed::NetSend, host, Flags::UPLOAD),
    }
}

/// `socat`: two addresses, each of which may be a host, a file or a program.
pub(super) fn socat(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+l L T t b");
    let mut hosts = Vec::new();
    let mut runs = false;
    for word in &options.operands {
        let Some(text) = word.text() else { continue };
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        let kind = kind.to_ascii_lowercase();
        let target = rest.split(',').next().unwrap_or(rest);
        match kind.as_str() {
            "exec" | "system" | "shell" => {
                runs = true;
                call.text(Language::Shell, Word::known(target), Flags::NONE);
            }
            _ if kind.contains("listen") || kind.ends_with("-l") => {
                call.listen();
                hosts.push(None);
            }
            "tcp" | "tcp4" | "tcp6" | "tcp-connect" | "udp" | "udp4" | "openssl" | "ssl"
            | "openssl-connect" | "socks4" | "proxy" | "sctp" => {
                hosts.push(Some(Word::known(target)))
            }
            "file" | "open" | "gopen" => {
                call.place(Deed::Read, target, Flags::NONE);
            }
            "create" | "creat" => call.place(Deed::Write, target, Flags::NONE),
            _ => {}
        }
    }
    for host in hosts {
        match host {
            Some(host) if runs => call.host(Deed::NetShell, &host, Flags::NONE),
            Some(host) => call.host(Deed::NetConnect, &host, Flags::NONE),
            None if runs => call.any_host(Deed::NetShell, Flags::NONE),
            None => {}
        }
    }
}

/// `ssh`: a host, and what runs there.
pub(super) fn ssh(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(match call.name {
        "autossh" => "+b B c D E e F I i J L l M m O o p Q R S W w",
        "mosh" => "+p port ssh server client predict family bind-server",
        _ => "+b B c D E e F I i J L l m O o p Q R S W w",
    });
    for program in options.values(&["ssh", "server", "client"]) {
        call.text(Language::Shell, program.clone(), Flags::NONE);
    }
    for option in options.values(&["o"]) {
        let known = option.prefix();
        let Some((name, _)) = known.split_once(['=', ' ']) else { continue };
        let command = option.after(name.len().saturating_add(1));
        match name.to_ascii_lowercase().as_str() {
            "proxycommand" | "localcommand" | "knownhostscommand" => {
                call.text(Language::Shell, command, Flags::NONE);
            }
            _ => {}
        }
    }
    for file in options.values(&["F"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    // The key by which it signs, which it tells nobody.
    for file in options.values(&["i"]) {
        call.path(Deed::Give, file, Flags::NONE);
    }
    for jump in options.values(&["J", "W"]) {
        call.host(Deed::NetConnect, jump, Flags::NONE);
    }
    let Some((host, command)) = options.operands.split_first() else { return };
    let tunnels = options.has(&["R", "D", "w", "L"]);
    if options.has(&["R", "w"]) {
        call.listen();
    }
    if tunnels {
        call.host(Deed::NetConnect, host, Flags::NONE);
    } else {
        send_input(call, host);
    }
    wrap::join_shell(call, command);
}

/// `openssl`: most of it is about files; `s_client` connects, `-engine` loads code.
pub(super) fn openssl(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "-in out inkey key keyout cert connect host engine provider pass passin passout \
        k kfile CAfile config subj days newkey accept port proxy",
    );
    let verb = options.text(0).unwrap_or_default();
    for host in options.values(&["connect", "host", "proxy"]) {
        call.host(Deed::NetConnect, host, Flags::NONE);
    }
    if matches!(verb, "s_server") {
        call.listen();
    }
    for file in options.values(&["in", "inkey", "key", "cert", "CAfile", "kfile", "config"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    for file in options.values(&["out", "keyout"]) {
        call.path(Deed::Write, file, Flags::NONE);
    }
    for file in options.values(&["engine", "provider"]) {
        call.path(Deed::Exec, file, Flags::NONE);
    }
    if matches!(verb, "dgst" | "sha256" | "md5" | "sha1") {
        for file in options.rest(1) {
            call.path(Deed::Read, file, Flags::NONE);
        }
    }
}

/// `sftp`: a host; what its batch does is not told.
pub(super) fn sftp(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("b B c D F i J l o P R S s X");
    for file in options.values(&["b"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    for host in &options.operands {
        call.host(Deed::NetConnect, host, Flags::NONE);
    }
}

/// `tcpdump`: `-z` runs a program on each file.
pub(super) fn tcpdump(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("z w r i s c C G W F y D E T Z");
    for program in options.values(&["z"]) {
        call.run(owned(&[program]), Flags::NONE);
    }
    for file in options.values(&["w"]) {
        call.path(Deed::Write, file, Flags::NONE);
    }
    for file in options.values(&["r", "F"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
}
