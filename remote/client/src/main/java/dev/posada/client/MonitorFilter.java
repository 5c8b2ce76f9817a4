package dev.posada.client;

import dev.posada.model.DomainEvent;
import dev.posada.protocol.QemuConnectDomainMonitorEventRegisterArgs;
import dev.posada.protocol.QemuDomainMonitorEventMsg;
import dev.posada.protocol.QemuStubs;
import dev.posada.protocol.XdrMessage;
import java.util.Optional;
import java.util.Set;

/** How the name of a monitor's event is understood ({@code virConnectDomainQemuMonitorEventRegisterFlags}). */
public enum MonitorFilter {
    /** It is a regular expression. */
    REGEX(1),
    /** Capital and small letters are the same. */
    NO_CASE(2);

    private final int bit;

    MonitorFilter(int bit) {
        this.bit = bit;
    }

    static void register(
            QemuStubs<DataStream> qemu, Optional<Domain> domain, Optional<String> event, Set<MonitorFilter> filter) {
        int flags = 0;
        for (var each : filter) {
            flags |= each.bit;
        }
        qemu.qemu()
                .connectDomainMonitorEventRegister(new QemuConnectDomainMonitorEventRegisterArgs(
                        domain.map(Domain::ref).orElse(null), event.orElse(null), flags));
    }

    static Optional<DomainEvent> read(XdrMessage message) {
        return message instanceof QemuDomainMonitorEventMsg m
                ? Optional.of(new DomainEvent(
                        DomainEvents.identity(m.dom()),
                        new DomainEvent.MonitorEvent(
                                m.event(), m.seconds(), m.micros(), m.details() == null ? "" : m.details())))
                : Optional.empty();
    }
}
