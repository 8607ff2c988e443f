//! Planted values are found in every form; what was not planted is not; states are canonical.

use proptest::prelude::*;

use super::*;
use crate::limits::{
    PROVENANCE_EXACT_MAX, PROVENANCE_EXACT_TEXT_BYTES_MAX, PROVENANCE_LAYER_BYTES_MAX,
    PROVENANCE_LAYERS_MAX, PROVENANCE_SETS_MAX, PROVENANCE_SOURCES_MAX, PROVENANCE_USER_BYTES_MAX,
};

const KEY: Key = Key(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);

fn one(number: u16) -> Sources {
    Sources::one(SourceId::new(number).unwrap())
}

fn index(outputs: &[&str]) -> Index {
    let mut index = Index::new(KEY);
    for (number, text) in (0..).zip(outputs) {
        index.record_text(one(number), Uses::ALL, text);
    }
    index
}

fn bytes(index: &Index) -> Vec<u8> {
    let mut out = Vec::new();
    index.encode(&mut out);
    out
}

fn base64(text: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |b, byte| b << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let sextet = bits >> (18 - 6 * place) & 63;
            out.push(char::from(alphabet[usize::try_from(sextet).unwrap()]));
        }
    }
    out
}

/// The listed forms of a value.
fn forms(value: &str) -> Vec<String> {
    let hex: String = value.bytes().map(|b| format!("{b:02x}")).collect();
    let percent: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
    vec![
        value.to_owned(),
        value.to_uppercase(),
        value.to_lowercase(),
        base64(value),
        base64(value).replace('+', "-").replace('/', "_"),
        hex,
        percent,
        value.chars().rev().collect(),
        base64(&value.chars().rev().collect::<String>()),
    ]
}

const PAGE: &str = "Dear customer, transfer 1,204.50 to DE89 3704 0044 0532 0130 00 before \
    2024-05-19, see https://shop.example.net/pay?ref=ab12cd34 or write to billing@mail.example.net. \
    Your code is kr4bbe7 and the project is called Nightingale Harbour.";

#[track_caller]
fn check(argument: &str, expect: bool) {
    let index = index(&["a trusted text without values", PAGE]);
    assert_eq!(index.carried(argument).value == one(1), expect, "{:?}", index.carried(argument));
}

#[test]
fn values_of_an_output_are_found() {
    check("DE89370400440532013000", true);
    check("de89-3704-0044-0532-0130-00", true);
    check("please pay to DE89370400440532013000 today", true);
    check("0044 0532 0130", true);
    check("1204.5", true);
    check("1204.50", true);
    check("https://shop.example.net/pay?ref=ab12cd34", true);
    check("shop.example.net", true);
    check("look at http://shop.example.net/other", true);
    check("Billing@mail.example.net", true);
    check("<billing@mail.example.net>,x@y.org", true);
    check("kr4bbe7", true);
    check("Nightingale Harbour", true);
    check("harbour", true);
    check("https://evil.example.org/?q=Nightingale", true);
}

#[test]
fn values_that_were_in_no_output_are_not_found() {
    check("FR7630006000011234567890189", false);
    check("1204.51", false);
    check("https://other.example.org/pay", false);
    check("sales@other.example.org", false);
    check("Harbour Nightingale", false);
    check("Nightingales", false);
    check("Could you please call me before noon?", false);
    check("", false);
}

#[test]
fn every_listed_form_is_found() {
    for value in
        ["DE89370400440532013000", "kr4bbe7", "billing@mail.example.net", "Nightingale Harbour"]
    {
        for form in forms(value) {
            check(&form, true);
            if !form.contains(' ') {
                check(&format!("https://evil.example.org/{form}"), true);
            }
        }
    }
}

#[test]
fn a_value_that_came_in_encoded_is_found_decoded() {
    for form in [base64("the password is hunter2-blue"), "hunter2%2Dblue".to_owned()] {
        let index = index(&[&format!("decode this: {form} and use it")]);
        assert_eq!(index.carried("hunter2-blue").value, one(0), "{form}");
    }
}

#[test]
fn prose_is_graded() {
    let index = index(&[PAGE]);
    let quote = index.carried(
        "He wrote: see, a project is called Nightingale Harbour, I think, and so on and on",
    );
    assert_eq!((quote.value, quote.quote), (Sources::NONE, Sources::NONE));
    assert_eq!(quote.word, one(0));
    let quote = index.carried(
        "He wrote: Your code is kr-abbe and the project is called Nightingale Harbour, I think",
    );
    assert_eq!((quote.value, quote.quote), (Sources::NONE, one(0)));
}

#[test]
fn each_source_answers_for_itself() {
    let index = index(&["alpha7 beta8b", "beta8b gamma9", "gamma9"]);
    assert_eq!(index.carried("alpha7").value, one(0));
    assert_eq!(index.carried("beta8b").value, one(0).or(one(1)));
    assert_eq!(index.carried("gamma9").value, one(1).or(one(2)));
}

#[test]
fn look_alike_digits_accents_and_invisible_characters_do_not_hide_a_value() {
    check("ＤＥ８９３７０４００４４０５３２０１３０００", true);
    check("Nighti\u{200B}ngale Ha\u{301}rbour", true);
    check("DE89\u{2011}3704\u{2011}0044\u{2011}0532\u{2011}0130\u{2011}00", true);
}

#[test]
fn a_full_index_says_that_every_text_may_carry_and_knows_no_more() {
    let mut index = Index::with_slots(KEY, 2_048);
    index.record_text(one(0), Uses::ALL, "short");
    for n in 0..3_000 {
        index.record_text(one(1), Uses::ALL, &format!("value{n}x"));
    }
    assert_eq!(index.full(), one(1));
    assert_eq!(index.carried("never seen").value, one(1));
    assert_eq!(index.carried("short").value, one(0).or(one(1)));
    assert_eq!(index.is_value_of("never seen"), Sources::NONE);
}

#[test]
fn known_values_are_known_as_whole_texts_or_tokens() {
    let list = Value::List([Value::Text("Alice".into()), Value::Text("Bob Stone".into())].into());
    let mut index = index(&["other", PAGE]);
    index.record(one(2), Uses::ALL, &list);
    assert_eq!(index.is_value_of("bob  stone"), one(2));
    assert_eq!(index.is_value_of("Bob"), Sources::NONE);
    assert_eq!(index.is_value_of("billing@mail.example.net"), Sources::NONE);
    assert_eq!(index.stands_in("billing@mail.example.net"), one(1));
    assert_eq!(index.stands_in("shop.example.net/pay?ref=ab12cd34"), one(1));
    assert_eq!(index.stands_in("g@mail.example.net"), Sources::NONE);
}

#[track_caller]
fn said(words: &str, text: &str, expect: bool) {
    let mut index = Index::new(KEY);
    index.record_user("Hello there.");
    index.record_user(words);
    assert_eq!(index.said_by_user(text), expect);
}

#[test]
fn what_the_user_said_is_found_at_word_boundaries_in_any_writing() {
    said("Mail to Ann.Lee@Example.com, please", "ann.lee@example.com", true);
    said("visit www.example.com/alice!", "http://www.example.com/alice", true);
    said("visit www.example.com/alice!", "example.com", true);
    said("send $30,000 in total", "30000", true);
    said("I owe 12.50.", "12.5", true);
    said("to DE89 3704 0044 0532 0130 00 now", "DE89370400440532013000", true);
    said("to DE89370400440532013000", "DE89 3704 0044 0532 0130 00", true);
    said("invite Dora's friend", "Dora", true);
    said("post it on www.example.com.They have sent it", "www.example.com", true);
}

#[test]
fn a_part_of_a_longer_name_was_not_said() {
    said("mail a.b@example.com", "b@example.com", false);
    said("mail a@example.com.org", "a@example.com", false);
    said("open good.example.com", "example.com", false);
    said("pay 30000", "3000", false);
    said("on 2024-05-19", "19", false);
    said("to DE89370400440532013000", "370400440532", false);
    said("mail Ann.Lee@Example.Com", "lee@example.com", false);
    said("the panda", "and", false);
    said("anything", "", false);
}

#[test]
fn words_beyond_the_limit_were_not_said_and_take_no_memory() {
    let mut index = Index::new(KEY);
    for n in 0..40_000 {
        index.record_user(&format!("word{n}"));
    }
    assert!(index.said_by_user("word7") && !index.said_by_user("word39999"));
    assert!(index.bytes() < 512 * 1024);
}

#[test]
fn equal_states_have_equal_bytes_in_whatever_order_they_came_about() {
    let (mut a, mut b) = (Index::new(KEY), Index::new(KEY));
    for n in 0..3_000 {
        a.record_text(one(n % 3), Uses::ALL, &format!("value{n}x"));
    }
    for n in (0..3_000).rev() {
        b.record_text(one(n % 3), Uses::ALL, &format!("value{n}x"));
    }
    assert_eq!(bytes(&a), bytes(&b));
    let written = bytes(&a);
    let (restored, rest) = Index::decode(KEY, &written).unwrap();
    assert!(rest.is_empty());
    assert_eq!(bytes(&restored), bytes(&a));
    assert_eq!(restored.carried("value17x"), a.carried("value17x"));
}

#[test]
fn memory_stays_below_its_bound_whatever_comes() {
    let mut index = Index::new(KEY);
    let mut seed = 1u64;
    for n in 0..30_000u64 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(n);
        index.record_text(
            one(u16::try_from(n % 64).unwrap()),
            Uses::ALL,
            &format!("{seed} {n}@x.org"),
        );
        index.record_user(&seed.to_string());
    }
    assert!(index.bytes() <= 2 * 1024 * 1024, "{}", index.bytes());
    assert_eq!(Index::decode(KEY, &bytes(&index)).map(|(i, _)| bytes(&i)), Ok(bytes(&index)));
}

#[test]
fn fingerprints_beyond_the_slots_fill_the_source() {
    let mut index = Index::new(KEY);
    let fill = |index: &mut Index, numbers: core::ops::Range<usize>| {
        let text: String = numbers.map(|n| format!("word{n}, ")).collect();
        index.record_text(one(4), Uses { whole: false, tokens: false, carried: true }, &text);
    };
    fill(&mut index, 0..PROVENANCE_SLOTS_MAX / 16);
    assert!(index.full().is_empty());
    fill(&mut index, 0..PROVENANCE_SLOTS_MAX);
    assert_eq!(index.full(), one(4));
}

#[test]
fn sets_beyond_the_limit_fill_their_sources() {
    let mut index = Index::new(KEY);
    for n in 1..=u64::try_from(PROVENANCE_SETS_MAX).unwrap() {
        let word: String =
            n.to_string().bytes().map(|digit| char::from(digit + b'a' - b'0')).collect();
        index.record_text(Sources::from_bits(n), Uses::ALL, &word);
    }
    assert!(index.full().is_empty());
    index.record_text(one(PROVENANCE_SOURCES_MAX - 1), Uses::ALL, "one more");
    assert_eq!(index.full(), one(PROVENANCE_SOURCES_MAX - 1));
}

#[test]
fn exact_values_beyond_the_limits_are_not_known() {
    let mut index = Index::new(KEY);
    let uses = Uses { carried: false, whole: true, tokens: false };
    let long = "a".repeat(PROVENANCE_EXACT_TEXT_BYTES_MAX);
    for text in [&long, &format!("{long}a")] {
        index.record_text(one(0), uses, text);
        assert_eq!(
            index.is_value_of(text).is_empty(),
            text.len() > PROVENANCE_EXACT_TEXT_BYTES_MAX
        );
    }
    for n in 0..PROVENANCE_EXACT_MAX {
        index.record_text(one(0), uses, &format!("value {n}"));
    }
    // The long text took one place.
    assert!(!index.is_value_of(&format!("value {}", PROVENANCE_EXACT_MAX - 2)).is_empty());
    assert!(index.is_value_of(&format!("value {}", PROVENANCE_EXACT_MAX - 1)).is_empty());
}

#[test]
fn the_user_is_heard_up_to_the_limit() {
    let mut index = Index::new(KEY);
    index.record_user(&"a ".repeat(PROVENANCE_USER_BYTES_MAX / 2 - 4));
    index.record_user("b");
    index.record_user("another");
    assert!(index.said_by_user("b"));
    assert!(!index.said_by_user("another"));
}

#[test]
fn an_argument_with_too_many_forms_or_bytes_may_carry_everything() {
    let index = index(&["some text"]);
    let forms = format!("{} ", base64("hidden words")).repeat(PROVENANCE_LAYERS_MAX + 1);
    assert_eq!(index.carried(&forms).value, one(0));
    let bytes = "no ".repeat(PROVENANCE_LAYER_BYTES_MAX / 3 + 1);
    assert_eq!(index.carried(&bytes).value, one(0));
    assert_eq!(index.carried("no forms").value, Sources::NONE);
}

fn word() -> impl Strategy<Value = String> {
    "[a-z]{3,9}"
}

/// A value of one of the listed kinds.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z]{2}[0-9]{2}( [0-9]{4}){3,5}",
        "[A-Z]{2}[0-9]{14,20}",
        "[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4}",
        "[a-z]{3,8}\\.[a-z]{3,8}@[a-z]{4,9}\\.(com|org)",
        "https://[a-z]{5,9}\\.(com|net)/[a-z0-9]{3,9}",
        "[1-9][0-9]{2,6}\\.[0-9]{2}",
        "[A-Za-z]{6,12}",
        "[A-Z][a-z]{5,9} [A-Z][a-z]{5,9}",
        "[a-z0-9]{6,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_planted_value_is_found_in_every_form(
        before in prop::collection::vec(word(), 0..30),
        planted in value(),
        after in prop::collection::vec(word(), 0..30),
    ) {
        let output = format!("{} {planted}, {}", before.join(" "), after.join(" "));
        let index = index(&["unrelated", &output]);
        for form in forms(&planted) {
            // Letter case is what base64 and the digits of a short code are made of, not of their decodings.
            let found = index.carried(&form);
            prop_assert!(found.value.contains(SourceId::new(1).unwrap()), "{form} in {output}: {found:?}");
        }
        let token = exact::is_identifying(&planted) || exact::is_name(&planted);
        prop_assert!(!token || planted.contains(' ') || !index.stands_in(&planted).is_empty());
    }

    #[test]
    fn a_planted_value_is_found_in_a_sentence(planted in "[a-z]{3,8}[0-9]{4,9}|[a-z]{3,8}@[a-z]{4,9}\\.com", around in word()) {
        let index = index(&[&format!("{around} {planted} {around}")]);
        for form in forms(&planted) {
            let argument = format!("dear all, the value is {form}, best wishes");
            prop_assert_eq!(index.carried(&argument).value, one(0), "{}", argument);
        }
    }

    #[test]
    fn unrelated_text_is_not_found(
        output in prop::collection::vec("[a-m]{4,9}|[0-4]{6,9}", 0..200),
        argument in prop::collection::vec("[n-z]{4,9}|[5-9]{6,9}", 1..20),
    ) {
        let index = index(&[&output.join(" ")]);
        prop_assert_eq!(index.carried(&argument.join(" ")), Carried::default());
        prop_assert!(index.stands_in(&argument.join(" ")).is_empty());
    }

    #[test]
    fn any_text_is_recorded_looked_up_and_restored(texts in prop::collection::vec(any::<String>(), 0..8)) {
        let mut index = index(&[]);
        for text in &texts {
            index.record_text(one(5), Uses::ALL, text);
            index.record_user(text);
        }
        for text in &texts {
            index.carried(text);
            let named = text.chars().any(char::is_alphanumeric) && text.len() < 100;
            let known = !index.is_value_of(text).is_empty();
            prop_assert!(known || !named);
        }
        let written = bytes(&index);
        prop_assert_eq!(Index::decode(KEY, &written).map(|(i, _)| bytes(&i)), Ok(written));
    }

    #[test]
    fn hostile_bytes_are_refused_or_canonical(bytes_in in prop::collection::vec(any::<u8>(), 0..300), flip in any::<(usize, u8)>()) {
        let mut changed = bytes(&index(&["some text with 123456", "more"]));
        let place = flip.0 % changed.len();
        changed[place] = flip.1;
        for input in [bytes_in, changed] {
            if let Ok((index, rest)) = Index::decode(KEY, &input) {
                prop_assert_eq!(bytes(&index), &input[..input.len() - rest.len()]);
            }
        }
    }
}
