//! Bytes from anywhere: an event or an error, never a panic.

use proptest::prelude::*;
use sponsio_hosts::{Call, Form, HOSTS, Ruling, What};

use crate::recorded::payloads;

/// Hears the bytes as every host does. What is heard names a session, and its arguments are the text of an object.
fn hear_as_every_host(bytes: &[u8]) {
    for host in HOSTS {
        let Ok((heard, sender)) = host.hear(bytes, Some("PreToolUse")) else { continue };
        assert!(!heard.session.is_empty());
        if let What::Call(Call { args, tool, .. }) = &heard.what {
            assert!(args.starts_with('{') && args.ends_with('}'), "{args}");
            assert!(!tool.is_empty());
        }
        let reply = sender.reply(&heard.event, heard.form(), &Ruling::silent());
        assert!(reply.exit == 0 || heard.form() != Form::Call);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_an_event_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        hear_as_every_host(&bytes);
    }

    #[test]
    fn a_changed_payload_is_an_event_or_an_error(
        (host, payload, at, byte, cut) in
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(),
             any::<u8>(), any::<bool>()),
    ) {
        let recorded = payloads(&HOSTS[host.index(HOSTS.len())]);
        let mut bytes = recorded[payload.index(recorded.len())].1.clone();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        hear_as_every_host(&bytes);
    }

    #[test]
    fn members_of_any_form_are_an_event_or_an_error(
        value in prop::sample::select(vec!["null", "0", "[]", "{}", "\"\"", "\"x\"", "true", "[[{}]]"]),
        name in prop::sample::select(vec![
            "tool_input", "toolArgs", "tool_name", "toolName", "session_id", "sessionId", "tool_info",
            "tool_call", "preToolUse", "tool_response", "cwd", "agent_id", "conversation_id",
            "trajectory_id", "taskId", "hook_event_name", "workspaceInfo",
        ]),
    ) {
        let mut members = vec![
            ("session_id", "\"s\""), ("sessionId", "\"s\""), ("conversation_id", "\"s\""),
            ("trajectory_id", "\"s\""), ("taskId", "\"s\""), ("tool_name", "\"t\""),
        ];
        members.retain(|(other, _)| *other != name);
        members.push((name, value));
        let members: Vec<String> =
            members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        hear_as_every_host(format!("{{{}}}", members.join(",")).as_bytes());
    }
}
