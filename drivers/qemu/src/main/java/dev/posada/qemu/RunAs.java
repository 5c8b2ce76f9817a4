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

    /**
     * Checks that they may open a file, folders on the way and access lists included.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} naming the file
     */
    void mustReach(Tools tools, Path path, boolean writable) {
        if (same()) {
            return;
        }
        var test = List.of("/usr/bin/test", writable ? "-w" : "-r", path.toString());
        try {
            if (!tools.run(Tools.Call.of(wrapped(test))).success()) {
                throw PosadaException.system(
                        ErrorOrigin.STORAGE,
                        Errno.EACCES,
                        "Cannot access storage file '" + path + "' (as " + this + "): "
                                + Errno.description(Errno.EACCES));
            }
        } catch (ProcessException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR, ErrorOrigin.QEMU, "cannot become " + this + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "user:" + user.orElse("") + ", group:" + group.orElse("");
    }
}
