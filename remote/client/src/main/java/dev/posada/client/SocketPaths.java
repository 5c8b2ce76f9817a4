package dev.posada.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where daemons listen on unix sockets: ours first, then libvirt's single-purpose daemon for the driver, then libvirt's
 * one for all.
 */
final class SocketPaths {

    /** Where our daemon listens, below the folder of running things. */
    static final String POSADA = "posada/posada-sock";

    private static final Map<String, String> DIRECT_DAEMONS = Map.ofEntries(
            Map.entry("qemu", "virtqemud"),
            Map.entry("lxc", "virtlxcd"),
            Map.entry("xen", "virtxend"),
            Map.entry("vbox", "virtvboxd"),
            Map.entry("bhyve", "virtbhyved"),
            Map.entry("ch", "virtchd"),
            Map.entry("vz", "virtvzd"),
            Map.entry("network", "virtnetworkd"),
            Map.entry("interface", "virtinterfaced"),
            Map.entry("nodedev", "virtnodedevd"),
            Map.entry("nwfilter", "virtnwfilterd"),
            Map.entry("secret", "virtsecretd"),
            Map.entry("storage", "virtstoraged"));

    private SocketPaths() {}

    /**
     * The sockets to try on this machine, best first.
     *
     * @param environment the process's environment, for the folders of a user's session
     * @param root whether we run as root, who has no session daemon of its own
     */
    static List<Path> candidates(ConnectionUri uri, boolean readOnly, boolean root, Map<String, String> environment) {
        boolean session = isSession(uri) && !root;
        // There is no read-only socket for a session: its daemon serves one user, who may do anything.
        String suffix = readOnly && !session ? "-ro" : "";
        List<Path> folders = session ? sessionFolders(environment) : List.of(Path.of("/run"));
        List<Path> paths = new ArrayList<>();
        for (Path folder : folders) {
            modes(uri).forEach(mode -> {
                switch (mode) {
                    case POSADA -> paths.add(folder.resolve(POSADA + suffix));
                    case DIRECT -> {
                        String daemon = DIRECT_DAEMONS.get(uri.driver());
                        if (daemon != null) {
                            paths.add(folder.resolve("libvirt/" + daemon + "-sock" + suffix));
                        }
                    }
                    case LEGACY -> paths.add(folder.resolve("libvirt/libvirt-sock" + suffix));
                }
            });
        }
        return paths;
    }

    /** The system sockets to try on a machine whose environment we do not know. */
    static List<String> onAnotherHost(ConnectionUri uri, boolean readOnly) {
        return candidates(uri, readOnly, true, Map.of()).stream()
                .map(Path::toString)
                .toList();
    }

    /**
     * The same for a user's session, as words of a shell over there.
     *
     * <p>Nobody but that shell knows where its user's sockets are.
     */
    static List<String> ofSessionOnAnotherHost(ConnectionUri uri) {
        var folder = "\"${XDG_RUNTIME_DIR:-$HOME/.cache}\"";
        return candidates(uri, false, false, Map.of("XDG_RUNTIME_DIR", "/")).stream()
                .map(path -> folder + path)
                .toList();
    }

    /** Whether an address means the daemon of one user. */
    static boolean isSession(ConnectionUri uri) {
        return uri.path().startsWith("/session");
    }

    private enum Mode {
        POSADA,
        DIRECT,
        LEGACY
    }

    private static List<Mode> modes(ConnectionUri uri) {
        String mode = uri.parameter("mode").orElse("auto");
        return switch (mode) {
            case "auto" -> List.of(Mode.POSADA, Mode.DIRECT, Mode.LEGACY);
            case "direct" -> List.of(Mode.DIRECT);
            case "legacy" -> List.of(Mode.LEGACY);
            default -> throw Failures.invalidAddress("Unknown remote mode '" + mode + "'");
        };
    }

    private static List<Path> sessionFolders(Map<String, String> environment) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            return List.of(Path.of(runtime));
        }
        return List.of(Path.of(environment.getOrDefault("HOME", "/"), ".cache"));
    }
}
