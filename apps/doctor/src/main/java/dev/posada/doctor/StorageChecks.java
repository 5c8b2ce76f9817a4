package dev.posada.doctor;

import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Where images are: whether QEMU's user gets there, and how much room there is. */
final class StorageChecks implements Check {
    private static final long GIB = 1L << 30;

    /** With less room than this, a guest is soon out of it. */
    private static final long LEAST_FREE_BYTES = GIB;

    private static final String QEMU_CONF = "/etc/posada/qemu.conf";

    @Override
    public void look(Host host, Report report) {
        var account = account(host, report);
        for (var folder : folders(host)) {
            var what = "for images in " + folder;
            if (!host.exists(folder)) {
                report.warn(
                        Topic.STORAGE,
                        what,
                        "there is no such folder",
                        "Make it (mkdir -p " + folder + "), or have its pool forgotten.");
                continue;
            }
            room(host, report, folder);
            account.ifPresent(user -> reach(host, report, folder, user));
        }
        program(host, report, "lvs", "logical", "lvm2");
        program(host, report, "parted", "disk", "parted");
        program(host, report, "iscsiadm", "iscsi", "open-iscsi");
        program(host, report, "mount.nfs", "netfs", "nfs-common");
    }

    /** Whom QEMU runs as, when the settings name somebody. */
    private static Optional<Account> account(Host host, Report report) {
        var what = "for the user QEMU runs as";
        var name = setting(host.text(QEMU_CONF).orElse(""), "user");
        if (name.isEmpty()) {
            report.pass(Topic.STORAGE, what, "the daemon's own");
            return Optional.empty();
        }
        var account = Account.find(host, name.get());
        if (account.isEmpty()) {
            report.fail(
                    Topic.STORAGE,
                    what,
                    "there is no user '" + name.get() + "', whom " + QEMU_CONF + " names",
                    "Make it (adduser --system --group " + name.get() + "), or name another.");
        } else {
            report.pass(Topic.STORAGE, what, account.get().name());
        }
        return account;
    }

    /** What a key is set to in a settings file; the last counts. */
    static Optional<String> setting(String text, String key) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .filter(rest -> rest.startsWith("="))
                .map(rest -> rest.substring(1).strip())
                .filter(value -> value.length() > 2 && value.indexOf('"', 1) > 0)
                .map(value -> value.substring(1, value.indexOf('"', 1)))
                .reduce((first, last) -> last);
    }

    /** The folders of the pools that are kept, or the usual one. */
    private static Set<String> folders(Host host) {
        var folders = new LinkedHashSet<String>();
        for (var kept : new String[] {"/etc/posada/storage", "/etc/libvirt/storage"}) {
            for (var name : host.names(kept)) {
                if (name.endsWith(".xml")) {
                    host.text(kept + "/" + name)
                            .flatMap(StorageChecks::target)
                            .filter(folder -> folder.startsWith("/") && !folder.startsWith("/dev"))
                            .ifPresent(folders::add);
                }
            }
        }
        if (folders.isEmpty()) {
            var libvirts = "/var/lib/libvirt/images";
            folders.add(host.exists(libvirts) ? libvirts : "/var/lib/posada/images");
        }
        return folders;
    }

    private static Optional<String> target(String pool) {
        try {
            return Documents.parse(pool).at("target", "path").map(Element::text);
        } catch (PosadaException notADocument) {
            return Optional.empty();
        }
    }

    private static void room(Host host, Report report, String folder) {
        var what = "for room in " + folder;
        try {
            long free = Files.getFileStore(host.at(folder)).getUsableSpace();
            if (free < LEAST_FREE_BYTES) {
                report.warn(
                        Topic.STORAGE,
                        what,
                        free / (1 << 20) + " MiB free",
                        "Make room, or put a larger file system there: guests stop when their images cannot grow.");
            } else {
                report.pass(Topic.STORAGE, what, free / GIB + " GiB free");
            }
        } catch (IOException e) {
            report.warn(Topic.STORAGE, what, "not known: " + e.getMessage(), "See df " + folder + ".");
        }
    }

    private static void reach(Host host, Report report, String folder, Account user) {
        var what = "if " + user.name() + " gets to " + folder;
        var closed = user.closedFolders(host, folder);
        if (closed.isEmpty()) {
            report.pass(Topic.STORAGE, what, "");
        } else {
            var folders = String.join(" ", closed);
            report.fail(
                    Topic.STORAGE,
                    what,
                    "not allowed to pass " + folders,
                    "Let it pass: setfacl -m u:" + user.name() + ":x " + folders + ", or chmod o+x " + folders + ".");
        }
    }

    private static void program(Host host, Report report, String program, String pool, String from) {
        var what = "for pools of type " + pool + " (" + program + ")";
        if (host.program(program).isPresent()) {
            report.pass(Topic.STORAGE, what, "");
        } else {
            report.warn(Topic.STORAGE, what, "not installed", "If such pools are wanted: apt install " + from + ".");
        }
    }
}
