//! What a call would do to the world, as far as that can be told without running it.
//!
//! The effects of a call arrive with the event, as its time does: the engine judges them and does not compute them.
//! `sponsio-effects` does, from the tool and its arguments. A list of effects is bounded, and it is never shorter than
//! the truth: what is not understood is an effect of its own, whose certainty is [`Certainty::Opaque`].
//!
//! A [`Deed`] is one thing that can be done, written `read`, `sql.drop`, `git.push`. The part before the dot is its
//! *kind*. Deeds are a closed set, so that a contract that asks about one that does not exist is refused at load.

/// The effects of one call, and where it would run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// The home directory of the user the call runs as, absolute and normalised, where it is known.
    pub home: Option<Box<str>>,
    /// The directory that the agent works in, absolute and normalised, where it is known.
    pub workspace: Option<Box<str>>,
    /// The simple commands that the call consists of, as they are shown: `rm -rf a && ls` has two. A call that is no
    /// script has one.
    pub commands: Box<[Box<str>]>,
    /// What they do.
    pub list: Box<[Effect]>,
}

/// One effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Which of the simple commands has it.
    pub command: u16,
    /// How sure it is.
    pub certainty: Certainty,
    /// What is done.
    pub deed: Deed,
    /// To what.
    pub object: Object,
    /// How.
    pub flags: Flags,
}

/// How sure an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// If the call runs, this happens.
    Must,
    /// It happens on some runs, or to some of the things that the object describes.
    May,
    /// It cannot be told what is done, or to what: the object is the widest it could be.
    Opaque,
}

/// What something is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// Nothing in particular.
    None,
    /// Something with a name: a table, a package, a variable, a branch.
    Name(Box<str>),
    /// A set of paths.
    Path(PathSet),
    /// A host, perhaps with a port.
    Host(Host),
    /// A program's words, its name first; a word that is not known is none.
    Command(Box<[Option<Box<str>>]>),
}

/// A set of paths: those that a normalised pattern matches, and where `below` is set also everything below them.
///
/// The pattern begins with `/` (absolute), `~/` (below a home directory that is not known), `./` (below a working
/// directory that is not known) or `**/` (anywhere), or it is `~`, `.` or `**`. It has no `.` or `..` between slashes,
/// and no slash at its end. `*` stands for any characters but a slash, `**` between slashes for any number of names.
/// A Windows path is written `/c:/Users/x`. A literal `*` in a name stands in the pattern as `?`, which is any one
/// character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathSet {
    /// The pattern.
    pub pattern: Box<str>,
    /// Whether what lies below is meant too.
    pub below: bool,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Lower case, IDNs as ASCII, addresses in their canonical form, without brackets; `*` stands for any characters.
    pub name: Box<str>,
    /// The port, where it is told.
    pub port: Option<u16>,
}

/// How something is done: a set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flags(u16);

macro_rules! flags {
    ($($(#[doc = $doc:literal])+ $constant:ident $name:literal = $bit:literal,)+) => {
        impl Flags {
            $($(#[doc = $doc])+ pub const $constant: Self = Self(1 << $bit);)+

            /// Every mark, its name and what it means.
            pub const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$((Self::$constant, $name, concat!($($doc),+)),)+];
        }
    };
}

flags! {
    /// everything below the object too
    RECURSIVE "recursive" = 0,
    /// without asking, or over what protects the object
    FORCE "force" = 1,
    /// of everything, with no condition that limits it
    UNBOUNDED "unbounded" = 2,
    /// for the whole machine or account, not for one project
    GLOBAL "global" = 3,
    /// what is run or installed comes from the network
    REMOTE "remote" = 4,
    /// what is run was decoded or put together from pieces first
    DECODED "decoded" = 5,
    /// with raised privileges
    PRIVILEGED "privileged" = 6,
    /// adds to the object and keeps what it had
    APPEND "append" = 7,
    /// sends what a file, a variable or another command gives
    UPLOAD "upload" = 8,
    /// what is written stands in the call itself
    TYPED "typed" = 9,
    /// by code in a programming language, which says in its own words what it does, and not by a command
    CODE "code" = 10,
}

impl Flags {
    /// No mark.
    pub const NONE: Self = Self(0);

    /// Both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of the other set are in this one.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The mark with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n, _)| *n == name).map(|(flag, ..)| *flag)
    }
}

macro_rules! deeds {
    ($($variant:ident $name:literal $doc:literal,)+) => {
        /// What can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Deed {
            $(#[doc = $doc] $variant,)+
        }

        impl Deed {
            /// Every deed, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name, for example `sql.drop`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means, in one sentence.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)+ }
            }
        }
    };
}

deeds! {
    Read "read" "the content of a path is read",
    List "list" "the names in a directory are listed",
    Write "write" "a path is created, or its content changed",
    Delete "delete" "a path is removed, or moved away",
    Chmod "chmod" "the mode, owner, attributes or access list of a path is changed",
    Exec "exec" "the content of a path, or a text, is run as a program",
    Run "run" "a program is run with these words",
    Give "give" "a path is named to a program, and what the program does with it is not known",
    NetConnect "net.connect" "a host is connected to, and what goes over the connection is not told apart",
    NetReceive "net.receive" "something is fetched from a host",
    NetSend "net.send" "something is sent to a host",
    NetListen "net.listen" "connections from other hosts are accepted",
    NetShell "net.shell" "a shell, or another program's input and output, is given to a host",
    SqlSelect "sql.select" "rows are read",
    SqlInsert "sql.insert" "rows are added",
    SqlUpdate "sql.update" "rows are changed",
    SqlDelete "sql.delete" "rows are removed",
    SqlTruncate "sql.truncate" "all rows of a table are removed",
    SqlCreate "sql.create" "an object of the schema is created",
    SqlAlter "sql.alter" "an object of the schema is changed",
    SqlDrop "sql.drop" "an object of the schema is removed",
    SqlGrant "sql.grant" "roles or rights are changed",
    SqlExec "sql.exec" "the database runs a program, a procedure or code",
    SqlFile "sql.file" "the database reads or writes a file, or attaches one",
    SqlAdmin "sql.admin" "the server, its settings or its sessions are changed",
    SqlOther "sql.other" "a statement that is none of the others: a transaction, a setting of the session",
    GitRead "git.read" "a repository is looked at",
    GitCommit "git.commit" "a repository gets changes: added, committed, merged, stashed, tagged",
    GitFetch "git.fetch" "a repository gets commits from a remote, or is cloned",
    GitPush "git.push" "commits are sent to a remote",
    GitCheckout "git.checkout" "files in the work tree are replaced from a commit or the index",
    GitReset "git.reset" "a branch, the index or the work tree is set back",
    GitClean "git.clean" "files that are not tracked are removed",
    GitDelete "git.delete" "a branch, tag, remote, stash or work tree is removed",
    GitRewrite "git.rewrite" "commits are rewritten, or what would bring them back is removed",
    GitConfig "git.config" "the configuration of git is changed",
    PackageInstall "package.install" "a package is installed or updated",
    PackageUninstall "package.uninstall" "a package is removed",
    PackagePublish "package.publish" "a package or image is published",
    PackageRun "package.run" "a package is fetched and run",
    PackageSource "package.source" "where packages come from is changed",
    ProcessKill "process.kill" "a process gets a signal",
    ProcessService "process.service" "a service of the system is started, stopped, enabled or disabled",
    ProcessPower "process.power" "the machine is shut down, restarted or put to sleep",
    ProcessExhaust "process.exhaust" "a resource of the machine is used up: processes, memory, disk",
    ProcessInspect "process.inspect" "the memory, environment or calls of another process are read or changed",
    PrivilegeRaise "privilege.raise" "something is run with the rights of another user",
    PrivilegeGrant "privilege.grant" "a file or user gets more rights: setuid, capabilities, sudoers, groups, \
        passwords",
    PrivilegeEscape "privilege.escape" "a container or other confinement is left or opened",
    PersistSchedule "persist.schedule" "something is scheduled to run later or again",
    PersistService "persist.service" "something is made to run as a service or at start",
    PersistProfile "persist.profile" "something is made to run whenever a shell or session starts",
    PersistHook "persist.hook" "something is made to run whenever another program does something",
    PersistKey "persist.key" "a key that gives access is added",
    EnvSet "env.set" "a variable of the environment that outlives the command, or that changes what programs \
        run, is set",
    EnvRead "env.read" "the environment is listed",
    SecretRead "secret.read" "a credential is asked of a store, a service or another program",
    SecretText "secret.text" "an argument holds what looks like a credential",
    GuardChange "self.change" "files, settings or processes of the guard itself are changed, or it is removed",
    CloudRead "cloud.read" "resources of a cloud, cluster or platform are looked at",
    CloudChange "cloud.change" "resources of a cloud, cluster or platform are created or changed",
    CloudDelete "cloud.delete" "resources of a cloud, cluster or platform are removed",
    DeviceFormat "device.format" "a disk or partition is formatted, partitioned or overwritten",
    DeviceMount "device.mount" "a file system is mounted or unmounted",
    SystemConfig "system.config" "the kernel, the clock, the network or another setting of the machine is changed",
    SystemSecurity "system.security" "a protection of the machine is changed: a firewall, a security module, an audit",
    SystemLog "system.log" "logs, histories or times of files are removed or changed",
}

impl Deed {
    /// Its kind: what stands before the dot, or the whole name.
    pub fn kind(self) -> &'static str {
        self.name().split_once('.').map_or(self.name(), |(kind, _)| kind)
    }

    /// Whether `name` is its name or its kind.
    pub fn is(self, name: &str) -> bool {
        self.name() == name || self.kind() == name
    }

    /// The deed with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deed_is_found_by_its_name_and_is_of_its_kind() {
        for deed in Deed::ALL {
            assert_eq!(Deed::named(deed.name()), Some(*deed));
            assert!(deed.is(deed.name()) && deed.is(deed.kind()));
            assert!(!deed.is("nothing"));
        }
        assert!(Deed::SqlDrop.is("sql") && !Deed::SqlDrop.is("sql.delete"));
    }

    #[test]
    fn each_flag_is_one_bit_of_its_own() {
        let all = Flags::ALL.iter().fold(Flags::NONE, |all, (flag, name, _)| {
            assert!(!all.has(*flag), "{name}");
            assert_eq!(Flags::named(name), Some(*flag));
            all.with(*flag)
        });
        assert!(all.has(Flags::FORCE.with(Flags::REMOTE)));
    }
}
