package dev.posada.doctor;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The host as files and programs show it. Everything is looked for below a folder, which is {@code /} except in tests and
 * for hosts that are mounted somewhere.
 *
 * @param root that folder
 * @param isRootUser whether this process may do what only root may
 */
record Host(Path root, boolean isRootUser) {
    private static final int TEXT_BYTES = 1 << 20;
    private static final int PROGRAM_SECONDS = 10;
    private static final List<String> PROGRAM_FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** Whether it is the host this process runs on. */
    boolean isThisOne() {
        return root.equals(Path.of("/"));
    }

    /** A path of the host's, as this process reaches it. */
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    boolean exists(String path) {
        return Files.exists(at(path));
    }

    /** What a file says, without the white space around it; empty when it cannot be read. */
    Optional<String> text(String path) {
        try (var input = Files.newInputStream(at(path))) {
            return Optional.of(new String(input.readNBytes(TEXT_BYTES), StandardCharsets.UTF_8).strip());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The names in a folder, sorted; none when it cannot be read. */
    List<String> names(String folder) {
        try (Stream<Path> files = Files.list(at(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Where a program is. */
    Optional<Path> program(String name) {
        return PROGRAM_FOLDERS.stream()
                .map(folder -> at(folder + "/" + name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * How a program ended.
     *
     * @param status its exit status
     * @param output what it wrote, errors too
     */
    record Outcome(int status, String output) {
        String firstLine() {
            return output.lines().findFirst().orElse("").strip();
        }
    }

    /** Runs a program of the host; empty when it does not start or does not end soon. */
    Optional<Outcome> run(Path program, String... words) {
        var command =
                Stream.concat(Stream.of(program.toString()), Stream.of(words)).toList();
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
        } catch (IOException doesNotStart) {
            return Optional.empty();
        }
        try {
            var output = new FutureTask<>(
                    () -> new String(process.getInputStream().readNBytes(TEXT_BYTES), StandardCharsets.UTF_8));
            Thread.ofVirtual().start(output);
            var said = output.get(PROGRAM_SECONDS, TimeUnit.SECONDS);
            return process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)
                    ? Optional.of(new Outcome(process.exitValue(), said))
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whether somebody listens on a unix socket and lets us in. */
    boolean answers(String socket) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(at(socket)));
        } catch (IOException | IllegalArgumentException nobody) {
            return false;
        }
    }

    /** Whether a process of this name runs. */
    boolean runs(String name) {
        return names("/proc").stream()
                .filter(entry -> entry.chars().allMatch(Character::isDigit))
                .anyMatch(entry ->
                        text("/proc/" + entry + "/comm").filter(name::equals).isPresent());
    }

    /** The name of the host's processors, as kernels call them, such as {@code x86_64}. */
    String architecture() {
        var name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }
}
