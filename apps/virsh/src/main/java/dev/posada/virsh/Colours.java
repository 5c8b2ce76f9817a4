package dev.posada.virsh;

import dev.posada.terminal.Terminals;

/**
 * Colours of a terminal, for eyes only: whoever reads what is printed by a program gets plain text.
 *
 * <p>The environment's {@code NO_COLOR} turns them off, as no-color.org describes.
 */
final class Colours {
    private static final String BOLD = "1";
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";

    private final boolean shown;

    private Colours(boolean shown) {
        this.shown = shown;
    }

    /** The colours of what is printed there: none, unless somebody looks at it. */
    static Colours of(Terminals.Descriptor descriptor) {
        return new Colours(Terminals.isTerminal(descriptor)
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM")));
    }

    /** A table's heading. */
    String heading(String text) {
        return in(BOLD, text);
    }

    /** What is said when something failed. */
    String failure(String text) {
        return in(RED, text);
    }

    /** A cell of a table; states have their colours, all else has none. */
    String cell(String text) {
        return switch (text) {
            case "running", "active" -> in(GREEN, text);
            case "paused", "idle", "in shutdown", "pmsuspended", "saved" -> in(YELLOW, text);
            case "crashed" -> in(RED, text);
            default -> text;
        };
    }

    private String in(String colour, String text) {
        return shown ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
