package dev.posada.virsh;

import dev.posada.client.Flag;

/** {@code setmem}, {@code setmaxmem}. */
final class Memory {
    private static final long KIB = 1024;

    private Memory() {}

    static Command setmem() {
        return Command.named("setmem")
                .summary("set how much memory a domain has")
                .options(
                        Domains.option(),
                        Option.alias("kilobytes", "size"),
                        Option.number("size", "the memory, in KiB unless a unit follows")
                                .required())
                .options(Impacts.options())
                .action(Memory::setmem);
    }

    private static void setmem(Call call) {
        var asked = Impacts.of(call);
        var domain = Domains.of(call);
        long kib = kib(call);
        var impact = asked.length == 0 && !call.has("current") ? new Flag.Impact[] {Flag.Impact.LIVE} : asked;
        domain.setMemory(kib, impact);
    }

    static Command setmaxmem() {
        return Command.named("setmaxmem")
                .summary("set how much memory a domain may have at most")
                .options(
                        Domains.option(),
                        Option.alias("kilobytes", "size"),
                        Option.number("size", "the memory, in KiB unless a unit follows")
                                .required())
                .options(Impacts.options())
                .action(Memory::setmaxmem);
    }

    private static void setmaxmem(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        long kib = kib(call);
        call.attempt("Unable to change MaxMemorySize", () -> domain.setMaxMemory(kib, impact));
    }

    /** The size in KiB, what is over rounded up. */
    private static long kib(Call call) {
        long bytes = call.bytes("size", KIB).orElseThrow(() -> new CommandException("missing option --size"));
        return bytes / KIB + (bytes % KIB == 0 ? 0 : 1);
    }
}
