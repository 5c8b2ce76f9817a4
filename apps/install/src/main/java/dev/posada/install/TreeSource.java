package dev.posada.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A place that files of an installation are taken from; paths are relative to its top. */
sealed interface TreeSource extends AutoCloseable permits DirectSource, FolderTree, ImageTree, WebTree {
    /** The longest text that is looked into for what a tree is. */
    int MAX_TEXT_BYTES = 4 * 1024 * 1024;

    /** The longest kernel or initial file system. */
    long MAX_FILE_BYTES = 4L * 1024 * 1024 * 1024;

    /** Where it is, as the user gave it. */
    String location();

    /** Whether there is anything at all where it should be. */
    boolean isThere();

    /** Whether there is a file of a path. */
    boolean has(String path);

    /**
     * A file, to be read once.
     *
     * @throws IOException when there is none, or it cannot be read
     */
    OpenFile open(String path) throws IOException;

    @Override
    void close();

    /**
     * A file that is being read.
     *
     * @param in its bytes
     * @param sizeBytes how many there are, 0 where that is not known
     */
    record OpenFile(InputStream in, long sizeBytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** The text of a small file; empty where there is none. */
    default Optional<String> text(String path) {
        if (!has(path)) {
            return Optional.empty();
        }
        try (OpenFile file = open(path)) {
            return Optional.of(new String(file.in().readNBytes(MAX_TEXT_BYTES), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The source that a location names. */
    static TreeSource of(String location) {
        if (WebTree.isWeb(location)) {
            return new WebTree(location);
        }
        var folder = java.nio.file.Path.of(location);
        return java.nio.file.Files.isDirectory(folder) ? new FolderTree(folder) : new ImageTree(folder);
    }
}
