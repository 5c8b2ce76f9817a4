package dev.posada.jvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who a process is, as /proc/PID/status tells, proc(5).
 *
 * @param uid its effective user
 * @param gid its effective group
 * @param innerPid its number in the innermost pid namespace it is in: the one it knows itself by
 * @param caughtSignals a bit for each signal it has something to do on, signal 1 the lowest
 */
record ProcessStatus(int uid, int gid, int innerPid, long caughtSignals) {
    private static final int BYTES_MAX = 16 << 10;

    /** Which number of the four on a line of ids is the effective one, behind the name. */
    private static final int EFFECTIVE = 2;

    /** Empty when there is no process of that number. */
    static Optional<ProcessStatus> of(int pid) {
        try (var in = Files.newInputStream(Path.of("/proc", Integer.toString(pid), "status"))) {
            return parse(new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8), pid);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    static Optional<ProcessStatus> parse(String text, int pid) {
        int uid = -1;
        int gid = -1;
        int inner = pid;
        long caught = 0;
        try {
            for (var line : text.lines().toList()) {
                var words = line.split("\\s+", -1);
                switch (words[0]) {
                    case "Uid:" -> uid = Integer.parseInt(words[EFFECTIVE]);
                    case "Gid:" -> gid = Integer.parseInt(words[EFFECTIVE]);
                    case "NSpid:" -> inner = Integer.parseInt(words[words.length - 1]);
                    case "SigCgt:" -> caught = Long.parseUnsignedLong(words[1], 16);
                    default -> {}
                }
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException otherFormat) {
            return Optional.empty();
        }
        return uid < 0 ? Optional.empty() : Optional.of(new ProcessStatus(uid, gid, inner, caught));
    }

    /** Whether a signal does not just end it. */
    boolean catches(int signal) {
        return (caughtSignals >>> (signal - 1) & 1) != 0;
    }
}
