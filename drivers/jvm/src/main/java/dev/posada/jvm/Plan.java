package dev.posada.jvm;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.process.Executables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything about a start that can be known before it.
 *
 * @param live the definition with what is known of the instance
 * @param program what it says of the program
 * @param runAs whom the program runs as
 * @param jdk its JDK
 * @param command what is started
 * @param terminal whether it has a terminal
 */
record Plan(DomainDefinition live, JavaProgram program, RunAs runAs, Path jdk, CommandLine command, boolean terminal) {
    /** The alias of the one console a program has. */
    static final String CONSOLE = "console0";

    private static final int OLD_VERSION = 8;

    /**
     * Works out a start.
     *
     * @param definition complete
     * @throws dev.posada.model.PosadaException when the host has no JDK for it, or the definition wants what nobody does
     */
    static Plan of(Workshop workshop, DomainDefinition definition, InstanceFiles files) {
        var program = JavaProgram.of(definition);
        var jdk = program.jdk()
                .or(() -> workshop.jdks().standard())
                .orElseThrow(
                        () -> Refusal.failed("there is no JDK on this host: install one below /usr/lib/jvm, or name"
                                + " one by <jvm:java jdk='…'> or java_home in jvm.conf"));
        // One that does not tell is taken for an old one.
        int version = Jdks.version(jdk).map(Runtime.Version::feature).orElse(OLD_VERSION);
        var facts = new CommandLine.Facts(jdk, version, files.temporary(), crashes(workshop, definition));
        return new Plan(
                live(definition, jdk),
                program,
                RunAs.of(program, workshop.settings(), workshop.context().privileged()),
                jdk,
                CommandLine.of(definition, program, facts),
                definition.devices("console").stream()
                        .anyMatch(console -> console.attribute("type", "pty").equals("pty")));
    }

    /** Where a domain's error files and heap dumps go; they stay when the instance is gone. */
    static Path crashes(Workshop workshop, DomainDefinition definition) {
        return workshop.context()
                .logDirectory()
                .resolve("crashes")
                .resolve(definition.uuid().toString());
    }

    private static DomainDefinition live(DomainDefinition definition, Path jdk) {
        var java = definition.root().child(JavaProgram.ELEMENT);
        var told = java.map(element -> definition.withChild(element.with("jdk", jdk.toString())))
                .orElse(definition);
        return told.root()
                .child("devices")
                .map(devices -> told.withChild(devices.mapChildren(Plan::named)))
                .orElse(told);
    }

    private static Element named(Element device) {
        return device.name().equals("console") ? device.withChild(Element.of("alias", "name", CONSOLE)) : device;
    }

    /**
     * Looks whether everything is there that the program needs, as whoever it runs as.
     *
     * @throws dev.posada.model.PosadaException naming what is missing
     */
    void check(Workshop workshop) {
        var tools = workshop.tools();
        runAs.mustReach(tools, Jdks.launcher(jdk), "the Java launcher", RunAs.Right.EXECUTE);
        program.neededFiles().forEach((path, what) -> runAs.mustReach(tools, path, what, RunAs.Right.READ));
        runAs.mustReach(tools, program.directory(), "the working directory", RunAs.Right.EXECUTE);
        if (terminal && Executables.find(Launcher.SCRIPT).isEmpty()) {
            throw Refusal.failed("the program's console needs 'script' of util-linux (Debian: bsdutils); install it, or"
                    + " take <console type='null'/>");
        }
    }

    /**
     * What the process is to become: the program as whoever it runs as, with its own variables. They come into being only
     * when it is somebody else, since some of them ({@code LD_PRELOAD}) say what code a process runs.
     */
    List<String> process() {
        var words = new ArrayList<String>(List.of("/usr/bin/env", "-i"));
        command.environment().forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command.argv());
        return runAs.wrapped(words);
    }

    /** The program as whoever it runs as, as it is told. */
    List<String> argv() {
        return runAs.wrapped(command.argv());
    }
}
