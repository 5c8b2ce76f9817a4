package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about one thing, as {@code help} lists them together. */
interface CommandGroup {
    /** What names the group in {@code help KEYWORD}. */
    String keyword();

    /** Its headline. */
    String title();

    /** The names of its commands, in the order of the help. */
    List<String> names();

    /** Makes the command of that name; empty for a name that is not this group's. */
    Optional<Command> command(String name);
}
