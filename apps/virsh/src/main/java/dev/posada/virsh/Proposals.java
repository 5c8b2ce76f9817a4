package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.PosadaException;
import java.util.List;
import java.util.function.Supplier;

/** Names of objects of the daemon, for completing a line that is typed. */
final class Proposals {
    private Proposals() {}

    /** Names of domains that pass the flags. */
    static Completer domains(Flag.List... filter) {
        return call -> answered(() ->
                call.connection().domains(filter).stream().map(Domain::name).toList());
    }

    /** What the daemon answers, or nothing where it does not: nobody wants an error in a half typed line. */
    static List<String> answered(Supplier<List<String>> question) {
        try {
            return question.get();
        } catch (PosadaException | CommandException e) {
            return List.of();
        }
    }
}
