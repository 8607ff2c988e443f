//! Any bytes are heard by every host as an event or refused, without a panic; and any text of settings is edited or
//! refused, and a second edit changes nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sponsio_engine::strategy::Mode;
use sponsio_hosts::HOSTS;
use sponsio_hosts::install::Hook;

fuzz_target!(|bytes: &[u8]| {
    for host in HOSTS {
        if let Ok((heard, sender)) = host.hear(bytes, Some("PreToolUse")) {
            assert!(!heard.session.is_empty());
            let _ = sender.reply(&heard.event, heard.form(), &sponsio_hosts::Ruling::silent());
        }
        let (Some(install), Ok(text)) = (&host.install, std::str::from_utf8(bytes)) else {
            continue;
        };
        let hook =
            Hook { program: "/bin/sponsio", host: host.name, mode: Mode::Enforce, config: None };
        for file in install.user.iter().chain(install.project) {
            let Ok(installed) = file.with(Some(text), &hook) else { continue };
            assert_eq!(file.with(Some(&installed), &hook).as_ref(), Ok(&installed));
        }
    }
});
