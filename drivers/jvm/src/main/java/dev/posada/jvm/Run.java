package dev.posada.jvm;

import dev.posada.posix.Signals;
import dev.posada.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One life of a program, from its start to its end; an instance has several when it is rebooted.
 *
 * @param watcher waits for the program's end and writes down how it was
 * @param program the Java virtual machine
 */
record Run(Child watcher, Child program) {
    /** How long the kernel may take to end a killed process. */
    static final Duration END_PATIENCE = Duration.ofSeconds(30);

    /** Ends it at once and waits until it has; false when the kernel does not end it. */
    boolean kill() {
        program.kill();
        return watcher.awaitEnd(END_PATIENCE).isPresent();
    }

    /** Asks the program to end; it runs its hooks. */
    void terminate() {
        program.signal(Signals.TERM);
    }

    /** Removes what a JVM that was killed leaves behind by its number: the socket it is asked questions at. */
    void sweep() {
        try {
            Files.deleteIfExists(Path.of("/tmp", ".java_pid" + program.pid()));
        } catch (IOException foreign) {
            // It takes up a name and no more.
        }
    }
}
