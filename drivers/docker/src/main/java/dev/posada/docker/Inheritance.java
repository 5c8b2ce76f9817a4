package dev.posada.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ContainerConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Keeps apart what an image says and what a container said that was committed on top of it. A committed image has taken
 * over the program, variables, user and folder of its container; what a definition leaves to the image is to come from the
 * image it names, and what was taken out of the definition is to be gone.
 */
final class Inheritance {
    private static final String ROOT_USER = "0";
    private static final String ROOT_FOLDER = "/";

    private Inheritance() {}

    /**
     * Completes a command whose image is a committed one.
     *
     * @param committed what that says
     * @param original what the image of the definition says; nothing when it is gone, and all stays as committed then
     */
    static void settle(
            CreateContainerCmd command,
            ContainerSpec spec,
            ContainerConfig committed,
            Optional<ContainerConfig> original) {
        command.withEnv(environment(spec, committed, original));
        if (original.isEmpty()) {
            return;
        }
        var image = original.get();
        if (spec.entrypoint().isEmpty()) {
            // A single empty word takes away what the committed image has.
            command.withEntrypoint(words(image.getEntrypoint()).isEmpty() ? List.of("") : words(image.getEntrypoint()));
            if (spec.command().isEmpty()) {
                command.withCmd(words(image.getCmd()));
            }
        }
        if (spec.directory().isEmpty() && !text(committed.getWorkingDir()).isEmpty()) {
            command.withWorkingDir(text(image.getWorkingDir()).isEmpty() ? ROOT_FOLDER : text(image.getWorkingDir()));
        }
        if (spec.user().isEmpty() && !text(committed.getUser()).isEmpty()) {
            command.withUser(text(image.getUser()).isEmpty() ? ROOT_USER : text(image.getUser()));
        }
    }

    /** The variables of the definition, those of its image, and the bare names of others: the engine leaves those out. */
    private static List<String> environment(
            ContainerSpec spec, ContainerConfig committed, Optional<ContainerConfig> original) {
        var all = new ArrayList<>(spec.environment());
        var named = new HashSet<String>();
        spec.environment().forEach(variable -> named.add(name(variable)));
        for (var variable : original.map(image -> words(image.getEnv())).orElse(List.of())) {
            if (named.add(name(variable))) {
                all.add(variable);
            }
        }
        for (var variable : words(committed.getEnv())) {
            if (named.add(name(variable))) {
                all.add(original.isPresent() ? name(variable) : variable);
            }
        }
        return all;
    }

    private static String name(String variable) {
        int sign = variable.indexOf('=');
        return sign < 0 ? variable : variable.substring(0, sign);
    }

    private static List<String> words(String[] given) {
        return given == null ? List.of() : List.of(given);
    }

    private static String text(String given) {
        return Optional.ofNullable(given).orElse("");
    }
}
