package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Errno;
import dev.posada.process.ProcessException;
import dev.posada.process.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whom emulators run as, when that is not the daemon itself: {@code user} and {@code group} of {@code qemu.conf}. A child
 * cannot change its user between its start and its program, so {@code setpriv} does it and becomes the program; the
 * process stays our child under its number.
 *
 * @param user name or number; empty for the daemon's own
 * @param group name or number; empty for the user's own
 */
record RunAs(Optional<String> user, Optional<String> group) {
    private static final String TOOL = "/usr/bin/setpriv";
    private static final int ROOT = 0;

    /** Lines of the table of accounts that are looked at; name, password and number come first in each. */
    private static final int ACCOUNTS_MAX = 100_000;

    private static final int ACCOUNT_FIELDS = 4;

    /** As the settings say; nobody else when the daemon could not become anybody, or would become itself. */
    static RunAs of(QemuSettings settings) {
        boolean able = CurrentProcess.effectiveUid() == ROOT;
        return new RunAs(
                settings.user().map(RunAs::plain).filter(user -> able && !isRoot(user)),
                settings.group().map(RunAs::plain).filter(group -> able && !isRoot(group)));
    }

    /** libvirt's files mark numbers with a plus, so that they are not taken for names. */
    private static String plain(String name) {
        return name.startsWith("+") ? name.substring(1) : name;
    }

    private static boolean isRoot(String name) {
        return name.equals("root") || name.equals("0");
    }

    /** Whether emulators run as the daemon does. */
    boolean same() {
        return user.isEmpty() && group.isEmpty();
    }

    /** Owner and group as labels have them: numbers, each behind a plus. */
    String label() {
        return "+"
                + user.map(name -> number(Path.of("/etc/passwd"), name))
                        .orElse(Integer.toString(CurrentProcess.effectiveUid()))
                + ":+"
                + group.map(name -> number(Path.of("/etc/group"), name)).orElse(Integer.toString(CurrentProcess.gid()));
    }

    /** The number of an account; its name when the host's own table does not have it. */
    private static String number(Path table, String name) {
        try (var lines = Files.lines(table)) {
            return lines.limit(ACCOUNTS_MAX)
                    .map(line -> line.split(":", ACCOUNT_FIELDS))
                    .filter(fields -> fields.length == ACCOUNT_FIELDS && fields[0].equals(name))
                    .map(fields -> fields[2])
                    .findFirst()
                    .orElse(name);
        } catch (IOException | UncheckedIOException unreadable) {
            return name;
        }
    }

    /** The command line that becomes another one as somebody else. */
    List<String> wrapped(List<String> argv) {
        if (same()) {
            return argv;
        }
        var wrapped = new ArrayList<String>(List.of(TOOL));
        user.ifPresent(name -> wrapped.add("--reuid=" + name));
        group.ifPresent(name -> wrapped.add("--regid=" + name));
        wrapped.add(user.isPresent() ? "--init-groups" : "--keep-groups");
        if (user.isPresent() && group.isEmpty()) {
            throw new PosadaException(
                    ErrorCode.CONF_SYNTAX, ErrorOrigin.QEMU, "qemu.conf: with a user there must be a group");
        }
        wrapped.add("--");
        wrapped.addAll(argv);
        return wrapped;
    }

    /** Gives them a folder or file. */
    void own(Path path) {
        if (same() || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var names = path.getFileSystem().getUserPrincipalLookupService();
        try {
            if (user.isPresent()) {
                view.setOwner(names.lookupPrincipalByName(user.get()));
            }
            if (group.isPresent()) {
                view.setGroup(names.lookupPrincipalByGroupName(group.get()));
            }
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "cannot give " + path + " to " + this + ": " + e.getMessage(),
                    e);
        }
    }

    /** Owner and group by number. */
    ImageOwners.Owner owner(Tools tools) {
        return new ImageOwners.Owner(
                user.map(name -> number(tools, "-u", name)).orElseGet(CurrentProcess::effectiveUid),
                group.map(name -> number(tools, "-g", name)).orElseGet(CurrentProcess::gid));
    }

    /** From the host's own tables, or from wherever else the host knows accounts. */
    private static int number(Tools tools, String kind, String name) {
        var known = number(Path.of(kind.equals("-u") ? "/etc/passwd" : "/etc/group"), name);
        try {
            return Integer.parseInt(known);
        } catch (NumberFormatException notInTheTable) {
            return lookedUp(tools, kind, name);
        }
    }

    private static int lookedUp(Tools tools, String kind, String name) {
        var database = kind.equals("-u") ? "passwd" : "group";
        try {
            var fields = tools.run(Tools.Call.of(List.of("/usr/bin/getent", database, name)))
                    .output()
                    .strip()
                    .split(":", ACCOUNT_FIELDS);
            return Integer.parseInt(fields.length == ACCOUNT_FIELDS ? fields[2] : "");
        } catch (ProcessException | NumberFormatException e) {
            throw new PosadaException(
                    ErrorCode.CONF_SYNTAX, ErrorOrigin.QEMU, "qemu.conf: this host does not know '" + name + "'", e);
        }
    }

    /** Whether they may open a file, folders on the way and access lists included. */
    boolean reaches(Tools tools, Path path, boolean writable) {
        if (same()) {
            return true;
        }
        return tested(tools, writable ? "-w" : "-r", path);
    }

    private boolean tested(Tools tools, String what, Path path) {
        try {
            return tools.run(Tools.Call.of(wrapped(List.of("/usr/bin/test", what, path.toString()))))
                    .success();
        } catch (ProcessException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR, ErrorOrigin.QEMU, "cannot become " + this + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks that they may open a file.
     *
     * @param what the file in messages
     * @throws PosadaException {@code SYSTEM_ERROR} naming the file and the right that is missing
     */
    void mustReach(Tools tools, Path path, String what, boolean writable) {
        if (!reaches(tools, path, writable)) {
            throw PosadaException.system(
                    ErrorOrigin.STORAGE,
                    Errno.EACCES,
                    "Cannot access " + what + " (as " + this + "): " + missingRight(tools, path, writable));
        }
    }

    /** The first folder on the way that they may not pass, or else the file itself. */
    private String missingRight(Tools tools, Path path, boolean writable) {
        for (int depth = 1; depth < path.getNameCount(); depth++) {
            var folder = path.getRoot().resolve(path.subpath(0, depth));
            if (!tested(tools, "-x", folder)) {
                return "no right to pass through the folder " + folder + "; give it with chmod o+x or setfacl";
            }
        }
        return "no right to " + (writable ? "write" : "read") + " it; give it with chown or chmod";
    }

    @Override
    public String toString() {
        return "user:" + user.orElse("") + ", group:" + group.orElse("");
    }
}
