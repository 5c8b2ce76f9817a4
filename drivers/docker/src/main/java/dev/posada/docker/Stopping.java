package dev.posada.docker;

import dev.posada.model.ErrorCode;

/** The ways of asking a guest that a container knows: a signal to its first process. */
final class Stopping {
    /** {@code VIR_DOMAIN_SHUTDOWN_INITCTL} and {@code VIR_DOMAIN_SHUTDOWN_SIGNAL}, the same for a reboot. */
    private static final int INITCTL = 4;

    private static final int SIGNAL = 8;

    private Stopping() {}

    static void checkShutdown(int flags) {
        check(flags, "virDomainShutdownFlags");
    }

    static void checkReboot(int flags) {
        check(flags, "virDomainReboot");
    }

    private static void check(int flags, String api) {
        if (flags != 0 && (flags & (SIGNAL | INITCTL)) == 0) {
            throw Refusal.of(
                    ErrorCode.ARGUMENT_UNSUPPORTED,
                    api + ": a container can be sent a signal, and has neither ACPI nor an agent; use --mode signal");
        }
    }
}
