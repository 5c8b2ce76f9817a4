package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What users and administrators have set for clients: the address in use when none is given, and short names for
 * addresses.
 *
 * <p>The files are {@code posada.conf} and, so that what is set for libvirt's programs counts for ours, {@code
 * libvirt.conf}. Root's are those below {@code /etc}; everybody else has {@code posada/posada.conf} in the folder of
 * their settings, then {@code /etc/posada/posada.conf}, then {@code libvirt/libvirt.conf} in the folder of their
 * settings, which hides the one in {@code /etc} as it does for libvirt. Where two files set the same, the first counts.
 *
 * <p>Files are read when an answer depends on them and not before. Immutable, safe for use by several threads.
 */
public final class ClientSettings {

    private static final String DEFAULT_URI = "LIBVIRT_DEFAULT_URI";
    private static final String ALIASES_KEY = "uri_aliases";
    private static final String DEFAULT_KEY = "uri_default";

    private final Map<String, String> environment;
    private final boolean root;
    private final Path hostRoot;

    private ClientSettings(Map<String, String> environment, boolean root, Path hostRoot) {
        this.environment = Map.copyOf(environment);
        this.root = root;
        this.hostRoot = hostRoot;
    }

    /** The settings of the user this process runs as, with this process's environment. */
    public static ClientSettings ofThisUser() {
        return new ClientSettings(System.getenv(), runsAsRoot(), Path.of("/"));
    }

    /**
     * The settings of somebody.
     *
     * @param environment the process's environment: {@code LIBVIRT_DEFAULT_URI}, {@code HOME}, the XDG folders
     * @param root whether that user is root
     * @param hostRoot the folder that stands for {@code /}; files and sockets are looked for below it
     */
    public static ClientSettings of(Map<String, String> environment, boolean root, Path hostRoot) {
        return new ClientSettings(environment, root, hostRoot);
    }

    /**
     * The address to connect to. A given one that is an alias becomes what the alias stands for. Without one, or with
     * an empty one, {@code LIBVIRT_DEFAULT_URI} decides, then {@code uri_default}, where aliases count as well; then
     * root gets {@code qemu:///system}, and other users {@code qemu:///session} unless no session daemon has a socket
     * and a system daemon has.
     *
     * @throws PosadaException when a file that had to be read is not in the format, or the address is none
     */
    public ConnectionUri resolve(Optional<String> given) {
        return resolve(given, false);
    }

    /**
     * As {@link #resolve(Optional)}; where nobody has said anything and the daemon is Posada, all kinds of domain are
     * looked at together: {@code posada:///system}.
     *
     * @throws PosadaException when a file that had to be read is not in the format, or the address is none
     */
    public ConnectionUri resolveToAllKinds(Optional<String> given) {
        return resolve(given, true);
    }

    private ConnectionUri resolve(Optional<String> given, boolean allKinds) {
        var name = given.filter(text -> !text.isEmpty())
                .or(() -> Optional.ofNullable(environment.get(DEFAULT_URI)).filter(text -> !text.isEmpty()));
        List<ConfFile> files = List.of();
        if (name.isEmpty()) {
            files = files();
            name = defaultIn(files);
        } else if (ConnectionUri.isAliasName(name.get())) {
            files = files();
        }
        var text = name.orElseGet(allKinds ? this::usualOfAllKinds : this::usual);
        var aliased = files.isEmpty() ? text : aliases(files).getOrDefault(text, text);
        return ConnectionUri.parse(aliased);
    }

    /**
     * Every alias with what it stands for, in the order of the files.
     *
     * @throws PosadaException when a file is not in the format
     */
    public Map<String, String> aliases() {
        return aliases(files());
    }

    /** The files that count, the first first, whether they exist or not. */
    public List<Path> candidates() {
        var paths = new ArrayList<Path>();
        if (!root) {
            paths.add(userFolder().resolve("posada/posada.conf"));
        }
        paths.add(onHost("/etc/posada/posada.conf"));
        paths.add(root ? onHost("/etc/libvirt/libvirt.conf") : userFolder().resolve("libvirt/libvirt.conf"));
        return paths;
    }

    /** The JDK knows the user by name only; the name is looked up by uid, not taken from the environment. */
    static boolean runsAsRoot() {
        return System.getProperty("user.name", "").equals("root");
    }

    private List<ConfFile> files() {
        return candidates().stream().filter(Files::exists).map(ConfFile::read).toList();
    }

    private static Optional<String> defaultIn(List<ConfFile> files) {
        return files.stream().flatMap(file -> file.text(DEFAULT_KEY).stream()).findFirst();
    }

    private static Map<String, String> aliases(List<ConfFile> files) {
        var aliases = new LinkedHashMap<String, String>();
        for (var file : files) {
            for (var entry : file.texts(ALIASES_KEY)) {
                int equals = entry.indexOf('=');
                if (equals < 0) {
                    throw malformed(entry, "expected 'alias=uri://host/path'");
                }
                var alias = entry.substring(0, equals);
                if (!ConnectionUri.isAliasName(alias)) {
                    throw malformed(entry, "aliases may only contain 'a-Z, 0-9, _, -'");
                }
                aliases.putIfAbsent(alias, entry.substring(equals + 1));
            }
        }
        return aliases;
    }

    private static PosadaException malformed(String entry, String expected) {
        return new PosadaException(
                ErrorCode.CONF_SYNTAX,
                ErrorOrigin.CONF,
                "Malformed '" + ALIASES_KEY + "' config entry '" + entry + "', " + expected);
    }

    /** What to use when nobody has said anything. */
    private String usual() {
        var system = "qemu:///system";
        var session = "qemu:///session";
        if (root || anySocket(session) || !anySocket(system)) {
            return root ? system : session;
        }
        return system;
    }

    private String usualOfAllKinds() {
        var usual = usual();
        var ours = SocketPaths.candidates(ConnectionUri.parse(usual), false, root, environment)
                .getFirst();
        return Files.exists(onHost(ours.toString())) ? usual.replaceFirst("^qemu", "posada") : usual;
    }

    private boolean anySocket(String uri) {
        return SocketPaths.candidates(ConnectionUri.parse(uri), false, root, environment).stream()
                .anyMatch(socket -> Files.exists(onHost(socket.toString())));
    }

    private Path userFolder() {
        var named = environment.getOrDefault("XDG_CONFIG_HOME", "");
        if (named.startsWith("/")) {
            return onHost(named);
        }
        return onHost(environment.getOrDefault("HOME", System.getProperty("user.home", "/")))
                .resolve(".config");
    }

    private Path onHost(String absolute) {
        return hostRoot.resolve(absolute.substring(absolute.startsWith("/") ? 1 : 0));
    }
}
