package dev.posada.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds programs by name. */
public final class Executables {
    /** Where host tools live that are not in an ordinary user's PATH. */
    private static final List<String> SYSTEM_FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Executables() {}

    /**
     * The program of that name in PATH or in the system's folders; a name with a slash is a path already.
     *
     * @return empty when there is none that we may execute
     */
    public static Optional<Path> find(String name) {
        if (name.contains("/")) {
            return Optional.of(Path.of(name)).filter(Executables::isProgram);
        }
        var folders = new ArrayList<String>();
        folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
        folders.addAll(SYSTEM_FOLDERS);
        return folders.stream()
                // An empty part would mean the working directory, from where nothing may be started.
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Executables::isProgram)
                .findFirst();
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
