package dev.posada.virsh;

import dev.posada.client.DomainMemory;
import dev.posada.client.DomainPower;
import dev.posada.client.Flag;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.List;

/** Rarely used: guests with encrypted memory, lifecycle actions, how fast memory changes, open files, containers. */
final class GuestProtection {
    private static final int MOST_SECRET_BYTES = 64 << 10;
    private static final List<String> ENDINGS = List.of("poweroff", "reboot", "crash");
    private static final List<String> ACTIONS =
            List.of("destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart");
    private static final List<String> RATE_MODES = List.of("page-sampling", "dirty-bitmap", "dirty-ring");

    private GuestProtection() {}

    static Command launchInfo() {
        return Command.named("domlaunchsecinfo")
                .summary("show what a guest with encrypted memory proves of itself")
                .options(running())
                .action(GuestProtection::launchInfo);
    }

    private static void launchInfo(Call call) {
        var domain = Domains.of(call);
        var known = call.attempt(
                "Unable to get launch security parameters",
                () -> domain.launchSecurity().figures());
        if (call.json()) {
            call.printJson(Parameters.json(known));
            return;
        }
        for (var each : known) {
            call.println(
                    each.name() + " ".repeat(Math.max(0, 15 - each.name().length())) + ": " + Parameters.text(each));
        }
    }

    static Command setLaunchState() {
        return Command.named("domsetlaunchsecstate")
                .summary("put a secret into a guest's encrypted memory")
                .options(
                        running(),
                        Option.text("secrethdr", "the file with the secret's header")
                                .onlyNamed(),
                        Option.text("secret", "the file with the secret").onlyNamed(),
                        Option.number("set-address", "where in the guest's memory to put it"))
                .action(GuestProtection::setLaunchState);
    }

    private static void setLaunchState(Call call) {
        var domain = Domains.of(call);
        var header = call.text("secrethdr");
        var secret = call.text("secret");
        if (header.isEmpty() || secret.isEmpty()) {
            throw new CommandException("Both secret and the secret header are required");
        }
        var parameters = new ArrayList<TypedParameter>();
        parameters.add(
                TypedParameter.ofText("sev-secret-header", TextFiles.text(call, header.get(), MOST_SECRET_BYTES)));
        parameters.add(TypedParameter.ofText("sev-secret", TextFiles.text(call, secret.get(), MOST_SECRET_BYTES)));
        call.number("set-address", 0, Long.MAX_VALUE)
                .ifPresent(address ->
                        parameters.add(TypedParameter.ofUnsigned("sev-secret-set-address", address.longValue())));
        call.attempt(
                "Unable to set launch security state",
                () -> domain.launchSecurity().set(parameters));
    }

    static Command lifecycleAction() {
        return Command.named("set-lifecycle-action")
                .summary("say what happens when a guest ends")
                .options(
                        Domains.option(),
                        Option.value("type", "how it ends: poweroff, reboot or crash")
                                .completing(Completer.words(ENDINGS.toArray(String[]::new))),
                        Option.value("action", "what happens then, such as destroy or restart")
                                .completing(Completer.words(ACTIONS.toArray(String[]::new))),
                        Impacts.config(),
                        Impacts.live(),
                        Impacts.current())
                .action(GuestProtection::lifecycleAction);
    }

    private static void lifecycleAction(Call call) {
        var impact = Impacts.of(call);
        var ending = call.required("type");
        var action = call.required("action");
        if (!ENDINGS.contains(ending)) {
            throw new CommandException("Invalid lifecycle type '" + ending + "'.");
        }
        if (!ACTIONS.contains(action)) {
            throw new CommandException("Invalid lifecycle action '" + action + "'.");
        }
        var domain = Domains.of(call);
        call.attempt(
                "Unable to change lifecycle action.",
                () -> domain.power()
                        .setAction(
                                List.of(DomainPower.Ending.values()).get(ENDINGS.indexOf(ending)),
                                List.of(DomainPower.Action.values()).get(ACTIONS.indexOf(action)),
                                impact));
    }

    static Command dirtyRate() {
        return Command.named("domdirtyrate-calc")
                .summary("measure how fast a guest changes its memory")
                .description(
                        "Begins to measure how fast a guest changes its memory, which tells whether it can be moved\n"
                                + "while it runs. The result is shown by 'domstats --dirtyrate'.")
                .options(
                        running(),
                        Option.number("seconds", "for how long, 1 to 60; 1 where none are given"),
                        Option.text("mode", "page-sampling, dirty-bitmap or dirty-ring")
                                .completing(Completer.words(RATE_MODES.toArray(String[]::new))))
                .action(GuestProtection::dirtyRate);
    }

    private static void dirtyRate(Call call) {
        var domain = Domains.of(call);
        int seconds = call.integer("seconds").orElse(1);
        var word = call.text("mode").orElse(RATE_MODES.getFirst());
        int mode = RATE_MODES.indexOf(word);
        if (mode < 0) {
            throw new CommandException("Unknown calculation mode '" + word + "'");
        }
        domain.memory()
                .measureDirtyRate(
                        seconds, List.of(DomainMemory.DirtyRateMode.values()).get(mode));
        call.extra("Start to calculate domain's memory dirty rate successfully.\n");
    }

    static Command associateFiles() {
        return Command.named("dom-fd-associate")
                .summary("give open files to a domain by a name")
                .options(
                        Domains.option(),
                        Option.value("name", "the name that documents refer to"),
                        Option.value("pass-fds", "open files N,M,..."),
                        Option.flag("seclabel-writable", "label them for writing"),
                        Option.flag("seclabel-restore", "restore their labels afterwards"))
                .action(GuestProtection::associateFiles);
    }

    private static void associateFiles(Call call) {
        var domain = Domains.of(call);
        var how = new ArrayList<Flag.Association>();
        if (call.has("seclabel-writable")) {
            how.add(Flag.Association.WRITABLE_LABEL);
        }
        if (call.has("seclabel-restore")) {
            how.add(Flag.Association.RESTORE_LABEL);
        }
        var files = PassedFiles.of(call);
        domain.files().associate(call.required("name"), files, how.toArray(Flag.Association[]::new));
    }

    static Command enterNamespace() {
        return Command.named("lxc-enter-namespace")
                .summary("run a program inside a container")
                .options(
                        running(),
                        Option.flag("noseclabel", "keep this process's security label"),
                        Option.rest("cmd", "the program and its arguments").required())
                .action(EnterNamespace::run);
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
