package dev.posada.terminal;

import java.util.List;

/** A program that goes by a name of its own, such as {@code virsh}. */
@FunctionalInterface
public interface Tool {
    /**
     * Does what a command line asks for.
     *
     * @param words the command line without the program's name
     * @return the exit status: 0 for success
     */
    int run(List<String> words, Console console);
}
