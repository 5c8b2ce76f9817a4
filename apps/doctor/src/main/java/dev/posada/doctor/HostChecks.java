package dev.posada.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is particular to no driver: sockets, ports, other daemons, limits, security modules. */
final class HostChecks implements Check {
    private static final String SYSTEMS = "/usr/share/osinfo/os";
    private static final int FIRST_DISPLAY = 5900;
    private static final int LAST_DISPLAY = 5999;
    private static final String LISTENING = "0A";

    private static final long LEAST_FILES = 4_096;
    private static final long LEAST_PROCESSES = 4_096;

    @Override
    public void look(Host host, Report report) {
        otherDaemons(host, report);
        ports(host, report);
        limits(host, report);
        security(host, report);
        systems(host, report);
    }

    /** What virt-install knows of operating systems. */
    private static void systems(Host host, Report report) {
        var what = "for the database of operating systems";
        if (host.exists(SYSTEMS)) {
            report.pass(Topic.HOST, what, SYSTEMS);
        } else {
            report.warn(
                    Topic.HOST,
                    what,
                    "virt-install knows no system but --osinfo generic, with its slow devices",
                    "apt install osinfo-db.");
        }
    }

    private static void otherDaemons(Host host, Report report) {
        var what = "for another libvirt daemon";
        var sockets = new ArrayList<String>();
        for (var name : List.of("libvirt-sock", "virtqemud-sock")) {
            if (host.answers("/run/libvirt/" + name)) {
                sockets.add("/run/libvirt/" + name);
            }
        }
        if (sockets.isEmpty()) {
            report.pass(Topic.HOST, what, "none listens");
        } else {
            report.warn(
                    Topic.HOST,
                    what,
                    "one listens at " + String.join(", ", sockets),
                    "Both work side by side as long as no guest, image or bridge is in both; to have one only: systemctl"
                            + " disable --now libvirtd libvirtd.socket virtqemud virtqemud.socket.");
        }
    }

    private static void ports(Host host, Report report) {
        var taken = listening(host);
        port(report, taken, 16_509, "TCP connections");
        port(report, taken, 16_514, "TLS connections");
        var what = "for ports of displays";
        long displays = taken.stream()
                .filter(port -> port >= FIRST_DISPLAY && port <= LAST_DISPLAY)
                .count();
        if (displays == 0) {
            report.pass(Topic.HOST, what, "all of " + FIRST_DISPLAY + " to " + LAST_DISPLAY + " are free");
        } else if (displays <= LAST_DISPLAY - FIRST_DISPLAY) {
            report.pass(
                    Topic.HOST,
                    what,
                    (LAST_DISPLAY - FIRST_DISPLAY + 1 - displays) + " of " + FIRST_DISPLAY + " to " + LAST_DISPLAY
                            + " are free");
        } else {
            report.warn(
                    Topic.HOST,
                    what,
                    "all of " + FIRST_DISPLAY + " to " + LAST_DISPLAY + " are taken",
                    "See who has them: ss -ltnp; displays get higher ones, which firewalls may not know.");
        }
    }

    private static void port(Report report, Set<Integer> taken, int port, String use) {
        var what = "if port " + port + " is free for " + use;
        if (taken.contains(port)) {
            report.warn(
                    Topic.HOST,
                    what,
                    "somebody listens there",
                    "If it is not posadad (ss -ltnp 'sport = " + port + "'), set another in posadad.conf.");
        } else {
            report.pass(Topic.HOST, what, "");
        }
    }

    /** The ports somebody listens on, of both versions of IP. */
    private static Set<Integer> listening(Host host) {
        var ports = new TreeSet<Integer>();
        for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (var line : host.text(table).orElse("").split("\n", -1)) {
                var fields = line.strip().split(" +", -1);
                if (fields.length > 3 && fields[3].equals(LISTENING)) {
                    ports.add(Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    private static void limits(Host host, Report report) {
        limit(host, report, "Max open files", "for open files", LEAST_FILES, "LimitNOFILE=65536", "ulimit -n");
        limit(
                host,
                report,
                "Max processes",
                "for processes and threads",
                LEAST_PROCESSES,
                "TasksMax=infinity",
                "ulimit -u");
        limit(host, report, "Max cpu time", "for time on processors", Long.MAX_VALUE, "LimitCPU=infinity", "ulimit -t");
        limit(host, report, "Max file size", "for sizes of files", Long.MAX_VALUE, "LimitFSIZE=infinity", "ulimit -f");
    }

    private static void limit(
            Host host, Report report, String name, String what, long least, String unit, String shell) {
        var shown = "limits " + what;
        for (var line : host.text("/proc/self/limits").orElse("").split("\n", -1)) {
            if (line.startsWith(name)) {
                var soft = line.substring(name.length()).strip().split(" +", -1)[0];
                if (soft.equals("unlimited") || Long.parseLong(soft) >= least) {
                    report.pass(Topic.HOST, shown, soft);
                } else {
                    report.warn(
                            Topic.HOST,
                            shown,
                            soft + (least == Long.MAX_VALUE ? ", guests end there" : ", guests need more"),
                            "Set " + unit + " in the daemon's service, or " + shell + " in the shell that starts it.");
                }
                return;
            }
        }
    }

    private static void security(Host host, Report report) {
        var what = "for security modules";
        boolean appArmor = host.text("/sys/module/apparmor/parameters/enabled")
                .filter("Y"::equals)
                .isPresent();
        var enforcing = host.text("/sys/fs/selinux/enforce");
        if (enforcing.filter("1"::equals).isPresent()) {
            report.warn(
                    Topic.HOST,
                    what,
                    "SELinux enforces its policy, and posadad sets no labels",
                    "If images are refused: semanage fcontext -a -t svirt_image_t on their folder and restorecon, or see"
                            + " ausearch -m avc.");
        } else if (enforcing.isPresent()) {
            report.pass(Topic.HOST, what, "SELinux, permissive");
        } else {
            report.pass(Topic.HOST, what, appArmor ? "AppArmor, no profile for QEMU's guests needed" : "none");
        }
    }
}
