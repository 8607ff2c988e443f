//! What a project uses, as far as its manifests and folders say.

use std::path::Path;

use serde::Serialize;
use sponsio_hosts::{HOSTS, Host};

use crate::command::host::{files, is_there};
use crate::failure::Failure;

/// A dependency by which something is recognised, and what that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Used {
    pub(super) name: &'static str,
    /// The manifest that says so.
    pub(super) file: &'static str,
    #[serde(skip)]
    pub(super) kind: Kind,
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Framework,
    Database,
    Cloud,
    Network,
}

/// The manifests that are looked at.
const MANIFESTS: [&str; 4] =
    ["package.json", "pyproject.toml", "requirements.txt", "requirements-dev.txt"];

/// Dependencies by their names, without regard to `_` and `-`.
const KNOWN: [(&str, Kind, &str); 36] = [
    ("langgraph", Kind::Framework, "LangGraph"),
    ("@langchain/langgraph", Kind::Framework, "LangGraph"),
    ("langchain", Kind::Framework, "LangChain"),
    ("openai-agents", Kind::Framework, "OpenAI Agents SDK"),
    ("@openai/agents", Kind::Framework, "OpenAI Agents SDK"),
    ("openai", Kind::Framework, "OpenAI SDK"),
    ("anthropic", Kind::Framework, "Anthropic SDK"),
    ("@anthropic-ai/sdk", Kind::Framework, "Anthropic SDK"),
    ("claude-agent-sdk", Kind::Framework, "Claude Agent SDK"),
    ("@anthropic-ai/claude-agent-sdk", Kind::Framework, "Claude Agent SDK"),
    ("crewai", Kind::Framework, "CrewAI"),
    ("google-adk", Kind::Framework, "Google ADK"),
    ("pydantic-ai", Kind::Framework, "Pydantic AI"),
    ("autogen-agentchat", Kind::Framework, "AutoGen"),
    ("ai", Kind::Framework, "Vercel AI SDK"),
    ("@mastra/core", Kind::Framework, "Mastra"),
    ("mcp", Kind::Framework, "MCP"),
    ("@modelcontextprotocol/sdk", Kind::Framework, "MCP"),
    ("psycopg", Kind::Database, "psycopg"),
    ("psycopg2", Kind::Database, "psycopg2"),
    ("psycopg2-binary", Kind::Database, "psycopg2"),
    ("sqlalchemy", Kind::Database, "SQLAlchemy"),
    ("asyncpg", Kind::Database, "asyncpg"),
    ("pymysql", Kind::Database, "PyMySQL"),
    ("pg", Kind::Database, "pg"),
    ("mysql2", Kind::Database, "mysql2"),
    ("@prisma/client", Kind::Database, "Prisma"),
    ("boto3", Kind::Cloud, "boto3"),
    ("google-cloud-storage", Kind::Cloud, "Google Cloud"),
    ("azure-identity", Kind::Cloud, "Azure"),
    ("@aws-sdk/client-s3", Kind::Cloud, "AWS SDK"),
    ("requests", Kind::Network, "requests"),
    ("httpx", Kind::Network, "HTTPX"),
    ("aiohttp", Kind::Network, "aiohttp"),
    ("axios", Kind::Network, "axios"),
    ("got", Kind::Network, "got"),
];

/// What was found.
#[derive(Clone, Default)]
pub(super) struct Found {
    pub(super) used: Vec<Used>,
    pub(super) hosts: Vec<&'static Host>,
}

impl Found {
    /// Looks at the manifests of a folder, and for hosts in it and in the user's home.
    pub(super) fn look(folder: &Path) -> Result<Self, Failure> {
        let mut used: Vec<Used> = Vec::new();
        for file in MANIFESTS {
            let Some(text) = files::read(&folder.join(file))? else { continue };
            let names = if file.ends_with(".json") { of_node(&text) } else { of_python(&text) };
            for (known, kind, name) in KNOWN {
                let is_here = names.iter().any(|found| found == known);
                if is_here && !used.iter().any(|other| other.name == name) {
                    used.push(Used { name, file, kind });
                }
            }
        }
        let is_in_project = |host: &Host| {
            let project = host.install.as_ref().map_or(&[][..], |install| install.project);
            project.iter().filter_map(|file| file.path.split('/').next()).any(|first| {
                // `.github` is in most projects, whatever agent works there.
                first.starts_with('.') && first != ".github" && folder.join(first).is_dir()
            })
        };
        let hosts = HOSTS
            .iter()
            .filter(|host| host.install.as_ref().is_some_and(is_there) || is_in_project(host));
        Ok(Self { used, hosts: hosts.collect() })
    }

    /// The first dependency of a kind.
    pub(super) fn first(&self, kind: Kind) -> Option<&Used> {
        self.used.iter().find(|used| used.kind == kind)
    }
}

/// The names of dependencies in a `package.json`; none where it is no JSON.
fn of_node(text: &str) -> Vec<String> {
    let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let lists = ["dependencies", "devDependencies", "peerDependencies"];
    let lists = lists.iter().filter_map(|list| manifest.get(list)?.as_object());
    lists.flat_map(|list| list.keys().cloned()).collect()
}

/// Words that may be names of dependencies: what stands at the beginning of a line or of a text in quotes.
fn of_python(text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
        text.get(..end).unwrap_or_default().to_ascii_lowercase().replace('_', "-")
    };
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words = lines.flat_map(|line| line.split(['"', '\'']));
    words.map(name).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_python_are_found_in_every_form() {
        for text in [
            "langgraph>=0.2\n",
            "dependencies = [\"langgraph[all]>=0.2\", 'x']",
            "[tool.poetry.dependencies]\nlanggraph = \"^0.2\"\n",
            "  LangGraph == 1 # graph",
        ] {
            assert!(of_python(text).iter().any(|name| name == "langgraph"), "{text}");
        }
        assert!(!of_python("# langgraph\nmy-langgraph==1").iter().any(|name| name == "langgraph"));
    }

    #[test]
    fn dependencies_of_node_are_the_keys_of_its_lists() {
        let text = r#"{"name": "ai", "dependencies": {"@openai/agents": "1"}}"#;
        assert_eq!(of_node(text), ["@openai/agents"]);
        assert!(of_node("{").is_empty());
    }
}
