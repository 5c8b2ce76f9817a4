package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainPower;
import dev.posada.client.Flag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What ends, stops or wakes a guest: {@code shutdown}, {@code reboot}, {@code destroy}, {@code suspend} and others. */
final class StopDomain {
    private static final List<String> MODES = List.of("acpi", "agent", "initctl", "signal", "paravirt");
    private static final List<String> SLEEPS = List.of("mem", "disk", "hybrid");

    private StopDomain() {}

    static Command shutdown() {
        return Command.named("shutdown")
                .summary("ask a guest to shut down")
                .description("Asks the guest to shut down, and does not wait until it has.")
                .options(running(), mode())
                .action(call -> {
                    var ways = ways(call, "'signal', or 'paravirt'");
                    act(call, "shutdown", domain -> domain.shutdown(ways), "is being shutdown");
                });
    }

    static Command reboot() {
        return Command.named("reboot")
                .summary("ask a guest to reboot")
                .description("Asks the guest to reboot, and does not wait until it has.")
                .options(running(), mode())
                .action(call -> {
                    var ways = ways(call, "'signal' or 'paravirt'");
                    act(call, "reboot", domain -> domain.reboot(ways), "is being rebooted");
                });
    }

    private static Option mode() {
        return Option.text("mode", "the way to ask: acpi, agent, initctl, signal or paravirt, or several with commas")
                .completing(Completer.words(MODES.toArray(String[]::new)));
    }

    private static Flag.Stop[] ways(Call call, String lastModes) {
        var given = call.text("mode");
        if (given.isEmpty()) {
            return new Flag.Stop[0];
        }
        var ways = new ArrayList<Flag.Stop>();
        for (var word : given.get().split(",", -1)) {
            int mode = MODES.indexOf(word);
            if (mode < 0) {
                throw new CommandException(
                        "Unknown mode " + word + " value, expecting 'acpi', 'agent', 'initctl', " + lastModes);
            }
            ways.add(List.of(Flag.Stop.values()).get(mode));
        }
        return ways.toArray(Flag.Stop[]::new);
    }

    static Command reset() {
        return Command.named("reset")
                .summary("press a domain's reset button")
                .options(running())
                .action(call -> act(call, "reset", Domain::reset, "was reset"));
    }

    static Command suspend() {
        return Command.named("suspend")
                .summary("stop a domain's processors")
                .description("Stops a domain's processors; its memory and devices stay as they are.")
                .options(Domains.option().completing(Proposals.domains(Flag.List.RUNNING)))
                .action(call -> act(call, "suspend", Domain::suspend, "suspended"));
    }

    static Command resume() {
        return Command.named("resume")
                .summary("let a suspended domain go on")
                .options(Domains.option().completing(Proposals.domains(Flag.List.PAUSED)))
                .action(call -> act(call, "resume", Domain::resume, "resumed"));
    }

    static Command destroy() {
        return Command.named("destroy")
                .summary("pull a domain's plug")
                .description("Ends a running domain at once. Its definition and its disks stay.")
                .options(
                        running(),
                        Option.flag("graceful", "give up rather than kill what does not end"),
                        Option.flag("remove-logs", "remove its logs too"))
                .action(call -> {
                    var flags = Arrays.stream(Flag.Destroy.values())
                            .filter(flag -> call.has(OptionNames.of(flag)))
                            .toArray(Flag.Destroy[]::new);
                    act(call, "destroy", domain -> domain.destroy(flags), "destroyed");
                });
    }

    private static void act(Call call, String verb, Consumer<Domain> act, String done) {
        var domain = Domains.of(call);
        call.attempt("Failed to " + verb + " domain '" + domain.name() + "'", () -> act.accept(domain));
        call.extra("Domain '" + domain.name() + "' " + done + "\n");
    }

    static Command injectNmi() {
        return Command.named("inject-nmi")
                .summary("send a guest a non-maskable interrupt")
                .options(running())
                .action(call -> Domains.of(call).injectNmi());
    }

    static Command pmSuspend() {
        return Command.named("dompmsuspend")
                .summary("have a guest put itself to sleep")
                .description("Has the guest put itself to sleep, which it does by its agent.")
                .options(
                        running(),
                        Option.value("target", "how deep: mem, disk or hybrid")
                                .completing(Completer.words(SLEEPS.toArray(String[]::new))),
                        Option.number("duration", "seconds until it wakes"))
                .action(StopDomain::pmSuspend);
    }

    private static void pmSuspend(Call call) {
        var domain = Domains.of(call);
        long seconds = call.number("duration", Long.MIN_VALUE, Long.MAX_VALUE).orElse(0L);
        int target = SLEEPS.indexOf(call.required("target"));
        if (target < 0) {
            throw new CommandException("Invalid target");
        }
        call.attempt(
                "Domain '" + domain.name() + "' could not be suspended",
                () -> domain.power().sleep(List.of(DomainPower.Sleep.values()).get(target), seconds));
        call.extra("Domain '" + domain.name() + "' successfully suspended");
    }

    static Command pmWakeup() {
        return Command.named("dompmwakeup")
                .summary("wake a guest that put itself to sleep")
                .options(Domains.option().completing(Proposals.domains(Flag.List.OTHER)))
                .action(StopDomain::pmWakeup);
    }

    private static void pmWakeup(Call call) {
        var domain = Domains.of(call);
        call.attempt(
                "Domain '" + domain.name() + "' could not be woken up",
                () -> domain.power().wake());
        call.extra("Domain '" + domain.name() + "' successfully woken up");
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
