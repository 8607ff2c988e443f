//! Backslash sequences, as `$'…'`, `echo -e` and `printf` know them.

/// The text with its escapes replaced. `octal_zero` is how `echo -e` writes octal numbers: `\0101`.
pub(super) fn unescape(text: &str, octal_zero: bool) -> String {
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(offset) = rest.find('\\') {
        let (before, after) = rest.split_at(offset);
        bytes.extend_from_slice(before.as_bytes());
        let mut characters = after.chars();
        characters.next();
        let Some(kind) = characters.next() else {
            bytes.push(b'\\');
            rest = "";
            break;
        };
        rest = characters.as_str();
        match kind {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'e' | 'E' => bytes.push(27),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' | '\'' | '"' | '?' => push(&mut bytes, kind),
            'x' => byte(&mut bytes, number(&mut rest, 16, 2), "\\x"),
            'u' => character(&mut bytes, number(&mut rest, 16, 4)),
            'U' => character(&mut bytes, number(&mut rest, 16, 8)),
            '0' if octal_zero => byte(&mut bytes, number(&mut rest, 8, 3).or(Some(0)), ""),
            '0'..='7' => {
                rest = after.get(1..).unwrap_or_default();
                byte(&mut bytes, number(&mut rest, 8, 3), "\\");
            }
            'c' => {
                let mut characters = rest.chars();
                let control = characters.next().and_then(|c| u8::try_from(c).ok());
                rest = characters.as_str();
                bytes.extend(control.map(|c| c & 0x1f));
            }
            _ => {
                bytes.push(b'\\');
                push(&mut bytes, kind);
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn byte(bytes: &mut Vec<u8>, number: Option<u32>, otherwise: &str) {
    match number {
        Some(number) => bytes.extend(u8::try_from(number & 0xff)),
        None => bytes.extend_from_slice(otherwise.as_bytes()),
    }
}

fn character(bytes: &mut Vec<u8>, number: Option<u32>) {
    if let Some(character) = number.and_then(char::from_u32) {
        push(bytes, character);
    }
}

/// Takes digits off the text.
fn number(rest: &mut &str, radix: u32, digits: usize) -> Option<u32> {
    let length = rest.chars().take(digits).take_while(|c| c.is_digit(radix)).count();
    let (taken, after) = rest.split_at(length);
    *rest = after;
    u32::from_str_radix(taken, radix).ok()
}
