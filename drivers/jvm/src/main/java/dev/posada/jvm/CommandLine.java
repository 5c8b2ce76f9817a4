package dev.posada.jvm;

import dev.posada.model.DomainDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What a program is started with. A pure function of the definition and of what the host gives it: what a user says comes
 * after what this driver says, and so prevails.
 *
 * @param argv the launcher and all its arguments
 * @param environment all variables of the process
 */
record CommandLine(List<String> argv, SequencedMap<String, String> environment) {
    /** Where programs that the program starts are looked for. */
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    /** From here on a heap has a soft limit. */
    private static final int SOFT_HEAP_VERSION = 13;

    /**
     * What the host gives a program.
     *
     * @param jdk the folder of the JDK
     * @param version its feature version, 8 or more
     * @param temporary its folder for temporary files
     * @param crashes where the JVM writes its error file and its heap dump
     */
    record Facts(Path jdk, int version, Path temporary, Path crashes) {}

    static CommandLine of(DomainDefinition definition, JavaProgram program, Facts facts) {
        var argv = new ArrayList<String>();
        argv.add(Jdks.launcher(facts.jdk()).toString());
        addMemory(argv, definition, program, facts);
        argv.add("-XX:ActiveProcessorCount=" + definition.vcpus());
        argv.add("-XX:+UsePerfData");
        // What it does not count it can be asked for, from the first moment on and without a signal.
        argv.add("-XX:+StartAttachListener");
        // Status 3 and a line of its own tell a full heap from a program that ends by itself.
        argv.add("-XX:+ExitOnOutOfMemoryError");
        if (definition.onCrash().startsWith("coredump-")) {
            argv.add("-XX:+HeapDumpOnOutOfMemoryError");
        }
        argv.add("-XX:HeapDumpPath=" + facts.crashes());
        argv.add("-XX:ErrorFile=" + facts.crashes().resolve("hs_err_pid%p.log"));
        argv.add("-Djava.io.tmpdir=" + facts.temporary());
        program.properties().forEach((name, value) -> argv.add("-D" + name + (value.isEmpty() ? "" : "=" + value)));
        argv.addAll(program.options());
        addEntry(argv, program);
        argv.addAll(program.arguments());
        return new CommandLine(List.copyOf(argv), environment(program, facts));
    }

    private static void addMemory(List<String> argv, DomainDefinition definition, JavaProgram program, Facts facts) {
        if (Heap.sizedBy(program.options())) {
            return;
        }
        argv.add("-Xmx" + Heap.ofMemory(definition.maxMemoryKib()) + "k");
        if (definition.memoryKib() < definition.maxMemoryKib() && facts.version() >= SOFT_HEAP_VERSION) {
            argv.add("-XX:SoftMaxHeapSize=" + Heap.ofMemory(definition.memoryKib()) + "k");
        }
    }

    private static void addEntry(List<String> argv, JavaProgram program) {
        if (!program.modulePath().isEmpty()) {
            argv.add("--module-path");
            argv.add(joined(program.modulePath()));
        }
        if (!program.classPath().isEmpty()) {
            argv.add("--class-path");
            argv.add(joined(program.classPath()));
        }
        switch (program.entry()) {
            case JavaProgram.Entry.Jar(Path jar) -> argv.addAll(List.of("-jar", jar.toString()));
            case JavaProgram.Entry.MainClass(String name) -> argv.add(name);
            case JavaProgram.Entry.Module(String name, var main) ->
                argv.addAll(
                        List.of("--module", name + main.map(one -> "/" + one).orElse("")));
        }
    }

    private static String joined(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static SequencedMap<String, String> environment(JavaProgram program, Facts facts) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("PATH", facts.jdk().resolve("bin") + ":" + PATH);
        variables.put("JAVA_HOME", facts.jdk().toString());
        variables.put("LANG", "C.UTF-8");
        variables.put("TMPDIR", facts.temporary().toString());
        variables.putAll(program.environment());
        return variables;
    }
}
