package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainGetTimeArgs;
import dev.posada.protocol.RemoteDomainSetTimeArgs;
import java.time.Instant;

/** The clock of a running guest, which its agent reads and sets. */
public final class GuestClock {
    private static final int FROM_HARDWARE = 1;

    private final Connection connection;
    private final DomainRef domain;

    GuestClock(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** What it says. */
    public Instant read() {
        var answer = connection.remote().domainAgent().domainGetTime(new RemoteDomainGetTimeArgs(domain, 0));
        return Instant.ofEpochSecond(answer.seconds(), answer.nseconds());
    }

    /** Sets it. */
    public void set(Instant time) {
        connection
                .remote()
                .domainAgent()
                .domainSetTime(new RemoteDomainSetTimeArgs(domain, time.getEpochSecond(), time.getNano(), 0));
    }

    /** Sets it by the guest's own hardware clock, which the host keeps. */
    public void setFromHardware() {
        connection.remote().domainAgent().domainSetTime(new RemoteDomainSetTimeArgs(domain, 0, 0, FROM_HARDWARE));
    }
}
