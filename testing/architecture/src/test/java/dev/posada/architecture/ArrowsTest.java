package dev.posada.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md: which module may know which, in its build file and in its sources. */
class ArrowsTest {
    private static final Set<String> LIBRARIES_FOR_DRIVERS = Set.of("posix", "process", "qmp", "cgroup", "link");

    /** What the main code of each module may depend on; a module missing here fails the build. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("xdr", Set.of()),
            Map.entry("posix", Set.of()),
            Map.entry("process", Set.of("posix")),
            Map.entry("qmp", Set.of("posix")),
            Map.entry("cgroup", Set.of()),
            Map.entry("link", Set.of("posix", "process")),
            Map.entry("image", Set.of("posix")),
            Map.entry("model", Set.of()),
            Map.entry("xml", Set.of("model")),
            Map.entry("driver", Set.of("model")),
            Map.entry("engine", Set.of("model", "driver", "xml")),
            Map.entry("simulator", Set.of("driver", "model")),
            Map.entry("qemu", plus(LIBRARIES_FOR_DRIVERS, "driver", "model")),
            Map.entry("docker", plus(LIBRARIES_FOR_DRIVERS, "driver", "model", "dockerengine", "dhcp")),
            Map.entry("jvm", plus(LIBRARIES_FOR_DRIVERS, "driver", "model")),
            Map.entry("storage", plus(LIBRARIES_FOR_DRIVERS, "driver", "model", "image", "dockerengine")),
            Map.entry("network", plus(LIBRARIES_FOR_DRIVERS, "driver", "model")),
            Map.entry("filter", plus(LIBRARIES_FOR_DRIVERS, "driver", "model")),
            Map.entry("host", plus(LIBRARIES_FOR_DRIVERS, "driver", "model")),
            Map.entry("generator", Set.of()),
            Map.entry("protocol", Set.of("xdr", "model")),
            Map.entry("client", Set.of("protocol", "xdr", "model", "posix")),
            Map.entry("server", Set.of("protocol", "xdr", "model", "engine", "driver", "posix")),
            Map.entry(
                    "daemon",
                    Set.of(
                            "server",
                            "engine",
                            "driver",
                            "model",
                            "simulator",
                            "qemu",
                            "docker",
                            "jvm",
                            "storage",
                            "network",
                            "filter",
                            "host",
                            "client",
                            "posix")),
            Map.entry("rfb", Set.of()),
            Map.entry("iso", Set.of()),
            Map.entry("osinfo", Set.of()),
            Map.entry("dockerengine", Set.of()),
            Map.entry("dhcp", Set.of()),
            Map.entry("dockerhost", Set.of()),
            Map.entry("terminal", Set.of("posix")),
            Map.entry("virsh", Set.of("terminal", "client", "model", "xml")),
            Map.entry("install", Set.of("terminal", "client", "model", "xml", "iso", "osinfo", "image")),
            Map.entry("clone", Set.of("terminal", "client", "model", "xml", "image")),
            Map.entry("doctor", Set.of("terminal", "client", "model", "xml", "posix")),
            Map.entry("viewer", Set.of("terminal", "client", "model", "xml", "rfb")),
            Map.entry(
                    "cli",
                    Set.of(
                            "terminal",
                            "image",
                            "client",
                            "model",
                            "xml",
                            "virsh",
                            "install",
                            "clone",
                            "doctor",
                            "viewer")),
            Map.entry("conformance", Set.of("engine", "driver", "model", "xml")),
            Map.entry("architecture", Set.of()),
            Map.entry("system", Set.of("client", "model", "protocol")),
            Map.entry("bench", Set.of("client", "model", "protocol")));

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?dev\\.posada\\.([a-z]+)\\.", Pattern.MULTILINE);
    private static final Pattern DEPENDENCY =
            Pattern.compile("<artifactId>posada-([a-z]+)</artifactId>\\s*(<scope>test</scope>)?");

    private final SourceTree tree = SourceTree.ofThisCheckout();

    @Test
    void everyModuleHasItsArrows() {
        assertThat(ALLOWED.keySet()).containsAll(tree.modules().keySet());
    }

    @Test
    void sourcesImportOnlyWhatTheirModuleMayKnow() {
        var offences = new ArrayList<String>();
        tree.modules().forEach((module, folder) -> {
            for (var source : tree.mainSources(folder)) {
                for (var other : namesIn(IMPORT, SourceTree.read(source))) {
                    if (!other.equals(module) && !ALLOWED.get(module).contains(other)) {
                        offences.add(tree.relative(source) + " imports dev.posada." + other
                                + ": no arrow leads there from " + module);
                    }
                }
            }
        });
        assertThat(offences).isEmpty();
    }

    @Test
    void buildFilesNameOnlyWhatTheirModuleMayKnow() {
        var offences = new ArrayList<String>();
        tree.modules().forEach((module, folder) -> {
            var pom = SourceTree.read(folder.resolve("pom.xml"));
            var matcher = DEPENDENCY.matcher(pom.substring(pom.indexOf("</parent>")));
            while (matcher.find()) {
                var other = matcher.group(1);
                var forTests = matcher.group(2) != null;
                // The generator runs while protocol is built; nothing of it is in protocol's jar.
                var builds = module.equals("protocol") && other.equals("generator");
                if (!forTests
                        && !builds
                        && !other.equals(module)
                        && !ALLOWED.get(module).contains(other)) {
                    offences.add(tree.relative(folder) + "/pom.xml depends on posada-" + other);
                }
            }
        });
        assertThat(offences).isEmpty();
    }

    @Test
    void noDriverKnowsAnother() {
        var drivers = Set.of("qemu", "docker", "jvm", "simulator", "host", "network", "filter");
        for (var driver : drivers) {
            assertThat(ALLOWED.get(driver)).doesNotContainAnyElementsOf(drivers);
        }
    }

    @Test
    void theArrowsHaveNoCycle() {
        var settled = new TreeSet<String>();
        var open = new TreeSet<>(ALLOWED.keySet());
        while (open.removeIf(module -> settled.containsAll(ALLOWED.get(module)) && settled.add(module))) {
            // Each round settles the modules whose arrows all lead to settled ones.
        }
        assertThat(open).isEmpty();
    }

    private static Set<String> plus(Set<String> some, String... more) {
        var all = new TreeSet<>(some);
        all.addAll(Set.of(more));
        return all;
    }

    private static Set<String> namesIn(Pattern pattern, String text) {
        var names = new TreeSet<String>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
