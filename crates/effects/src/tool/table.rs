//! What the tools of common hosts do with their arguments, as data.
//!
//! A row names tools by patterns and says what each of their arguments means. Patterns and argument names are compared
//! without case and without `_`, `-` and blanks, after the namespace is taken off (`mcp__server__tool`, `server:tool`,
//! `functions.tool`); `*` stands for any characters. A pattern `git/commit` is for servers with `git` in their name.
//! Arguments are paths as contracts write them, `[*]` for every element; of several names, each that is there counts.
//! The first row that fits decides. What no row fits is judged by the names of its arguments, in `super::guess`.

use sponsio_engine::event::Deed;

pub use super::meaning::{Meaning, Row};

const fn row(
    host: &'static str,
    tools: &'static str,
    deeds: &'static [Deed],
    arguments: &'static [(&'static str, Meaning)],
) -> Row {
    Row { host, tools, deeds, arguments }
}

use Deed as D;
use Meaning as M;

const COMMAND: &str = "command cmd commands[*] script bash_script shell_command code input";
const PATH: &str = "file_path path file filename file_name filepath target_file absolute_path \
relative_workspace_path notebook_path uri";
const CONTENT: &str = "content contents text new_string new_str new_source new_text file_text insert_text \
code_edit diff edits[*].new_string edits[*].newText";
const SQL: &str = "sql query statement command queries[*] statements[*] sql_query q";
const NAME: &str =
    "name branch branch_name ref tag id container container_id image resource pod target remote";

/// The rows, the first that fits first.
pub const ROWS: &[Row] = &[
    // Servers with names of their own, whose tools other servers name in another sense.
    row(
        "git server",
        "git/git_status git/git_diff* git/git_log git/git_show git/git_branch git/status git/diff git/log \
        git/show",
        &[D::GitRead],
        &[("repo_path", M::Content)],
    ),
    row(
        "git server",
        "git_commit git/commit git_add git/add git_tag git_stash git_merge git/merge git_init \
        git_create_branch git/create_branch git_cherry_pick",
        &[D::GitCommit],
        &[("branch_name files[*] tag", M::Name), ("message", M::Content)],
    ),
    row(
        "git server",
        "git_status git_diff* git_log git_show git_branch* git_blame",
        &[D::GitRead],
        &[],
    ),
    row(
        "git server",
        "git_reset git/reset",
        &[D::GitReset],
        &[("ref commit target mode", M::Name)],
    ),
    row(
        "git server",
        "git_checkout git/checkout git_switch git_restore",
        &[D::GitCheckout],
        &[("branch_name branch ref files[*] target", M::Name)],
    ),
    row("git server", "git_push git/push", &[D::GitPush], &[("remote branch ref", M::Name)]),
    row(
        "git server",
        "git_pull git_fetch git_clone git/pull git/fetch git/clone",
        &[D::GitFetch],
        &[("remote branch", M::Name), ("url repo_url repository_url", M::Receive)],
    ),
    row("git server", "git_clean git/clean", &[D::GitClean], &[]),
    row(
        "git server",
        "git_rebase git_filter* git_gc git_reflog",
        &[D::GitRewrite],
        &[("branch onto upstream", M::Name)],
    ),
    row(
        "git server",
        "git_delete* git_worktree_remove git_branch_delete",
        &[D::GitDelete],
        &[("branch branch_name name tag", M::Name)],
    ),
    row("git server", "git_config git_set_config", &[D::GitConfig], &[("key name", M::Name)]),
    row(
        "GitHub server",
        "github/create_or_update_file github/push_files gitlab/create_or_update_file gitlab/push_files",
        &[D::GitPush],
        &[("branch", M::Name), ("content files[*].content message", M::Content)],
    ),
    row("GitHub server", "github/delete_file", &[D::GitPush], &[("branch path", M::Name)]),
    row(
        "GitHub server",
        "github/delete_branch gitlab/delete_branch",
        &[D::GitDelete],
        &[("branch ref name", M::Name)],
    ),
    row(
        "GitHub server",
        "github/delete_repo* github/delete_* gitlab/delete_*",
        &[D::CloudDelete],
        &[("repo name repository id project_id", M::Name)],
    ),
    row(
        "GitHub server",
        "github/merge_* github/create_branch gitlab/merge* github/update_pull_request_branch",
        &[D::GitPush],
        &[("branch pull_number pullNumber repo", M::Name)],
    ),
    row(
        "GitHub server",
        "github/get_* github/list_* github/search_* gitlab/get_* gitlab/list_* gitlab/search_*",
        &[D::CloudRead],
        &[("repo path query q", M::Name)],
    ),
    row(
        "GitHub server",
        "github/create_* github/update_* github/add_* github/fork_* github/run_* github/request_* \
        github/submit_* github/* gitlab/*",
        &[D::CloudChange],
        &[("repo path name", M::Name), ("title body comment content", M::Content)],
    ),
    row(
        "database servers",
        "postgres*/* sqlite/* mysql/* mssql/* mariadb/* duckdb/* bigquery/* snowflake/* clickhouse/* \
        supabase/execute_sql supabase/apply_migration",
        &[],
        &[(SQL, M::Sql)],
    ),
    row(
        "Docker server",
        "docker/*list* docker/*inspect* docker/*logs* docker/get_*",
        &[D::CloudRead],
        &[(NAME, M::Name)],
    ),
    row(
        "Docker server",
        "docker/*remove* docker/*delete* docker/*prune* docker/*kill* docker/*rm*",
        &[D::CloudDelete],
        &[(NAME, M::Name)],
    ),
    row(
        "Docker server",
        "docker/*exec*",
        &[D::CloudChange],
        &[("command cmd", M::Shell), (NAME, M::Name)],
    ),
    row("Docker server", "docker/*", &[D::CloudChange], &[(NAME, M::Name)]),
    row(
        "Kubernetes servers",
        "kubernetes/*get* kubernetes/*list* kubernetes/*describe* kubernetes/*logs* k8s/*get* k8s/*list* \
        k8s/*describe* kubectl_get kubectl_describe kubectl_logs pods_list* pods_get pods_log resources_list \
        resources_get",
        &[D::CloudRead],
        &[(NAME, M::Name)],
    ),
    row(
        "Kubernetes servers",
        "kubernetes/*delete* k8s/*delete* kubectl_delete pods_delete resources_delete",
        &[D::CloudDelete],
        &[(NAME, M::Name)],
    ),
    row(
        "Kubernetes servers",
        "kubernetes/*exec* pods_exec exec_in_pod",
        &[D::CloudChange],
        &[("command cmd", M::Shell), (NAME, M::Name)],
    ),
    row(
        "Kubernetes servers",
        "kubernetes/* k8s/* kubectl_apply kubectl_create kubectl_patch kubectl_scale kubectl_rollout \
        pods_run resources_create_or_update helm_install helm_uninstall",
        &[D::CloudChange],
        &[(NAME, M::Name)],
    ),
    row(
        "browser servers",
        "puppeteer/*navigate* playwright/*navigate* browser/*navigate* browser_navigate puppeteer_navigate \
        playwright_navigate browse browse_url goto open_url goto_url navigate browser_tab_new",
        &[],
        &[("url uri", M::Receive)],
    ),
    row(
        "browser servers",
        "*evaluate* browser_run_code",
        &[],
        &[("script function code expression pageFunction", M::JavaScript)],
    ),
    // The actions of BrowserGym are calls in Python: `goto('…')`, `click('12')`.
    row("OpenHands", "browse_interactive", &[], &[("browser_actions code", M::Python)]),
    row(
        "browser servers",
        "*screenshot*",
        &[],
        &[("file_path filename path downloads_dir save_path", M::Write)],
    ),
    row(
        "browser servers",
        "*file_upload upload_file",
        &[],
        &[("paths[*] path file_path", M::Read)],
    ),
    // Shells.
    row(
        "Claude Code, Anthropic",
        "Bash bash_tool bash_code_execution BashOutput",
        &[],
        &[("command cmd script code", M::Shell)],
    ),
    row(
        "Codex CLI, OpenAI",
        "shell local_shell container.exec exec_command unified_exec local_shell_call shell_call",
        &[],
        &[("command cmd action.command action.commands[*] commands[*] script code", M::Shell)],
    ),
    row("Codex CLI", "write_stdin send_input", &[], &[("chars input text", M::Shell)]),
    row(
        "Gemini CLI, Cursor, Cline, Copilot, Windsurf",
        "run_shell_command run_terminal_cmd run_terminal_command run_in_terminal execute_command \
        run_command run_commands execute_bash execute_shell* shell_exec terminal_exec",
        &[],
        &[("command cmd command_line CommandLine commands[*] script code", M::Shell)],
    ),
    row(
        "Desktop Commander, shell servers",
        "start_process interact_with_process execute_shell_command shell_execute run_script send_to_terminal",
        &[],
        &[("command cmd script input code", M::Shell)],
    ),
    row(
        "Copilot CLI, Windows",
        "powershell pwsh run_powershell *powershell*",
        &[],
        &[("command cmd script code", M::PowerShell)],
    ),
    row("Windows", "cmd run_cmd cmd_exe", &[], &[("command cmd script", M::Cmd)]),
    row(
        "any",
        "exec sh shell terminal execute bash_script run_bash zsh ssh_exec run_bash_command command_line \
        developer__shell *__shell shell_tool bash_* terminal_tool run",
        &[],
        &[(COMMAND, M::Shell)],
    ),
    row(
        "process tools",
        "spawn run_process run_program subprocess",
        &[],
        &[("program executable command cmd", M::Program), ("args arguments argv", M::Rest)],
    ),
    // Code.
    row(
        "LangChain, OpenHands, smolagents, OpenAI, Anthropic",
        "python python3 python_repl* run_ipython execute_ipython_cell ipython python_interpreter \
        code_interpreter run_python* execute_python* python_exec* python_tool jupyter* execute_cell \
        code_execution_python",
        &[],
        &[("code query input script source python_code command cmd", M::Python)],
    ),
    row(
        "any",
        "javascript node run_javascript execute_javascript js_eval run_js node_repl deno",
        &[],
        &[("code script input source", M::JavaScript)],
    ),
    row(
        "any",
        "code_execution execute_code run_code code_exec* code_runner *code_interpreter* eval",
        &[],
        &[("code script source input command", M::Code)],
    ),
    row(
        "any",
        "NotebookEdit edit_notebook*",
        &[],
        &[("notebook_path target_notebook path", M::Write), ("new_source new_string", M::Content)],
    ),
    // Databases.
    row(
        "LangChain, any",
        "sql sql_db_query sql_query query query_sql execute_sql run_sql run_query execute_query db_query \
        write_query read_query sqlite_query pg_query mysql_query psql create_table append_insight database_query \
        query_database alter_table sql_exec*",
        &[],
        &[(SQL, M::Sql)],
    ),
    row(
        "LangChain",
        "sql_db_schema sql_db_list_tables sql_db_query_checker list_tables describe_table",
        &[],
        &[],
    ),
    // Files.
    row(
        "Claude Code, Gemini CLI, Copilot, OpenHands, filesystem server",
        "Read read_file read_text_file read_media_file view view_file NotebookRead open_file cat \
        get_file_contents file_read read_file_content",
        &[],
        &[(PATH, M::Read), ("files[*].path files[*] paths[*]", M::Read)],
    ),
    row(
        "Gemini CLI, filesystem server",
        "read_many_files read_multiple_files read_files",
        &[],
        &[("paths[*] files[*] files[*].path include[*] path", M::Read)],
    ),
    row(
        "Claude Code, Cursor, Cline, filesystem server",
        "Grep grep_search search_file_content search_files search_for_pattern codebase_search ripgrep \
        search_code find_in_files",
        &[],
        &[("path directory dir target_directories[*] dir_path", M::Search)],
    ),
    row(
        "Claude Code, Gemini CLI, Cursor, filesystem server",
        "Glob LS ls list_dir list_directory list_directory_with_sizes list_files directory_tree file_search \
        find_files get_file_info list_allowed_directories file_exists",
        &[],
        &[("path directory dir dir_path target_directory relative_workspace_path", M::List)],
    ),
    row(
        "Claude Code, Gemini CLI, Copilot, OpenHands, filesystem server",
        "Write write_file write_to_file create_file create Create save_file file_write write_text_file \
        create_new_file new_file file_create insert_text",
        &[],
        &[(PATH, M::Write), (CONTENT, M::Content)],
    ),
    row(
        "Claude Code, Gemini CLI, Cursor, Cline, filesystem server",
        "Edit MultiEdit edit_file replace replace_in_file search_replace str_replace insert_edit_into_file \
        replace_string_in_file multi_replace_string_in_file edit_block insert_content search_and_replace \
        update_file append_to_file insert undo_edit replace_lines",
        &[],
        &[
            (PATH, M::Write),
            ("replacements[*].filePath edits[*].path", M::Write),
            (CONTENT, M::Content),
        ],
    ),
    row(
        "Anthropic, SWE-agent, OpenHands",
        "str_replace_editor str_replace_based_edit_tool text_editor* editor file_editor \
        text_editor_code_execution",
        &[],
        &[("path file_path", M::Edit), ("file_text new_str insert_text", M::Content)],
    ),
    row(
        "Codex CLI, OpenCode, OpenAI",
        "apply_patch patch apply_diff apply_patch_call apply_unified_diff",
        &[],
        &[
            ("input patch patch_text patchText diff operation.diff content command", M::Patch),
            ("path file_path operation.path", M::Write),
        ],
    ),
    row(
        "filesystem server, LangChain",
        "move_file rename_file file_move mv rename move",
        &[],
        &[
            ("source source_path from src old_path", M::Delete),
            ("destination destination_path to dst new_path dest", M::Write),
        ],
    ),
    row(
        "filesystem server, LangChain",
        "copy_file file_copy cp",
        &[],
        &[
            ("source source_path from src", M::Read),
            ("destination destination_path to dst dest", M::Write),
        ],
    ),
    row(
        "any",
        "delete_file file_delete remove_file rm unlink delete_path",
        &[],
        &[(PATH, M::Delete), ("target_file paths[*]", M::Delete)],
    ),
    row(
        "any",
        "delete_directory remove_directory rmdir delete_folder rm_rf delete_dir",
        &[],
        &[("path directory dir folder", M::DeleteBelow)],
    ),
    row(
        "filesystem server",
        "create_directory mkdir make_directory create_folder",
        &[],
        &[("path directory dir folder", M::Write)],
    ),
    // Networks.
    row(
        "Claude Code, Gemini CLI, fetch server, LangChain",
        "WebFetch web_fetch fetch fetch_url fetch_webpage http_get requests_get get_url read_url \
        read_url_content web_get download download_file curl scrape url_read visit_webpage read_website_content",
        &[],
        &[
            ("url urls[*] uri", M::Receive),
            ("prompt", M::Receive),
            ("output path destination save_path file_path", M::Write),
        ],
    ),
    row(
        "LangChain, any",
        "requests_post requests_put requests_patch requests_delete http_post http_put post_url webhook \
        send_webhook http_request upload http_send",
        &[],
        &[
            ("url uri endpoint webhook_url", M::Send),
            ("text", M::Send),
            ("body data json", M::Content),
        ],
    ),
    row(
        "Claude Code, any",
        "WebSearch web_search google_web_search search_web tavily* duckduckgo* google_search \
        brave_web_search",
        &[D::NetReceive],
        &[("query q", M::Content)],
    ),
    row(
        "mail and chat servers",
        "send_message send_email send_mail email_send gmail_send* send_sms post_message slack_post_message \
        slack_send_message chat_post_message reply_to_thread slack_reply_to_thread send_slack_message \
        telegram_send* discord_send*",
        &[D::NetSend],
        &[("message body text content subject attachments[*]", M::Content)],
    ),
    // What stays in the host.
    row(
        "Claude Code, any",
        "TodoWrite TodoRead Task Agent ExitPlanMode EnterPlanMode AskUserQuestion todo_write update_plan \
        think sequentialthinking finish attempt_completion ask_followup_question new_task switch_mode \
        plan_mode_respond request_user_input",
        &[],
        &[("prompt", M::Content)],
    ),
    row(
        "Claude Code",
        "KillShell KillBash kill_process force_terminate",
        &[D::ProcessKill],
        &[("shell_id pid", M::Name)],
    ),
    row(
        "OpenAI, Anthropic",
        "computer computer_use* computer_call",
        &[D::Run],
        &[("text", M::Content)],
    ),
];
