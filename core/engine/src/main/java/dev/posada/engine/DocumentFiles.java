package dev.posada.engine;

import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A folder with one document per object, named after it. Each change is lasting when the call returns. */
final class DocumentFiles {
    private static final System.Logger LOG = System.getLogger("posada.engine");
    private static final String ENDING = ".xml";
    private static final long FILE_MAX_BYTES = 4 << 20;
    private static final int EIO = 5;

    private final DurableDirectory folder;
    private final String noun;
    private final ErrorOrigin origin;

    /**
     * @param noun what the objects are, in messages
     */
    DocumentFiles(Path folder, String noun, ErrorOrigin origin) {
        this.folder = new DurableDirectory(folder);
        this.noun = noun;
        this.origin = origin;
    }

    /** Whether the folder is there, that is, whether anything was ever kept. */
    boolean exist() {
        return Files.isDirectory(folder.folder());
    }

    void keep(String name, String document) {
        try {
            folder.make();
            folder.replace(fileOf(name), document);
        } catch (IOException e) {
            throw failure("keep", name, e);
        }
    }

    /** Keeps one that could be made again: whole after a kill, though not after a failure of the host. */
    void put(String name, String document) {
        try {
            folder.make();
            folder.put(fileOf(name), document);
        } catch (IOException e) {
            throw failure("keep", name, e);
        }
    }

    /** Forgets one; one that was never kept is no matter. */
    void remove(String name) {
        try {
            if (Files.deleteIfExists(folder.file(fileOf(name)))) {
                folder.flush();
            }
        } catch (IOException e) {
            throw failure("remove", name, e);
        }
    }

    /** All that was kept, at most so many; what cannot be read is reported and left where it is. */
    <T> List<T> load(int most, Function<String, T> reading) {
        var names = folder.folder().toFile().list();
        var all = new ArrayList<T>();
        if (names == null) {
            return all;
        }
        for (var name : names) {
            if (!name.endsWith(ENDING) || all.size() >= most) {
                continue;
            }
            try {
                var file = folder.file(name);
                if (Files.size(file) > FILE_MAX_BYTES) {
                    throw new IOException("longer than " + FILE_MAX_BYTES + " bytes");
                }
                all.add(reading.apply(Files.readString(file)));
            } catch (IOException | PosadaException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "cannot read the " + noun + " in " + folder.file(name) + ": " + e.getMessage());
            }
        }
        return all;
    }

    private static String fileOf(String name) {
        return FileNames.of(name) + ENDING;
    }

    private PosadaException failure(String what, String name, IOException cause) {
        return PosadaException.system(
                origin, EIO, "cannot " + what + " " + noun + " '" + name + "': " + cause.getMessage(), cause);
    }
}
