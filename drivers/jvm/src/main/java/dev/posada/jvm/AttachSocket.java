package dev.posada.jvm;

import dev.posada.jvm.AttachException.Kind;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.FileStatus;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PeerCredentials;
import dev.posada.posix.PosixException;
import dev.posada.posix.ProcessDescriptor;
import dev.posada.posix.Signals;
import dev.posada.process.ProcessFacts;
import dev.posada.process.ProcessIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Asks a running HotSpot JVM by its attach protocol, version 1, which every release since 6 speaks.
 *
 * <p>A JVM listens on {@code .java_pidN} in its /tmp once somebody wanted it to: by a file {@code .attach_pidN} in its working
 * directory or its /tmp, and a SIGQUIT. A question is {@code 1}, a word, and three arguments, each ended by a zero byte; the
 * answer a number (0: done), a line feed and text to the end of the connection. One at a time is answered, others wait in line.
 *
 * <p>Spoken here rather than through {@code com.sun.tools.attach}, because that waits for ever for a JVM that stands still,
 * takes a socket for the JVM's by its name alone, and sends SIGQUIT to whatever has the number. Here every wait has an end, the
 * kernel is asked whether the one who listens is that process, and the process is held by a descriptor.
 */
final class AttachSocket {
    /** How long a JVM may take to begin to listen. */
    private static final Duration OPENING = Duration.ofSeconds(15);

    /** The same for a program that is just being started. */
    private static final Duration STARTING = Duration.ofSeconds(20);

    /** How long another one who wants it to listen is left alone with that. */
    private static final Duration OTHERS = Duration.ofSeconds(2);

    private static final Duration FIRST_LOOK = Duration.ofMillis(5);
    private static final Duration LAST_LOOK = Duration.ofMillis(100);

    private static final int ARGUMENTS = 3;

    /** The JVM's own limit of version 1. */
    private static final int ARGUMENT_BYTES_MAX = 1024;

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int NUMBER_LENGTH_MAX = 11;
    private static final int OWNER_ALONE = 0600;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final ProcessIdentity process;

    AttachSocket(ProcessIdentity process) {
        this.process = process;
    }

    /** Whether it listens already, so that nothing of it need be changed to ask. */
    boolean listens() {
        return status().map(this::socket).filter(Files::exists).isPresent();
    }

    /**
     * Asks.
     *
     * @param word as {@code jcmd} or {@code threaddump}
     * @param arguments up to 3
     * @param patience for the whole of it
     * @param bytesMax most of an answer
     * @return the text of the answer
     * @throws AttachException when there is none
     */
    String ask(String word, List<String> arguments, Duration patience, int bytesMax) {
        var question = question(word, arguments);
        var status = status().orElseThrow(() -> closed("it has ended"));
        if (ProcessFacts.of(process.pid())
                .filter(facts -> facts.state() == ProcessFacts.State.STOPPED)
                .isPresent()) {
            throw new AttachException(Kind.TIMED_OUT, "process " + process.pid() + " is stopped and answers nothing");
        }
        try (var channel = connected(status);
                var _ = new Deadline(channel, patience)) {
            channel.configureBlocking(true);
            channel.write(ByteBuffer.wrap(question));
            return answer(read(channel, bytesMax));
        } catch (IOException e) {
            // Closed by the deadline is what it looks like most of the time.
            throw new AttachException(
                    Kind.TIMED_OUT,
                    "process " + process.pid() + " did not answer within " + patience.toMillis() + " ms",
                    e);
        }
    }

    private Optional<ProcessStatus> status() {
        return process.exists() ? ProcessStatus.of(process.pid()) : Optional.empty();
    }

    private Path tmp() {
        return Path.of("/proc", Integer.toString(process.pid()), "root/tmp");
    }

    private Path socket(ProcessStatus status) {
        return tmp().resolve(".java_pid" + status.innerPid());
    }

    private static byte[] question(String word, List<String> arguments) {
        if (arguments.size() > ARGUMENTS) {
            throw new IllegalArgumentException("more than " + ARGUMENTS + " arguments");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {'1', 0});
        append(bytes, word);
        for (int i = 0; i < ARGUMENTS; i++) {
            append(bytes, i < arguments.size() ? arguments.get(i) : "");
        }
        return bytes.toByteArray();
    }

    private static void append(ByteArrayOutputStream bytes, String word) {
        var encoded = word.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > ARGUMENT_BYTES_MAX || word.indexOf('\0') >= 0) {
            throw new AttachException(
                    Kind.REFUSED, "a command of at most " + ARGUMENT_BYTES_MAX + " bytes without zero bytes is wanted");
        }
        bytes.writeBytes(encoded);
        bytes.write(0);
    }

    /** A connection to it; it is got to listen first when it does not yet. */
    private SocketChannel connected(ProcessStatus status) {
        if (Files.exists(socket(status))) {
            try {
                return connect(status);
            } catch (AttachException e) {
                if (!isLeftBehind(e)) {
                    throw e;
                }
            }
        }
        open(status);
        return connect(status);
    }

    /** Nobody listens at the socket: it is that of an earlier process with this number, which was killed. */
    private static boolean isLeftBehind(AttachException failure) {
        return failure.getCause() instanceof ConnectException;
    }

    private boolean listens(ProcessStatus status) {
        if (!Files.exists(socket(status))) {
            return false;
        }
        try (var _ = connect(status)) {
            return true;
        } catch (AttachException e) {
            return !isLeftBehind(e); // what else is the matter, whoever asks is told
        } catch (IOException e) {
            return true;
        }
    }

    /** Connects, and makes sure that it is that process who listens and not somebody else in its place. */
    private SocketChannel connect(ProcessStatus status) {
        try (var place = Descriptor.open(socket(status), OpenFlag.PATH_ONLY)) {
            if (FileStatus.of(place).kind() != FileStatus.Kind.SOCKET) {
                throw closed("there is something else where its socket should be");
            }
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            boolean connected = false;
            try {
                channel.configureBlocking(false); // a full queue of a JVM that stands still would be waited for
                connected = connects(channel, DESCRIPTORS.resolve(Integer.toString(place.number())));
                if (!connected) {
                    throw new AttachException(
                            Kind.TIMED_OUT, "process " + process.pid() + " has too many unanswered questions already");
                }
                connected = PeerCredentials.of(channel).pid() == process.pid();
                if (!connected) {
                    throw closed("somebody else listens where it should");
                }
                return channel;
            } finally {
                if (!connected) {
                    channel.close();
                }
            }
        } catch (PosixException | IOException e) {
            throw closed(String.valueOf(e.getMessage()), e);
        }
    }

    /** False when the queue of those who wait to be heard is full. */
    private static boolean connects(SocketChannel channel, Path place) throws IOException {
        try {
            return channel.connect(UnixDomainSocketAddress.of(place));
        } catch (ConnectException nobodyListens) {
            throw nobodyListens;
        } catch (SocketException tryAgain) {
            return false;
        }
    }

    /** Gets it to listen. */
    private void open(ProcessStatus status) {
        if (!status.catches(Signals.QUIT)) {
            throw closed("it takes no questions: it is starting, or no HotSpot JVM, or was told so by -Xrs");
        }
        try (var pinned = ProcessDescriptor.open(process.pid())
                        .filter(_ -> process.exists())
                        .orElseThrow(() -> closed("it has ended"));
                var folder = folder()) {
            var trigger =
                    DESCRIPTORS.resolve(Integer.toString(folder.number())).resolve(".attach_pid" + status.innerPid());
            if (!makes(trigger)) {
                // Somebody else is about it, and a second signal would be taken for the wish for a thread dump.
                if (listensWithin(status, OTHERS)) {
                    return;
                }
                Files.deleteIfExists(trigger);
                if (!makes(trigger)) {
                    throw closed("somebody else tries to ask it at the same time");
                }
            }
            try {
                pinned.signal(Signals.QUIT);
                awaitSocket(status);
            } finally {
                Files.deleteIfExists(trigger);
            }
        } catch (PosixException e) {
            throw new AttachException(
                    Kind.FORBIDDEN, "process " + process.pid() + " cannot be asked: " + e.getMessage(), e);
        } catch (IOException e) {
            throw closed(String.valueOf(e.getMessage()), e);
        }
    }

    /** False when the file is there already. */
    private static boolean makes(Path trigger) {
        try {
            Descriptor.open(trigger, EnumSet.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE), OWNER_ALONE)
                    .close();
            return true;
        } catch (PosixException e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw e;
        }
    }

    /** Its /tmp, if that is a folder and no link that would lead elsewhere. */
    private Descriptor folder() throws IOException {
        var tmp = tmp();
        if (FileStatus.ofName(tmp).kind() != FileStatus.Kind.DIRECTORY) {
            throw new NoSuchFileException(tmp.toString(), null, "no folder");
        }
        return Descriptor.open(tmp, OpenFlag.PATH_ONLY);
    }

    private void awaitSocket(ProcessStatus status) {
        if (!listensWithin(status, OPENING)) {
            throw new AttachException(
                    Kind.CLOSED,
                    "process " + process.pid() + " does not begin to take questions within " + OPENING.toSeconds()
                            + " s; does it run with -XX:+DisableAttachMechanism?");
        }
    }

    private boolean listensWithin(ProcessStatus status, Duration patience) {
        return within(patience, () -> listens(status));
    }

    /**
     * Waits for a JVM that has only been started until it can be asked. Returns also when it cannot: whoever asks then is told
     * why.
     */
    void awaitReady() {
        var _ = within(
                STARTING,
                () -> status().filter(status -> status.catches(Signals.QUIT) || listens(status))
                        .isPresent());
    }

    private boolean within(Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        var pause = FIRST_LOOK;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0 || !process.exists()) {
                return false;
            }
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw closed("interrupted");
            }
            pause = pause.compareTo(LAST_LOOK) < 0 ? pause.multipliedBy(2) : LAST_LOOK;
        }
        return true;
    }

    private byte[] read(SocketChannel channel, int bytesMax) throws IOException {
        var all = new ByteArrayOutputStream();
        var part = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(part.clear()) >= 0) {
            all.write(part.array(), 0, part.position());
            if (all.size() > bytesMax + NUMBER_LENGTH_MAX) {
                throw new AttachException(
                        Kind.TOO_LONG,
                        "the answer of process " + process.pid() + " is longer than " + bytesMax + " bytes");
            }
        }
        return all.toByteArray();
    }

    private String answer(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0 || end > NUMBER_LENGTH_MAX) {
            throw closed("it broke off in mid-answer");
        }
        var said = text.substring(end + 1);
        if (!text.substring(0, end).equals("0")) {
            throw new AttachException(Kind.REFUSED, said.strip());
        }
        return said;
    }

    private AttachException closed(String why) {
        return new AttachException(Kind.CLOSED, "process " + process.pid() + " cannot be asked: " + why);
    }

    private AttachException closed(String why, Throwable cause) {
        return new AttachException(Kind.CLOSED, "process " + process.pid() + " cannot be asked: " + why, cause);
    }
}
