package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps domains in files, one XML document each:
 *
 * <pre>
 * ETC/NAME.xml             the definition, canonical, passwords included; the folder is its owner's alone
 * ETC/autostart/NAME.xml   a link to ../NAME.xml when the domain starts by itself
 * RUN/NAME.xml             the instance while there is one: id, status, live definition, the driver's journal
 * RUN/autostarted          the host's boot id once domains were started by themselves in this run of the host
 * </pre>
 *
 * <p>NAME is made by {@link FileNames}. Files that cannot be read are renamed to {@code NAME.xml.corrupt-TIME} and those
 * that repeat another's name or uuid to {@code NAME.xml.duplicate-TIME}; nothing is ever deleted for being unreadable.
 * Definitions are flushed to the disk; what is in RUN only has to outlive this process, because guests do not outlive the
 * host.
 */
final class DiskStorage implements Storage {
    static final String SUFFIX = ".xml";
    private static final String AUTOSTART = "autostart";
    private static final String AUTOSTARTED = "autostarted";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int EACCES = 13;
    private static final int ENOSPC = 28;

    /** Says to whoever opens the file what it is; passed over when the file is read. */
    static final String NOTICE =
            "<!-- Kept by posadad, which may overwrite changes made here. Use: virsh edit NAME -->\n";

    private final DurableDirectory definitions;
    private final DurableDirectory autostarts;
    private final DurableDirectory instances;
    private final ErrorOrigin origin;

    DiskStorage(Path etc, Path run, ErrorOrigin origin) {
        this.definitions = new DurableDirectory(etc);
        this.autostarts = new DurableDirectory(etc.resolve(AUTOSTART));
        this.instances = new DurableDirectory(run);
        this.origin = origin;
    }

    /** Whether an earlier daemon left anything in these folders. */
    static boolean anythingIn(Path etc, Path run) {
        return holdsDocuments(etc) || holdsDocuments(run);
    }

    @Override
    public void add(StoredDefinition definition) {
        attempt("store the definition of domain", definition.facts().name(), () -> {
            definitions.make();
            definitions.add(fileOf(definition.facts().name()), NOTICE + definition.text(true));
        });
    }

    @Override
    public void replace(StoredDefinition definition) {
        attempt("store the definition of domain", definition.facts().name(), () -> {
            definitions.make();
            definitions.replace(fileOf(definition.facts().name()), NOTICE + definition.text(true));
        });
    }

    @Override
    public void remove(String name) {
        attempt("remove the definition of domain", name, () -> {
            // The link goes first: one that is left over would start a later domain of this name.
            if (Files.deleteIfExists(autostarts.file(fileOf(name)))) {
                autostarts.flush();
            }
            Files.deleteIfExists(definitions.file(fileOf(name)));
            definitions.flush();
        });
    }

    @Override
    public void rename(String from, StoredDefinition definition, boolean autostart) {
        var to = definition.facts().name();
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
        attempt("mark for autostart domain", name, () -> {
            var link = autostarts.file(fileOf(name));
            if (!autostart) {
                Files.deleteIfExists(link);
                if (Files.isDirectory(autostarts.file("."))) {
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
        attempt("record the state of domain", name, () -> {
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
        attempt("remove the state of domain", name, () -> Files.deleteIfExists(instances.file(fileOf(name))));
    }

    @Override
    public Kept load() {
        var loader = new StorageLoader();
        var kept = loader.definitions(definitions.file("."));
        var marks = new HashSet<String>();
        for (var definition : kept) {
            if (Files.isSymbolicLink(autostarts.file(fileOf(definition.facts().name())))) {
                marks.add(definition.facts().name());
            }
        }
        return new Kept(kept, Set.copyOf(marks), loader.instances(instances.file(".")));
    }

    @Override
    public boolean firstSinceBoot() {
        try {
            var boot = Files.readString(BOOT_ID).strip();
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
            throw failure(what, "'" + name + "'", e);
        }
    }

    private PosadaException failure(String what, String object, IOException cause) {
        var reason = cause instanceof FileSystemException at && at.getReason() != null
                ? at.getReason() + ": " + at.getFile()
                : String.valueOf(cause.getMessage());
        var failed = PosadaException.system(origin, errno(cause), "cannot " + what + " " + object + ": " + reason);
        failed.initCause(cause);
        return failed;
    }

    private static int errno(IOException cause) {
        var text = String.valueOf(cause.getMessage());
        if (cause instanceof NoSuchFileException) {
            return ENOENT;
        }
        if (text.contains("No space left")) {
            return ENOSPC;
        }
        return cause instanceof AccessDeniedException ? EACCES : EIO;
    }
}
