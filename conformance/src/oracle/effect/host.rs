//! Hosts: names, addresses however they are written, and the classes of addresses.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Asked;
use super::name;

/// The classes: networks, and names that always mean one.
const CLASSES: [(&str, &[&str], &[&str]); 4] = [
    (
        "@loopback",
        &["127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128"],
        &["localhost", "*.localhost", "localhost.localdomain", "ip6-localhost"],
    ),
    (
        "@private",
        &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"],
        &[],
    ),
    ("@link_local", &["169.254.0.0/16", "fe80::/10"], &[]),
    (
        "@metadata",
        &[
            "169.254.169.254/32",
            "169.254.170.2/32",
            "169.254.170.23/32",
            "168.63.129.16/32",
            "100.100.100.200/32",
            "fd00:ec2::254/128",
            "fd00:ec2::23/128",
            "fd20:ce::254/128",
        ],
        &[
            "metadata",
            "metadata.google.internal",
            "metadata.goog",
            "instance-data",
            "instance-data.ec2.internal",
        ],
    ),
];

/// Whether the host is in the element.
pub(super) fn is_in(element: &str, host: &str, asked: Asked) -> bool {
    let host = bare(host);
    if asked == Asked::Could && !name::is_known(host) {
        return name::is_anything(bare(element));
    }
    let is_name = |own: &str, host: &str| match asked {
        Asked::Could => name::could_be(own, host, true),
        Asked::Must => name::must_be(own, host, true),
    };
    let could_be_address = asked == Asked::Could && could_be_address(host);
    let own = address(host);
    if let Some((_, networks, names)) = CLASSES.iter().find(|(name, ..)| *name == element) {
        return match own {
            Some(own) => networks.iter().any(|network| is_within(own, network)),
            None => could_be_address || names.iter().any(|name| is_name(name, host)),
        };
    }
    let element = bare(element);
    match (address(element), own) {
        (Some(element), Some(own)) => element == own,
        (Some(_), None) => could_be_address,
        (None, _) if element.contains(['/', ' ', '@']) => false,
        (None, Some(own)) => {
            asked == Asked::Could && is_name(element, host) || is_name(element, &own.to_string())
        }
        (None, None) => is_name(element, host),
    }
}

/// Whether something in it is not known, and its last part could be one of an address.
fn could_be_address(host: &str) -> bool {
    let last = host.rsplit(['.', ':']).next().unwrap_or_default();
    host.contains(['*', '?']) && last.chars().all(|c| c.is_ascii_hexdigit() || "*?x".contains(c))
}

fn bare(host: &str) -> &str {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    inner.split('%').next().unwrap_or_default().trim_end_matches('.')
}

fn address(host: &str) -> Option<IpAddr> {
    match host.parse::<Ipv6Addr>() {
        Ok(long) => Some(carried(long).map_or(IpAddr::V6(long), IpAddr::V4)),
        Err(_) => short(host).map(IpAddr::V4),
    }
}

/// The address inside another one.
fn carried(long: Ipv6Addr) -> Option<Ipv4Addr> {
    let is = |network| is_within(IpAddr::V6(long), network);
    let at = |from: u32| {
        let bits = u128::from(long) >> (96 - from);
        Ipv4Addr::from(u32::try_from(bits & 0xffff_ffff).unwrap_or_default())
    };
    if is("::/127") {
        None
    } else if is("::/96") || is("::ffff:0:0/96") || is("64:ff9b::/96") {
        Some(at(96))
    } else if is("2002::/16") {
        Some(at(16))
    } else {
        None
    }
}

/// One to four numbers with dots between, of which the last fills what is left.
fn short(host: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u64> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last()?;
    let left = 4usize.checked_sub(first.len()).filter(|left| *left > 0)?;
    let room = 1u64 << (8 * left);
    if *last >= room || first.iter().any(|number| *number > 255) {
        return None;
    }
    let high = first.iter().fold(0, |sum, number| sum * 256 + number);
    u32::try_from(high * room + last).ok().map(Ipv4Addr::from)
}

fn number(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None if lower.len() > 1 && lower.starts_with('0') => (&*lower, 8),
        None => (&*lower, 10),
    };
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    is_number.then(|| u64::from_str_radix(digits, radix).ok()).flatten()
}

fn is_within(address: IpAddr, network: &str) -> bool {
    let Some((network, length)) = network.split_once('/') else { return false };
    let (Ok(network), Ok(length)) = (network.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    let (left, right, bits) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(u32::from(a)), u128::from(u32::from(b)), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (u128::from(a), u128::from(b), 128),
        _ => return false,
    };
    let shift: u32 = bits - length;
    left.checked_shr(shift).unwrap_or(0) == right.checked_shr(shift).unwrap_or(0)
}
