package dev.posada.daemon;

import dev.posada.engine.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a daemon keeps its things and what it is to its clients.
 *
 * @param directories its folders
 * @param privileged whether it runs as root
 * @param uriPaths the paths of URIs it answers, the one it tells clients first
 * @param ownUserOnly whether only the user it runs as may connect
 */
record Places(Directories directories, boolean privileged, List<String> uriPaths, boolean ownUserOnly) {
    private static final String NAME = "posada";
    private static final Path SYSTEM_STATE = Path.of("/var/lib", NAME);
    private static final Path LIBVIRT_IMAGES = Path.of("/var/lib/libvirt/images");

    Places {
        uriPaths = List.copyOf(uriPaths);
    }

    /**
     * The places of a daemon.
     *
     * @param root the folder everything is to be under, if any
     * @param privileged whether the process is root's
     * @param environment the process's environment
     */
    static Places of(Optional<Path> root, boolean privileged, Map<String, String> environment) {
        if (root.isPresent()) {
            // A daemon by itself is system and session in one: whichever URI a client has in its habits is answered.
            var paths = privileged ? List.of("system", "session") : List.of("session", "system");
            return new Places(Directories.under(root.get()), privileged, paths, false);
        }
        if (privileged) {
            var system = new Directories(
                    Path.of("/etc", NAME),
                    SYSTEM_STATE,
                    Path.of("/run", NAME),
                    Path.of("/var/cache", NAME),
                    Path.of("/var/log", NAME));
            return new Places(system, true, List.of("system"), false);
        }
        return new Places(session(environment), false, List.of("session"), true);
    }

    private static Directories session(Map<String, String> environment) {
        var home = folder(environment, "HOME").orElseGet(() -> Path.of(System.getProperty("user.home")));
        var cache = folder(environment, "XDG_CACHE_HOME").orElse(home.resolve(".cache"));
        return new Directories(
                folder(environment, "XDG_CONFIG_HOME")
                        .orElse(home.resolve(".config"))
                        .resolve(NAME),
                folder(environment, "XDG_DATA_HOME")
                        .orElse(home.resolve(".local/share"))
                        .resolve(NAME),
                // Without a login manager there is no such folder; the cache is the user's own and always there.
                folder(environment, "XDG_RUNTIME_DIR")
                        .map(run -> run.resolve(NAME))
                        .orElse(cache.resolve(NAME).resolve("run")),
                cache.resolve(NAME),
                folder(environment, "XDG_STATE_HOME")
                        .orElse(home.resolve(".local/state"))
                        .resolve(NAME)
                        .resolve("log"));
    }

    /** A folder the environment names; a relative one counts as not named, as the XDG specification has it. */
    private static Optional<Path> folder(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> value.startsWith("/"))
                .map(Path::of);
    }

    /** Whether it is the host's own daemon, rather than one in a folder of its own or a user's. */
    boolean isSystem() {
        return directories.state().equals(SYSTEM_STATE);
    }

    /**
     * The folder of the pool there is from the first day. A system daemon takes libvirt's own where that is there, so that
     * images and the definitions that name them are found where they were.
     */
    Path images() {
        return isSystem() && Files.isDirectory(LIBVIRT_IMAGES)
                ? LIBVIRT_IMAGES
                : directories.state().resolve("images");
    }

    /** The usual settings file. */
    Path config() {
        return directories.etc().resolve("posadad.conf");
    }

    /** A driver's settings file. */
    Path driverConfig(String scheme) {
        return directories.etc().resolve(scheme + ".conf");
    }

    /** The path of URIs clients are told. */
    String uriPath() {
        return uriPaths.getFirst();
    }
}
