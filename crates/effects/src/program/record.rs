//! Programs that record what a person says, types or shows: from a microphone, a camera or the screen.
//!
//! A device is a path, so recording is reading it. What only lists the devices reads none.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use crate::word::Word;

const MICROPHONE: &str = "/dev/snd";
const CAMERA: &str = "/dev/video0";

/// `arecord`, `rec`, `sox -d`, `imagesnap`, `fswebcam`.
pub(super) fn recorder(call: &mut Call<'_, '_, '_>) {
    let has = |text: &str| call.args.iter().any(|word| word.text() == Some(text));
    let (device, records) = match call.name {
        "arecord" | "parecord" | "pw-record" => {
            (MICROPHONE, !has("-l") && !has("-L") && !has("--list-devices"))
        }
        "rec" => (MICROPHONE, true),
        // Without a file in, sound comes from the device.
        "sox" => (MICROPHONE, call.args.first().is_some_and(is_default)),
        _ => (CAMERA, !has("-l") && !has("--list-devices")),
    };
    if records {
        call.place(Deed::Read, device, Flags::NONE);
    }
    if let Some(file) = call.args.last().filter(|word| !word.prefix().starts_with('-')) {
        call.path(Deed::Write, file, Flags::NONE);
    }
}

fn is_default(word: &Word) -> bool {
    matches!(word.text(), Some("-d" | "--default-device"))
}

/// `ffmpeg -f x11grab -i :0 out.mp4`: a format that is a device.
pub(super) fn converter(call: &mut Call<'_, '_, '_>) {
    let mut words = call.args.iter();
    let mut format = "";
    while let Some(word) = words.next() {
        match word.text() {
            Some("-f") => format = words.next().and_then(Word::text).unwrap_or_default(),
            Some("-i") => {
                let Some(input) = words.next() else { break };
                match format {
                    "x11grab" | "gdigrab" | "kmsgrab" | "fbdev" => {
                        call.deed(Deed::ProcessInspect, Flags::NONE);
                    }
                    "alsa" | "pulse" | "oss" | "jack" | "sndio" => {
                        call.place(Deed::Read, MICROPHONE, Flags::NONE);
                    }
                    "avfoundation" | "dshow" | "v4l2" | "video4linux2" => {
                        call.place(Deed::Read, CAMERA, Flags::NONE);
                    }
                    _ if crate::url::is_url(input.prefix()) => {
                        call.host(Deed::NetReceive, input, Flags::NONE);
                    }
                    _ => call.path(Deed::Read, input, Flags::NONE),
                }
                format = "";
            }
            _ => {}
        }
    }
    if let Some(file) = call.args.last().filter(|word| !word.prefix().starts_with('-')) {
        if crate::url::is_url(file.prefix()) {
            call.host(Deed::NetSend, file, Flags::UPLOAD);
        } else if call.args.len() > 1 {
            call.path(Deed::Write, file, Flags::NONE);
        }
    }
}
