package dev.posada.jvm;

import dev.posada.model.ErrorCode;
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
 * Whom a program runs as. A child cannot change its user between its start and its program, so {@code setpriv} of
 * util-linux does it and becomes the program.
 *
 * <p>The system's daemon never runs a program as root unless the definition or {@code jvm.conf} says so: without a word it
 * is {@value #NOBODY}. Such a program has no capabilities and cannot gain any. A daemon of a user's session runs programs
 * as that user, as they are.
 *
 * @param user name or number; empty for the daemon's own
 * @param group name or number; empty for the user's own
 * @param sandboxed whether it can gain no rights it does not have
 */
record RunAs(Optional<String> user, Optional<String> group, boolean sandboxed) {
    private static final String TOOL = "/usr/bin/setpriv";
    private static final String NOBODY = "nobody";
    private static final String ROOT = "root";
    private static final int ROOT_UID = 0;

    /** Lines of the table of accounts that are looked at; name, password, number and group come first in each. */
    private static final int ACCOUNTS_MAX = 100_000;

    private static final int ACCOUNT_FIELDS = 5;

    /**
     * Whom a program is to run as.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when this daemon cannot become that user
     */
    static RunAs of(JavaProgram program, JvmSettings settings, boolean privileged) {
        boolean able = CurrentProcess.effectiveUid() == ROOT_UID;
        if (!able) {
            program.user().ifPresent(RunAs::mustBeOurs);
            return new RunAs(Optional.empty(), Optional.empty(), privileged);
        }
        var user = program.user().or(settings::user).or(() -> privileged ? Optional.of(NOBODY) : Optional.empty());
        // A group of the settings belongs to the user of the settings.
        var group = program.group().or(() -> program.user().isPresent() ? Optional.empty() : settings.group());
        return new RunAs(user.map(RunAs::plain).filter(name -> !isRoot(name)), group.map(RunAs::plain), privileged);
    }

    private static void mustBeOurs(String user) {
        var name = plain(user);
        if (!name.equals(System.getProperty("user.name")) && !name.equals(Integer.toString(CurrentProcess.uid()))) {
            throw Refusal.unsupported("<inituser>" + Refusal.shown(user)
                    + "</inituser>: this daemon is not root's and can become nobody else; leave it out, or use the"
                    + " system's daemon");
        }
    }

    /** libvirt's files mark numbers with a plus, so that they are not taken for names. */
    private static String plain(String name) {
        return name.startsWith("+") ? name.substring(1) : name;
    }

    private static boolean isRoot(String name) {
        return name.equals(ROOT) || name.equals("0");
    }

    /** Whether the program runs as the daemon does. */
    boolean same() {
        return user.isEmpty() && group.isEmpty();
    }

    /** The command line that becomes another one as somebody else. */
    List<String> wrapped(List<String> argv) {
        if (same() && !sandboxed) {
            return argv;
        }
        var wrapped = new ArrayList<String>(List.of(TOOL));
        user.ifPresent(name -> {
            wrapped.add("--reuid=" + name);
            wrapped.add("--inh-caps=-all");
            wrapped.add("--bounding-set=-all");
        });
        if (user.isPresent() || group.isPresent()) {
            wrapped.add("--regid=" + group.orElseGet(this::ownGroup));
            // A number that is nobody's account has no further groups.
            wrapped.add(user.isEmpty() ? "--keep-groups" : account().isPresent() ? "--init-groups" : "--clear-groups");
        }
        if (sandboxed) {
            wrapped.add("--no-new-privs");
        }
        wrapped.add("--");
        wrapped.addAll(argv);
        return wrapped;
    }

    private String ownGroup() {
        return account().map(fields -> fields[3]).orElseThrow(() -> unknown(user.orElse("")));
    }

    private Optional<String[]> account() {
        var name = user.orElse(ROOT);
        try (var lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.limit(ACCOUNTS_MAX)
                    .map(line -> line.split(":", ACCOUNT_FIELDS))
                    .filter(fields -> fields.length == ACCOUNT_FIELDS)
                    .filter(fields -> fields[0].equals(name) || fields[2].equals(name))
                    .findFirst();
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    private static PosadaException unknown(String name) {
        return Refusal.unsupported("this host does not know the user '" + Refusal.shown(name)
                + "': give <inituser>, or user in jvm.conf, or a group with it");
    }

    /** Gives the program a folder. */
    void own(Path path) {
        if (same()) {
            return;
        }
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var names = path.getFileSystem().getUserPrincipalLookupService();
        try {
            view.setGroup(names.lookupPrincipalByGroupName(group.orElseGet(this::ownGroup)));
            if (user.isPresent()) {
                view.setOwner(names.lookupPrincipalByName(user.get()));
            }
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    Refusal.ORIGIN,
                    "cannot give " + path + " to " + this + ": " + e.getMessage(),
                    e);
        }
    }

    /** What a file is wanted for. */
    enum Right {
        READ("-r", "read"),
        EXECUTE("-x", "use");

        private final String test;
        private final String verb;

        Right(String test, String verb) {
            this.test = test;
            this.verb = verb;
        }
    }

    /**
     * Checks that a file is there and that the program may use it, folders on the way and access lists included.
     *
     * @param what the file in messages
     * @throws PosadaException {@code SYSTEM_ERROR} naming the file and what is missing
     */
    void mustReach(Tools tools, Path path, String what, Right right) {
        if (!Files.exists(path)) {
            throw PosadaException.system(
                    Refusal.ORIGIN, Errno.ENOENT, "Cannot access " + what + " '" + path + "': there is no such file");
        }
        if (!same() && !tested(tools, right.test, path)) {
            throw PosadaException.system(
                    Refusal.ORIGIN,
                    Errno.EACCES,
                    "Cannot access " + what + " '" + path + "' (as " + this + "): " + missingRight(tools, path, right));
        }
    }

    private boolean tested(Tools tools, String what, Path path) {
        try {
            return tools.run(Tools.Call.of(wrapped(List.of("/usr/bin/test", what, path.toString()))))
                    .success();
        } catch (ProcessException e) {
            throw Refusal.failed("cannot become " + this + ": " + e.getMessage(), e);
        }
    }

    /** The first folder on the way that they may not pass, or else the file itself. */
    private String missingRight(Tools tools, Path path, Right right) {
        for (int depth = 1; depth < path.getNameCount(); depth++) {
            var folder = path.getRoot().resolve(path.subpath(0, depth));
            if (!tested(tools, "-x", folder)) {
                return "no right to pass through the folder " + folder + "; give it with chmod o+x or setfacl, or name"
                        + " another user in <inituser>";
            }
        }
        return "no right to " + right.verb + " it; give it with chown or chmod, or name another user in <inituser>";
    }

    @Override
    public String toString() {
        return "user " + user.orElse(ROOT)
                + group.map(name -> ", group " + name).orElse("");
    }
}
