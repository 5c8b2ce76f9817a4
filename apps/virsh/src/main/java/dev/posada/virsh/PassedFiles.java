package dev.posada.virsh;

/**
 * {@code --pass-fds}: files this process inherited, to be given to a guest. The JDK's sockets cannot hand over a
 * descriptor, so what is asked for is refused before anything is done.
 */
final class PassedFiles {
    private PassedFiles() {}

    /** Refuses the option where it was given. */
    static void refuse(Call call) {
        var list = call.text("pass-fds");
        if (list.isEmpty()) {
            return;
        }
        for (var word : list.get().split(",", -1)) {
            if (Words.decimal(word).isEmpty()) {
                throw new CommandException("Unable to parse FD number '" + word + "'");
            }
        }
        throw new CommandException("unsupported configuration: this client cannot pass open files to a daemon");
    }
}
