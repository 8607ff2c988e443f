//! Tests of what is taken out, and of what stays.
//!
//! The secrets are made here and are nobody's.

use proptest::prelude::*;

use super::*;
use crate::schema::value::{self as json, parse};

/// A secret of each shape, put together so that no file holds one.
fn secrets() -> Vec<(&'static str, String)> {
    let random = |n: usize| "aB3dE5gH7jK9".chars().cycle().take(n).collect::<String>();
    vec![
        ("aws-key", format!("AKIA{}", "ABCDEFGH234567XY")),
        ("github-token", format!("ghp_{}", random(36))),
        ("github-token", format!("github_pat_{}", random(40))),
        ("gitlab-token", format!("glpat-{}", random(20))),
        ("slack-token", format!("xoxb-{}", random(24))),
        ("slack-hook", format!("hooks.slack.com/services/{}", random(24))),
        ("stripe-key", format!("sk_live_{}", random(24))),
        ("model-key", format!("sk-{}", random(48))),
        ("model-key", format!("sk-ant-api03-{}", random(48))),
        ("google-key", format!("AIza{}", random(35))),
        ("npm-token", format!("npm_{}", random(36))),
        ("pypi-token", format!("pypi-{}", random(60))),
        ("jwt", format!("eyJ{}.{}.{}", random(20), random(30), random(20))),
        ("authorization", format!("Bearer {}", random(30))),
        ("authorization", format!("Authorization: Basic {}=", random(15))),
        ("url-credentials", "postgres://admin:hunter2@".to_owned()),
        ("assignment", "password=hunter2".to_owned()),
        ("private-key", format!("-----BEGIN {} KEY-----\n{}\n-----END", "PRIVATE", random(64))),
    ]
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let mut written = String::new();
    json::write(&value(&parse(text).unwrap()), &mut written);
    assert_eq!(written, expect);
}

#[test]
fn every_shape_is_known_and_has_an_example() {
    assert!(shapes().is_some());
    let secrets = secrets();
    for (shape, _) in SHAPES {
        assert!(secrets.iter().any(|(name, _)| *name == shape), "{shape}");
    }
    for (shape, secret) in secrets {
        assert_eq!(text(&format!("use {secret}")), format!("use [redacted {shape}]"), "{secret}");
    }
}

#[test]
fn every_secret_of_a_known_shape_is_looked_for() {
    for (shape, secret) in secrets() {
        assert!(could_hold_secret(&secret), "{shape}");
    }
    for word in ["ABIA", "ACCA"] {
        assert!(text(&format!("{word}ABCDEFGHIJKLMNOP")).contains("aws-key"), "{word}");
    }
    for word in ["gho", "ghu", "ghs", "ghr"] {
        let token = format!("{word}_{}", "a1".repeat(20));
        assert!(text(&token).contains("github-token"), "{word}");
    }
    for word in ["ptt", "dt", "rt", "cbt", "ft", "soat"] {
        let token = format!("gl{word}-{}", "a1".repeat(12));
        assert!(text(&token).contains("gitlab-token"), "{word}");
    }
    for word in
        ["password", "PASSWD", "pwd", "passphrase", "secret", "Token", "api-key", "accesskey"]
    {
        assert!(text(&format!("{word} = hunter2")).contains("assignment"), "{word}");
    }
    for kind in ["sk_live_", "pk_test_"] {
        assert!(text(&format!("{kind}{}", "a1".repeat(10))).contains("stripe-key"), "{kind}");
    }
}

#[test]
fn members_are_secret_by_their_names_in_any_spelling() {
    for name in [
        "password",
        "dbPassword",
        "API-Key",
        "access_token",
        "X-Auth-Token",
        "Cookie",
        "pin",
        "client secret",
    ] {
        check(&format!("{{\"{name}\":\"hunter2\"}}"), &format!("{{\"{name}\":\"[redacted]\"}}"));
        check(&format!("{{\"{name}\":[1,{{}}]}}"), &format!("{{\"{name}\":\"[redacted]\"}}"));
    }
    check(
        r#"{"headers":[{"name":"Authorization","value":"abc"},{"name":"Accept","value":"text"}]}"#,
        r#"{"headers":[{"name":"Authorization","value":"[redacted]"},{"name":"Accept","value":"text"}]}"#,
    );
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        r#"{"max_tokens":100,"amount":12.50,"author":"a","path":"/srv/app/releases/2024-11-27T10:00:00Z/index.html"}"#,
        r#"{"id":"550e8400-e29b-41d4-a716-446655440000","class":"AbstractSingletonProxyFactoryBean2"}"#,
        r#"{"command":"git commit -m 'the secret of a good task-management-system-is-order'","basic":"basic understanding"}"#,
        r#"{"url":"https://example.com:8080/a@b","text":"Ein Bär trägt die Verantwortung für 12345678901234567890123456"}"#,
    ] {
        check(text, text.replace("12.50", "12.5").as_str());
    }
}

#[test]
fn a_word_that_looks_random_is_taken_out_of_texts_and_not_of_names() {
    let word = "q7Xp2LmZ9vRt4KsW8nYb3CdF";
    assert_eq!(
        explanation(&format!("the argument is `{word}`")),
        "the argument is `[redacted random]`"
    );
    assert_eq!(explanation("9f86d081884c7d659a2feaa0c55ad015"), "[redacted random]");
    assert_eq!(name(word), word);
}

#[test]
fn names_that_were_different_stay_so() {
    let [first, second] = ["A", "B"].map(|last| format!("AKIAABCDEFGH234567X{last}"));
    let [one, two] = [name(&first), name(&second)];
    assert!(one.starts_with("[redacted aws-key ") && one != two, "{one} {two}");
    assert_eq!(name(&first), one);
    let members = format!("{{\"{first}\":1,\"{second}\":2}}");
    let Value::Object(members) = value(&parse(&members).unwrap()) else { panic!() };
    assert_ne!(members[0].0, members[1].0);
}

/// Values that hold a text at some depth, beside other things.
fn holding(secret: String) -> impl Strategy<Value = Value> {
    let around = ("[ -~é]{0,12}[ \"'(]|", "|[ \"')][ -~é]{0,12}");
    let text = around.prop_map(move |(before, behind)| format!("{before}{secret}{behind}"));
    let leaf = text.prop_map(|text| Value::Text(text.into()));
    leaf.prop_recursive(6, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..3)
                .prop_map(|items| Value::List(items.into())),
            ("[a-z]{1,8}", inner.clone())
                .prop_map(|(key, member)| Value::Object([(key.into(), member)].into())),
            inner.prop_map(|inner| match inner {
                Value::Text(text) => Value::Object([(text, Value::Null)].into()),
                other => {
                    let mut text = String::new();
                    json::write(&other, &mut text);
                    Value::Text(text.into())
                }
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_secret_of_a_known_shape_is_nowhere_in_what_is_kept(
        (secret, value) in proptest::sample::select(secrets())
            .prop_flat_map(|(_, secret)| (Just(secret.clone()), holding(secret)))
    ) {
        let mut kept = String::new();
        json::write(&super::value(&value), &mut kept);
        prop_assert!(!kept.contains(&secret), "{}", kept);
    }

    #[test]
    fn what_was_redacted_stays_as_it_is(text in ".{0,60}") {
        let once = explanation(&text).into_owned();
        prop_assert_eq!(explanation(&once), once.as_str());
    }
}
