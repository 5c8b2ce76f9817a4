package dev.posada.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param root the folder everything is kept under, when the daemon is neither the system's nor a session's
 * @param socket where to listen, when not at the usual place
 * @param config the settings file, when not the usual one
 * @param listen whether to listen on the network too, as far as the settings say so
 * @param pidFile a file to write the process number to
 * @param timeout how long to go on with no client and no running domain; nothing for ever
 * @param verbose whether to tell what is going on
 * @param background whether whoever started us does not watch: messages go to a file
 * @param show what to print instead of starting
 */
record Options(
        Optional<Path> root,
        Optional<Path> socket,
        Optional<Path> config,
        boolean listen,
        Optional<Path> pidFile,
        Optional<Duration> timeout,
        boolean verbose,
        boolean background,
        Show show) {

    private static final int TIMEOUT_SECONDS_MAX = 1_000_000_000;

    /** What to print instead of starting. */
    enum Show {
        NOTHING,
        HELP,
        VERSION
    }

    /** Nothing asked for. */
    static final Options NONE = new Options(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            Show.NOTHING);

    /**
     * Reads the command line. The options libvirtd has too are spelled as there, short forms included.
     *
     * @throws StartException naming the word that is wrong
     */
    static Options parse(List<String> words) {
        var left = new ArrayDeque<String>();
        for (var word : words) {
            int equals = word.indexOf('=');
            if (word.startsWith("--") && equals > 0) {
                left.add(word.substring(0, equals));
                left.add(word.substring(equals + 1));
            } else {
                left.add(word);
            }
        }
        var options = NONE;
        while (!left.isEmpty()) {
            options = options.with(left.removeFirst(), left);
        }
        return options;
    }

    private Options with(String word, Deque<String> left) {
        return switch (word) {
            case "--root" -> withRoot(path(word, left));
            case "--socket" -> withSocket(path(word, left));
            case "-f", "--config" -> withConfig(path(word, left));
            case "-l", "--listen" ->
                new Options(root, socket, config, true, pidFile, timeout, verbose, background, show);
            case "-p", "--pid-file" -> {
                var file = Optional.of(path(word, left));
                yield new Options(root, socket, config, listen, file, timeout, verbose, background, show);
            }
            case "-t", "--timeout" -> {
                var time = Optional.of(seconds(word, left));
                yield new Options(root, socket, config, listen, pidFile, time, verbose, background, show);
            }
            case "-v", "--verbose" ->
                new Options(root, socket, config, listen, pidFile, timeout, true, background, show);
            case "-d", "--daemon" -> new Options(root, socket, config, listen, pidFile, timeout, verbose, true, show);
            case "-V", "--version" -> withShow(Show.VERSION);
            case "-h", "--help" -> withShow(Show.HELP);
            default -> throw wrong(word + " is no option of posadad; posadad --help lists them");
        };
    }

    Options withRoot(Path folder) {
        return new Options(Optional.of(folder), socket, config, listen, pidFile, timeout, verbose, background, show);
    }

    Options withSocket(Path path) {
        return new Options(root, Optional.of(path), config, listen, pidFile, timeout, verbose, background, show);
    }

    Options withConfig(Path file) {
        return new Options(root, socket, Optional.of(file), listen, pidFile, timeout, verbose, background, show);
    }

    private Options withShow(Show what) {
        return new Options(root, socket, config, listen, pidFile, timeout, verbose, background, what);
    }

    private static Path path(String option, Deque<String> left) {
        var text = argument(option, left, "a path");
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw wrong(option + " needs a path, and '" + text + "' is none");
        }
    }

    private static Duration seconds(String option, Deque<String> left) {
        var text = argument(option, left, "a number of seconds");
        try {
            int seconds = Integer.parseInt(text);
            if (seconds > 0 && seconds <= TIMEOUT_SECONDS_MAX) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // Told below, together with what is out of range.
        }
        throw wrong(option + " needs a number of seconds from 1 to " + TIMEOUT_SECONDS_MAX + ", not '" + text + "'");
    }

    private static String argument(String option, Deque<String> left, String what) {
        var text = left.pollFirst();
        if (text == null || text.isEmpty()) {
            throw wrong(option + " needs " + what + " after it");
        }
        return text;
    }

    private static StartException wrong(String message) {
        return new StartException(ExitCode.OPTIONS, message);
    }
}
