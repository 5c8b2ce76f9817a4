package dev.posada.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which process is meant, for ever: numbers are given again, but not the number, the start time and the boot together.
 *
 * @param pid number of the process
 * @param startTicks when it started, in clock ticks since the boot (/proc/PID/stat, field 22)
 * @param bootId the boot it belongs to (/proc/sys/kernel/random/boot_id)
 */
public record ProcessIdentity(int pid, long startTicks, String bootId) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,9}) ([0-9]{1,19}) ([0-9a-z-]{1,64})");

    /** The process that has this number now; empty when there is none. */
    public static Optional<ProcessIdentity> of(int pid) {
        return ProcessFacts.of(pid).map(facts -> new ProcessIdentity(pid, facts.startTicks(), currentBootId()));
    }

    /** Reads what {@link #text} wrote; empty when it is something else. */
    public static Optional<ProcessIdentity> parse(String text) {
        var match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessIdentity(
                    Integer.parseInt(match.group(1)), Long.parseLong(match.group(2)), match.group(3)));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /** One line to be kept in a file. */
    public String text() {
        return pid + " " + startTicks + " " + bootId;
    }

    /** Whether that very process is there, possibly ended but not yet forgotten by the kernel. */
    public boolean exists() {
        return of(pid).filter(this::equals).isPresent();
    }

    static String currentBootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            // Without /proc nothing here works; but a sandbox may hide this one file, and then all boots look alike.
            return "unknown";
        }
    }
}
