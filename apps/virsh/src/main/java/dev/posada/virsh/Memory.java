package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** {@code setmem}, {@code setmaxmem}. */
final class Memory {
    private static final long KIB = 1024;

    private Memory() {}

    static Command setmem() {
        return Command.named("setmem")
                .summary("set how much memory a domain has")
                .options(options())
                .options(Impacts.options())
                .action(Memory::setmem);
    }

    private static Option[] options() {
        return new Option[] {
            Domains.option(),
            Option.alias("kilobytes", "size"),
            Option.number("size", "the memory, in KiB unless a unit follows").required()
        };
    }

    private static void setmem(Call call) {
        var asked = Impacts.of(call);
        var domain = Domains.of(call);
        long kib = kib(call);
        var impact = asked.length == 0 && !call.has("current") ? new Flag.Impact[] {Flag.Impact.LIVE} : asked;
        requireSome(kib);
        domain.setMemory(kib, impact);
    }

    static Command setmaxmem() {
        return Command.named("setmaxmem")
                .summary("set how much memory a domain may have at most")
                .options(options())
                .options(Impacts.options())
                .action(Memory::setmaxmem);
    }

    private static void setmaxmem(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        long kib = kib(call);
        call.attempt("Unable to change MaxMemorySize", () -> {
            requireSome(kib);
            domain.setMaxMemory(kib, impact);
        });
    }

    /** Says before the daemon could what libvirt's own client says of a domain without memory. */
    private static void requireSome(long kib) {
        if (kib == 0) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG, ErrorOrigin.DOM, "memory in virDomainSetMemoryFlags must not be zero");
        }
    }

    /** The size in KiB, what is over rounded up. */
    private static long kib(Call call) {
        long bytes = call.bytes("size", KIB).orElseThrow(() -> new CommandException("missing option --size"));
        return bytes / KIB + (bytes % KIB == 0 ? 0 : 1);
    }
}
