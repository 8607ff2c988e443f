//! Effects as short lines, for the tables of the tests.
//!
//! A line is `[may |opaque ]deed[+mark…] [object]`: no word before the deed stands for `must`. A path is its pattern,
//! and ` below` where what lies below is meant too; a host is `name[:port]`; the words of a program are in brackets,
//! `_` for one that is not known.

use std::fmt::Write as _;

use sponsio_engine::event::{Certainty, Effect, Effects, Flags, Object};

/// Every effect as a line, in order.
pub(crate) fn lines(effects: &Effects) -> Vec<String> {
    effects.list.iter().map(line).collect()
}

/// One effect as a line.
pub(crate) fn line(effect: &Effect) -> String {
    let mut line = match effect.certainty {
        Certainty::Must => String::new(),
        Certainty::May => "may ".to_owned(),
        Certainty::Opaque => "opaque ".to_owned(),
    };
    line.push_str(effect.deed.name());
    for (flag, name, _) in Flags::ALL {
        if effect.flags.has(*flag) {
            line.push('+');
            line.push_str(name);
        }
    }
    let object = object(&effect.object);
    if !object.is_empty() {
        line.push(' ');
        line.push_str(&object);
    }
    line
}

fn object(object: &Object) -> String {
    match object {
        Object::None => String::new(),
        Object::Name(name) => name.to_string(),
        Object::Path(set) => {
            format!("{}{}", set.pattern, if set.below { " below" } else { "" })
        }
        Object::Host(host) => {
            let mut text = host.name.to_string();
            if let Some(port) = host.port {
                let _ = write!(text, ":{port}");
            }
            text
        }
        Object::Command(words) => {
            let words: Vec<&str> =
                words.iter().map(|word| word.as_deref().unwrap_or("_")).collect();
            format!("[{}]", words.join(" "))
        }
    }
}
