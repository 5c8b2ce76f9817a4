package dev.posada.jvm;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.posix.CpuAffinity;
import dev.posada.posix.PosixException;
import dev.posada.posix.Signals;
import dev.posada.process.ProcessFacts;
import dev.posada.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java virtual machine of this host, whoever started it, and the definition it could have been started from.
 *
 * @param identity which process
 * @param status whose it is
 * @param data its counters, {@link PerfData#none} when it shows none
 */
record HostJvm(ProcessIdentity identity, ProcessStatus status, PerfData data) {
    private static final int NAME_LENGTH_MAX = 40;
    private static final int MAPS_BYTES_MAX = 16 << 20;
    private static final String NAMESPACE = "https://posada.dev/jvm/1.0";
    private static final String NO_COUNTERS = "-XX:-UsePerfData";

    /** A JVM has made its counters by then. */
    private static final Duration BEGINNING = Duration.ofSeconds(10);

    private static final Pattern MAX_HEAP = Pattern.compile("(?:-Xmx|-XX:MaxHeapSize=)([0-9]{1,9})([kKmMgG])");
    private static final String UNITS = "kmg";
    private static final String PROCESSORS = "-XX:ActiveProcessorCount=";
    private static final int PROCESSORS_DIGITS_MAX = 4;

    private static final long REST_MIN_KIB = 64 << 10;
    private static final long REST_MAX_KIB = 1 << 20;

    /** The JVM that has this number; empty when there is none, or it is another program's. */
    static Optional<HostJvm> of(int pid) {
        var identity = ProcessIdentity.of(pid);
        var status = ProcessStatus.of(pid);
        if (identity.isEmpty() || status.isEmpty() || !status.get().catches(Signals.QUIT) || !mapsHotSpot(pid)) {
            return Optional.empty();
        }
        // An old file of counters stays behind when a JVM is killed, and its number may be another program's now: the
        // library in its memory tells.
        var data = PerfFile.read(pid, status.get());
        return Optional.of(new HostJvm(identity.get(), status.get(), data.orElseGet(PerfData::none)))
                .filter(jvm -> data.isPresent() || jvm.keepsNoCounters())
                .filter(jvm -> jvm.identity().exists());
    }

    /**
     * Whether it has none because it keeps none, and not because it has only begun; it is not itself until then (its working
     * directory is another one, for instance).
     */
    private boolean keepsNoCounters() {
        return ProcessFacts.commandLine(pid()).contains(NO_COUNTERS)
                || ProcessFacts.of(pid())
                        .filter(facts -> JvmFigures.uptimeMillis(facts).orElse(0) > BEGINNING.toMillis())
                        .isPresent();
    }

    private static boolean mapsHotSpot(int pid) {
        try (var in = Files.newInputStream(Path.of("/proc", Integer.toString(pid), "maps"))) {
            return new String(in.readNBytes(MAPS_BYTES_MAX), StandardCharsets.UTF_8).contains("/libjvm.so");
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    int pid() {
        return identity.pid();
    }

    /** The name of what it runs, as far as can be told: a class or module, or a jar's file name. */
    String program() {
        return arguments().map(JavaArguments::entry).map(HostJvm::word).orElseGet(this::command);
    }

    private String command() {
        var command = data.text("sun.rt.javaCommand").orElse("").strip();
        int blank = command.indexOf(' ');
        return blank < 0 ? command : command.substring(0, blank);
    }

    private static String word(JavaProgram.Entry entry) {
        return switch (entry) {
            case JavaProgram.Entry.Jar(Path path) -> String.valueOf(path.getFileName());
            case JavaProgram.Entry.MainClass(String name) -> name;
            case JavaProgram.Entry.Module(String name, var main) -> main.orElse(name);
        };
    }

    /** What its domain is called: the program, without its package or suffix, and its number. */
    String name() {
        var program = program();
        var bare = program.endsWith(".jar") ? program.substring(0, program.length() - 4) : program;
        var last = program.endsWith(".jar") ? bare : bare.substring(bare.lastIndexOf('.') + 1);
        var safe = last.replaceAll("[^A-Za-z0-9_.-]", "_");
        var shortened = safe.length() > NAME_LENGTH_MAX ? safe.substring(0, NAME_LENGTH_MAX) : safe;
        return (shortened.isEmpty() ? "java" : shortened) + "-" + pid();
    }

    /** The same for the same process for ever, and no other's. */
    UUID uuid() {
        return UUID.nameUUIDFromBytes(identity.text().getBytes(StandardCharsets.UTF_8));
    }

    /** What it runs, by its command line; empty where that says it in files, or it was not started by {@code java}. */
    private Optional<JavaArguments> arguments() {
        return JavaArguments.parse(ProcessFacts.commandLine(pid()), directory());
    }

    /** What its counters say of the same: words are told apart by blanks, which they may hold themselves. */
    private JavaArguments fromCounters() {
        var words = Stream.of("java " + data.text("java.rt.vmArgs").orElse("") + " "
                        + data.text("sun.rt.javaCommand").orElse(""))
                .flatMap(line -> Stream.of(line.strip().split("\\s+", -1)))
                .toList();
        return JavaArguments.parse(words, directory())
                .orElseGet(() -> new JavaArguments(
                        new JavaProgram.Entry.MainClass("unknown"),
                        List.of(),
                        List.of(),
                        new LinkedHashMap<>(),
                        List.of(),
                        List.of()));
    }

    /** The value it was started with of a system property. */
    Optional<String> property(String name) {
        return arguments().map(line -> line.properties().get(name));
    }

    private Path directory() {
        try {
            var link = Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid()), "cwd"));
            return link.isAbsolute() ? link : Path.of("/");
        } catch (IOException goneOrNotOurs) {
            return Path.of("/");
        }
    }

    /** A definition it could have been started from, complete but for what every Java program has. */
    DomainDefinition definition() {
        var arguments = arguments().orElseGet(this::fromCounters);
        var memory = Long.toString(memoryKib(arguments));
        var os = Element.of("os").plus(Element.text("type", Completion.OS_TYPE));
        for (var argument : arguments.arguments()) {
            os = os.plus(Element.text("initarg", argument));
        }
        os = os.plus(Element.text("initdir", directory().toString())).plus(Element.text("inituser", user()));
        var domain = Element.of("domain", "type", Completion.TYPE, "xmlns:jvm", NAMESPACE)
                .plus(Element.text("name", name()))
                .plus(Element.text("uuid", uuid().toString()))
                .plus(Element.text("description", "Java virtual machine of the host, process " + pid()))
                .plus(Element.text("memory", memory).with("unit", "KiB"))
                .plus(Element.text("currentMemory", memory).with("unit", "KiB"))
                .plus(Element.text("vcpu", Integer.toString(processors(arguments)))
                        .with("placement", "static"))
                .plus(os)
                .plus(Element.of("clock", "offset", "utc"))
                .plus(Element.text("on_poweroff", "destroy"))
                .plus(Element.text("on_reboot", "destroy"))
                .plus(Element.text("on_crash", "destroy"))
                .plus(Element.of("devices")
                        .plus(Element.of("console", "type", "null")
                                .plus(Element.of("target", "type", "virtio", "port", "0"))))
                .plus(java(arguments));
        return new DomainDefinition(domain);
    }

    private Element java(JavaArguments arguments) {
        var java = Element.of(JavaProgram.ELEMENT);
        var jdk = jdk();
        if (jdk.isPresent()) {
            java = java.with("jdk", jdk.get().toString());
        }
        java = switch (arguments.entry()) {
            case JavaProgram.Entry.Jar(Path path) -> java.with("jar", path.toString());
            case JavaProgram.Entry.MainClass(String name) -> java.with("main", name);
            case JavaProgram.Entry.Module(String name, var main) -> {
                var module = java.with("module", name);
                yield main.isPresent() ? module.with("main", main.get()) : module;
            }
        };
        java = paths(java, "jvm:classpath", arguments.classPath());
        java = paths(java, "jvm:modulepath", arguments.modulePath());
        for (var property : arguments.properties().entrySet()) {
            java = java.plus(Element.of("jvm:property", "name", property.getKey(), "value", property.getValue()));
        }
        for (var option : arguments.options()) {
            java = java.plus(Element.of("jvm:option", "value", option));
        }
        return java;
    }

    private static Element paths(Element java, String name, List<Path> paths) {
        if (paths.isEmpty()) {
            return java;
        }
        var entries = new ArrayList<Element>();
        paths.forEach(path -> entries.add(Element.of("jvm:entry", "path", path.toString())));
        return java.plus(Element.of(name).withContent(entries));
    }

    private Optional<Path> jdk() {
        return data.text("java.property.java.home")
                .filter(home -> home.startsWith("/"))
                .map(Path::of)
                .or(this::jdkOfLauncher);
    }

    /** The launcher is in {@code bin} of its JDK. */
    private Optional<Path> jdkOfLauncher() {
        try {
            var launcher = Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid()), "exe"));
            return launcher.endsWith("bin/java")
                    ? Optional.ofNullable(launcher.getParent()).map(Path::getParent)
                    : Optional.empty();
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    /** Whose it is, by name. */
    String user() {
        try {
            return Files.getOwner(Path.of("/proc", Integer.toString(pid()))).getName();
        } catch (IOException gone) {
            return Integer.toString(status.uid());
        }
    }

    /** What the process would have to be given for its heap to be as large as it may become, see {@link Heap}. */
    private long memoryKib(JavaArguments arguments) {
        long counted = JvmFigures.heapMaxBytes(data) >> 10;
        long heap = counted > 0 ? counted : optionKib(arguments).orElseGet(this::residentKib);
        return heap + Math.clamp(heap / 3, REST_MIN_KIB, REST_MAX_KIB);
    }

    private long residentKib() {
        return ProcessFacts.of(pid()).map(facts -> facts.residentBytes() >> 10).orElse(REST_MIN_KIB);
    }

    /** The heap's largest size as the options say. */
    private static Optional<Long> optionKib(JavaArguments arguments) {
        for (var option : arguments.options().reversed()) {
            var size = MAX_HEAP.matcher(option);
            if (size.matches()) {
                int shift = UNITS.indexOf(Character.toLowerCase(size.group(2).charAt(0))) * 10;
                return Optional.of(Long.parseLong(size.group(1)) << shift);
            }
        }
        return Optional.empty();
    }

    private int processors(JavaArguments arguments) {
        for (var option : arguments.options().reversed()) {
            if (option.startsWith(PROCESSORS) && option.length() <= PROCESSORS.length() + PROCESSORS_DIGITS_MAX) {
                var digits = option.substring(PROCESSORS.length());
                if (digits.matches("[1-9][0-9]*")) {
                    return Math.min(Integer.parseInt(digits), Completion.VCPUS_MAX);
                }
            }
        }
        try {
            return Math.clamp(CpuAffinity.of(pid()).cardinality(), 1, Completion.VCPUS_MAX);
        } catch (PosixException goneOrNotOurs) {
            return 1;
        }
    }
}
