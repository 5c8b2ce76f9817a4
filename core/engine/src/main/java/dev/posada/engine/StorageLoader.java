package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads what earlier daemons kept. One bad file costs one object: it is put aside under another name, reported, and the
 * others load. Files are read and parsed by several threads at once, because there may be ten thousand of them and a
 * daemon that starts keeps its clients waiting.
 */
final class StorageLoader<D extends Stored> {
    private static final System.Logger LOG = System.getLogger("posada.engine");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);

    /** A document read from a file, with what is needed to choose between two. */
    private record Read<T>(Path file, FileTime modified, boolean sealed, T value) {}

    private final String noun;
    private final Consumer<D> rewrite;

    /**
     * Makes a loader.
     *
     * @param noun what is kept, as {@code domain}
     * @param rewrite takes definitions whose files are not as a daemon wrote them, to be written anew
     */
    StorageLoader(String noun, Consumer<D> rewrite) {
        this.noun = noun;
        this.rewrite = rewrite;
    }

    /** Definitions with names and uuids that are unique; of two files that claim the same the younger counts. */
    List<D> definitions(Path folder, Function<String, D> parse) {
        var read = new ArrayList<>(readAll(folder, parse));
        read.sort(Comparator.comparing((Read<D> one) -> one.modified())
                .reversed()
                .thenComparing(one -> one.file().toString()));
        var byName = new HashMap<String, Path>();
        var byUuid = new HashMap<UUID, Path>();
        var kept = new ArrayList<D>(read.size());
        for (var one : read) {
            var value = one.value();
            var expected = folder.resolve(DiskStorage.fileOf(value.name()));
            var rival = Optional.ofNullable(byName.get(value.name()))
                    .or(() -> Optional.ofNullable(byUuid.get(value.uuid())));
            if (rival.isPresent()) {
                putAside(one.file(), "duplicate", "repeats the name or uuid of " + rival.get());
            } else if (one.file().equals(expected) || moved(one.file(), expected)) {
                byName.put(value.name(), one.file());
                byUuid.put(value.uuid(), one.file());
                kept.add(value);
                if (!one.sealed()) {
                    seal(value);
                }
            }
        }
        return kept;
    }

    /** What was filled in when a file was read, as a uuid, must be the same at the next start. */
    private void seal(D definition) {
        try {
            rewrite.accept(definition);
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    /** A file somebody put here under a name of their own gets the one its object is kept under, if that is free. */
    private boolean moved(Path file, Path expected) {
        if (Files.exists(expected)) {
            putAside(file, "misnamed", "defines a " + noun + " that is kept in " + expected);
            return false;
        }
        try {
            Files.move(file, expected);
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot rename " + file + " to " + expected + ": " + e.getMessage());
            return false;
        }
    }

    /** Records of instances. */
    <L> List<L> instances(Path folder, Function<Element, L> parse) {
        return readAll(folder, text -> parse.apply(Documents.parse(text))).stream()
                .map(Read::value)
                .toList();
    }

    private <T> List<Read<T>> readAll(Path folder, Function<String, T> parse) {
        var files = filesIn(folder);
        return files.parallelStream()
                .map(file -> read(file, parse))
                .flatMap(Optional::stream)
                .toList();
    }

    private static List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        var documents = new ArrayList<Path>();
        try (Stream<Path> files = Files.list(folder)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var name = String.valueOf(file.getFileName());
                if (name.endsWith(DiskStorage.SUFFIX + DurableDirectory.UNFINISHED)) {
                    Files.deleteIfExists(file); // never finished, so never promised to anybody
                } else if (name.endsWith(DiskStorage.SUFFIX) && Files.isRegularFile(file)) {
                    documents.add(file);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot list " + folder + ": " + e.getMessage());
        }
        return documents;
    }

    private static <T> Optional<Read<T>> read(Path file, Function<String, T> parse) {
        try {
            if (Files.size(file) > Documents.MAX_LENGTH) {
                putAside(file, "corrupt", "is longer than any definition");
                return Optional.empty();
            }
            var text = Files.readString(file, StandardCharsets.UTF_8);
            var value = parse.apply(text);
            return Optional.of(new Read<>(file, Files.getLastModifiedTime(file), Seal.intact(text), value));
        } catch (CharacterCodingException e) {
            putAside(file, "corrupt", "is not UTF-8");
        } catch (IOException e) {
            // Perhaps only for the moment: the file stays where it is for the next start.
            LOG.log(System.Logger.Level.ERROR, "cannot read " + file + ": " + e.getMessage() + "; it is left out");
        } catch (PosadaException | IllegalArgumentException | NoSuchElementException e) {
            putAside(file, "corrupt", String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    static void putAside(Path file, String kind, String why) {
        var aside = file.resolveSibling(
                file.getFileName() + "." + kind + "-" + STAMP.format(LocalDateTime.now(ZoneOffset.UTC)));
        var line = (file + " " + why).lines().findFirst().orElse("");
        try {
            Files.move(file, aside);
            LOG.log(System.Logger.Level.ERROR, line + "; kept as " + aside.getFileName());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, line + "; and it cannot be put aside: " + e.getMessage());
        }
    }
}
