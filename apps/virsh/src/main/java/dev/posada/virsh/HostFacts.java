package dev.posada.virsh;

import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;

/** Commands that tell what the host and its hypervisor are, and one that puts the host to sleep. */
final class HostFacts {
    private static final int LABEL_WIDTH = 20;
    private static final List<String> SUSPENSIONS = List.of("mem", "disk", "hybrid");

    private HostFacts() {}

    static Command capabilities() {
        return Command.named("capabilities")
                .summary("print what host and hypervisor can do, as an XML document")
                .action(call -> call.println(call.attempt(
                        "failed to get capabilities", () -> call.connection().capabilities())));
    }

    static Command domcapabilities() {
        return Command.named("domcapabilities")
                .summary("print what domains of a kind can be, as an XML document")
                .options(
                        Option.text("virttype", "how they are run, such as kvm"),
                        Option.text("emulatorbin", "the program that runs them"),
                        Option.text("arch", "their architecture"),
                        Option.text("machine", "their machine, such as q35"))
                .action(HostFacts::domcapabilities);
    }

    private static void domcapabilities(Call call) {
        var virtualization = call.text("virttype").orElse(null);
        var emulator = call.text("emulatorbin").orElse(null);
        var architecture = call.text("arch").orElse(null);
        var machine = call.text("machine").orElse(null);
        call.println(call.attempt(
                "failed to get emulator capabilities",
                () -> call.connection().domainCapabilities(emulator, architecture, machine, virtualization)));
    }

    static Command hostname() {
        return Command.named("hostname")
                .summary("print the host's name")
                .action(call -> call.println(call.attempt(
                        "failed to get hostname", () -> call.connection().hostname())));
    }

    static Command uri() {
        return Command.named("uri")
                .summary("print the address of what we are connected to")
                .action(call -> call.println(call.attempt(
                        "failed to get URI", () -> call.connection().uri().toString())));
    }

    static Command sysinfo() {
        return Command.named("sysinfo")
                .summary("print what the firmware tells of the host, as an XML document")
                .action(call -> call.print(call.attempt(
                        "failed to get sysinfo",
                        () -> call.connection().hostFigures().firmwareTables())));
    }

    static Command version() {
        return Command.named("version")
                .summary("show the versions of this program and of the hypervisor")
                .options(Option.flag("daemon", "the daemon's too"))
                .action(HostFacts::version);
    }

    private static void version(Call call) {
        var connection = call.connection();
        var type = call.attempt("failed to get hypervisor type", connection::type);
        var values = new LinkedHashMap<String, Object>();
        values.put("library", Usage.VERSION);
        values.put("api", type);
        var text = new StringBuilder()
                .append("Compiled against library: libvirt " + Usage.VERSION + "\n")
                .append("Using library: libvirt " + Usage.VERSION + "\n")
                .append("Using API: ")
                .append(type)
                .append(" " + Usage.VERSION + "\n");
        var hypervisor = call.attempt("failed to get the hypervisor version", connection::hypervisorVersion)
                .toString();
        values.put("hypervisor", hypervisor);
        text.append(
                hypervisor.equals("0.0.0")
                        ? "Cannot extract running " + type + " hypervisor version\n"
                        : "Running hypervisor: " + type + " " + hypervisor + "\n");
        if (call.has("daemon")) {
            var daemon = call.attempt("failed to get the daemon version", connection::libraryVersion)
                    .toString();
            values.put("daemon", daemon);
            text.append("Running against daemon: ").append(daemon).append('\n');
        }
        if (call.json()) {
            call.printJson(values);
        } else {
            call.print(text.toString());
        }
    }

    static Command nodeinfo() {
        return Command.named("nodeinfo")
                .summary("show the host's processors and memory")
                .action(HostFacts::nodeinfo);
    }

    private static void nodeinfo(Call call) {
        var info = call.attempt(
                "failed to get node information", () -> call.connection().hostInfo());
        var fields = Fields.wide(LABEL_WIDTH).add("CPU model", info.cpuModel()).add("CPU(s)", info.cpus());
        if (info.mhz() != 0) {
            fields.add("CPU frequency", info.mhz() + " MHz", info.mhz());
        }
        call.print(fields.add("CPU socket(s)", info.socketsPerNode())
                .add("Core(s) per socket", info.coresPerSocket())
                .add("Thread(s) per core", info.threadsPerCore())
                .add("NUMA cell(s)", info.numaNodes())
                .add("Memory size", info.memoryKib() + " KiB", info.memoryKib()));
    }

    static Command maxvcpus() {
        return Command.named("maxvcpus")
                .summary("print the most processors a domain may have")
                .options(Option.text("type", "the kind of domain, such as kvm"))
                .action(HostFacts::maxvcpus);
    }

    private static void maxvcpus(Call call) {
        var type = call.text("type").orElse(null);
        var told = told(call, type);
        int most = told.isPresent()
                ? told.getAsInt()
                : call.connection().hostFigures().maxVcpus(type);
        call.println(Integer.toString(most));
    }

    /** What the document about domains says; it knows of more limits than the call of that name. */
    private static OptionalInt told(Call call, @org.jspecify.annotations.Nullable String type) {
        try {
            return Documents.parse(call.connection().domainCapabilities(null, null, null, type))
                    .child("vcpu")
                    .flatMap(vcpu -> vcpu.attribute("max"))
                    .map(Words::decimal)
                    .orElse(OptionalInt.empty());
        } catch (PosadaException e) {
            return OptionalInt.empty();
        }
    }

    static Command nodesevinfo() {
        return Command.named("nodesevinfo")
                .summary("show what AMD's memory encryption offers")
                .action(HostFacts::nodesevinfo);
    }

    private static void nodesevinfo(Call call) {
        var parameters = call.attempt(
                "Unable to get host SEV information",
                () -> call.connection().hostFigures().memoryEncryption());
        if (call.json()) {
            call.printJson(Parameters.json(parameters));
            return;
        }
        for (var parameter : parameters) {
            call.println(HostMemory.padded(parameter.name(), 18) + ": " + Parameters.text(parameter));
        }
    }

    static Command nodesuspend() {
        return Command.named("nodesuspend")
                .summary("put the host to sleep for a while")
                .options(
                        Option.value("target", "mem, disk or hybrid: where its memory rests")
                                .completing(_ -> SUSPENSIONS),
                        Option.number("duration", "how many seconds, at least 60")
                                .required())
                .action(HostFacts::nodesuspend);
    }

    private static void nodesuspend(Call call) {
        var word = call.required("target");
        long seconds = call.number("duration", Long.MIN_VALUE, Long.MAX_VALUE).orElseThrow();
        int target = SUSPENSIONS.indexOf(word);
        if (target < 0) {
            throw new CommandException("Invalid target");
        }
        if (seconds < 0) {
            throw new CommandException("Invalid duration");
        }
        call.attempt(
                "The host was not suspended",
                () -> call.connection().hostFigures().suspend(target, Duration.ofSeconds(seconds)));
    }
}
