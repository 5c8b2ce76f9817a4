package dev.posada.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The control groups of this host: version 1 (a hierarchy per controller), version 2 (one hierarchy), or both, in which
 * case a controller is used where it is mounted.
 *
 * <p>Sources: {@code cgroups(7)}, the kernel's {@code admin-guide/cgroup-v1} and {@code admin-guide/cgroup-v2}.
 */
public final class CgroupHost {
    /** Longer tables are cut: a host has some dozens of mounts, not thousands. */
    private static final int LONGEST_MOUNT_TABLE = 4096;

    private static final System.Logger LOG = System.getLogger("posada.cgroup");

    private final Map<Controller, Path> separate;
    private final Optional<Path> unified;
    private final Set<Controller> unifiedControllers;

    private CgroupHost(Map<Controller, Path> separate, Optional<Path> unified, Set<Controller> unifiedControllers) {
        this.separate = Map.copyOf(separate);
        this.unified = unified;
        this.unifiedControllers = Set.copyOf(unifiedControllers);
    }

    /** Looks at this process's mounts. A host without control groups gives one that offers nothing. */
    public static CgroupHost detect() {
        return detect(Path.of("/proc/self/mounts"));
    }

    static CgroupHost detect(Path mountTable) {
        var separate = new EnumMap<Controller, Path>(Controller.class);
        Optional<Path> unified = Optional.empty();
        for (var mount : mounts(mountTable)) {
            var fields = mount.split(" ", 5);
            if (fields.length < 4) {
                continue;
            }
            var place = Path.of(fields[1].replace("\\040", " "));
            var options = Arrays.asList(fields[3].split(",", -1));
            if (fields[2].equals("cgroup2")) {
                unified = unified.or(() -> Optional.of(place));
            } else if (fields[2].equals("cgroup")) {
                for (var controller : Controller.values()) {
                    if (options.contains(controller.word())) {
                        separate.putIfAbsent(controller, place);
                    }
                }
            }
        }
        var offered = unified.map(CgroupHost::controllers).orElse(Set.of());
        return new CgroupHost(separate, unified, offered);
    }

    /** Whether groups made here can use a controller. */
    public boolean offers(Controller controller) {
        return separate.containsKey(controller) || unifiedControllers.contains(controller);
    }

    /** Whether a controller is that of version 2, whose values have other ranges. */
    public boolean isUnified(Controller controller) {
        return !separate.containsKey(controller) && unifiedControllers.contains(controller);
    }

    /**
     * Makes a group in every hierarchy, or takes the one that is there.
     *
     * @param path from the hierarchy's root, as {@code machine/name}; no {@code ..}, not absolute
     * @throws CgroupException when a folder cannot be made; what was made is removed again
     */
    public Cgroup create(String path) {
        return create(path, EnumSet.allOf(Controller.class));
    }

    /** Makes a group in the hierarchies of these controllers only, those that the host offers. */
    Cgroup create(String path, Set<Controller> wanted) {
        check(path);
        var folders = new EnumMap<Controller, Path>(Controller.class);
        try {
            for (var entry : separate.entrySet()) {
                if (!wanted.contains(entry.getKey())) {
                    continue;
                }
                folders.put(entry.getKey(), make(entry.getKey(), entry.getValue(), path));
            }
            if (unified.isPresent()) {
                for (var controller : unifiedControllers) {
                    if (wanted.contains(controller) && !folders.containsKey(controller)) {
                        folders.put(controller, makeUnified(unified.get(), path));
                    }
                }
            }
        } catch (IOException e) {
            new Cgroup(this, path, folders).remove();
            var why = e instanceof AccessDeniedException ? "no right to write " + e.getMessage() : e.getMessage();
            throw new CgroupException("cannot make the control group " + path + ": " + why, e);
        }
        return new Cgroup(this, path, folders);
    }

    /** The group at a path that exists in at least one hierarchy, or nothing. */
    public Optional<Cgroup> find(String path) {
        check(path);
        var folders = new EnumMap<Controller, Path>(Controller.class);
        separate.forEach((controller, root) -> {
            if (Files.isDirectory(root.resolve(path))) {
                folders.put(controller, root.resolve(path));
            }
        });
        unified.map(root -> root.resolve(path))
                .filter(Files::isDirectory)
                .ifPresent(folder -> unifiedControllers.forEach(controller -> folders.putIfAbsent(controller, folder)));
        return folders.isEmpty() ? Optional.empty() : Optional.of(new Cgroup(this, path, folders));
    }

    /** The group a process is in, in each hierarchy the one it is in there; nothing when there is no such process. */
    public Optional<Cgroup> of(long pid) {
        List<String> lines;
        try (var all = Files.lines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
            lines = all.limit(LONGEST_MOUNT_TABLE).toList();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
        var folders = new EnumMap<Controller, Path>(Controller.class);
        var paths = new HashSet<String>();
        for (var line : lines) {
            var fields = line.split(":", 3);
            if (fields.length < 3 || !fields[2].startsWith("/") || fields[2].contains("..")) {
                continue;
            }
            var path = fields[2].substring(1);
            var words = Arrays.asList(fields[1].split(",", -1));
            for (var controller : Controller.values()) {
                var root = words.contains(controller.word())
                        ? Optional.ofNullable(separate.get(controller))
                        : fields[1].isEmpty() && isUnified(controller) ? unified : Optional.<Path>empty();
                root.map(mounted -> mounted.resolve(path))
                        .filter(Files::isDirectory)
                        .ifPresent(folder -> {
                            folders.put(controller, folder);
                            paths.add(path);
                        });
            }
        }
        return paths.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Cgroup(this, paths.stream().sorted().findFirst().orElseThrow(), folders));
    }

    private static Path make(Controller controller, Path root, String path) throws IOException {
        var folder = root;
        for (var step : Path.of(path)) {
            var parent = folder;
            folder = folder.resolve(step);
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
                if (controller == Controller.CPUSET) {
                    // A new version 1 cpuset is empty and takes no process until it has processors and memory.
                    inherit(parent, folder, "cpuset.cpus");
                    inherit(parent, folder, "cpuset.mems");
                }
            }
        }
        return folder;
    }

    private static void inherit(Path parent, Path folder, String file) throws IOException {
        if (Files.readString(folder.resolve(file)).isBlank()) {
            Files.writeString(
                    folder.resolve(file), Files.readString(parent.resolve(file)).strip());
        }
    }

    private Path makeUnified(Path root, String path) throws IOException {
        var folder = root;
        for (var step : Path.of(path)) {
            delegate(folder);
            folder = folder.resolve(step);
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
            }
        }
        return folder;
    }

    /** Lets the children of a version 2 group use the controllers; each by itself, since one refusal refuses all. */
    void delegate(Path folder) {
        for (var controller : unifiedControllers) {
            if (!controller.unifiedWord().isEmpty()) {
                try {
                    Files.writeString(folder.resolve("cgroup.subtree_control"), "+" + controller.unifiedWord());
                } catch (IOException e) {
                    // Not fatal here: the controller stays unavailable below, and setting one of its limits says so.
                    LOG.log(System.Logger.Level.DEBUG, "{0} is not delegated below {1}: {2}", controller, folder, e);
                }
            }
        }
    }

    private static Set<Controller> controllers(Path unified) {
        var offered = EnumSet.noneOf(Controller.class);
        try {
            var words = Arrays.asList(Files.readString(unified.resolve("cgroup.controllers"))
                    .strip()
                    .split(" ", -1));
            for (var controller : Controller.values()) {
                if (!controller.unifiedWord().isEmpty() && words.contains(controller.unifiedWord())) {
                    offered.add(controller);
                }
            }
            if (offered.contains(Controller.CPU)) {
                offered.add(Controller.CPUACCT);
            }
            // Where other controllers are used in version 2; a tree that holds none is left alone.
            if (!offered.isEmpty()) {
                offered.add(Controller.FREEZER);
            }
        } catch (IOException e) {
            return Set.of();
        }
        return offered;
    }

    private static List<String> mounts(Path mountTable) {
        try (var lines = Files.lines(mountTable)) {
            return lines.limit(LONGEST_MOUNT_TABLE).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void check(String path) {
        var parts = Path.of(path);
        for (var part : parts) {
            if (part.toString().equals("..") || part.toString().isEmpty()) {
                throw new IllegalArgumentException("not a path below the root: " + path);
            }
        }
        if (parts.isAbsolute()) {
            throw new IllegalArgumentException("not a path below the root: " + path);
        }
    }
}
