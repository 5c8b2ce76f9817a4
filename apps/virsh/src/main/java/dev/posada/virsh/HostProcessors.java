package dev.posada.virsh;

import dev.posada.client.ProcessorModels;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Commands about models of processors: which there are, and how they compare with what the host has. */
final class HostProcessors {
    private HostProcessors() {}

    static Command models() {
        return Command.named("cpu-models")
                .summary("list the models of processors of an architecture")
                .options(Option.value("arch", "an architecture, such as x86_64")
                        .completing(Completer.words("x86_64", "i686", "aarch64", "ppc64", "s390x")))
                .action(HostProcessors::models);
    }

    private static void models(Call call) {
        var architecture = call.required("arch");
        var names = call.attempt(
                "failed to get CPU model names",
                () -> call.connection().processorModels().names(architecture));
        if (call.json()) {
            var table = Table.of("Name");
            names.forEach(table::row);
            call.print(table);
        } else if (names.isEmpty()) {
            call.extra("all CPU models are accepted\n");
        } else {
            names.forEach(call::println);
        }
    }

    private static Option file() {
        return CommonOptions.file("a file with a processor's description, or documents that hold one");
    }

    private static Option strict() {
        return Option.flag("error", "fail, and say why, where the host lacks something");
    }

    static Command compare() {
        return Command.named("cpu-compare")
                .summary("compare a processor with the host's")
                .options(file(), strict(), CommonOptions.validate())
                .action(HostProcessors::compare);
    }

    private static void compare(Call call) {
        var file = call.required("file");
        var cpu = processors(call, file).getFirst();
        tell(
                call,
                "Failed to compare host CPU with " + file,
                () -> call.connection().processorModels().compare(cpu, call.has("error"), call.has("validate")),
                "CPU described in " + file + " is incompatible with host CPU",
                "CPU described in " + file + " is identical to host CPU",
                "Host CPU is a superset of CPU described in " + file);
    }

    static Command hypervisorCompare() {
        return Command.named("hypervisor-cpu-compare")
                .summary("compare a processor with what domains of a kind can have here")
                .options(
                        file(),
                        Option.text("virttype", "how they are run, such as kvm"),
                        Option.text("emulator", "the program that runs them"),
                        Option.text("arch", "their architecture"),
                        Option.text("machine", "their machine, such as q35"),
                        strict(),
                        CommonOptions.validate())
                .action(HostProcessors::hypervisorCompare);
    }

    private static void hypervisorCompare(Call call) {
        var file = call.required("file");
        var setting = setting(call);
        var cpu = processors(call, file).getFirst();
        tell(
                call,
                "Failed to compare hypervisor CPU with " + file,
                () -> call.connection()
                        .processorModels()
                        .compare(setting, cpu, call.has("error"), call.has("validate")),
                "CPU described in " + file + " is incompatible with the CPU provided by hypervisor on the host",
                "CPU described in " + file + " is identical to the CPU provided by hypervisor on the host",
                "The CPU provided by hypervisor on the host is a superset of CPU described in " + file);
    }

    private static ProcessorModels.Setting setting(Call call) {
        return new ProcessorModels.Setting(
                call.text("emulator").orElse(null),
                call.text("arch").orElse(null),
                call.text("machine").orElse(null),
                call.text("virttype").orElse(null));
    }

    private static void tell(
            Call call,
            String failure,
            Supplier<ProcessorModels.Comparison> comparison,
            String incompatible,
            String identical,
            String superset) {
        switch (call.attempt(failure, comparison)) {
            case INCOMPATIBLE -> {
                call.println(incompatible);
                throw CommandException.silent();
            }
            case IDENTICAL -> call.println(identical);
            case SUPERSET -> call.println(superset);
        }
    }

    private static Option features() {
        return Option.flag("features", "name the features the model stands for");
    }

    private static Option migratable() {
        return Option.flag("migratable", "without features that keep a domain on its host");
    }

    static Command baseline() {
        return Command.named("cpu-baseline")
                .summary("print what several processors have in common")
                .options(
                        CommonOptions.file("a file with processors' descriptions, or documents that hold some"),
                        features(),
                        migratable())
                .action(HostProcessors::baseline);
    }

    private static void baseline(Call call) {
        var cpus = processors(call, call.required("file"));
        call.print(call.connection().processorModels().baseline(cpus, call.has("features"), call.has("migratable")));
    }

    static Command hypervisorBaseline() {
        return Command.named("hypervisor-cpu-baseline")
                .summary("print what several processors have in common, for domains of a kind")
                .options(
                        Option.text("file", "a file with processors' descriptions, or documents that hold some"),
                        Option.text("virttype", "how they are run, such as kvm"),
                        Option.text("emulator", "the program that runs them"),
                        Option.text("arch", "their architecture"),
                        Option.text("machine", "their machine, such as q35"),
                        features(),
                        migratable(),
                        Option.text("model", "one model by its name, in place of a file"))
                .action(HostProcessors::hypervisorBaseline);
    }

    private static void hypervisorBaseline(Call call) {
        call.exclusive("file", "model");
        var file = call.text("file");
        var setting = setting(call);
        var model = call.text("model");
        List<String> cpus;
        if (model.isPresent()) {
            cpus = List.of(Documents.formatDoubleQuoted(Element.of("cpu").plus(Element.text("model", model.get()))));
        } else if (file.isPresent()) {
            cpus = processors(call, file.get());
        } else {
            throw new CommandException("Either --file or --model must be provided");
        }
        call.print(call.connection()
                .processorModels()
                .baseline(setting, cpus, call.has("features"), call.has("migratable")));
    }

    /** The processors a file describes: alone, or within documents of domains, of the host, of what domains can be. */
    private static List<String> processors(Call call, String file) {
        var text = TextFiles.xml(call, file);
        int declarationEnd = text.startsWith("<?xml") ? text.indexOf("?>") : -1;
        var body = declarationEnd < 0 ? text : text.substring(declarationEnd + 2);
        var found = new ArrayList<String>();
        for (var element :
                Documents.parse("<container>" + body + "</container>").children()) {
            processors(element).forEach(cpu -> found.add(Documents.formatDoubleQuoted(cpu)));
        }
        if (found.isEmpty()) {
            throw new CommandException("File '" + file + "' does not contain any <cpu> element or valid domain XML, "
                    + "host capabilities XML, or domain capabilities XML");
        }
        return found;
    }

    private static List<Element> processors(Element element) {
        return switch (element.name()) {
            case "cpu" -> List.of(element);
            case "domain" -> element.children("cpu");
            case "capabilities" ->
                element.child("host").map(host -> host.children("cpu")).orElse(List.of());
            case "domainCapabilities" ->
                element.child("cpu").stream()
                        .flatMap(cpu -> cpu.children("mode").stream())
                        .filter(mode -> mode.has("name", "host-model") && mode.has("supported", "yes"))
                        .map(mode -> Element.of("cpu").withContent(mode.content()))
                        .toList();
            default -> List.of();
        };
    }
}
