//! Texts that a script puts together from encoded ones.

/// The bytes that the text in base 64 stands for, as text.
pub(super) fn base64(text: &str) -> Option<String> {
    String::from_utf8(base64_bytes(text)?).ok()
}

/// The bytes that the text in base 64 stands for.
pub(crate) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte.checked_sub(b'A')?,
            b'a'..=b'z' => byte.checked_sub(b'a')?.checked_add(26)?,
            b'0'..=b'9' => byte.checked_sub(b'0')?.checked_add(52)?,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count = count.checked_add(6)?;
        if count >= 8 {
            count = count.checked_sub(8)?;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// The bytes that the hexadecimal text stands for, as text.
pub(super) fn hex(text: &str) -> Option<String> {
    let digits: Option<Vec<u32>> =
        text.chars().filter(|c| !c.is_whitespace() && *c != ':').map(|c| c.to_digit(16)).collect();
    let digits = digits?;
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high << 4 | low).ok(),
            _ => None,
        })
        .collect();
    String::from_utf8(bytes?).ok()
}

/// The text with every letter moved by thirteen.
pub(super) fn rot13(text: &str) -> String {
    let turn = |c: char, first: u8| {
        u8::try_from(c)
            .ok()
            .and_then(|byte| byte.checked_sub(first))
            .and_then(|place| place.checked_add(13))
            .and_then(|place| (place % 26).checked_add(first))
            .map_or(c, char::from)
    };
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            _ => c,
        })
        .collect()
}

/// The text of a literal without its escapes.
pub(super) fn unescape(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            whole.push(c);
            continue;
        }
        let mut code = |digits: usize, rest: &mut std::str::Chars<'_>| {
            let number: String = rest.by_ref().take(digits).collect();
            whole.extend(u32::from_str_radix(&number, 16).ok().and_then(char::from_u32));
        };
        match rest.next() {
            Some('n') => whole.push('\n'),
            Some('t') => whole.push('\t'),
            Some('r') => whole.push('\r'),
            Some('\n') | None => {}
            Some('x') => code(2, &mut rest),
            Some('u') => code(4, &mut rest),
            Some('U') => code(8, &mut rest),
            Some(first @ '0'..='7') => {
                let mut number = first.to_string();
                while number.len() < 3
                    && let Some(next) = rest.clone().next().filter(|c| c.is_digit(8))
                {
                    number.push(next);
                    rest.next();
                }
                whole.extend(u32::from_str_radix(&number, 8).ok().and_then(char::from_u32));
            }
            Some(other @ ('\\' | '\'' | '"')) => whole.push(other),
            Some(other) => whole.extend(['\\', other]),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_texts_are_decoded() {
        assert_eq!(base64("cm0gLXJmIC8=").as_deref(), Some("rm -rf /"));
        assert_eq!(base64("!").as_deref(), None);
        assert_eq!(hex("726d").as_deref(), Some("rm"));
        assert_eq!(hex("7").as_deref(), None);
        assert_eq!(rot13("flfgrz"), "system");
        assert_eq!(unescape(r"\x72\155\u0020\n\d"), "rm \n\\d");
    }
}
