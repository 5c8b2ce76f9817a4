package dev.posada.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The checkout as the rules see it: its modules and their sources. */
final class SourceTree {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private final Path root;

    private SourceTree(Path root) {
        this.root = root;
    }

    static SourceTree ofThisCheckout() {
        var given = System.getProperty("posada.source", "");
        var here = given.isEmpty() ? Path.of("").toAbsolutePath() : Path.of(given);
        while (!Files.exists(here.resolve("mvnw"))) {
            here = here.getParent();
        }
        return new SourceTree(here);
    }

    /** Module folders by the module's name, as {@code xdr → lib/xdr}. */
    SortedMap<String, Path> modules() {
        var modules = new TreeMap<String, Path>();
        var matcher = MODULE.matcher(read(root.resolve("pom.xml")));
        while (matcher.find()) {
            var folder = root.resolve(matcher.group(1));
            modules.put(folder.getFileName().toString(), folder);
        }
        return modules;
    }

    /** The Java files of a module's main code. */
    List<Path> mainSources(Path module) {
        return sources(module.resolve("src/main/java"));
    }

    /** The Java files of the whole checkout. */
    List<Path> allSources() {
        return modules().values().stream()
                .flatMap(module -> sources(module.resolve("src")).stream())
                .toList();
    }

    Path root() {
        return root;
    }

    String relative(Path path) {
        return root.relativize(path).toString();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> sources(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
