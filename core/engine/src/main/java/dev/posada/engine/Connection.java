package dev.posada.engine;

import dev.posada.driver.HostDriver;
import dev.posada.model.Caller;
import dev.posada.model.ErrorOrigin;
import java.util.Optional;

/** One client's connection to one driver, and the caller's rights on it. All methods may be called from any thread. */
public final class Connection implements AutoCloseable {
    Connection() {}

    /** The canonical URI, as {@code qemu:///system}. */
    public String uri() {
        return Pending.body();
    }

    /** Who called. */
    public Caller caller() {
        return Pending.body();
    }

    /** The driver's kind ({@code virConnectGetType}), as {@code QEMU}. */
    public String type() {
        return Pending.body();
    }

    /** Where errors of this connection say they come from. */
    public ErrorOrigin origin() {
        return Pending.body();
    }

    /** The hypervisor's version as major × 1,000,000 + minor × 1,000 + release. */
    public long version() {
        return Pending.body();
    }

    /** Most virtual processors of a domain of this type; an empty type means the default one. */
    public int maxVcpus(String domainType) {
        return Pending.body();
    }

    /** The capabilities document. */
    public String capabilities() {
        return Pending.body();
    }

    /** What a domain of this emulator, architecture, machine and type could have. */
    public String domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        return Pending.body();
    }

    /** Returns when this connection's caller may make the call, and throws {@code OPERATION_DENIED} otherwise. */
    public void admit(Operation operation) {
        Pending.body();
    }

    /** The host as this driver sees it. */
    public HostDriver host() {
        return Pending.body();
    }

    /** The registry: what is there, what it is called, how it is defined. */
    public Domains domains() {
        return Pending.body();
    }

    /** Starting, stopping and what is between. */
    public Lifecycle lifecycle() {
        return Pending.body();
    }

    /** Memory and processors. */
    public Resources resources() {
        return Pending.body();
    }

    /** Consoles, screens, keys and monitors. */
    public Devices devices() {
        return Pending.body();
    }

    /** Figures. */
    public Statistics statistics() {
        return Pending.body();
    }

    /** What happens. */
    public Events events() {
        return Pending.body();
    }

    /** Ends the subscriptions made here and destroys the domains started here with autodestroy. Twice is once. */
    @Override
    public void close() {}
}
