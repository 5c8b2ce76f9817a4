package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainMigrateGetCompressionCacheArgs;
import dev.posada.protocol.RemoteDomainMigrateGetMaxDowntimeArgs;
import dev.posada.protocol.RemoteDomainMigrateGetMaxSpeedArgs;
import dev.posada.protocol.RemoteDomainMigrateSetCompressionCacheArgs;
import dev.posada.protocol.RemoteDomainMigrateSetMaxDowntimeArgs;
import dev.posada.protocol.RemoteDomainMigrateSetMaxSpeedArgs;
import dev.posada.protocol.RemoteDomainMigrateStartPostCopyArgs;

/** How a domain that moves to another host may go about it. */
public final class MigrationTuning {
    private static final int POSTCOPY = 1;

    private final Connection connection;
    private final DomainRef domain;

    MigrationTuning(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** The longest pause of the guest, in milliseconds. */
    public long maxDowntimeMillis() {
        return connection
                .remote()
                .domainMigration()
                .domainMigrateGetMaxDowntime(new RemoteDomainMigrateGetMaxDowntimeArgs(domain, 0))
                .downtime();
    }

    /** Says how long the guest may pause, in milliseconds. */
    public void setMaxDowntime(long millis) {
        connection
                .remote()
                .domainMigration()
                .domainMigrateSetMaxDowntime(new RemoteDomainMigrateSetMaxDowntimeArgs(domain, millis, 0));
    }

    /** The size of the cache for pages that are sent again, in bytes. */
    public long compressionCacheBytes() {
        return connection
                .remote()
                .domainMigration()
                .domainMigrateGetCompressionCache(new RemoteDomainMigrateGetCompressionCacheArgs(domain, 0))
                .cacheSize();
    }

    /** Says how large the cache for pages that are sent again is, in bytes. */
    public void setCompressionCache(long bytes) {
        connection
                .remote()
                .domainMigration()
                .domainMigrateSetCompressionCache(new RemoteDomainMigrateSetCompressionCacheArgs(domain, bytes, 0));
    }

    /**
     * How much may be sent, in MiB a second.
     *
     * @param postCopy whether of the second half, in which the guest runs at the other side
     */
    public long maxSpeed(boolean postCopy) {
        return connection
                .remote()
                .domainMigration()
                .domainMigrateGetMaxSpeed(new RemoteDomainMigrateGetMaxSpeedArgs(domain, postCopy ? POSTCOPY : 0))
                .bandwidth();
    }

    /** Says how much may be sent, in MiB a second; {@code postCopy} as for {@link #maxSpeed}. */
    public void setMaxSpeed(long mibPerSecond, boolean postCopy) {
        connection
                .remote()
                .domainMigration()
                .domainMigrateSetMaxSpeed(
                        new RemoteDomainMigrateSetMaxSpeedArgs(domain, mibPerSecond, postCopy ? POSTCOPY : 0));
    }

    /** Has a migration under way let the guest run at the other side, and send the rest after it. */
    public void switchToPostCopy() {
        connection
                .remote()
                .domainMigration()
                .domainMigrateStartPostCopy(new RemoteDomainMigrateStartPostCopyArgs(domain, 0));
    }
}
