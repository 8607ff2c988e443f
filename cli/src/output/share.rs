//! Shares in percent, the same in every table.

use crate::eval::bounds::Share;

/// A share in percent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A share with its bounds.
pub(crate) fn share(share: Share) -> String {
    let (low, high) = share.bounds();
    match share.value() {
        None => "–".to_owned(),
        Some(value) => {
            format!("{} ({:.1}–{:.1})", percent(value), low * 100.0, high * 100.0)
        }
    }
}
