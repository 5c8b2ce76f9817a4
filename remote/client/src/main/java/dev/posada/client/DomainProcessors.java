package dev.posada.client;

import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainAddIothreadArgs;
import dev.posada.protocol.RemoteDomainDelIothreadArgs;
import dev.posada.protocol.RemoteDomainGetEmulatorPinInfoArgs;
import dev.posada.protocol.RemoteDomainGetGuestVcpusArgs;
import dev.posada.protocol.RemoteDomainGetIothreadInfoArgs;
import dev.posada.protocol.RemoteDomainGetVcpuPinInfoArgs;
import dev.posada.protocol.RemoteDomainGetVcpusArgs;
import dev.posada.protocol.RemoteDomainGetVcpusFlagsArgs;
import dev.posada.protocol.RemoteDomainPinEmulatorArgs;
import dev.posada.protocol.RemoteDomainPinIothreadArgs;
import dev.posada.protocol.RemoteDomainPinVcpuArgs;
import dev.posada.protocol.RemoteDomainPinVcpuFlagsArgs;
import dev.posada.protocol.RemoteDomainSetGuestVcpusArgs;
import dev.posada.protocol.RemoteDomainSetIothreadParamsArgs;
import dev.posada.protocol.RemoteDomainSetVcpuArgs;
import dev.posada.protocol.RemoteDomainSetVcpusArgs;
import dev.posada.protocol.RemoteDomainSetVcpusFlagsArgs;
import dev.posada.protocol.RemoteNodeGetCpuMapArgs;
import dev.posada.protocol.WireParameters;
import dev.posada.xdr.Opaque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The virtual processors of a domain and its other threads, and the processors of the host they may run on.
 *
 * <p>Processors of the host are told by their numbers, from 0, in order.
 */
public final class DomainProcessors {
    private final Connection connection;
    private final DomainRef domain;

    DomainProcessors(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** What a number of virtual processors counts, and how it is reached. */
    public enum Count implements CallFlag {
        /** Those there may be, not those there are. */
        MAXIMUM(4),
        /** Those the guest uses, which its agent knows. */
        GUEST(8),
        /** New ones can be unplugged again. */
        HOTPLUGGABLE(16);

        private final int bit;

        Count(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /**
     * A virtual processor of a running domain.
     *
     * @param number from 0
     * @param state 0 offline, 1 running, 2 blocked
     * @param timeNanos the time of the host's processors it has used
     * @param hostCpu where it runs now; negative when nobody knows
     * @param affinity where it may run
     */
    public record Vcpu(int number, int state, long timeNanos, int hostCpu, List<Integer> affinity) {
        public Vcpu {
            affinity = List.copyOf(affinity);
        }
    }

    /**
     * A thread for the work of disks.
     *
     * @param id its number
     * @param affinity where it may run
     */
    public record IoThread(int id, List<Integer> affinity) {
        public IoThread {
            affinity = List.copyOf(affinity);
        }
    }

    /** How many processors the host has, those that are off included. */
    public int hostCpus() {
        try {
            return connection
                    .remote()
                    .node()
                    .nodeGetCpuMap(new RemoteNodeGetCpuMapArgs(0, 0, 0))
                    .ret();
        } catch (PosadaException e) {
            var host = connection.hostInfo();
            return host.numaNodes() * host.socketsPerNode() * host.coresPerSocket() * host.threadsPerCore();
        }
    }

    /** How many there are, by one of the ways of counting. */
    public int count(Set<Count> what, Flag.Impact... impact) {
        return connection
                .remote()
                .domainTuning()
                .domainGetVcpusFlags(new RemoteDomainGetVcpusFlagsArgs(domain, CallFlag.bits(what) | Flag.bits(impact)))
                .num();
    }

    /** Has the running instance use so many. */
    public void setCountLive(int count) {
        connection.remote().domainTuning().domainSetVcpus(new RemoteDomainSetVcpusArgs(domain, count));
    }

    /** Sets how many there are, by one of the ways of counting. */
    public void setCount(int count, Set<Count> what, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetVcpusFlags(
                        new RemoteDomainSetVcpusFlagsArgs(domain, count, CallFlag.bits(what) | Flag.bits(impact)));
    }

    /** The virtual processors of the running instance. */
    public List<Vcpu> vcpus(int most, int hostCpus) {
        int length = bytes(hostCpus);
        var answer =
                connection.remote().domainTuning().domainGetVcpus(new RemoteDomainGetVcpusArgs(domain, most, length));
        var vcpus = new ArrayList<Vcpu>();
        for (var each : answer.info()) {
            vcpus.add(new Vcpu(
                    each.number(),
                    each.state(),
                    each.cpuTime(),
                    each.cpu(),
                    cpus(answer.cpumaps(), vcpus.size() * length, length)));
        }
        return vcpus;
    }

    /** Where the virtual processors may run, of at most so many. */
    public List<List<Integer>> pins(int most, int hostCpus, Flag.Impact... impact) {
        int length = bytes(hostCpus);
        var answer = connection
                .remote()
                .domainTuning()
                .domainGetVcpuPinInfo(new RemoteDomainGetVcpuPinInfoArgs(domain, most, length, Flag.bits(impact)));
        var pins = new ArrayList<List<Integer>>();
        for (int i = 0; i < answer.num(); i++) {
            pins.add(cpus(answer.cpumaps(), i * length, length));
        }
        return pins;
    }

    /** Says where a virtual processor may run. */
    public void pin(int vcpu, Collection<Integer> cpus, int hostCpus, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainPinVcpuFlags(
                        new RemoteDomainPinVcpuFlagsArgs(domain, vcpu, map(cpus, hostCpus), Flag.bits(impact)));
    }

    /** Says where a virtual processor of the running instance may run. */
    public void pinLive(int vcpu, Collection<Integer> cpus, int hostCpus) {
        connection
                .remote()
                .domainTuning()
                .domainPinVcpu(new RemoteDomainPinVcpuArgs(domain, vcpu, map(cpus, hostCpus)));
    }

    /** Where the hypervisor's other threads may run. */
    public List<Integer> emulatorPin(int hostCpus, Flag.Impact... impact) {
        int length = bytes(hostCpus);
        var answer = connection
                .remote()
                .domainTuning()
                .domainGetEmulatorPinInfo(new RemoteDomainGetEmulatorPinInfoArgs(domain, length, Flag.bits(impact)));
        return cpus(answer.cpumaps(), 0, length);
    }

    /** Says where the hypervisor's other threads may run. */
    public void pinEmulator(Collection<Integer> cpus, int hostCpus, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainPinEmulator(new RemoteDomainPinEmulatorArgs(domain, map(cpus, hostCpus), Flag.bits(impact)));
    }

    /** Plugs virtual processors of certain numbers in or out; {@code list} as {@code 0-3,7}. */
    public void setVcpus(String list, boolean on, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetVcpu(new RemoteDomainSetVcpuArgs(domain, list, on ? 1 : 0, Flag.bits(impact)));
    }

    /** The virtual processors as the guest sees them: lists of those it has, uses, can let go. */
    public List<TypedParameter> inGuest() {
        return WireParameters.decode(connection
                .remote()
                .domainAgent()
                .domainGetGuestVcpus(new RemoteDomainGetGuestVcpusArgs(domain, 0))
                .params());
    }

    /** Has the guest use virtual processors, or no longer; {@code list} as {@code 0-3,7}. */
    public void setInGuest(String list, boolean on) {
        connection
                .remote()
                .domainAgent()
                .domainSetGuestVcpus(new RemoteDomainSetGuestVcpusArgs(domain, list, on ? 1 : 0, 0));
    }

    /** The threads for the work of disks. */
    public List<IoThread> ioThreads(Flag.Impact... impact) {
        return connection
                .remote()
                .domainTuning()
                .domainGetIothreadInfo(new RemoteDomainGetIothreadInfoArgs(domain, Flag.bits(impact)))
                .info()
                .stream()
                .map(each -> new IoThread(
                        each.iothreadId(), cpus(each.cpumap(), 0, each.cpumap().size())))
                .toList();
    }

    /** Adds a thread for the work of disks. */
    public void addIoThread(int id, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainAddIothread(new RemoteDomainAddIothreadArgs(domain, id, Flag.bits(impact)));
    }

    /** Takes a thread for the work of disks away. */
    public void removeIoThread(int id, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainDelIothread(new RemoteDomainDelIothreadArgs(domain, id, Flag.bits(impact)));
    }

    /** Says where a thread for the work of disks may run. */
    public void pinIoThread(int id, Collection<Integer> cpus, int hostCpus, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainPinIothread(new RemoteDomainPinIothreadArgs(domain, id, map(cpus, hostCpus), Flag.bits(impact)));
    }

    /** Changes how a thread for the work of disks waits, by libvirt's names of the settings. */
    public void setIoThread(int id, List<TypedParameter> settings, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetIothreadParams(new RemoteDomainSetIothreadParamsArgs(
                        domain, id, WireParameters.encode(settings), Flag.bits(impact)));
    }

    private static int bytes(int hostCpus) {
        return (hostCpus + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static List<Integer> cpus(Opaque map, int from, int length) {
        var cpus = new ArrayList<Integer>();
        for (int i = 0; i < length && from + i < map.size(); i++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                if ((map.at(from + i) >> bit & 1) != 0) {
                    cpus.add(i * Byte.SIZE + bit);
                }
            }
        }
        return cpus;
    }

    private static Opaque map(Collection<Integer> cpus, int hostCpus) {
        var bits = new BitSet();
        cpus.forEach(bits::set);
        byte[] map = new byte[Math.max(bytes(hostCpus), bytes(bits.length()))];
        byte[] set = bits.toByteArray();
        System.arraycopy(set, 0, map, 0, set.length);
        return Opaque.copyOf(map);
    }
}
