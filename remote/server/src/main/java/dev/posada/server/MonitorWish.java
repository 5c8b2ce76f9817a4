package dev.posada.server;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which events of QEMU's monitors a client wants, by their names. Equal to another made of the same words.
 *
 * <p>Names are short and no client's: an expression is tried on at most {@value #NAME_LENGTH_MAX} characters.
 */
final class MonitorWish {
    /** {@code VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX} and {@code …_NOCASE}. */
    private static final int REGEX = 1;

    private static final int NO_CASE = 2;

    private static final int NAME_LENGTH_MAX = 64;
    private static final int EXPRESSION_LENGTH_MAX = 256;

    static final MonitorWish ALL = new MonitorWish("", 0, _ -> true);

    private final String words;
    private final int flags;
    private final Predicate<String> admitted;

    private MonitorWish(String words, int flags, Predicate<String> admitted) {
        this.words = words;
        this.flags = flags;
        this.admitted = admitted;
    }

    /**
     * Reads a wish; an empty name means all.
     *
     * @throws dev.posada.model.PosadaException when the flags or the expression mean nothing
     */
    static MonitorWish of(String name, int flags) {
        if ((flags & ~(REGEX | NO_CASE)) != 0) {
            throw Failures.invalidArgument(String.format(
                    "unsupported flags (0x%x) in function virConnectDomainQemuMonitorEventRegister",
                    flags & ~(REGEX | NO_CASE)));
        }
        if (name.isEmpty()) {
            return ALL;
        }
        boolean anyCase = (flags & NO_CASE) != 0;
        if ((flags & REGEX) == 0) {
            return new MonitorWish(name, flags, anyCase ? name::equalsIgnoreCase : name::equals);
        }
        if (name.length() > EXPRESSION_LENGTH_MAX) {
            throw Failures.invalidArgument("a regular expression may have " + EXPRESSION_LENGTH_MAX + " characters");
        }
        try {
            var pattern = Pattern.compile(name, anyCase ? Pattern.CASE_INSENSITIVE : 0);
            return new MonitorWish(name, flags, said -> pattern.matcher(said).find());
        } catch (PatternSyntaxException e) {
            throw Failures.invalidArgument("failed to parse regular expression '" + name + "': "
                    + e.getDescription().toLowerCase(Locale.ROOT));
        }
    }

    boolean admits(String name) {
        return name.length() <= NAME_LENGTH_MAX && admitted.test(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MonitorWish wish && wish.words.equals(words) && wish.flags == flags;
    }

    @Override
    public int hashCode() {
        return Objects.hash(words, flags);
    }
}
