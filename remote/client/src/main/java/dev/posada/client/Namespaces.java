package dev.posada.client;

import dev.posada.posix.Descriptor;
import java.nio.file.Path;
import java.util.List;

/** The namespaces of a container, held open until this is closed: a program that enters them all is inside. */
public final class Namespaces implements AutoCloseable {
    private final List<Descriptor> files;

    Namespaces(List<Descriptor> files) {
        this.files = List.copyOf(files);
    }

    /** Where each stands as long as it is held, for this process and its children. */
    public List<Path> places() {
        long process = ProcessHandle.current().pid();
        return files.stream()
                .map(file -> Path.of("/proc/" + process + "/fd/" + file.number()))
                .toList();
    }

    @Override
    public void close() {
        files.forEach(Descriptor::close);
    }
}
