package dev.posada.osinfo;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.xml.stream.XMLStreamException;

/**
 * The database of operating systems, devices and installers that libosinfo and its tools share.
 *
 * <p>Nothing is read before it is asked for. A system is found by its URI, or by a short name that its file is named
 * after, from its own file; only a short name that no file is named after takes a look at the beginning of each file.
 * Files that cannot be read are left out and remembered as {@link #complaints()}.
 *
 * <p>For one thread at a time.
 */
public final class OsDatabase {
    private static final System.Logger LOG = System.getLogger("posada.osinfo");

    /** How much of a file is looked at for short names: they stand at its beginning. */
    private static final int HEAD_BYTES = 8 * 1024;

    private final Catalogue catalogue;
    private final NodeReader reader = new NodeReader();
    private final Map<String, Optional<Os>> systems = new HashMap<>();
    private final SequencedSet<String> complaints = new LinkedHashSet<>();
    private List<Os> all = List.of();

    private OsDatabase(List<Path> roots) {
        catalogue = new Catalogue(roots);
    }

    /** Opens the database where the environment says, or where it is by convention. */
    public static OsDatabase open() {
        return open(System.getenv()::get, Path.of(System.getProperty("user.home", "/")));
    }

    /**
     * Opens the database where an environment says.
     *
     * @param environment gives the value of a variable, or null
     * @param home the user's folder
     */
    static OsDatabase open(UnaryOperator<String> environment, Path home) {
        String data = set(environment, "OSINFO_DATA_DIR", "/usr/share/osinfo");
        String config =
                set(environment, "XDG_CONFIG_HOME", home.resolve(".config").toString());
        return open(List.of(
                Path.of(set(environment, "OSINFO_SYSTEM_DIR", data)),
                Path.of(set(environment, "OSINFO_LOCAL_DIR", "/etc/osinfo")),
                Path.of(set(environment, "OSINFO_USER_DIR", config + "/osinfo"))));
    }

    /**
     * Opens a database of some folders.
     *
     * @param roots from the one that gives way to the one that has the last word; those that do not exist are empty
     */
    public static OsDatabase open(List<Path> roots) {
        return new OsDatabase(roots);
    }

    private static String set(UnaryOperator<String> environment, String name, String otherwise) {
        String value = environment.apply(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** What could not be read so far, a line each. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The system of a URI or of a short name. */
    public Optional<Os> find(String idOrShortId) {
        return idOrShortId.contains("://") ? byId(idOrShortId) : byShortId(idOrShortId);
    }

    private Optional<Os> byId(String id) {
        Optional<Os> known = systems.get(id);
        if (known == null) {
            known = entry(id, catalogue.of("os", id)).map(own -> new Os(this, own));
            if (known.isEmpty()) {
                known = all().stream().filter(os -> os.id().equals(id)).findFirst();
            }
            systems.put(id, known);
        }
        return known;
    }

    private Optional<Os> byShortId(String shortId) {
        String key = plain(shortId);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        for (String stem : catalogue.stems("os")) {
            int slash = stem.indexOf('/');
            String file = stem.substring(slash + 1);
            if (plain(file).equals(key)) {
                for (String id : idsIn(catalogue.of("os", stem.substring(0, slash), file))) {
                    Optional<Os> os = byId(id);
                    if (os.isPresent() && os.get().shortIds().contains(shortId)) {
                        return os;
                    }
                }
            }
        }
        return bySearch(shortId);
    }

    private Optional<Os> bySearch(String shortId) {
        String mark = "<short-id>" + shortId + "</short-id>";
        for (Path file : catalogue.all("os")) {
            if (head(file).contains(mark)) {
                for (String id : idsIn(List.of(file))) {
                    Optional<Os> os = byId(id);
                    if (os.isPresent() && os.get().shortIds().contains(shortId)) {
                        return os;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String plain(String name) {
        return name.replace("-", "");
    }

    private String head(Path file) {
        try (var in = java.nio.file.Files.newInputStream(file)) {
            return new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            complain(file, unreadable);
            return "";
        }
    }

    /** All systems, in the order of their URIs. Reads the whole database. */
    public List<Os> all() {
        if (all.isEmpty()) {
            Map<String, OsEntry> entries = new java.util.TreeMap<>();
            for (Path file : catalogue.all("os")) {
                for (Node os : nodes(file, "os")) {
                    entries.computeIfAbsent(os.attribute("id"), OsEntry::new).add(os);
                }
            }
            List<Os> made = new ArrayList<>();
            entries.forEach((id, own) -> {
                Os os = systems.getOrDefault(id, Optional.empty()).orElseGet(() -> new Os(this, own));
                systems.put(id, Optional.of(os));
                made.add(os);
            });
            all = List.copyOf(made);
        }
        return all;
    }

    /** A device of the database. */
    public Optional<Device> device(String id) {
        return merged("device", id)
                .map(node -> new Device(
                        id,
                        node.textOf("name").orElse(""),
                        node.textOf("vendor").orElse(""),
                        node.textOf("class").orElse(""),
                        node.textOf("bus-type").orElse("")));
    }

    /** A map of words. */
    public Optional<Datamap> datamap(String id) {
        return found("datamap", id).map(node -> {
            Map<String, String> entries = new HashMap<>();
            for (Node entry : node.all("entry")) {
                entries.put(entry.attribute("inval"), entry.attribute("outval"));
            }
            return new Datamap(id, entries);
        });
    }

    /** A script that answers an installer. Its style sheet is read with it. */
    public Optional<InstallScript> installScript(String id) {
        for (Path file : files("install-script", id)) {
            for (Node node : nodes(file, "install-script")) {
                if (node.attribute("id").equals(id)) {
                    return Optional.of(script(node, template(file)));
                }
            }
        }
        return Optional.empty();
    }

    private static InstallScript script(Node node, String styleSheet) {
        List<InstallScript.Parameter> parameters = new ArrayList<>();
        for (Node config : node.all("config")) {
            for (Node parameter : config.all("param")) {
                String map = parameter.attribute("value-map");
                parameters.add(new InstallScript.Parameter(
                        parameter.attribute("name"),
                        parameter.attribute("policy").equals("required"),
                        map.isEmpty() ? Optional.empty() : Optional.of(map)));
            }
        }
        List<String> methods = new ArrayList<>();
        for (Node method : node.all("injection-method")) {
            methods.add(method.text().strip());
        }
        return new InstallScript(
                node.attribute("id"),
                node.textOf("profile").orElse(""),
                node.textOf("product").orElse(""),
                node.textOf("path-format").orElse("unix"),
                node.textOf("expected-filename").orElse(""),
                methods,
                node.flagOf("can-pre-install-drivers", false),
                node.flagOf("needs-internet", false),
                parameters,
                styleSheet);
    }

    /** The text between the tags of the style sheet: it goes to a processor that reads text, not to us. */
    private String template(Path file) {
        try {
            var text = new String(NodeReader.bytes(file), StandardCharsets.UTF_8);
            int from = text.indexOf("<template>");
            int to = text.lastIndexOf("</template>");
            return from < 0 || to < from
                    ? ""
                    : text.substring(from + "<template>".length(), to).strip();
        } catch (IOException unreadable) {
            complain(file, unreadable);
            return "";
        }
    }

    /** The system that an image is a disc of, by the labels on it. Reads the whole database. */
    public Optional<MediaMatch> identify(MediaLabels labels) {
        return new Identification(all()).of(labels);
    }

    /** The system that a tree installs, by its description. Reads the whole database. */
    public Optional<TreeMatch> identify(TreeInfo info) {
        return new Identification(all()).of(info);
    }

    /** The systems that one derives from or copies, in the order of the file. */
    List<Os> parents(Os os) {
        List<Os> parents = new ArrayList<>();
        for (String id : os.derivesFrom()) {
            byId(id).ifPresent(parents::add);
        }
        for (String id : os.clones()) {
            byId(id).ifPresent(parents::add);
        }
        return parents;
    }

    /** A system and its ancestors, each once, nearer ones first. */
    List<Os> lineage(Os os) {
        Map<String, Os> seen = new LinkedHashMap<>();
        Deque<Os> waiting = new ArrayDeque<>(List.of(os));
        while (!waiting.isEmpty()) {
            Os next = waiting.remove();
            if (seen.putIfAbsent(next.id(), next) == null) {
                waiting.addAll(parents(next));
            }
        }
        return List.copyOf(seen.values());
    }

    boolean related(Os os, String shortId) {
        Set<String> seen = new HashSet<>();
        Deque<Os> waiting = new ArrayDeque<>(List.of(os));
        while (!waiting.isEmpty()) {
            Os next = waiting.remove();
            if (next.shortId().equals(shortId)) {
                return true;
            }
            if (seen.add(next.id())) {
                waiting.addAll(parents(next));
                for (String id : next.upgrades()) {
                    byId(id).ifPresent(waiting::add);
                }
            }
        }
        return false;
    }

    private Optional<OsEntry> entry(String id, List<Path> files) {
        Optional<OsEntry> entry = Optional.empty();
        for (Path file : files) {
            for (Node os : nodes(file, "os")) {
                if (os.attribute("id").equals(id)) {
                    OsEntry made = entry.orElseGet(() -> new OsEntry(id));
                    made.add(os);
                    entry = Optional.of(made);
                }
            }
        }
        return entry;
    }

    private List<String> idsIn(List<Path> files) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (Path file : files) {
            for (Node os : nodes(file, "os")) {
                ids.add(os.attribute("id"));
            }
        }
        return List.copyOf(ids);
    }

    private Optional<Node> found(String kind, String id) {
        for (Path file : files(kind, id)) {
            for (Node node : nodes(file, kind)) {
                if (node.attribute("id").equals(id)) {
                    return Optional.of(node);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Node> merged(String kind, String id) {
        List<Node> children = new ArrayList<>();
        for (Path file : files(kind, id)) {
            for (Node node : nodes(file, kind)) {
                if (node.attribute("id").equals(id)) {
                    children.addAll(node.children());
                }
            }
        }
        return children.isEmpty() ? Optional.empty() : Optional.of(new Node(kind, Map.of(), "", children));
    }

    /** The files named after an entry, or all of its kind where there is none: the name is only a convention. */
    private List<Path> files(String kind, String id) {
        List<Path> named = catalogue.of(kind, id);
        return named.isEmpty() ? catalogue.all(kind) : named;
    }

    private List<Node> nodes(Path file, String kind) {
        try {
            return reader.read(NodeReader.bytes(file)).all(kind);
        } catch (IOException | XMLStreamException | RuntimeException unreadable) {
            // The reader of the JDK throws unchecked exceptions for some documents that are not well formed.
            complain(file, unreadable);
            return List.of();
        }
    }

    private void complain(Path file, Exception unreadable) {
        String line = "cannot read " + file + ": "
                + String.valueOf(unreadable.getMessage()).replace('\n', ' ');
        if (complaints.add(line)) {
            LOG.log(Level.DEBUG, line);
        }
    }
}
