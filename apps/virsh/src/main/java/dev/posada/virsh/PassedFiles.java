package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;

/** {@code --pass-fds}: files this process inherited, to be given to a guest. */
final class PassedFiles {
    private PassedFiles() {}

    /**
     * The numbers that were given; none without the option.
     *
     * @throws CommandException when one of them is no number
     */
    static List<Integer> of(Call call) {
        var numbers = new ArrayList<Integer>();
        for (var word : call.text("pass-fds").map(text -> text.split(",", -1)).orElse(new String[0])) {
            numbers.add(Words.decimal(word)
                    .orElseThrow(() -> new CommandException("Unable to parse FD number '" + word + "'")));
        }
        return numbers;
    }
}
