package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.QemuDomainAgentCommandArgs;
import dev.posada.protocol.RemoteDomainAgentSetResponseTimeoutArgs;
import dev.posada.protocol.RemoteDomainAuthorizedSshKeysGetArgs;
import dev.posada.protocol.RemoteDomainAuthorizedSshKeysSetArgs;
import dev.posada.protocol.RemoteDomainFsfreezeArgs;
import dev.posada.protocol.RemoteDomainFsthawArgs;
import dev.posada.protocol.RemoteDomainFstrimArgs;
import dev.posada.protocol.RemoteDomainGetFsinfoArgs;
import dev.posada.protocol.RemoteDomainGetGuestInfoArgs;
import dev.posada.protocol.RemoteDomainGetHostnameArgs;
import dev.posada.protocol.RemoteDomainSetUserPasswordArgs;
import dev.posada.protocol.WireParameters;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent inside a guest, which knows what the host cannot see. Each call fails when the domain has no channel for the
 * agent or the agent does not answer.
 */
public final class GuestAgent {
    private static final int ENCRYPTED = 1;

    /** Waits as long as it takes. */
    public static final int WAIT_FOREVER = -2;

    /** Waits as long as the daemon thinks right. */
    public static final int WAIT_AS_CONFIGURED = -1;

    /** Does not wait. */
    public static final int NO_WAIT = 0;

    private final Connection connection;
    private final DomainRef domain;

    GuestAgent(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** A file system that the guest has mounted. */
    public record FileSystem(String mountPoint, String device, String type, List<String> targets) {
        public FileSystem {
            targets = List.copyOf(targets);
        }
    }

    /** What can be asked of a guest. */
    public enum Topic {
        USERS(1),
        OS(2),
        TIMEZONE(4),
        HOSTNAME(8),
        FILESYSTEMS(16),
        DISKS(32),
        INTERFACES(64);

        private final int bit;

        Topic(int bit) {
            this.bit = bit;
        }
    }

    /** Where a host name comes from. */
    public enum NameSource {
        ANY(0),
        LEASE(1),
        AGENT(2);

        private final int bits;

        NameSource(int bits) {
            this.bits = bits;
        }
    }

    /** How new keys get along with those that are there. */
    public enum KeyChange {
        RESET(0),
        APPEND(1),
        REMOVE(2);

        private final int bits;

        KeyChange(int bits) {
            this.bits = bits;
        }
    }

    /**
     * Has the agent execute a command, as JSON.
     *
     * @param timeoutSeconds how long to wait, or one of the constants above
     * @return its answer; empty when there was none
     */
    public String command(String json, int timeoutSeconds) {
        var answer = connection
                .qemu()
                .qemu()
                .domainAgentCommand(new QemuDomainAgentCommandArgs(domain, json, timeoutSeconds, 0))
                .result();
        return answer == null ? "" : answer;
    }

    /** Says how long the daemon waits for the agent, in seconds; or one of the constants above. */
    public void setTimeout(int seconds) {
        connection
                .remote()
                .domainAgent()
                .domainAgentSetResponseTimeout(new RemoteDomainAgentSetResponseTimeoutArgs(domain, seconds, 0));
    }

    /** Writes out and stops the file systems at these places, or all; returns how many. */
    public int freeze(List<String> mountPoints) {
        return connection
                .remote()
                .domainAgent()
                .domainFsfreeze(new RemoteDomainFsfreezeArgs(domain, mountPoints, 0))
                .filesystems();
    }

    /** Lets stopped file systems go on; returns how many. */
    public int thaw(List<String> mountPoints) {
        return connection
                .remote()
                .domainAgent()
                .domainFsthaw(new RemoteDomainFsthawArgs(domain, mountPoints, 0))
                .filesystems();
    }

    /**
     * Tells the disks which blocks are free.
     *
     * @param mountPoint absent for all
     * @param leastBytes shorter runs of free blocks may be passed over
     */
    public void trim(@Nullable String mountPoint, long leastBytes) {
        connection.remote().domainAgent().domainFstrim(new RemoteDomainFstrimArgs(domain, mountPoint, leastBytes, 0));
    }

    /** The file systems that the guest has mounted. */
    public List<FileSystem> fileSystems() {
        return connection
                .remote()
                .domainAgent()
                .domainGetFsinfo(new RemoteDomainGetFsinfoArgs(domain, 0))
                .info()
                .stream()
                .map(info -> new FileSystem(info.mountpoint(), info.name(), info.fstype(), info.devAliases()))
                .toList();
    }

    /** The name the guest gives itself, or is known by. */
    public String hostname(NameSource source) {
        return connection
                .remote()
                .domainAgent()
                .domainGetHostname(new RemoteDomainGetHostnameArgs(domain, source.bits))
                .hostname();
    }

    /** What the guest knows of itself; no topic means all. */
    public List<TypedParameter> about(Set<Topic> topics) {
        int bits = 0;
        for (var topic : topics) {
            bits |= topic.bit;
        }
        return WireParameters.decode(connection
                .remote()
                .domainAgent()
                .domainGetGuestInfo(new RemoteDomainGetGuestInfoArgs(domain, bits, 0))
                .params());
    }

    /** The keys that open a user's account by ssh. */
    public List<String> sshKeys(String user) {
        return connection
                .remote()
                .domainAgent()
                .domainAuthorizedSshKeysGet(new RemoteDomainAuthorizedSshKeysGetArgs(domain, user, 0))
                .keys();
    }

    /** Changes the keys that open a user's account by ssh. */
    public void changeSshKeys(String user, List<String> keys, KeyChange change) {
        connection
                .remote()
                .domainAgent()
                .domainAuthorizedSshKeysSet(new RemoteDomainAuthorizedSshKeysSetArgs(domain, user, keys, change.bits));
    }

    /** Changes a user's password. */
    public void setPassword(String user, String password, boolean encrypted) {
        connection
                .remote()
                .domainAgent()
                .domainSetUserPassword(
                        new RemoteDomainSetUserPasswordArgs(domain, user, password, encrypted ? ENCRYPTED : 0));
    }
}
