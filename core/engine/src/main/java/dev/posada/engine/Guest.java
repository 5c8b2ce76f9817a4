package dev.posada.engine;

import dev.posada.driver.GuestAgent;
import dev.posada.driver.GuestAgent.Address;
import dev.posada.driver.GuestAgent.FileSystem;
import dev.posada.driver.GuestAgent.KeyChange;
import dev.posada.driver.GuestAgent.Link;
import dev.posada.driver.GuestAgent.Processor;
import dev.posada.driver.GuestAgent.Sleep;
import dev.posada.driver.GuestAgent.Subject;
import dev.posada.model.ErrorCode;
import dev.posada.model.TypedParameter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is asked of a guest through its agent. Flags and errors are libvirt's. No call is a job of the domain: an agent
 * that never answers must not keep anybody from the machine.
 */
public final class Guest {
    private static final int SYNC = 1;
    private static final int ENCRYPTED = 1;
    private static final int KEYS_APPEND = 1;
    private static final int KEYS_REMOVE = 2;
    private static final int ALL_SUBJECTS =
            Stream.of(Subject.values()).mapToInt(Subject::bit).sum();
    private static final int HOSTNAME_LEASE = 1;
    private static final int HOSTNAME_AGENT = 2;
    private static final int FREEZE_MOUNT_POINTS_MAX = 256;

    private static final Pattern PROCESSOR_SET =
            Pattern.compile("\\^?\\d{1,4}(-\\d{1,4})?(,\\^?\\d{1,4}(-\\d{1,4})?)*");

    private final Hypervisor hypervisor;
    private final Access access;

    Guest(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /** Says a command in the agent's language; {@code flags} must be 0, the timeout is as of {@link GuestAgent}. */
    public String command(UUID domain, String command, int timeoutSeconds, int flags) {
        var agent = agent(domain, flags, 0, "virDomainQemuAgentCommand");
        if (timeoutSeconds < GuestAgent.TIMEOUT_NONE) {
            throw tooSmall(timeoutSeconds);
        }
        return agent.command(command, timeoutSeconds);
    }

    /** Sets how long the agent may take to answer, in seconds, or as the constants of {@link GuestAgent}. */
    public void responseTimeout(UUID domain, int timeoutSeconds, int flags) {
        var agent = agent(domain, flags, 0, "virDomainAgentSetResponseTimeout");
        if (timeoutSeconds < GuestAgent.TIMEOUT_NONE) {
            throw tooSmall(timeoutSeconds);
        }
        agent.responseTimeout(timeoutSeconds);
    }

    private RuntimeException tooSmall(int timeoutSeconds) {
        return hypervisor.badArgument("guest agent timeout '" + timeoutSeconds + "' is less than the minimum '"
                + GuestAgent.TIMEOUT_NONE + "'");
    }

    /** The guest's clock. */
    public Instant time(UUID domain, int flags) {
        return agent(domain, flags, 0, "virDomainGetTime").time();
    }

    /** Sets the guest's clock; flag 1 ({@code VIR_DOMAIN_TIME_SYNC}) to its own hardware clock. */
    public void setTime(UUID domain, long seconds, int nanos, int flags) {
        var agent = agent(domain, flags, SYNC, "virDomainSetTime");
        agent.setTime(
                Flags.has(flags, SYNC)
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochSecond(seconds).plusNanos(Integer.toUnsignedLong(nanos))));
    }

    /** Freezes file systems, all when none is named; gives how many. */
    public int freeze(UUID domain, List<String> mountPoints, int flags) {
        var agent = agent(domain, flags, 0, "virDomainFSFreeze");
        if (mountPoints.size() > FREEZE_MOUNT_POINTS_MAX) {
            throw hypervisor.badArgument("at most " + FREEZE_MOUNT_POINTS_MAX + " mountpoints can be named");
        }
        return agent.freeze(mountPoints);
    }

    /** Thaws all file systems; naming some is refused. */
    public int thaw(UUID domain, List<String> mountPoints, int flags) {
        var agent = agent(domain, flags, 0, "virDomainFSThaw");
        if (!mountPoints.isEmpty()) {
            throw hypervisor.error(ErrorCode.ARGUMENT_UNSUPPORTED, "specifying mountpoints is not supported");
        }
        return agent.thaw();
    }

    /** Gives back what file systems do not use; naming one is refused. */
    public void trim(UUID domain, String mountPoint, long minimumBytes, int flags) {
        var agent = agent(domain, flags, 0, "virDomainFSTrim");
        if (!mountPoint.isEmpty()) {
            throw hypervisor.error(ErrorCode.ARGUMENT_UNSUPPORTED, "Specifying mount point is not supported for now");
        }
        agent.trim(minimumBytes);
    }

    /** The mounted file systems that lie on the domain's disks. */
    public List<FileSystem> fileSystems(UUID domain, int flags) {
        return agent(domain, flags, 0, "virDomainGetFSInfo").fileSystems();
    }

    /** What the guest calls itself; flags are {@code virDomainGetHostnameFlags}. */
    public String hostname(UUID domain, int flags) {
        if (Flags.has(flags, HOSTNAME_LEASE) && Flags.has(flags, HOSTNAME_AGENT)) {
            throw hypervisor.badArgument("Flags 'VIR_DOMAIN_GET_HOSTNAME_LEASE' and "
                    + "'VIR_DOMAIN_GET_HOSTNAME_AGENT' are mutually exclusive");
        }
        var api = "virDomainGetHostname";
        var name = Flags.has(flags, HOSTNAME_LEASE)
                ? leasedHostname(domain, flags, api)
                : agent(domain, flags, HOSTNAME_AGENT, api).hostname();
        return name.orElseThrow(() -> hypervisor.error(
                ErrorCode.NO_HOSTNAME,
                "no hostname found for domain "
                        + hypervisor.domain(domain).view().name()));
    }

    private Optional<String> leasedHostname(UUID domain, int flags, String api) {
        access.change(api);
        hypervisor.checkFlags(flags, HOSTNAME_LEASE, api);
        return new LeasedAddresses(hypervisor).hostname(domain);
    }

    /** The guest's links as its networks know them ({@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE}); flags must be 0. */
    public List<Link> leasedLinks(UUID domain, int flags) {
        var api = "virDomainInterfaceAddresses";
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
        return new LeasedAddresses(hypervisor).of(domain);
    }

    /** The guest's links as the host knows them ({@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP}); flags must be 0. */
    public List<Link> neighbourLinks(UUID uuid, int flags) {
        var api = "virDomainInterfaceAddresses";
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        var neighbours = hypervisor.host().neighbours();
        var links = new ArrayList<Link>();
        for (var nic : DeviceEdits.devices(domain.view().live().orElseThrow().definition(), "interface")) {
            var mac = nic.child("mac").map(one -> one.attribute("address", "")).orElse("");
            var name = nic.child("target").map(one -> one.attribute("dev", "")).orElse("");
            var addresses = neighbours.stream()
                    .filter(neighbour -> neighbour.mac().equalsIgnoreCase(mac))
                    .map(neighbour -> new Address(false, neighbour.address(), 0))
                    .toList();
            if (!addresses.isEmpty()) {
                links.add(new Link(name, Optional.of(mac), addresses));
            }
        }
        return links;
    }

    /** The guest's links as it sees them ({@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT}). */
    public List<Link> links(UUID domain, int flags) {
        return agent(domain, flags, 0, "virDomainInterfaceAddresses").links();
    }

    /** What the guest tells of itself; types are {@code virDomainGuestInfoTypes}, 0 means all there are. */
    public List<TypedParameter> info(UUID domain, int types, int flags) {
        var agent = agent(domain, flags, 0, "virDomainGetGuestInfo");
        int unknown = types & ~ALL_SUBJECTS;
        if (unknown != 0) {
            throw hypervisor.badArgument(String.format("unsupported guest information types '0x%x'", unknown));
        }
        var subjects = EnumSet.noneOf(Subject.class);
        for (var subject : Subject.values()) {
            if (Flags.has(types, subject.bit())) {
                subjects.add(subject);
            }
        }
        return agent.info(subjects);
    }

    /** The guest's processors as three sets in words: those it has, those in use, those it can do without. */
    public List<TypedParameter> processors(UUID domain, int flags) {
        var processors = agent(domain, flags, 0, "virDomainGetGuestVcpus").processors();
        return List.of(
                TypedParameter.ofText("vcpus", set(processors, _ -> true)),
                TypedParameter.ofText("online", set(processors, Processor::online)),
                TypedParameter.ofText("offlinable", set(processors, Processor::canGoOffline)));
    }

    private static String set(List<Processor> processors, Predicate<Processor> which) {
        var numbers = new BitSet();
        processors.stream().filter(which).forEach(processor -> numbers.set(processor.number()));
        return Pinning.format(numbers);
    }

    /** Takes processors of the guest into use (1) or out of it (0). */
    public void setProcessors(UUID domain, String cpus, int state, int flags) {
        var agent = agent(domain, flags, 0, "virDomainSetGuestVcpus");
        if (state != 0 && state != 1) {
            throw hypervisor.badArgument("unsupported state value");
        }
        var wanted = processorSet(cpus);
        boolean online = state == 1;
        var changes = new LinkedHashMap<Integer, Boolean>();
        for (var processor : agent.processors()) {
            if (!wanted.get(processor.number())) {
                continue;
            }
            wanted.clear(processor.number());
            if (processor.online() == online) {
                continue;
            }
            if (!online && !processor.canGoOffline()) {
                throw hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED, "vCPU '" + processor.number() + "' is not offlinable");
            }
            changes.put(processor.number(), online);
        }
        if (!wanted.isEmpty()) {
            throw hypervisor.badArgument("guest is missing vCPUs '" + Pinning.format(wanted) + "'");
        }
        if (!changes.isEmpty()) {
            agent.setProcessors(changes);
        }
    }

    private BitSet processorSet(String text) {
        try {
            var set = PROCESSOR_SET.matcher(text).matches() ? Pinning.parse(text) : new BitSet();
            if (!set.isEmpty()) {
                return set;
            }
        } catch (IndexOutOfBoundsException _) {
            // A range that ends before it begins.
        }
        throw hypervisor.badArgument("Failed to parse bitmap '" + text + "'");
    }

    /** How many processors the guest uses, or has. */
    int processorCount(UUID domain, boolean all, String api) {
        return (int) agent(domain, 0, 0, api).processors().stream()
                .filter(processor -> all || processor.online())
                .count();
    }

    /** Has the guest use so many processors, of those that it can do without. */
    void setProcessorCount(UUID domain, int count, String api) {
        var agent = agent(domain, 0, 0, api);
        int plugged = hypervisor.domain(domain).view().facts().vcpus();
        if (count > plugged) {
            throw hypervisor.badArgument(
                    "requested vcpu count is greater than the count of enabled vcpus in the domain: " + count + " > "
                            + plugged);
        }
        var processors = agent.processors();
        if (count > processors.size()) {
            throw hypervisor.error(ErrorCode.INTERNAL_ERROR, "guest agent reports less cpu than requested");
        }
        var changes = new LinkedHashMap<Integer, Boolean>();
        long now = processors.stream().filter(Processor::online).count();
        boolean more = count > now;
        for (var processor : processors) {
            if (now == count) {
                break;
            }
            if (processor.online() != more && (more || processor.canGoOffline())) {
                changes.put(processor.number(), more);
                now += more ? 1 : -1;
            }
        }
        if (now != count) {
            throw hypervisor.error(ErrorCode.INTERNAL_ERROR, "Cannot offline enough CPUs");
        }
        if (!changes.isEmpty()) {
            agent.setProcessors(changes);
        }
    }

    /** Sets a user's password; flag 1 says that it is a hash. */
    public void setPassword(UUID domain, String user, String password, int flags) {
        agent(domain, flags, ENCRYPTED, "virDomainSetUserPassword")
                .setPassword(user, password, Flags.has(flags, ENCRYPTED));
    }

    /** The public keys that let somebody in as this user. */
    public List<String> sshKeys(UUID domain, String user, int flags) {
        return agent(domain, flags, 0, "virDomainAuthorizedSSHKeysGet").sshKeys(user);
    }

    /** Changes those keys; flags are {@code virDomainAuthorizedSSHKeysSetFlags}. */
    public void changeSshKeys(UUID domain, String user, List<String> keys, int flags) {
        var agent = agent(domain, flags, KEYS_APPEND | KEYS_REMOVE, "virDomainAuthorizedSSHKeysSet");
        boolean append = Flags.has(flags, KEYS_APPEND);
        boolean remove = Flags.has(flags, KEYS_REMOVE);
        if (append && remove) {
            throw hypervisor.badArgument("Flags 'VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND' and "
                    + "'VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE' are mutually exclusive");
        }
        var otherwise = remove ? KeyChange.REMOVE : KeyChange.REPLACE;
        agent.changeSshKeys(user, keys, append ? KeyChange.APPEND : otherwise);
    }

    /** Has the guest put itself to sleep; the target is a {@code virNodeSuspendTarget}, the duration must be 0. */
    public void sleep(UUID domain, int target, long durationSeconds, int flags) {
        var api = "virDomainPMSuspendForDuration";
        access.change(api);
        if (durationSeconds != 0) {
            throw hypervisor.error(ErrorCode.ARGUMENT_UNSUPPORTED, "Duration not supported. Use 0 for now");
        }
        var ways = Sleep.values();
        if (target < 0 || target >= ways.length) {
            throw hypervisor.badArgument("Unknown suspend target: " + Integer.toUnsignedString(target));
        }
        agent(domain, flags, 0, api).sleep(ways[target]);
    }

    private GuestAgent agent(UUID uuid, int flags, int known, String api) {
        access.change(api);
        hypervisor.checkFlags(flags, known, api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        return hypervisor.ability(domain, GuestAgent.class, api);
    }
}
