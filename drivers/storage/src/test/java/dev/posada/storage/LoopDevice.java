package dev.posada.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.posix.CurrentProcess;
import dev.posada.process.Executables;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk of this host for a test, made of a file; it is gone when the test ends. */
final class LoopDevice implements AutoCloseable {
    private final Path path;

    private LoopDevice(Path path) {
        this.path = path;
    }

    /** Makes one, or skips the test where that cannot be. */
    static LoopDevice of(Path image, long bytes) throws IOException {
        assumeTrue(CurrentProcess.effectiveUid() == 0, "needs root");
        assumeTrue(Files.exists(Path.of("/dev/loop-control")), "this kernel has no loop devices");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        var made = run("losetup", "--find", "--show", "--partscan", image.toString());
        return new LoopDevice(Path.of(made.strip()));
    }

    Path path() {
        return path;
    }

    /** The device of a partition. */
    Path partition(int number) {
        return path.resolveSibling(PartitionedDisk.name(path, number));
    }

    static void need(String program, String debianPackage) {
        assumeTrue(Executables.find(program).isPresent(), "package " + debianPackage + " is not installed");
    }

    /** Runs a program that is to succeed. */
    static String run(String... command) throws IOException {
        var process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + printed);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return printed;
    }

    @Override
    public void close() throws IOException {
        run("losetup", "--detach", path.toString());
    }
}
