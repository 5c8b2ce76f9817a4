package dev.posada.virsh;

/** What a command does. */
@FunctionalInterface
interface Action {
    /**
     * Runs the command.
     *
     * @throws CommandException when it did not do what was asked, with the lines to print
     * @throws dev.posada.model.PosadaException when the daemon refused, and its message says all there is to say
     */
    void run(Call call);
}
