package dev.posada.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A posadad of its own for a test, started as a user starts it. Closing it ends its guests and the daemon; a root kept
 * for a second start is given to {@link #start(Path, String...)} again.
 */
final class Daemon implements AutoCloseable {
    private static final String APART = "ip link set lo up && exec \"$@\"";

    private final Path root;
    private final Process process;
    private final BufferedReader out;
    private final String uri;

    private Daemon(Path root, Process process, BufferedReader out, String uri) {
        this.root = root;
        this.process = process;
        this.out = out;
        this.uri = uri;
    }

    /** Starts a daemon and returns when it has said that it is ready. */
    static Daemon start(Path root, String... options) throws IOException {
        return startWithin(List.of(), root, options);
    }

    /** The same, in a network of its own: what it makes of bridges and rules is nobody else's. For root only. */
    static Daemon startApart(Path root, String... options) throws IOException {
        return startWithin(List.of("unshare", "-n", "sh", "-c", APART, "sh"), root, options);
    }

    /**
     * The same, with links that a script makes first, and with /sys of this network. Its number enters it: {@code nsenter -n
     * -t PID}.
     *
     * @param script for a shell; its links are gone with the last process in there
     */
    static Daemon startApartWith(Path root, String script) throws IOException {
        Programs.need("unshare", "nsenter", "ip");
        Programs.needRoot();
        var prepared = Island.OWN_SYS + " && " + script + " && exec \"$0\" \"$@\"";
        return startWithin(List.of("unshare", "-n", "-m", "sh", "-c", prepared), root);
    }

    /** The same, run by another command, as {@code nsenter}. */
    static Daemon startWithin(List<String> around, Path root, String... options) throws IOException {
        var command = new ArrayList<>(around);
        command.addAll(List.of(Checkout.root().resolve("bin/posadad").toString(), "--root", root.toString()));
        command.addAll(List.of(options));
        return started(command, root);
    }

    /**
     * Starts the daemon of a user's session.
     *
     * @param program posadad, where the user reaches it
     * @param user a command that becomes the user, with the variables of the session
     * @param home the user's; what the daemon says is beside it
     */
    static Daemon startSession(List<String> user, Path program, Path home) throws IOException {
        var command = new ArrayList<>(user);
        command.add(program.toString());
        return started(command, home);
    }

    private static Daemon started(List<String> command, Path root) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        root.resolveSibling(root.getFileName() + ".log").toFile()))
                .start();
        var out = process.inputReader();
        var line = out.readLine();
        while (line != null && !line.startsWith("posadad ready ")) {
            line = out.readLine();
        }
        if (line == null) {
            process.destroyForcibly();
            throw new AssertionError("posadad did not become ready:\n"
                    + Files.readString(root.resolveSibling(root.getFileName() + ".log")));
        }
        return new Daemon(root, process, out, line.substring("posadad ready ".length()));
    }

    /** Starts a daemon that is to refuse its settings, and returns how it ended. */
    static Outcome refusing(Path root, String... options) {
        var command =
                new ArrayList<>(List.of(Checkout.root().resolve("bin/posadad").toString(), "--root", root.toString()));
        command.addAll(List.of(options));
        return Programs.run(command.toArray(String[]::new));
    }

    /** The address Debian's clients are given. */
    String uri() {
        return uri;
    }

    Path root() {
        return root;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Runs libvirt's own virsh against this daemon. */
    Outcome virsh(String... arguments) {
        var command = new ArrayList<>(List.of("virsh", "-q", "-c", uri));
        command.addAll(List.of(arguments));
        return Programs.run(command.toArray(String[]::new));
    }

    /** Ends the daemon as a power cut would. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends the daemon as a service manager does; guests stay. */
    int terminate() throws InterruptedException, IOException {
        process.destroy();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("posadad did not end within two minutes of SIGTERM");
        }
        out.close();
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            for (var name : virsh("list", "--name")
                    .out()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList()) {
                virsh("destroy", name.strip());
            }
            process.destroy();
            Programs.await("posadad ends on SIGTERM", () -> !process.isAlive());
        }
        for (var stray : qemus(root)) {
            stray.destroyForcibly();
        }
    }

    /** The QEMU processes whose home is below a folder: those of the daemon with this root. */
    static List<ProcessHandle> qemus(Path root) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process.pid()).contains("HOME=" + root + "/"))
                .toList();
    }

    private static String environment(long pid) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
