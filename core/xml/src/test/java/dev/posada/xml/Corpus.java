package dev.posada.xml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The documents under {@code src/test/resources}. */
final class Corpus {
    static final Path RESOURCES = Path.of("src", "test", "resources");

    private Corpus() {}

    /** One document. */
    record Document(Path path, String text) {
        String name() {
            return path.getFileName().toString().replace(".xml", "");
        }

        @Override
        public String toString() {
            return name();
        }
    }

    /** The domains that libvirt 9.0 knows in every element. */
    static List<Document> domains() {
        return in("domains");
    }

    /** Domains with elements that are younger than libvirt 9.0. */
    static List<Document> newerDomains() {
        return in("newer-domains");
    }

    static List<Document> all() {
        var all = new ArrayList<>(domains());
        all.addAll(newerDomains());
        return all;
    }

    private static List<Document> in(String folder) {
        try (var files = Files.list(RESOURCES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".xml"))
                    .sorted()
                    .map(file -> new Document(file, read(file)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
