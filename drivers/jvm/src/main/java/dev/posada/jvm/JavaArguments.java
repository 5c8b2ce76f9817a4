package dev.posada.jvm;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The command line of {@code java}, taken apart as the launcher does it.
 *
 * @param entry what runs
 * @param classPath folders, jars and {@code folder/*}, absolute
 * @param modulePath folders and jars, absolute
 * @param properties system properties by name
 * @param options everything else before what runs, values joined to their options
 * @param arguments what the program is given
 */
record JavaArguments(
        JavaProgram.Entry entry,
        List<Path> classPath,
        List<Path> modulePath,
        SequencedMap<String, String> properties,
        List<String> options,
        List<String> arguments) {
    /** Options whose value is a word of its own, unless it stands behind an equals sign. */
    private static final Set<String> WITH_VALUE = Set.of(
            "--add-modules",
            "--add-exports",
            "--add-opens",
            "--add-reads",
            "--limit-modules",
            "--patch-module",
            "--upgrade-module-path",
            "--enable-native-access",
            "--illegal-native-access",
            "--describe-module",
            "--source");

    private static final Set<String> CLASS_PATH = Set.of("-cp", "-classpath", "--class-path");
    private static final Set<String> MODULE_PATH = Set.of("-p", "--module-path");
    private static final Set<String> MODULE = Set.of("-m", "--module");

    /** What runs a program from its source. */
    private static final JavaProgram.Entry FROM_SOURCE =
            new JavaProgram.Entry.Module("jdk.compiler", Optional.of("com.sun.tools.javac.launcher.Main"));

    JavaArguments {
        classPath = List.copyOf(classPath);
        modulePath = List.copyOf(modulePath);
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
    }

    /**
     * Takes a command line apart.
     *
     * @param line the program's name first
     * @param directory what relative paths count from
     * @return empty when it is none of {@code java}, or leaves to files what it says
     */
    static Optional<JavaArguments> parse(List<String> line, Path directory) {
        try {
            return new Reader(line, directory).read();
        } catch (InvalidPathException | IndexOutOfBoundsException notJava) {
            return Optional.empty();
        }
    }

    /** Goes along a command line. */
    private static final class Reader {
        private final List<String> line;
        private final Path directory;
        private final List<Path> classPath = new ArrayList<>();
        private final List<Path> modulePath = new ArrayList<>();
        private final SequencedMap<String, String> properties = new LinkedHashMap<>();
        private final List<String> options = new ArrayList<>();
        private int next = 1;

        Reader(List<String> line, Path directory) {
            this.line = line;
            this.directory = directory;
        }

        Optional<JavaArguments> read() {
            while (next < line.size()) {
                var word = line.get(next++);
                if (word.startsWith("@")) {
                    return Optional.empty();
                }
                if (word.equals("-jar")) {
                    return Optional.of(program(new JavaProgram.Entry.Jar(absolute(line.get(next++)))));
                }
                if (!word.startsWith("-")) {
                    return Optional.of(program(mainOrSource(word)));
                }
                int equals = word.startsWith("--") ? word.indexOf('=') : -1;
                var name = equals < 0 ? word : word.substring(0, equals);
                if (MODULE.contains(name)) {
                    return Optional.of(program(module(equals < 0 ? line.get(next++) : word.substring(equals + 1))));
                }
                option(word, name, equals);
            }
            return Optional.empty();
        }

        private void option(String word, String name, int equals) {
            if (CLASS_PATH.contains(name)) {
                path(equals < 0 ? line.get(next++) : word.substring(equals + 1), classPath);
            } else if (MODULE_PATH.contains(name)) {
                path(equals < 0 ? line.get(next++) : word.substring(equals + 1), modulePath);
            } else if (WITH_VALUE.contains(name) && equals < 0) {
                options.add(word + "=" + line.get(next++));
            } else if (word.startsWith("-D")) {
                int value = word.indexOf('=');
                properties.put(
                        word.substring(2, value < 0 ? word.length() : value),
                        value < 0 ? "" : word.substring(value + 1));
            } else {
                options.add(word);
            }
        }

        private JavaArguments program(JavaProgram.Entry entry) {
            int from = entry.equals(FROM_SOURCE) ? next - 1 : next;
            return new JavaArguments(
                    entry, classPath, modulePath, properties, options, line.subList(from, line.size()));
        }

        private static JavaProgram.Entry mainOrSource(String word) {
            return word.endsWith(".java") || word.indexOf('/') >= 0
                    ? FROM_SOURCE
                    : new JavaProgram.Entry.MainClass(word);
        }

        private static JavaProgram.Entry module(String word) {
            int slash = word.indexOf('/');
            return new JavaProgram.Entry.Module(
                    slash < 0 ? word : word.substring(0, slash),
                    slash < 0 ? Optional.empty() : Optional.of(word.substring(slash + 1)));
        }

        private void path(String joined, List<Path> into) {
            into.clear(); // the last one counts
            for (var entry : List.of(joined.split(":", -1))) {
                into.add(absolute(entry));
            }
        }

        private Path absolute(String path) {
            return directory.resolve(path).normalize();
        }
    }
}
