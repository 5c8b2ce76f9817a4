package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.model.DomainIdentity;

/** {@code domid}, {@code domname}, {@code domuuid}, {@code domrename}. */
final class DomainNames {
    private DomainNames() {}

    static Command domid() {
        return Command.named("domid")
                .summary("tell a domain's id")
                .description("Tells the id of the instance that runs now, or - when none does.")
                .options(option("a domain's name or uuid"))
                .action(call -> {
                    int id = Domains.by(call, Domains.By.NAME, Domains.By.UUID)
                            .identity()
                            .id();
                    boolean runs = id != DomainIdentity.INACTIVE;
                    print(call, "id", runs ? id : "-");
                });
    }

    static Command domname() {
        return Command.named("domname")
                .summary("tell a domain's name")
                .options(option("a domain's id or uuid"))
                .action(call -> print(
                        call,
                        "name",
                        Domains.by(call, Domains.By.ID, Domains.By.UUID).name()));
    }

    static Command domuuid() {
        return Command.named("domuuid")
                .summary("tell a domain's uuid")
                .options(option("a domain's id or name"))
                .action(call -> print(
                        call,
                        "uuid",
                        Domains.by(call, Domains.By.ID, Domains.By.NAME).uuid()));
    }

    private static void print(Call call, String key, Object value) {
        if (call.json()) {
            call.printJson(java.util.Map.of(key, value));
        } else {
            call.println(value.toString());
        }
    }

    static Command domrename() {
        return Command.named("domrename")
                .summary("give a domain another name")
                .description("Gives a domain that does not run another name.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.INACTIVE)),
                        Option.value("new-name", "what it shall be called"))
                .action(call -> {
                    Domains.of(call).rename(call.required("new-name"));
                    call.extra("Domain successfully renamed\n");
                });
    }

    private static Option option(String help) {
        return Option.value("domain", help).completing(Proposals.domains());
    }
}
