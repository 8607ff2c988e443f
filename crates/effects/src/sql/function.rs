//! Functions that do more than compute, and verbs that tell that a function does.

use sponsio_engine::event::Deed;

/// What a call of a function does beside reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// This deed, with the function as its object.
    Does(Deed),
    /// A file is read, written or removed; its path is the first text among the arguments.
    File(Deed),
    /// The first text among the arguments is run in a shell.
    Shell,
    /// The last text among the arguments is run as SQL.
    Sql,
}

const CALLS: &[(&str, Call)] = &[
    ("pg_terminate_backend", Call::Does(Deed::SqlAdmin)),
    ("pg_cancel_backend", Call::Does(Deed::SqlAdmin)),
    ("pg_reload_conf", Call::Does(Deed::SqlAdmin)),
    ("pg_rotate_logfile", Call::Does(Deed::SqlAdmin)),
    ("pg_switch_wal", Call::Does(Deed::SqlAdmin)),
    ("pg_promote", Call::Does(Deed::SqlAdmin)),
    ("pg_create_restore_point", Call::Does(Deed::SqlAdmin)),
    ("pg_drop_replication_slot", Call::Does(Deed::SqlAdmin)),
    ("pg_create_physical_replication_slot", Call::Does(Deed::SqlAdmin)),
    ("pg_create_logical_replication_slot", Call::Does(Deed::SqlAdmin)),
    ("pg_stat_reset", Call::Does(Deed::SqlAdmin)),
    ("pg_stat_statements_reset", Call::Does(Deed::SqlAdmin)),
    ("pg_sleep", Call::Does(Deed::SqlAdmin)),
    ("pg_sleep_for", Call::Does(Deed::SqlAdmin)),
    ("pg_sleep_until", Call::Does(Deed::SqlAdmin)),
    ("sleep", Call::Does(Deed::SqlAdmin)),
    ("benchmark", Call::Does(Deed::SqlAdmin)),
    ("set_config", Call::Does(Deed::SqlOther)),
    ("pg_notify", Call::Does(Deed::SqlOther)),
    ("setval", Call::Does(Deed::SqlUpdate)),
    ("lo_unlink", Call::Does(Deed::SqlDelete)),
    ("lo_put", Call::Does(Deed::SqlUpdate)),
    ("lo_create", Call::Does(Deed::SqlInsert)),
    ("lo_from_bytea", Call::Does(Deed::SqlInsert)),
    ("dblink_exec", Call::Sql),
    ("dblink", Call::Sql),
    ("dblink_send_query", Call::Sql),
    ("dblink_connect", Call::Does(Deed::SqlExec)),
    ("query_to_xml", Call::Sql),
    ("openquery", Call::Sql),
    ("openrowset", Call::Does(Deed::SqlExec)),
    ("opendatasource", Call::Does(Deed::SqlExec)),
    ("postgres_query", Call::Sql),
    ("mysql_query", Call::Sql),
    ("lo_import", Call::File(Deed::Read)),
    ("lo_export", Call::File(Deed::Write)),
    ("pg_read_file", Call::File(Deed::Read)),
    ("pg_read_binary_file", Call::File(Deed::Read)),
    ("pg_ls_dir", Call::File(Deed::Read)),
    ("pg_stat_file", Call::File(Deed::Read)),
    ("pg_file_write", Call::File(Deed::Write)),
    ("pg_file_unlink", Call::File(Deed::Delete)),
    ("pg_file_rename", Call::File(Deed::Delete)),
    ("load_file", Call::File(Deed::Read)),
    ("readfile", Call::File(Deed::Read)),
    ("writefile", Call::File(Deed::Write)),
    ("read_csv", Call::File(Deed::Read)),
    ("read_csv_auto", Call::File(Deed::Read)),
    ("read_parquet", Call::File(Deed::Read)),
    ("read_json", Call::File(Deed::Read)),
    ("read_json_auto", Call::File(Deed::Read)),
    ("read_text", Call::File(Deed::Read)),
    ("read_blob", Call::File(Deed::Read)),
    ("bfilename", Call::File(Deed::Read)),
    ("load_extension", Call::Does(Deed::SqlExec)),
    ("edit", Call::Does(Deed::SqlExec)),
    ("sys_exec", Call::Shell),
    ("sys_eval", Call::Shell),
    ("xp_cmdshell", Call::Shell),
    ("master_xp_cmdshell", Call::Shell),
];

/// Names that begin so belong to packages that run, send or schedule something.
const PREFIXES: &[&str] = &[
    "xp_",
    "sp_oa",
    "utl_",
    "dbms_scheduler",
    "dbms_job",
    "dbms_xslprocessor",
    "http_",
    "net_http",
];

/// Parts of a name that say that its function changes something.
const VERBS: &[&str] = &[
    "add", "cancel", "clear", "create", "delete", "disable", "drop", "enable", "exec", "execute",
    "grant", "insert", "kill", "merge", "move", "purge", "refresh", "remove", "rename", "reset",
    "revoke", "run", "send", "set", "start", "stop", "truncate", "update", "upsert", "wipe",
    "write",
];

/// Families of functions that compute, whatever verb their names have.
const COMPUTING: &[&str] = &[
    "json",
    "jsonb",
    "array",
    "list",
    "map",
    "hstore",
    "date",
    "time",
    "timestamp",
    "datetime",
    "st",
    "str",
    "string",
    "regexp",
    "range",
    "bit",
    "char",
    "xml",
    "row",
    "next",
    "has",
    "is",
];

/// What a call of the function does; none where it reads or computes.
pub(super) fn call(name: &str) -> Option<Call> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, call)) = CALLS.iter().find(|(known, _)| *known == lower) {
        return Some(*call);
    }
    if PREFIXES.iter().any(|prefix| lower.starts_with(prefix)) {
        return Some(Call::Does(Deed::SqlExec));
    }
    let mut parts = lower.split('_');
    let first = parts.next().unwrap_or("");
    let is_computing = COMPUTING.contains(&first) || (parts.next().is_none() && first != "purge");
    let has_verb = lower.split('_').any(|part| VERBS.contains(&part));
    (has_verb && !is_computing).then_some(Call::Does(Deed::SqlExec))
}
