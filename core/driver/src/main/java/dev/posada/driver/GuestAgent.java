package dev.posada.driver;

import dev.posada.model.TypedParameter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link LiveDomain} lets be asked of the agent inside its guest.
 *
 * <p>The guest answers when and what it likes, so nothing it says is believed beyond its form, and every call has a limit
 * in time. Calls are carried out one after the other and hold up nothing else of the domain. Each fails with
 * {@code ARGUMENT_UNSUPPORTED} when the domain has no channel for an agent, {@code AGENT_UNRESPONSIVE} when no agent is
 * there or it does not answer, {@code AGENT_COMMAND_TIMEOUT} when it took a command and did not finish, and
 * {@code INTERNAL_ERROR} with the agent's words when it refuses.
 */
public interface GuestAgent {
    /** A command's time limit that is the agent's own: what {@link #responseTimeout} said last. */
    int TIMEOUT_AS_SET = -1;

    /** No time limit but the driver's own, which is long. */
    int TIMEOUT_NONE = -2;

    /** Whether an agent has opened its end of the channel. */
    boolean connected();

    /**
     * Says a command in the agent's own language and gives the answer, whole.
     *
     * @param command a JSON object
     * @param timeoutSeconds how long to wait, from 1; {@link #TIMEOUT_AS_SET}, {@link #TIMEOUT_NONE}, or 0 not to wait
     */
    String command(String command, int timeoutSeconds);

    /** How long each command may take from now on, in seconds; {@link #TIMEOUT_AS_SET} and below are as for commands. */
    void responseTimeout(int seconds);

    /** The guest's clock. */
    Instant time();

    /** Sets the guest's clock; to its own hardware clock when no time is given. */
    void setTime(Optional<Instant> time);

    /**
     * Freezes file systems; nothing is written to them until {@link #thaw}.
     *
     * @param mountPoints which; empty means all
     * @return how many were frozen
     */
    int freeze(List<String> mountPoints);

    /** Thaws all file systems and tells how many were frozen. */
    int thaw();

    /** Gives back what file systems do not use; pieces smaller than {@code minimumBytes} stay. */
    void trim(long minimumBytes);

    /** The mounted file systems that lie on the domain's disks. */
    List<FileSystem> fileSystems();

    /** What the guest calls itself; nothing when its agent cannot tell. */
    Optional<String> hostname();

    /** The guest's links and their addresses. */
    List<Link> links();

    /**
     * What the guest tells of itself, named as libvirt's typed parameters ({@code os.name}, {@code fs.0.mountpoint}).
     *
     * @param subjects which; empty means all the agent knows, and those it does not know are left out
     */
    List<TypedParameter> info(Set<Subject> subjects);

    /** The processors as the guest sees them. */
    List<Processor> processors();

    /** Takes processors into use or out of it, by number. */
    void setProcessors(Map<Integer, Boolean> online);

    /** Sets a user's password; {@code encrypted} says that it is a hash already. */
    void setPassword(String user, String password, boolean encrypted);

    /** The public keys that let somebody in as this user. */
    List<String> sshKeys(String user);

    /** Changes the keys that let somebody in as this user. */
    void changeSshKeys(String user, List<String> keys, KeyChange change);

    /** Has the guest put itself to sleep; done when it has begun to. */
    void sleep(Sleep how);

    /** How keys are changed. */
    enum KeyChange {
        /** The keys given are all there are. */
        REPLACE,
        /** They come to those that are there. */
        APPEND,
        /** They are taken away. */
        REMOVE
    }

    /** Ways of sleeping, in the order of {@code virNodeSuspendTarget}. */
    enum Sleep {
        MEMORY,
        DISK,
        HYBRID
    }

    /** What a guest tells of itself; the bits of {@code virDomainGuestInfoTypes}. */
    enum Subject {
        USERS(1),
        OS(2),
        TIMEZONE(4),
        HOSTNAME(8),
        FILESYSTEMS(16),
        DISKS(32),
        INTERFACES(64);

        private final int bit;

        Subject(int bit) {
            this.bit = bit;
        }

        /** The subject's bit in a mask. */
        public int bit() {
            return bit;
        }
    }

    /**
     * A mounted file system.
     *
     * @param mountPoint where
     * @param name the guest's name of what it is on
     * @param type as {@code ext4}
     * @param disks the domain's disks under it, by target
     */
    record FileSystem(String mountPoint, String name, String type, List<String> disks) {
        public FileSystem {
            disks = List.copyOf(disks);
        }
    }

    /** A link of the guest; without a hardware address for one that has none. */
    record Link(String name, Optional<String> hardwareAddress, List<Address> addresses) {
        public Link {
            addresses = List.copyOf(addresses);
        }
    }

    /** An address with the length of its prefix. */
    record Address(boolean ipv6, String address, int prefix) {}

    /** A processor as the guest sees it. */
    record Processor(int number, boolean online, boolean canGoOffline) {}
}
