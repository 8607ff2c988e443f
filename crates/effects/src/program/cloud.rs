//! Clients of clouds, clusters and platforms: what a verb does to what stands there.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use super::options::Options;
use super::store::copy_between;
use crate::word::Word;

/// Words that read, whatever stands behind a dash or before it: `describe-instances`, `get-object`, `list`.
const READS: &[&str] = &[
    "describe",
    "get",
    "list",
    "ls",
    "show",
    "view",
    "logs",
    "log",
    "status",
    "top",
    "explain",
    "version",
    "info",
    "diff",
    "plan",
    "validate",
    "output",
    "whoami",
    "help",
    "search",
    "wait",
    "head",
    "lookup",
    "query",
    "history",
    "inspect",
    "ps",
    "images",
    "stats",
    "events",
    "fmt",
    "graph",
    "providers",
    "template",
    "lint",
    "tail",
    "api-resources",
    "cluster-info",
    "batch-get",
    "filter",
    "scan",
    "preview",
    "check",
    "test",
    "config",
    "env",
    "context",
    "account",
    "auth",
    "completion",
    "port-forward",
    "proxy",
    "read",
];

/// Words that remove.
const DELETES: &[&str] = &[
    "delete",
    "destroy",
    "rm",
    "rb",
    "remove",
    "terminate",
    "purge",
    "uninstall",
    "rmi",
    "prune",
    "down",
    "deregister",
    "batch-delete",
    "empty",
    "reset",
    "wipe",
    "drop",
    "revoke",
    "cancel",
    "deprovision",
    "clear",
    "erase",
    "del",
    "disassociate",
    "detach",
    "schedule-key-deletion",
    "evict",
    "teardown",
    "nuke",
];

/// `aws`, `gcloud`, `az`, `kubectl`, `terraform`, ….
pub(super) fn call(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "profile region output query endpoint-url project zone resource-group subscription n namespace \
            context kubeconfig f filename l selector o c container token var var-file state target chdir \
            name g secret-id key bucket parameters stack app a",
    );
    let words: Vec<&str> = options.operands.iter().filter_map(|word| word.text()).collect();
    let asks = options.has(&["help", "h"]) && options.values(&["help", "h"]).next().is_none();
    if asks || (call.name == "aws" && words.last() == Some(&"help")) {
        return;
    }
    if stays_here(call, &words, &options) {
        return;
    }
    let tries = options.has(&["dry-run"])
        && !options.has(&["no-dry-run"])
        && !options
            .values(&["dry-run"])
            .any(|word| !matches!(word.text(), Some("client" | "server" | "true")));
    if tries {
        return call.deed(Deed::CloudRead, Flags::NONE);
    }
    if reads_secret(call.name, &words, &options) {
        return match words.last() {
            Some(name) => call.named(Deed::SecretRead, name, Flags::NONE),
            None => call.deed(Deed::SecretRead, Flags::NONE),
        };
    }
    for file in options.values(&["f", "filename", "var-file"]) {
        if call.name == "kubectl" || call.name.starts_with("t") {
            if crate::url::is_url(file.prefix()) {
                call.host(Deed::NetReceive, file, Flags::NONE);
            } else if file.text() != Some("-") {
                call.path(Deed::Read, file, Flags::NONE);
            }
        }
    }
    if !is_special(call, &words, &options) {
        named(call, &words, &options);
    }
}

/// What the verb among the words does to what they name.
fn named(call: &mut Call<'_, '_, '_>, words: &[&str], options: &Options<'_>) {
    let deed = verbs(call.name, words).find_map(verb).unwrap_or(Deed::CloudChange);
    if words.is_empty() {
        return call.deed(Deed::CloudRead, Flags::NONE);
    }
    if deed == Deed::CloudDelete && words.iter().any(|word| AUDITS.contains(word))
        || words.iter().any(|word| UNWATCHES.contains(word))
    {
        call.named(Deed::SystemLog, &words.join(" "), Flags::NONE);
    }
    if deed != Deed::CloudRead && grants(words) {
        call.named(Deed::PrivilegeGrant, &words.join(" "), Flags::NONE);
    }
    let mut flags = Flags::NONE;
    if options.has(&["force", "auto-approve", "yes", "y", "quiet", "q", "now"]) {
        flags = flags.with(Flags::FORCE);
    }
    if options.has(&["all", "A", "all-namespaces", "recursive"]) {
        flags = flags.with(Flags::UNBOUNDED);
    }
    if deed == Deed::CloudRead {
        flags = Flags::NONE;
    }
    call.named(deed, &words.join(" "), flags);
}

/// What is done for this machine alone, or to who is asked for; whether it is that.
fn stays_here(call: &mut Call<'_, '_, '_>, words: &[&str], options: &Options<'_>) -> bool {
    match (call.name, words) {
        (
            _,
            [
                "login" | "logout" | "feedback" | "open" | "regions" | "dev" | "build" | "package"
                | "synth",
                ..,
            ],
        )
        | ("supabase", ["start" | "stop" | "init", ..])
        | ("az", ["account", "set" | "clear", ..])
        | ("aws", ["sso", "login" | "logout", ..])
        | ("gcloud", ["components" | "init", ..])
        | (
            "pulumi",
            ["stack", "hist" | "export" | "select", ..] | ["install" | "org" | "refresh", ..],
        ) if !is_refresh(words, options) => {
            call.deed(Deed::CloudRead, Flags::NONE);
        }
        ("aws", ["configure", "set", ..]) => {
            call.place(Deed::Write, "~/.aws/config", Flags::NONE);
        }
        _ => return false,
    }
    true
}

/// Commands that are more than a verb: copies, and what runs elsewhere; whether it is one.
fn is_special(call: &mut Call<'_, '_, '_>, words: &[&str], options: &Options<'_>) -> bool {
    match (call.name, words) {
        ("aws", ["s3", verb, ..]) => {
            let is_there = |word: &Word| word.prefix().starts_with("s3://");
            copy_between(call, verb, options.rest(2), is_there);
            if options.has(&["delete"]) {
                call.deed(Deed::CloudDelete, Flags::NONE);
            }
        }
        ("gcloud", ["storage", verb, ..]) => {
            let is_there = |word: &Word| word.prefix().starts_with("gs://");
            copy_between(call, verb, options.rest(2), is_there);
        }
        ("kubectl" | "oc", ["cp", ..]) => {
            copy_between(call, "cp", options.rest(1), |word| word.prefix().contains(':'));
        }
        ("kubectl" | "oc", ["exec" | "debug" | "run", ..]) => {
            call.deed(Deed::CloudChange, Flags::NONE);
            let at = call.args.iter().position(|word| word.text() == Some("--"));
            let from = at.map_or(call.args.len(), |at| at.saturating_add(1));
            let inner = call.args.get(from..).unwrap_or_default().to_vec();
            call.run(inner, Flags::NONE);
        }
        ("kubectl" | "oc", ["rollout", "status" | "history", ..] | ["auth", ..]) => {
            call.deed(Deed::CloudRead, Flags::NONE);
        }
        ("terraform" | "tofu", ["state", "rm", ..]) => return false,
        ("terraform" | "tofu" | "terragrunt" | "pulumi", ["apply" | "up", ..]) => {
            let flags =
                if options.has(&["auto-approve", "y", "yes"]) { Flags::FORCE } else { Flags::NONE };
            let deed =
                if options.has(&["destroy"]) { Deed::CloudDelete } else { Deed::CloudChange };
            call.deed(deed, flags);
        }
        (
            "terraform" | "tofu",
            ["init" | "get" | "workspace" | "console" | "state" | "fmt", ..],
        ) if !matches!(words.get(1), Some(&("delete" | "push" | "mv" | "replace-provider"))) => {
            call.deed(Deed::CloudRead, Flags::NONE);
        }
        _ => return false,
    }
    true
}

/// The words among which the verb is: the name of a service may be spelled like one, as in `aws logs delete-…`.
fn verbs<'w>(name: &str, words: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    let is_service = name == "aws" && words.len() > 1;
    let has_logs = matches!(name, "gcloud" | "az");
    let is_group = move |word: &&str| has_logs && matches!(*word, "logs" | "log" | "logging");
    words.iter().copied().skip(usize::from(is_service)).filter(move |word| !is_group(word))
}

/// Services that keep what happened.
const AUDITS: &[&str] = &[
    "cloudtrail",
    "logs",
    "logging",
    "guardduty",
    "configservice",
    "securityhub",
    "log-profiles",
    "diagnostic-settings",
];

/// Verbs after which less of what happens is kept.
const UNWATCHES: &[&str] = &[
    "stop-logging",
    "update-trail",
    "put-event-selectors",
    "stop-configuration-recorder",
    "disable-security-hub",
    "delete-flow-logs",
    "delete-detector",
];

/// Whether the command gives somebody a right, or a key to it: its verb, and the words of the service before it.
fn grants(words: &[&str]) -> bool {
    const VERBS: &[&str] = &[
        "create-access-key",
        "create-user",
        "create-login-profile",
        "update-login-profile",
        "update-assume-role-policy",
        "add-user-to-group",
        "add-iam-policy-binding",
        "set-iam-policy",
        "create-for-rbac",
        "clusterrolebinding",
        "rolebinding",
        "serviceaccount",
    ];
    words.iter().any(|word| {
        VERBS.contains(word)
            || (word.ends_with("-policy") && word.starts_with("attach-"))
            || (word.ends_with("-policy") && word.starts_with("put-") && words.contains(&"iam"))
    }) || matches!(
        words,
        ["role", "assignment", "create", ..]
            | ["iam", "service-accounts", "keys", "create", ..]
            | ["ad", "app" | "sp", "credential", "reset", ..]
    )
}

/// `pulumi refresh` takes what stands there into the state, which is a change unless it only shows it.
fn is_refresh(words: &[&str], options: &Options<'_>) -> bool {
    words.first() == Some(&"refresh") && !options.has(&["preview-only"])
}

/// The deed of a verb: `delete-bucket` and `bucket-delete` are both a removal.
pub(super) fn verb(word: &str) -> Option<Deed> {
    let is = |list: &[&str]| {
        list.iter().any(|verb| {
            word == *verb
                || word.strip_prefix(verb).is_some_and(|rest| rest.starts_with(['-', ':']))
                || word
                    .strip_suffix(verb)
                    .is_some_and(|rest| rest.ends_with([':', '-']) && !rest.starts_with("get-"))
        })
    };
    if is(DELETES) {
        Some(Deed::CloudDelete)
    } else if is(READS) {
        Some(Deed::CloudRead)
    } else if is(CHANGES) {
        Some(Deed::CloudChange)
    } else {
        None
    }
}

/// Words that create or change.
const CHANGES: &[&str] = &[
    "create",
    "update",
    "apply",
    "set",
    "put",
    "deploy",
    "start",
    "stop",
    "restart",
    "scale",
    "patch",
    "edit",
    "run",
    "exec",
    "replace",
    "label",
    "annotate",
    "taint",
    "cordon",
    "drain",
    "uncordon",
    "rollout",
    "expose",
    "autoscale",
    "import",
    "add",
    "attach",
    "enable",
    "disable",
    "modify",
    "launch",
    "publish",
    "push",
    "promote",
    "rollback",
    "upgrade",
    "install",
    "invoke",
    "send",
    "up",
    "reboot",
    "copy",
    "move",
    "link",
    "authorize",
    "associate",
    "register",
    "tag",
];

fn reads_secret(name: &str, words: &[&str], options: &Options<'_>) -> bool {
    match (name, words) {
        ("aws", ["configure", "get", name, ..]) => {
            ["secret", "token", "key"].iter().any(|part| name.contains(part))
        }
        ("aws", ["secretsmanager", "get-secret-value" | "batch-get-secret-value", ..])
        | ("aws", ["sts", "assume-role" | "get-session-token" | "get-federation-token", ..])
        | ("aws", ["configure", "export-credentials", ..])
        | ("aws", ["ecr", "get-login-password", ..])
        | ("aws", ["kms", "decrypt", ..])
        | ("aws", ["ec2", "get-password-data", ..])
        | ("gcloud", ["auth", "print-access-token" | "print-identity-token", ..])
        | ("gcloud", ["auth", "application-default", "print-access-token", ..])
        | ("gcloud", ["secrets", "versions", "access", ..])
        | ("az", ["account", "get-access-token", ..])
        | ("az", ["keyvault", "secret", "show" | "download", ..])
        | ("kubectl" | "oc", ["create", "token", ..])
        | ("heroku", ["auth:token", ..] | ["config" | "config:get", ..])
        | ("vercel", ["env", "pull", ..])
        | ("railway", ["variables", ..]) => true,
        ("aws", ["ssm", "get-parameter" | "get-parameters" | "get-parameters-by-path", ..]) => {
            options.has(&["with-decryption"])
        }
        ("kubectl" | "oc", ["get" | "describe", what, ..]) => {
            matches!(*what, "secret" | "secrets")
                || what.starts_with("secret/")
                || what.starts_with("secrets/")
        }
        ("kubectl" | "oc", ["config", "view", ..]) => options.has(&["raw"]),
        _ => false,
    }
}

/// `helm`: charts are packages of a cluster.
pub(super) fn helm(call: &mut Call<'_, '_, '_>) {
    let options =
        call.parse("n namespace f values set version repo kube-context kubeconfig timeout");
    let verb = options.text(0).unwrap_or_default();
    for file in options.values(&["f", "values"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    let deed = match verb {
        "install" | "upgrade" | "rollback" => Deed::CloudChange,
        "uninstall" | "delete" => Deed::CloudDelete,
        "repo" if options.text(1) == Some("add") => Deed::PackageSource,
        "push" => Deed::PackagePublish,
        _ => Deed::CloudRead,
    };
    let object = if verb == "repo" { options.operands.last() } else { options.operands.get(1) };
    match object {
        Some(word) => call.name(deed, word, Flags::NONE),
        None => call.deed(deed, Flags::NONE),
    }
}
