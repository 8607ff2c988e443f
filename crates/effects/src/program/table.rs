//! What programs do that only have options and operands.
//!
//! A row is names, options that take a value (see `options`), the roles of the operands, and what options do.
//!
//! - A role is a deed with marks (`delete`, `net.connect`), several with `&`, or `-` for nothing. `*` at its end: all
//!   that follow have it; `$`: the last operand has it, if there are several. `run*`: the operands are a program and
//!   its words. `shell`, `sql`, …: the operand is a text in that language.
//! - `a,b=mark` marks the deeds on operands, `a,b>deed` is a deed on the value of the option, `a,b!deed` a deed
//!   without an object, `!deed` one that the program always does.

/// A row: names, options with a value, roles, what options do.
pub(super) struct Row(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // Files: removed, moved, made.
    Row("rm", "recursive! force! interactive! verbose! dir! one-file-system! \
        no-preserve-root!", "delete*", "r,R,recursive=recursive f,force=force"),
    Row("rmdir rd", "parents! ignore-fail-on-non-empty!", "delete*", ""),
    Row("unlink", "", "delete", ""),
    Row("ccrypt ccencrypt", "K k E P H F", "read&write*", ""),
    Row("shred", "n iterations s size random-source remove!", "write+force&delete*", "f,force=force"),
    Row("srm wipe trash trash-put", "", "delete*", "r,R,recursive=recursive f,force=force"),
    Row("truncate", "s size r reference o", "write*", ""),
    Row("mkdir md", "m mode", "write+append*", ""),
    Row("mkfifo mknod", "m mode p tmpdir suffix", "write", ""),
    Row("tee", "", "write*", "a,append=append"),
    Row("sponge", "", "write*", "a=append"),
    Row("gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 lzma unlzma compress uncompress", "S suffix T \
        threads", "read&write&delete*", "f,force=force"),
    // Files: mode, owner, attributes.
    Row("chown chgrp", "from reference recursive!", "- chmod*", "R,recursive=recursive"),
    Row("chflags", "", "- chmod*", "R=recursive"),
    Row("setfile", "a c d m t", "chmod*", ""),
    Row("setfacl", "m modify x remove M X", "chmod*", "R,recursive=recursive"),
    Row("setcap", "n", "privilege.grant chmod*", ""),
    Row("setfattr", "n name v value x remove", "chmod*", ""),
    Row("xattr", "", "- - chmod*", "r=recursive"),
    Row("takeown", "", "chmod*", ""),
    // Files: read.
    Row("cat tac rev zcat gzcat bzcat xzcat zstdcat wc cksum sum md5 md5sum sha1sum sha224sum sha256sum \
        sha384sum sha512sum b2sum less more most pg zless zmore col", "", "read*", ""),
    Row("nl bat batcat fold fmt expand unexpand column paste od xxd hexdump hd strings shasum cmp diff sdiff \
        diff3 comm join colordiff delta base32 basenc uuencode uudecode iconv tsort ptx look pr",
            "n w N c s l j A t width bytes tabs f from to context C U label o", "read*", "o>write output>write"),
    Row("base64", "w wrap i input o output", "read*", "i,input>read o,output>write"),
    Row("head tail", "n lines c bytes s pid max-unchanged-stats sleep-interval", "read*", ""),
    Row("cut", "b c d f bytes characters delimiter fields output-delimiter", "read*", ""),
    Row("uniq", "f s w skip-fields skip-chars check-chars", "read write", ""),
    Row("jq yq gojq jaq xq tomlq", "f from-file L indent", "- read*", "f,from-file>read slurpfile>read rawfile>read"),
    // Looking at names is not reading what is in them.
    Row("ls dir vdir exa eza lsd", "I ignore hide w width T tabsize block-size", "list*", "R,recursive=recursive"),
    Row("stat file du df tree readlink realpath basename dirname pwd test [ [[ mktemp true \
        false : sleep seq yes date uname whoami id groups hostname uptime free nproc arch tty which whereis \
        type printf echo cal expr factor lsblk lscpu lsof ps top htop pgrep pidof jobs wait w who last users \
        logname locale tput clear reset stty sync man info whatis apropos tldr command-not-found cd pushd \
        popd dirs return exit break continue let local declare typeset readonly shift times umask getopts \
        hash help bind", "n", "", ""),
    // Processes, services, power.
    Row("renice", "n p", "", ""),
    Row("chrt", "+T P D p sched-runtime sched-deadline sched-period pid", "- run*", ""),
    Row("shutdown reboot halt poweroff", "t", "", "!process.power"),
    Row("service rc-service", "", "process.service", "!process.service"),
    Row("launchctl", "", "- -", "!process.service"),
    // Accounts.
    Row("useradd adduser usermod userdel deluser groupadd groupmod groupdel passwd chpasswd chage gpasswd \
        vipw visudo newgrp pwck", "G g u s d groups gid uid shell home p a", "privilege.grant*", "!privilege.grant"),
    Row("chsh", "s shell", "", "!persist.profile"),
    // Kernel, clock, network settings, protections.
    Row("chfn", "f o p h", "", "!system.config"),
    Row("insmod modprobe rmmod kmod depmod", "", "system.config*", "!system.config"),
    Row("hostnamectl timedatectl localectl hwclock ntpdate nmcli networksetup scutil nvram csrutil spctl \
        kextload systemsetup bootctl update-grub grub-install efibootmgr dmsetup swapon swapoff zramctl", "",
            "system.config*", "!system.config"),
    Row("setenforce aa-disable aa-teardown aa-complain apparmor_parser firewall-cmd pfctl ipset ebtables \
        semanage setsebool", "", "system.security*", "!system.security"),
    Row("restorecon", "e f", "chmod*", "R,r=recursive"),
    Row("update-ca-trust update-ca-certificates", "", "", "!system.config"),
    Row("auditctl", "D! e w p k", "", "!system.security"),
    Row("logrotate", "", "read*", "!system.log"),
    // Disks.
    Row("mkfs mke2fs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkswap \
        fdisk gdisk sgdisk sfdisk cfdisk parted wipefs blkdiscard badblocks newfs mkntfs",
            "t L U b i m N n type", "device.format*", "!device.format"),
    Row("cryptsetup losetup hdparm zpool lvremove vgremove pvremove mdadm nvme", "", "- \
        device.format*", "!device.format"),
    Row("fsck e2fsck tune2fs", "t b B C c i L e m r", "write*", ""),
    Row("debugfs", "f R d i s b", "read", "w!device.format"),
    Row("resize2fs", "", "write", ""),
    Row("mount umount fusermount bindfs", "t o types options", "device.mount*", "!device.mount"),
    // Network.
    Row("whois", "h p", "", ""),
    Row("sshfs", "p o F", "net.connect write+append+recursive", ""),
    Row("ldapsearch", "H h p D w b s f l z e P U X Y Z y W!", "", "H,h>net.receive y,f>read"),
    Row("ldapadd ldapmodify ldapdelete ldappasswd ldapmodrdn", "H h p D w f P U X Y Z y W!", "", "H,h>net.send \
        f,y>read !privilege.grant"),
    // The screen, the keys, and what other programs show.
    Row("scrot screencapture gnome-screenshot maim grim xwd spectacle flameshot", "d o s R l D t \
        display", "write", "!process.inspect"),
    Row("gcore procdump", "o", "", "!process.inspect"),
    Row("import", "-window display", "write", "window!process.inspect"),
    Row("xdotool xspy logkeys evtest wev showkey", "", "", "!process.inspect"),
    Row("nmap masscan zmap rustscan", "p oN oX oG oA script e T", "net.connect*", "script!exec"),
    Row("telnet ftp lftp tftp", "e c p u l", "net.connect", "e,c>other"),
    // Programs that run others.
    Row("nohup setsid stdbuf catchsegv eatmydata fakeroot unbuffer proxychains proxychains4 torsocks tsocks \
        caffeinate softlimit dbus-run-session xvfb-run systemd-cat prlimit cpulimit \
        chronic ifne command builtin exec noglob nocorrect", "+a i o e c n p input output error", "run*", ""),
    Row("time", "+f o format output", "run*", "o,output>write"),
    Row("nice", "+n adjustment", "run*", ""),
    Row("ionice", "+c n p class classdata", "run*", ""),
    Row("timeout gtimeout", "+s k signal kill-after", "- run*", ""),
    Row("taskset numactl", "+c m N", "- run*", ""),
    Row("chroot", "+userspec groups", "privilege.escape run+privileged*", ""),
    Row("strace ltrace", "+o e p s a S I O E u P X attach", "run*", "p,attach!process.inspect o>write"),
    Row("perf valgrind", "+o", "- run*", ""),
];
