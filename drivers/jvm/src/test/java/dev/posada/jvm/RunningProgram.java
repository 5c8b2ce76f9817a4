package dev.posada.jvm;

import dev.posada.process.ProcessIdentity;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link Workload} in a JVM of its own, ended by {@link #close}. */
final class RunningProgram implements AutoCloseable {
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    private RunningProgram(Process process) {
        this.process = process;
        this.to = process.outputWriter();
        this.from = process.inputReader();
    }

    /** Starts the program and returns when it runs. */
    static RunningProgram start(String... options) throws IOException {
        return start(Path.of(System.getProperty("java.home")), List.of(options), List.of());
    }

    static RunningProgram start(Path jdk, List<String> options, List<String> arguments) throws IOException {
        var line = new ArrayList<>(List.of(jdk.resolve("bin/java").toString(), "-Xmx128m", "-XX:TieredStopAtLevel=1"));
        line.addAll(options);
        line.addAll(
                List.of("-cp", Path.of("target/test-classes").toAbsolutePath().toString()));
        line.add(Workload.class.getName());
        line.addAll(arguments);
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        var program = new RunningProgram(builder.start());
        program.expect("ready");
        return program;
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    ProcessIdentity identity() {
        return ProcessIdentity.of(pid()).orElseThrow();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Has it do something, and waits until it has. */
    void tell(String word) {
        try {
            to.write(word);
            to.newLine();
            to.flush();
            expect("done");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void expect(String answer) throws IOException {
        var line = from.readLine();
        if (!answer.equals(line)) {
            throw new IOException("the program said " + line);
        }
    }

    /** Stops all of its threads, as the kernel does. */
    void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Integer.toString(pid()))
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
