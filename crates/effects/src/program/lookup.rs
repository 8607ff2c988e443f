//! Programs that ask about a host, and tunnels to one.
//!
//! A look-up of a name sends the name and nothing else. It carries something away only where the name is put together
//! from what a command or a variable gives, before a domain that somebody owns: `dig "$(cat a).example.com"`.

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object};

use super::call::Call;
use crate::word::{Piece, Word};

/// `dig`, `nslookup`, `host`, …: the name server answers.
pub(super) fn name(call: &mut Call<'_, '_, '_>) {
    if call.name == "resolvectl"
        && !matches!(first(call), Some("query" | "tlsa" | "service" | "openpgp"))
    {
        let changes = matches!(
            first(call),
            Some(
                "dns"
                    | "domain"
                    | "default-route"
                    | "llmnr"
                    | "mdns"
                    | "dnssec"
                    | "dnsovertls"
                    | "nta"
                    | "revert"
            )
        );
        if changes && call.args.len() > 2 {
            call.deed(Deed::SystemConfig, Flags::NONE);
        }
        return;
    }
    for word in call.args {
        if word.prefix().starts_with('@') {
            call.host(Deed::NetConnect, &word.after(1), Flags::NONE);
        } else if let Some(domain) = domain_behind(word) {
            let host = Host { name: domain.into(), port: None };
            call.sink.add(Certainty::May, Deed::NetSend, Object::Host(host), Flags::UPLOAD);
        }
    }
}

/// `ping`, `traceroute`, …: whether a host answers.
pub(super) fn probe(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("c i s t w W m p q f I l T S Q M F g interval count");
    // `ping -p` fills the packets with a pattern.
    let carries = options.values(&["p"]).any(Word::has_unknown);
    let Some(host) = options.operands.first().copied() else { return };
    if let Some(domain) = domain_behind(host) {
        let host = Host { name: domain.into(), port: None };
        call.sink.add(Certainty::May, Deed::NetSend, Object::Host(host), Flags::UPLOAD);
    } else if carries {
        call.host(Deed::NetSend, host, Flags::UPLOAD);
    } else {
        call.host(Deed::NetConnect, host, Flags::NONE);
    }
}

/// `cloudflared tunnel`, `ngrok http`: a port of this machine is opened to everybody.
pub(super) fn tunnel(call: &mut Call<'_, '_, '_>) {
    if matches!(first(call), None | Some("version" | "help" | "update" | "config" | "login")) {
        return;
    }
    call.listen();
    call.any_host(Deed::NetConnect, Flags::NONE);
}

fn first<'w>(call: &Call<'w, '_, '_>) -> Option<&'w str> {
    call.args.iter().filter_map(Word::text).find(|text| !text.starts_with('-'))
}

/// The domain at the end of a name whose beginning is not known.
fn domain_behind(word: &Word) -> Option<String> {
    let at = word.pieces().iter().rposition(|piece| *piece == Piece::Unknown)?;
    let mut rest = word.pieces().get(at.saturating_add(1)..)?.iter();
    let (Some(Piece::Text(text)), None) = (rest.next(), rest.next()) else { return None };
    let domain = text.trim_start_matches(|c| c != '.');
    let labels = domain.trim_matches('.');
    let host = crate::url::host(&Word::known(labels))?;
    labels.contains('.').then(|| format!("*.{}", host.name))
}
