package dev.posada.jvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The JDKs of this host. A program whose definition names none gets the one of {@code java_home} in {@code jvm.conf}; else
 * the newest of {@code /usr/lib/jvm} by the version its {@code release} file tells, of equals the first by name; else the
 * one behind {@code /usr/bin/java}; else the one this daemon runs on.
 */
final class Jdks {
    private static final Path FOLDER = Path.of("/usr/lib/jvm");
    private static final Path COMMAND = Path.of("/usr/bin/java");

    /** Longer files are no release files. */
    private static final int RELEASE_LINES_MAX = 200;

    private static final String VERSION = "JAVA_VERSION=";

    /**
     * A JDK.
     *
     * @param home its folder
     * @param version as its release file has it
     */
    record Jdk(Path home, Runtime.Version version) {}

    private final Path folder;
    private final Optional<Path> configured;

    Jdks(Optional<Path> configured) {
        this(FOLDER, configured);
    }

    Jdks(Path folder, Optional<Path> configured) {
        this.folder = folder;
        this.configured = configured;
    }

    /** The program that starts a JVM. */
    static Path launcher(Path home) {
        return home.resolve("bin").resolve("java");
    }

    /** The JDK of programs that name none. */
    Optional<Path> standard() {
        return configured
                .or(() -> found().stream().map(Jdk::home).findFirst())
                .or(() -> command())
                .or(() -> Optional.of(Path.of(System.getProperty("java.home"))).filter(Jdks::usable));
    }

    /** The version of a JDK; nothing when it does not tell. */
    static Optional<Runtime.Version> version(Path home) {
        try (var lines = Files.lines(home.resolve("release"))) {
            return lines.limit(RELEASE_LINES_MAX)
                    .filter(line -> line.startsWith(VERSION))
                    .map(line ->
                            line.substring(VERSION.length()).replace("\"", "").strip())
                    .findFirst()
                    .flatMap(Jdks::parse);
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    /** Those of the host's folder, the newest first. */
    List<Jdk> found() {
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.filter(home -> !Files.isSymbolicLink(home) && usable(home))
                    .flatMap(home -> version(home).map(version -> new Jdk(home, version)).stream())
                    .sorted(Comparator.comparing(Jdk::version)
                            .reversed()
                            .thenComparing(jdk -> jdk.home().toString()))
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static Optional<Path> command() {
        try {
            var home = Optional.ofNullable(COMMAND.toRealPath().getParent()).map(Path::getParent);
            return home.filter(Jdks::usable);
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static boolean usable(Path home) {
        return Files.isExecutable(launcher(home));
    }

    /** Versions before 9 are told as {@code 1.8.0_452}. */
    private static Optional<Runtime.Version> parse(String text) {
        try {
            var modern = text.startsWith("1.")
                    ? text.substring(2).replaceFirst("\\.0_?", ".0.").replaceFirst("\\.$", "")
                    : text;
            return Optional.of(Runtime.Version.parse(modern));
        } catch (IllegalArgumentException strange) {
            return Optional.empty();
        }
    }
}
