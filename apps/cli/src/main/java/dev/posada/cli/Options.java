package dev.posada.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/**
 * The options of a verb. Built by calls instead of annotations, and for the one verb that is run: looking at annotations costs more
 * than all the rest of a short command.
 */
final class Options {
    private final CommandSpec spec;

    Options(String verb) {
        spec = CommandSpec.create().name(verb);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("WORD")
                .arity("0..*")
                .type(String[].class)
                .build());
        spec.parser().collectErrors(false).overwrittenOptionsAllowed(true);
    }

    /** Options that are there or not. */
    Options flags(String... names) {
        for (var name : names) {
            spec.addOption(OptionSpec.builder(name.split("/"))
                    .type(boolean.class)
                    .arity("0")
                    .build());
        }
        return this;
    }

    /** Options with a value, of which the last counts. */
    Options values(String... names) {
        for (var name : names) {
            spec.addOption(OptionSpec.builder(name.split("/"))
                    .type(String.class)
                    .arity("1")
                    .build());
        }
        return this;
    }

    /** Options with a value that may be given several times. */
    Options lists(String... names) {
        for (var name : names) {
            spec.addOption(OptionSpec.builder(name.split("/"))
                    .type(String[].class)
                    .arity("1")
                    .build());
        }
        return this;
    }

    /**
     * Takes a command line apart.
     *
     * @throws UsageException when it has what the verb does not know
     */
    Words parse(String... words) {
        try {
            return new Words(new CommandLine(spec).parseArgs(words));
        } catch (ParameterException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
