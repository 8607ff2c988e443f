//! Sets of hosts: names with stars, addresses, and the classes of addresses that have a name.
//!
//! An address is compared as what it is, not as it is written: `127.1`, `0x7f000001`, `::ffff:127.0.0.1` and
//! `localhost.` are all on this machine. Nothing is looked up: a name that a server would resolve to `127.0.0.1` is
//! only a name.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::SetFlaw;
use super::glob::{self, Name};
use super::pattern::Steps;

/// An element of a set of hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Class(Class),
    Address(IpAddr),
    Name(Name),
}

/// Addresses of a kind, and the names that always mean one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// This machine.
    Loopback,
    /// Networks that are not routed.
    Private,
    /// The own link.
    LinkLocal,
    /// Where clouds tell a machine about itself, its credentials included.
    Metadata,
}

impl Class {
    pub(super) const ALL: [(&'static str, Self); 4] = [
        ("@loopback", Self::Loopback),
        ("@private", Self::Private),
        ("@link_local", Self::LinkLocal),
        ("@metadata", Self::Metadata),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Loopback => {
                &["localhost", "*.localhost", "localhost.localdomain", "ip6-localhost"]
            }
            Self::Private | Self::LinkLocal => &[],
            Self::Metadata => &[
                "metadata",
                "metadata.google.internal",
                "metadata.goog",
                "instance-data",
                "instance-data.ec2.internal",
            ],
        }
    }

    fn has(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Loopback, IpAddr::V4(ip)) => ip.is_loopback() || ip.is_unspecified(),
            (Self::Loopback, IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unspecified(),
            (Self::Private, IpAddr::V4(ip)) => ip.is_private() || is_shared(ip),
            (Self::Private, IpAddr::V6(ip)) => ip.is_unique_local(),
            (Self::LinkLocal, IpAddr::V4(ip)) => ip.is_link_local(),
            (Self::LinkLocal, IpAddr::V6(ip)) => ip.is_unicast_link_local(),
            (Self::Metadata, address) => METADATA.contains(&address),
        }
    }
}

/// Where AWS, Google, Azure, Oracle and others (`169.254.169.254`), containers of AWS, Azure's agent and Alibaba
/// answer.
const METADATA: [IpAddr; 8] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether a carrier shares the address among its customers.
fn is_shared(ip: Ipv4Addr) -> bool {
    matches!(ip.octets(), [100, second, ..] if second & 0xc0 == 64)
}

impl Element {
    /// The element that a text is, without its `!`; a class has been looked up.
    pub(super) fn new(text: &str) -> Result<Self, SetFlaw> {
        let text = bare(text);
        if let Some(address) = address(text) {
            return Ok(Self::Address(address));
        }
        if text.contains(['/', ' ']) {
            return Err(SetFlaw::Host(text.into()));
        }
        Name::new(text, true).map(Self::Name).ok_or_else(|| SetFlaw::LongName(text.into()))
    }

    /// Whether the host could be one of the element. A host of which nothing is known is not taken for every host.
    pub(super) fn meets(&self, host: &str, steps: &Steps) -> bool {
        let host = bare(host);
        if !glob::is_known(host) {
            return matches!(self, Self::Name(name) if name.is_anything());
        }
        match (self, address(host)) {
            (Self::Class(class), Some(address)) => class.has(address),
            (Self::Class(class), None) => {
                could_be_address(host)
                    || class.names().iter().any(|name| {
                        Name::new(name, true).is_some_and(|name| name.meets(host, steps))
                    })
            }
            (Self::Address(own), Some(address)) => *own == address,
            (Self::Address(_), None) => could_be_address(host),
            (Self::Name(name), Some(address)) => {
                name.meets(host, steps) || name.meets(&address.to_string(), steps)
            }
            (Self::Name(name), None) => name.meets(host, steps),
        }
    }

    /// Whether the host can be nothing but one of the element.
    pub(super) fn covers(&self, host: &str, steps: &Steps) -> bool {
        let host = bare(host);
        match (self, address(host)) {
            (Self::Class(class), Some(address)) => class.has(address),
            (Self::Class(class), None) => class
                .names()
                .iter()
                .any(|name| Name::new(name, true).is_some_and(|name| name.covers(host, steps))),
            (Self::Address(own), Some(address)) => *own == address,
            (Self::Address(_), None) => false,
            (Self::Name(name), Some(address)) => name.covers(&address.to_string(), steps),
            (Self::Name(name), None) => name.covers(host, steps),
        }
    }
}

/// Whether a host that is not wholly known could be an address.
fn could_be_address(host: &str) -> bool {
    let last = host.rsplit(['.', ':']).next().unwrap_or(host);
    host.contains(['*', '?'])
        && last.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '*' | '?' | 'x'))
}

/// A host without brackets, a zone, and the dots at its end.
fn bare(host: &str) -> &str {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let host = host.split_once('%').map_or(host, |(host, _)| host);
    host.trim_end_matches('.')
}

/// The address that a host is; one that carries another inside is the other.
fn address(host: &str) -> Option<IpAddr> {
    if let Ok(ip) = host.parse::<Ipv6Addr>() {
        return Some(inner(ip).map_or(IpAddr::V6(ip), IpAddr::V4));
    }
    number_address(host).map(IpAddr::V4)
}

/// The address that an IPv6 address carries: mapped, compatible, translated (`64:ff9b::`) or tunnelled (`2002:`).
fn inner(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let from = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(from(high, low)),
        _ => None,
    }
}

/// An address as systems read it: one to four numbers, each decimal, octal or hexadecimal, the last as wide as is left.
fn number_address(host: &str) -> Option<Ipv4Addr> {
    let mut address = 0u32;
    let mut left = 32u32;
    let mut parts = host.split('.').peekable();
    while let Some(part) = parts.next() {
        let number = number(part)?;
        if parts.peek().is_none() {
            let fits = left == 32 || number >> left == 0;
            return fits.then(|| Ipv4Addr::from(address | number));
        }
        left = left.checked_sub(8).filter(|left| *left > 0 && number <= 0xff)?;
        address |= number << left;
    }
    None
}

fn number(text: &str) -> Option<u32> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match (hex, text.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (text, 10),
    };
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    is_number.then(|| u32::from_str_radix(digits, radix).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::EffectTest;
    use crate::event::{Certainty, Deed, Effect, Effects, Flags, Host, Object};
    use crate::ground::Truth;

    #[track_caller]
    fn check(set: &str, host: &str, expect: bool) {
        let object = Object::Host(Host { name: host.into(), port: Some(443) });
        let (certainty, flags) = (Certainty::Must, Flags::NONE);
        let effect = Effect { command: 0, certainty, deed: Deed::NetSend, object, flags };
        let effects = Effects { list: [effect].into(), ..Effects::default() };
        let test = EffectTest::reaches(set, "may").unwrap();
        assert_eq!(test.truth(Some(&effects), None), Truth::from(expect), "{set}: {host}");
    }

    #[test]
    fn names_are_compared_without_case_and_final_dot() {
        check("*.example.com", "a.example.com", true);
        check("*.example.com", "A.Example.COM.", true);
        check("*.example.com", "example.com", false);
        check("*.example.com", "a.example.com.evil.org", false);
        check("{*, !*.example.com}", "a.example.com", false);
        check("{*, !*.example.com}", "a.evil.org", true);
        check("{*, !*.example.com}", "*", true);
        check("{*, !*.example.com}", "*.example.com", false);
        check("a.example.com", "*", false);
        check("*", "*", true);
    }

    #[test]
    fn an_address_is_what_it_is_however_it_is_written() {
        let loopback = [
            "127.0.0.1",
            "127.9.9.9",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0x7F000001",
            "0177.0.0.1",
            "0",
            "0.0.0.0",
            "::1",
            "[::1]",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:7f00:1",
            "64:ff9b::127.0.0.1",
            "localhost",
            "LOCALHOST.",
            "x.localhost",
            "127.*",
        ];
        for host in loopback {
            check("@loopback", host, true);
        }
        for host in
            ["*", "128.0.0.1", "127.0.0.1.evil.org", "localhost.evil.org", "::2", "*.evil.org"]
        {
            check("@loopback", host, false);
        }
        check("127.0.0.1", "0x7f000001", true);
        check("127.0.0.1", "::ffff:127.0.0.1", true);
        check("10.*", "::ffff:10.1.2.3", true);
        check("{*, !10.*}", "10.evil.org", false);
    }

    #[test]
    fn classes_of_addresses_have_names() {
        for host in
            ["10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd12::1", "::ffff:10.0.0.1"]
        {
            check("@private", host, true);
        }
        for host in ["172.32.0.1", "8.8.8.8", "100.128.0.1", "2001:db8::1", "intranet"] {
            check("@private", host, false);
        }
        for host in ["169.254.1.1", "fe80::1", "fe80::1%eth0"] {
            check("@link_local", host, true);
        }
        let metadata = [
            "169.254.169.254",
            "2852039166",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "metadata.google.internal",
            "Metadata.Google.Internal.",
            "100.100.100.200",
        ];
        for host in metadata {
            check("@metadata", host, true);
        }
        check("@metadata", "169.254.169.253", false);
        check("{*, !@loopback, !@private}", "8.8.8.8", true);
        check("{*, !@loopback, !@private}", "10.0.0.1", false);
        check("{*, !@loopback}", "127.*", true);
    }

    #[test]
    fn what_is_no_set_of_hosts_is_refused() {
        for set in ["https://a/b", "10.0.0.0/8", "{a b}", "@nothing", "!"] {
            assert!(super::super::hosts(set).is_err() || EffectTest::reaches(set, "may").is_err());
        }
    }
}
