package dev.posada.engine;

import dev.posada.driver.Undo;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Keeps objects in files, one XML document each; of domains, for example:
 *
 * <pre>
 * ETC/NAME.xml             the definition, canonical, passwords included; the folder is its owner's alone
 * ETC/autostart/NAME.xml   a link to ../NAME.xml when the domain starts by itself
 * RUN/NAME.xml             the instance while there is one: id, status, live definition, the driver's journal
 * RUN/autostarted          the host's boot id once domains were started by themselves in this run of the host
 * ETC/.changes-0, -1      changes of the last moments, until their files are on the disk: {@link ChangeLog}
 * </pre>
 *
 * <p>NAME is made by {@link FileNames}. Files that cannot be read are renamed to {@code NAME.xml.corrupt-TIME} and those
 * that repeat another's name or uuid to {@code NAME.xml.duplicate-TIME}; nothing is ever deleted for being unreadable.
 * Definitions are flushed to the disk; what is in RUN only has to outlive this process, because guests do not outlive the
 * host.
 */
final class DiskStorage<D extends Stored, L> implements Storage<D, L> {
    /**
     * A kind of object.
     *
     * @param noun what one is called in messages, as {@code domain}
     * @param origin the part of the system errors come from
     * @param definition reads a definition's file
     * @param live reads the record of a definition at work
     */
    record Kind<D, L>(String noun, ErrorOrigin origin, Function<String, D> definition, Function<Element, L> live) {}

    private static final System.Logger LOG = System.getLogger("posada.engine");

    static final String SUFFIX = ".xml";
    private static final String AUTOSTART = "autostart";
    private static final String AUTOSTARTED = "autostarted";

    private final DurableDirectory definitions;
    private final DurableDirectory autostarts;
    private final DurableDirectory instances;
    private final ChangeLog changes;
    private final Kind<D, L> kind;

    DiskStorage(Path etc, Path run, Kind<D, L> kind) {
        this.definitions = new DurableDirectory(etc);
        this.autostarts = new DurableDirectory(etc.resolve(AUTOSTART));
        this.instances = new DurableDirectory(run);
        this.changes = new ChangeLog(definitions);
        this.kind = kind;
    }

    /** Whether an earlier daemon left anything in these folders. */
    static boolean anythingIn(Path etc, Path run) {
        return holdsDocuments(etc) || holdsDocuments(run);
    }

    @Override
    public void add(D definition) {
        attempt("store the definition of", definition.name(), () -> {
            definitions.make();
            put(definition, Optional.empty(), definitions::add);
        });
    }

    @Override
    public void replace(D definition) {
        attempt("store the definition of", definition.name(), () -> {
            definitions.make();
            var before = definitions.file(fileOf(definition.name()));
            put(
                    definition,
                    Files.exists(before) ? Optional.of(Files.readString(before)) : Optional.empty(),
                    definitions::replace);
        });
    }

    private interface Write {
        void write(String file, String content) throws IOException;
    }

    /** Writes a definition: quickly when the log has made it safe, and with the disk's word for it otherwise. */
    private void put(D definition, Optional<String> before, Write slow) throws IOException {
        var file = fileOf(definition.name());
        var content = definition.sealed();
        if (!changes.append(file, Optional.of(content))) {
            slow.write(file, content);
            return;
        }
        try {
            definitions.put(file, content);
        } catch (IOException e) {
            changes.append(file, before); // what could not be done is not done later either
            throw e;
        }
    }

    @Override
    public void remove(String name) {
        attempt("remove the definition of", name, () -> {
            // The link goes first: one that is left over would start a later domain of this name.
            if (Files.deleteIfExists(autostarts.file(fileOf(name)))) {
                autostarts.flush();
            }
            boolean safe = changes.append(fileOf(name), Optional.empty());
            Files.deleteIfExists(definitions.file(fileOf(name)));
            if (!safe) {
                definitions.flush();
            }
        });
    }

    @Override
    public void rename(String from, D definition, boolean autostart) {
        var to = definition.name();
        // Between these steps there are two files with one uuid; start-up keeps the younger, which is the new name.
        add(definition);
        try (var undo = new Undo()) {
            undo.add(() -> remove(to));
            if (autostart) {
                autostart(to, true);
            }
            undo.done();
        }
        remove(from);
    }

    @Override
    public void autostart(String name, boolean autostart) {
        attempt("mark for autostart", name, () -> {
            var link = autostarts.file(fileOf(name));
            if (!autostart) {
                Files.deleteIfExists(link);
                if (Files.isDirectory(autostarts.folder())) {
                    autostarts.flush();
                }
                return;
            }
            autostarts.make();
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of("..", fileOf(name)));
                autostarts.flush();
            }
        });
    }

    @Override
    public void saveLive(String name, Element document) {
        attempt("record the state of", name, () -> {
            try {
                instances.put(fileOf(name), Documents.format(document));
            } catch (NoSuchFileException _) {
                instances.make();
                instances.put(fileOf(name), Documents.format(document));
            }
        });
    }

    @Override
    public void removeLive(String name) {
        attempt("remove the state of", name, () -> Files.deleteIfExists(instances.file(fileOf(name))));
    }

    @Override
    public Kept<D, L> load() {
        try {
            new ChangeReplay(definitions, changes).run();
        } catch (IOException e) {
            // What the log knows is kept for another start; until then changes go the slow way.
            LOG.log(System.Logger.Level.ERROR, "cannot finish the changes of the last daemon: " + e.getMessage());
            changes.close();
        }
        var loader = new StorageLoader<D>(kind.noun(), this::replace);
        var kept = loader.definitions(definitions.folder(), kind.definition());
        var marks = new HashSet<String>();
        for (var definition : kept) {
            if (Files.isSymbolicLink(autostarts.file(fileOf(definition.name())))) {
                marks.add(definition.name());
            }
        }
        return new Kept<>(kept, Set.copyOf(marks), loader.instances(instances.folder(), kind.live()));
    }

    @Override
    public boolean firstSinceBoot() {
        try {
            var boot = HostBoot.id();
            var mark = instances.file(AUTOSTARTED);
            if (Files.exists(mark) && Files.readString(mark).strip().equals(boot)) {
                return false;
            }
            instances.make();
            instances.put(AUTOSTARTED, boot + "\n");
            return true;
        } catch (IOException e) {
            throw failure("read the mark of autostart of the host", "", e);
        }
    }

    @Override
    public void close() {
        changes.close();
    }

    static String fileOf(String name) {
        return FileNames.of(name) + SUFFIX;
    }

    private static boolean holdsDocuments(Path folder) {
        var files = folder.toFile().list();
        if (files == null) {
            return false;
        }
        for (var file : files) {
            if (file.endsWith(SUFFIX)) {
                return true;
            }
        }
        return false;
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(String what, String name, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw failure(what, kind.noun() + " '" + name + "'", e);
        }
    }

    private PosadaException failure(String what, String object, IOException cause) {
        var reason = Reason.of(cause);
        var detail = "cannot " + what + " " + object + ": " + reason.text();
        return PosadaException.system(kind.origin(), reason.errno(), detail, cause);
    }

    /**
     * What the operating system said.
     *
     * @param errno its number
     * @param text its words and the file
     */
    private record Reason(int errno, String text) {
        private static Reason of(IOException cause) {
            var file = cause instanceof FileSystemException at ? ": " + at.getFile() : "";
            return switch (cause) {
                case NoSuchFileException _ -> new Reason(2, "No such file or directory" + file);
                case AccessDeniedException _ -> new Reason(13, "Permission denied" + file);
                case FileAlreadyExistsException _ -> new Reason(17, "File exists" + file);
                default -> {
                    var text = String.valueOf(cause.getMessage());
                    yield new Reason(text.contains("No space left") ? 28 : 5, text);
                }
            };
        }
    }
}
