package dev.posada.virsh;

import dev.posada.client.Flag;
import java.util.Map;

/** {@code migrate-setspeed} and the other settings of a migration. */
final class MigrationSettings {
    private MigrationSettings() {}

    static Command setDowntime() {
        return Command.named("migrate-setmaxdowntime")
                .summary("say how long a guest may pause while it moves")
                .options(running(), Option.number("downtime", "milliseconds").required())
                .action(call -> {
                    var domain = Domains.of(call);
                    long millis = call.number("downtime", Long.MIN_VALUE, Long.MAX_VALUE)
                            .orElse(0L);
                    if (millis < 1) {
                        throw new CommandException("migrate: Invalid downtime");
                    }
                    domain.migrationTuning().setMaxDowntime(millis);
                });
    }

    static Command downtime() {
        return Command.named("migrate-getmaxdowntime")
                .summary("tell how long a guest may pause while it moves, in milliseconds")
                .options(running())
                .action(call -> number(
                        call, "downtime", Domains.of(call).migrationTuning().maxDowntimeMillis()));
    }

    static Command cache() {
        return Command.named("migrate-compcache")
                .summary("show or change the cache for pages that are sent again")
                .options(
                        running(),
                        Option.number("size", "the new size in bytes").onlyNamed())
                .action(MigrationSettings::cache);
    }

    private static void cache(Call call) {
        var tuning = Domains.of(call).migrationTuning();
        call.number("size", 0, Long.MAX_VALUE).ifPresent(tuning::setCompressionCache);
        long bytes = tuning.compressionCacheBytes();
        if (call.json()) {
            call.printJson(Map.of("compression-cache", bytes));
        } else {
            call.print("Compression cache: " + PrettySize.of(bytes));
        }
    }

    static Command setSpeed() {
        return Command.named("migrate-setspeed")
                .summary("say how much a migration may send")
                .options(
                        running(),
                        Option.number("bandwidth", "MiB a second").required(),
                        Option.flag("postcopy", "after the guest runs at the other side"))
                .action(call -> {
                    var domain = Domains.of(call);
                    long speed = call.number("bandwidth", 0, Long.MAX_VALUE).orElse(0L);
                    domain.migrationTuning().setMaxSpeed(speed, call.has("postcopy"));
                });
    }

    static Command speed() {
        return Command.named("migrate-getspeed")
                .summary("tell how much a migration may send, in MiB a second")
                .options(running(), Option.flag("postcopy", "after the guest runs at the other side"))
                .action(call -> number(
                        call, "bandwidth", Domains.of(call).migrationTuning().maxSpeed(call.has("postcopy"))));
    }

    static Command postCopy() {
        return Command.named("migrate-postcopy")
                .summary("let a guest that moves run at the other side now")
                .description("Lets the guest run at the other side and sends the rest after it.\n"
                        + "The migration must have been started with --postcopy.")
                .options(running())
                .action(call -> Domains.of(call).migrationTuning().switchToPostCopy());
    }

    private static void number(Call call, String key, long value) {
        if (call.json()) {
            call.printJson(Map.of(key, value));
        } else {
            call.println(Long.toUnsignedString(value));
        }
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
