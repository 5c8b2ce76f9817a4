package dev.posada.viewer;

import dev.posada.viewer.ViewerOptions.By;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the words of a command line as the programs of GLib do: options anywhere, short ones bundled, {@code --} ends them. */
final class CommandLine {
    private final List<String> words;
    private final List<String> names = new ArrayList<>();
    private int next;

    private Optional<String> uri = Optional.empty();
    private By by = By.ANY;
    private String byOption = "";
    private int zoom = 100;
    private boolean fullScreen;
    private Optional<String> hotkeys = Optional.empty();
    private boolean autoResize = true;
    private Optional<String> keymap = Optional.empty();
    private boolean localCursor;
    private boolean kiosk;
    private boolean kioskQuits;
    private boolean verbose;
    private boolean debug;
    private boolean direct;
    private boolean attach;
    private boolean waits;
    private boolean reconnect;
    private boolean shared;
    private boolean help;
    private boolean version;

    private CommandLine(List<String> words) {
        this.words = words;
    }

    /** What is asked for instead of a window: {@code help}, {@code version} or nothing. */
    record Read(Optional<ViewerOptions> options, boolean help) {}

    /**
     * Reads it.
     *
     * @return no options when help, or else the version, was asked for
     * @throws UsageException when it is none of ours
     */
    static Read read(List<String> words) {
        return new CommandLine(words).read();
    }

    private Read read() {
        boolean onlyNames = false;
        while (next < words.size()) {
            String word = words.get(next++);
            if (onlyNames || !word.startsWith("-") || word.equals("-")) {
                names.add(word);
            } else if (word.equals("--")) {
                onlyNames = true;
            } else if (word.startsWith("--")) {
                longOption(word);
            } else {
                shortOptions(word);
            }
            if (help) {
                return new Read(Optional.empty(), true);
            }
        }
        if (version) {
            return new Read(Optional.empty(), false);
        }
        if (names.size() > 1) {
            throw new UsageException("\nUsage: virt-viewer [OPTIONS] [ID|UUID|DOMAIN-NAME]\n");
        }
        if (names.isEmpty() && (waits || by != By.ANY)) {
            throw new UsageException(
                    "\nNo ID|UUID|DOMAIN-NAME was specified for '" + (waits ? "--wait" : byOption) + "'\n");
        }
        return new Read(Optional.of(options()), false);
    }

    private ViewerOptions options() {
        return new ViewerOptions(
                uri,
                names.stream().findFirst(),
                by,
                zoom,
                fullScreen || kiosk,
                hotkeys,
                autoResize,
                keymap,
                localCursor,
                kiosk,
                kioskQuits,
                verbose || debug,
                debug,
                direct,
                attach,
                waits,
                reconnect,
                shared);
    }

    private void longOption(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (takesValue(name)) {
            valued(name, equals < 0 ? following(name) : word.substring(equals + 1));
        } else if (!plain(name)) {
            throw new UsageException("Unknown option " + word);
        }
    }

    private void shortOptions(String word) {
        for (int i = 1; i < word.length(); i++) {
            String name = longName(word.charAt(i));
            if (name.isEmpty()) {
                throw new UsageException("Unknown option " + word);
            }
            if (!takesValue(name)) {
                plain(name);
            } else if (i + 1 < word.length()) {
                valued(name, word.substring(i + 1));
                return;
            } else {
                valued(name, following("-" + word.charAt(i)));
            }
        }
    }

    private static String longName(char letter) {
        return switch (letter) {
            case 'h' -> "--help";
            case 'V' -> "--version";
            case 'z' -> "--zoom";
            case 'f' -> "--full-screen";
            case 'H' -> "--hotkeys";
            case 'K' -> "--keymap";
            case 'k' -> "--kiosk";
            case 'v' -> "--verbose";
            case 'd' -> "--direct";
            case 'a' -> "--attach";
            case 'c' -> "--connect";
            case 'w' -> "--wait";
            case 'r' -> "--reconnect";
            case 's' -> "--shared";
            default -> "";
        };
    }

    private static boolean takesValue(String name) {
        return switch (name) {
            case "--zoom",
                    "--hotkeys",
                    "--auto-resize",
                    "--keymap",
                    "--cursor",
                    "--kiosk-quit",
                    "--connect",
                    "--display" -> true;
            default -> false;
        };
    }

    private String following(String name) {
        if (next == words.size()) {
            throw new UsageException("Missing argument for " + name);
        }
        return words.get(next++);
    }

    private boolean plain(String name) {
        switch (name) {
            case "--help", "--help-all" -> help = true;
            case "--version" -> version = true;
            case "--full-screen" -> fullScreen = true;
            case "--kiosk" -> kiosk = true;
            case "--verbose" -> verbose = true;
            case "--debug" -> debug = true;
            case "--direct" -> direct = true;
            case "--attach" -> attach = true;
            case "--wait" -> waits = true;
            case "--reconnect" -> reconnect = true;
            case "--shared" -> shared = true;
            case "--id" -> select(By.ID, name);
            case "--uuid" -> select(By.UUID, name);
            case "--domain-name" -> select(By.NAME, name);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void select(By kind, String name) {
        if (by != By.ANY) {
            throw new UsageException("selection type has been already set");
        }
        by = kind;
        byOption = name;
    }

    private void valued(String name, String value) {
        switch (name) {
            case "--connect" -> uri = Optional.of(value);
            case "--zoom" -> zoom = number(value, name);
            case "--hotkeys" -> hotkeys = Optional.of(value);
            case "--keymap" -> keymap = Optional.of(value);
            case "--auto-resize" -> {
                if (!value.equals("always") && !value.equals("never")) {
                    throw new UsageException("--auto-resize expects 'always' or 'never'");
                }
                autoResize = value.equals("always");
            }
            case "--cursor" -> {
                if (!value.equals("auto") && !value.equals("local")) {
                    throw new UsageException("unknown value '" + value + "' for --cursor");
                }
                localCursor = value.equals("local");
            }
            case "--kiosk-quit" -> {
                if (!value.equals("never") && !value.equals("on-disconnect")) {
                    throw new UsageException("Invalid kiosk-quit argument: " + value);
                }
                kioskQuits = value.equals("on-disconnect");
            }
            // The window toolkit of the JDK knows the display from its environment alone.
            default -> throw new UsageException("--display is not supported: set DISPLAY=" + value + " instead");
        }
    }

    private static int number(String value, String name) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            boolean digits = !value.isEmpty()
                    && value.chars().skip(value.startsWith("-") ? 1 : 0).allMatch(Character::isDigit);
            throw new UsageException(
                    digits
                            ? "Integer value “" + value + "” for " + name + " out of range"
                            : "Cannot parse integer value “" + value + "” for " + name);
        }
    }
}
