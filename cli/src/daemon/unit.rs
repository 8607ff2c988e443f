//! How a service manager starts the daemon, as another user.

use std::path::Path;

use super::super::command::daemon::Manager;

/// The unit for a service manager.
pub(crate) fn text(manager: Manager, program: &Path, config: Option<&Path>) -> String {
    let program = program.display();
    let config = config.map(|path| path.display().to_string());
    match manager {
        Manager::Systemd => {
            let config = config.map(|path| format!(" --config \"{path}\"")).unwrap_or_default();
            format!(
                "# /etc/systemd/system/sponsio.service, after `useradd --system sponsio`\n\
                 [Unit]\nDescription=Sponsio decides whether tool calls of agents may run\n\n\
                 [Service]\nUser=sponsio\n\
                 ExecStart=\"{program}\" daemon --socket /run/sponsio/hook.sock --state /var/lib/sponsio{config}\n\
                 RuntimeDirectory=sponsio\nStateDirectory=sponsio\nStateDirectoryMode=0700\nUMask=0077\n\
                 Restart=always\nNoNewPrivileges=true\nProtectSystem=strict\nProtectHome=read-only\nPrivateTmp=true\n\
                 PrivateDevices=true\nRestrictAddressFamilies=AF_UNIX\nMemoryDenyWriteExecute=true\n\n\
                 [Install]\nWantedBy=multi-user.target\n"
            )
        }
        Manager::Launchd => {
            let mut words = vec![program.to_string(), "daemon".to_owned()];
            words.extend(
                ["--socket", "/var/run/sponsio/hook.sock", "--state", "/var/lib/sponsio"]
                    .map(str::to_owned),
            );
            words.extend(config.into_iter().flat_map(|path| ["--config".to_owned(), path]));
            let words: String = words
                .iter()
                .map(|word| format!("        <string>{}</string>\n", escaped(word)))
                .collect();
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <!-- /Library/LaunchDaemons/org.sponsio.daemon.plist; _sponsio owns both folders -->\n\
                 <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
                 \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
                 <plist version=\"1.0\">\n<dict>\n    <key>Label</key>\n    <string>org.sponsio.daemon</string>\n    \
                 <key>UserName</key>\n    <string>_sponsio</string>\n    \
                 <key>Umask</key>\n    <integer>63</integer>\n    \
                 <key>KeepAlive</key>\n    <true/>\n    <key>ProgramArguments</key>\n    <array>\n{words}    </array>\n\
                 </dict>\n</plist>\n"
            )
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
