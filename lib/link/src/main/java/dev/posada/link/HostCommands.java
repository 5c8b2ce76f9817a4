package dev.posada.link;

import dev.posada.process.Executables;
import dev.posada.process.ProcessException;
import dev.posada.process.Tools;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The host's programs for networks ({@code ip}, {@code tc}, {@code nft}, {@code iptables}…), run to their end. What they
 * refuse becomes a {@link LinkException} of a kind to branch on.
 *
 * <p>Safe for use by several threads.
 */
public final class HostCommands {
    /** Of what a program said, in an error. */
    private static final int SHOWN_CHARACTERS = 300;

    /** Where the programs come from, for whoever lacks one. */
    private static final Map<String, String> DEBIAN_PACKAGES = Map.of(
            "ip", "iproute2",
            "bridge", "iproute2",
            "tc", "iproute2",
            "nft", "nftables",
            "iptables", "iptables",
            "ip6tables", "iptables",
            "iptables-restore", "iptables",
            "ip6tables-restore", "iptables",
            "dnsmasq", "dnsmasq-base");

    private final Tools tools;

    /** The tools stay the caller's. */
    public HostCommands(Tools tools) {
        this.tools = tools;
    }

    /** Whether a program is installed. */
    public static boolean has(String program) {
        return Executables.find(program).isPresent();
    }

    /**
     * Refuses what needs a program that is not there.
     *
     * @param what what is tried, as the error begins
     * @throws LinkException MISSING_TOOL
     */
    public static void require(String what, String program) {
        if (!has(program)) {
            throw new LinkException(
                    LinkException.Kind.MISSING_TOOL,
                    what + ": there is no program " + program + " here: install the package "
                            + DEBIAN_PACKAGES.getOrDefault(program, program),
                    null);
        }
    }

    /** Runs a program; see {@link #feed}. */
    public String run(String what, List<String> arguments) {
        return feed(what, "", arguments);
    }

    /**
     * Runs a program that reads something.
     *
     * @param what what is tried, as errors begin
     * @param input what it reads
     * @param arguments the program first
     * @return what it printed
     * @throws LinkException of any kind
     */
    public String feed(String what, String input, List<String> arguments) {
        var result = attempt(what, input, arguments);
        if (!result.success()) {
            throw refusal(what, arguments.getFirst(), result);
        }
        return result.output();
    }

    /**
     * Runs a program whose refusal is an answer.
     *
     * @throws LinkException MISSING_TOOL, or FAILED when it does not end
     */
    public Tools.Result attempt(String what, String input, List<String> arguments) {
        require(what, arguments.getFirst());
        try {
            return tools.run(Tools.Call.of(arguments).withInput(input));
        } catch (ProcessException e) {
            throw new LinkException(LinkException.Kind.FAILED, what + ": " + e.getMessage(), e);
        }
    }

    private static LinkException refusal(String what, String program, Tools.Result result) {
        var words = (result.errors().isBlank() ? result.output() : result.errors())
                .strip()
                .replaceAll("\\s*\\n\\s*", "; ")
                // Which line of a batch it was says nothing to those who do not see the batch.
                .replaceAll("; Command failed -:\\d+$", "");
        var shown = words.length() <= SHOWN_CHARACTERS ? words : words.substring(0, SHOWN_CHARACTERS) + "…";
        return new LinkException(
                kind(words),
                what + ": " + program + (shown.isEmpty() ? " ended with " + result.status() : ": " + shown),
                null);
    }

    /** The tools answer in English here (LC_ALL=C), with the kernel's words for its error numbers. */
    private static LinkException.Kind kind(String words) {
        var lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("file exists") || lower.contains("already exists") || lower.contains("already assigned")) {
            return LinkException.Kind.EXISTS;
        }
        if (lower.contains("cannot find device")
                || lower.contains("no such device")
                || lower.contains("does not exist")) {
            return LinkException.Kind.ABSENT;
        }
        if (lower.contains("operation not permitted") || lower.contains("permission denied")) {
            return LinkException.Kind.DENIED;
        }
        if (lower.contains("not supported")
                || lower.contains("unknown device type")
                || lower.contains("failed to load")) {
            return LinkException.Kind.UNSUPPORTED;
        }
        return LinkException.Kind.FAILED;
    }
}
