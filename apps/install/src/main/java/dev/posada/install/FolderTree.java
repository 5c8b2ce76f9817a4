package dev.posada.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A tree in a folder of this host. */
record FolderTree(Path folder) implements TreeSource {
    @Override
    public String location() {
        return folder.toAbsolutePath().normalize().toString();
    }

    @Override
    public boolean isThere() {
        return Files.isDirectory(folder);
    }

    @Override
    public boolean has(String path) {
        return Files.exists(at(path));
    }

    @Override
    public OpenFile open(String path) throws IOException {
        Path file = at(path);
        return new OpenFile(Files.newInputStream(file), Files.size(file));
    }

    private Path at(String path) {
        // A path of a tree is within it, whether or not it starts with a slash.
        return folder.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
