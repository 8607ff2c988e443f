//! The registry as a whole.

use super::*;

#[test]
fn the_registry_is_complete_and_consistent() {
    let expect = "always_followed_by approval_active approval_freshness arg_allowlist \
        arg_blacklist arg_length_limit arg_value_range audit_after \
        backup_before_destructive bounded_retry confirm_after_source cooldown \
        ctx_matches_required ctx_required dangerous_bash_commands dangerous_sql_verbs \
        data_intact deadline delegation_depth_limit denied_limit \
        destructive_action_gate dry_run_before_commit duplicate_call_limit idempotent \
        irreversible_once loop_detection max_length must_confirm \
        must_precede mutual_exclusion never_together no_data_leak \
        no_keywords no_pii no_reversal obligation_before_end \
        provenance rate_limit redirect_to_safe required_steps_completion \
        requires_permission same_value sanitized_before_sink scope_limit \
        segregation_of_duty spend_limit sum_limit time_since \
        token_budget tool_allowlist trigger_called trigger_not_called \
        untrusted_source_gate workflow_step";
    let mut names: Vec<&str> = PATTERNS.iter().map(|p| p.name).collect();
    names.sort_unstable();
    assert_eq!(names, expect.split_whitespace().collect::<Vec<_>>());
    for pattern in PATTERNS {
        assert!(!pattern.doc.ends_with('.') && !pattern.doc.is_empty(), "{}", pattern.name);
        let optional = pattern.parameters.iter().position(|p| p.optional);
        assert!(
            pattern.parameters[optional.unwrap_or(0)..]
                .iter()
                .all(|p| optional.is_none() || p.optional)
        );
    }
}

#[test]
fn a_search_finds_names_before_texts() {
    let names = |query: &str| search(query).iter().map(|p| p.name).collect::<Vec<_>>();
    assert_eq!(names("cooldown"), ["cooldown"]);
    assert_eq!(names("redirect"), ["redirect_to_safe"]);
    assert_eq!(names("limit")[..2], ["rate_limit", "duplicate_call_limit"]);
    assert_eq!(names("must_preceed"), ["must_precede"]);
    assert_eq!(names("zzzzzzzz"), Vec::<&str>::new());
    assert_eq!(names("").len(), PATTERNS.len());
    assert_eq!(nearest("rate_limt"), Some("rate_limit"));
}
