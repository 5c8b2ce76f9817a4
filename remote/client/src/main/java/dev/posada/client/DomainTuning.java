package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainGetBlkioParametersArgs;
import dev.posada.protocol.RemoteDomainGetBlockIoTuneArgs;
import dev.posada.protocol.RemoteDomainGetInterfaceParametersArgs;
import dev.posada.protocol.RemoteDomainGetMemoryParametersArgs;
import dev.posada.protocol.RemoteDomainGetNumaParametersArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerParametersArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerParametersFlagsArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerTypeArgs;
import dev.posada.protocol.RemoteDomainSetBlkioParametersArgs;
import dev.posada.protocol.RemoteDomainSetBlockIoTuneArgs;
import dev.posada.protocol.RemoteDomainSetInterfaceParametersArgs;
import dev.posada.protocol.RemoteDomainSetMemoryParametersArgs;
import dev.posada.protocol.RemoteDomainSetNumaParametersArgs;
import dev.posada.protocol.RemoteDomainSetSchedulerParametersArgs;
import dev.posada.protocol.RemoteDomainSetSchedulerParametersFlagsArgs;
import dev.posada.protocol.WireParameters;
import java.util.List;

/**
 * How much of the host a domain may use, as typed parameters with libvirt's names.
 *
 * <p>Each question takes the number of parameters that the daemon has said there are, which is what a question with 0
 * is for.
 */
public final class DomainTuning {
    /** Texts among the parameters are welcome, which libvirt once had to be told. */
    private static final int TEXTS_WELCOME = 4;

    private final Connection connection;
    private final DomainRef domain;

    DomainTuning(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /**
     * The host's scheduler.
     *
     * @param type its name, such as {@code posix}
     * @param parameters how many parameters it has
     */
    public record Scheduler(String type, int parameters) {}

    /** The scheduler behind the domain. */
    public Scheduler scheduler() {
        var answer =
                connection.remote().domainTuning().domainGetSchedulerType(new RemoteDomainGetSchedulerTypeArgs(domain));
        return new Scheduler(answer.type(), answer.nparams());
    }

    /** The scheduler's parameters for whichever there is of running instance and definition. */
    public List<TypedParameter> schedulingNow(int count) {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetSchedulerParameters(new RemoteDomainGetSchedulerParametersArgs(domain, count))
                .params());
    }

    /** The scheduler's parameters for the running instance or the definition. */
    public List<TypedParameter> scheduling(int count, Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetSchedulerParametersFlags(new RemoteDomainGetSchedulerParametersFlagsArgs(
                        domain, count, Flag.bits(impact) | TEXTS_WELCOME))
                .params());
    }

    /** Sets some of the scheduler's parameters for whichever there is of running instance and definition. */
    public void setSchedulingNow(List<TypedParameter> parameters) {
        connection
                .remote()
                .domainTuning()
                .domainSetSchedulerParameters(
                        new RemoteDomainSetSchedulerParametersArgs(domain, WireParameters.encode(parameters)));
    }

    /** Sets some of the scheduler's parameters for the running instance, the definition, or both. */
    public void setScheduling(List<TypedParameter> parameters, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetSchedulerParametersFlags(new RemoteDomainSetSchedulerParametersFlagsArgs(
                        domain, WireParameters.encode(parameters), Flag.bits(impact)));
    }

    /** How many limits of memory there are. */
    public int memoryCount(Flag.Impact... impact) {
        return connection
                .remote()
                .domainTuning()
                .domainGetMemoryParameters(
                        new RemoteDomainGetMemoryParametersArgs(domain, 0, Flag.bits(impact) | TEXTS_WELCOME))
                .nparams();
    }

    /** The limits of memory, in KiB. */
    public List<TypedParameter> memory(int count, Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetMemoryParameters(
                        new RemoteDomainGetMemoryParametersArgs(domain, count, Flag.bits(impact) | TEXTS_WELCOME))
                .params());
    }

    /** Sets some limits of memory, in KiB. */
    public void setMemory(List<TypedParameter> parameters, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetMemoryParameters(new RemoteDomainSetMemoryParametersArgs(
                        domain, WireParameters.encode(parameters), Flag.bits(impact)));
    }

    /** How many weights and limits of block devices of the host there are. */
    public int blockCount(Flag.Impact... impact) {
        return connection
                .remote()
                .domainTuning()
                .domainGetBlkioParameters(
                        new RemoteDomainGetBlkioParametersArgs(domain, 0, Flag.bits(impact) | TEXTS_WELCOME))
                .nparams();
    }

    /** The weights and limits of block devices of the host. */
    public List<TypedParameter> block(int count, Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetBlkioParameters(
                        new RemoteDomainGetBlkioParametersArgs(domain, count, Flag.bits(impact) | TEXTS_WELCOME))
                .params());
    }

    /** Sets some weights and limits of block devices of the host. */
    public void setBlock(List<TypedParameter> parameters, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetBlkioParameters(new RemoteDomainSetBlkioParametersArgs(
                        domain, WireParameters.encode(parameters), Flag.bits(impact)));
    }

    /** How many parameters there are of where memory comes from. */
    public int numaCount(Flag.Impact... impact) {
        return connection
                .remote()
                .domainTuning()
                .domainGetNumaParameters(
                        new RemoteDomainGetNumaParametersArgs(domain, 0, Flag.bits(impact) | TEXTS_WELCOME))
                .nparams();
    }

    /** Which of the host's NUMA nodes memory comes from, and how strictly. */
    public List<TypedParameter> numa(int count, Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetNumaParameters(
                        new RemoteDomainGetNumaParametersArgs(domain, count, Flag.bits(impact) | TEXTS_WELCOME))
                .params());
    }

    /** Says which of the host's NUMA nodes memory comes from, or how strictly. */
    public void setNuma(List<TypedParameter> parameters, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetNumaParameters(new RemoteDomainSetNumaParametersArgs(
                        domain, WireParameters.encode(parameters), Flag.bits(impact)));
    }

    /** How many limits a network card has. */
    public int cardCount(String card, Flag.Impact... impact) {
        return connection
                .remote()
                .domainTuning()
                .domainGetInterfaceParameters(
                        new RemoteDomainGetInterfaceParametersArgs(domain, card, 0, Flag.bits(impact) | TEXTS_WELCOME))
                .nparams();
    }

    /** The limits of a network card's traffic. */
    public List<TypedParameter> card(String card, int count, Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetInterfaceParameters(new RemoteDomainGetInterfaceParametersArgs(
                        domain, card, count, Flag.bits(impact) | TEXTS_WELCOME))
                .params());
    }

    /** Sets some limits of a network card's traffic. */
    public void setCard(String card, List<TypedParameter> parameters, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetInterfaceParameters(new RemoteDomainSetInterfaceParametersArgs(
                        domain, card, WireParameters.encode(parameters), Flag.bits(impact)));
    }

    /** How many limits a disk has. */
    public int diskCount(Flag.Impact... impact) {
        return connection
                .remote()
                .domainBlock()
                .domainGetBlockIoTune(
                        new RemoteDomainGetBlockIoTuneArgs(domain, null, 0, Flag.bits(impact) | TEXTS_WELCOME))
                .nparams();
    }

    /** The limits of what a disk may read and write. */
    public List<TypedParameter> disk(String disk, int count, Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainBlock()
                .domainGetBlockIoTune(
                        new RemoteDomainGetBlockIoTuneArgs(domain, disk, count, Flag.bits(impact) | TEXTS_WELCOME))
                .params());
    }

    /** Sets some limits of what a disk may read and write. */
    public void setDisk(String disk, List<TypedParameter> parameters, Flag.Impact... impact) {
        connection
                .remote()
                .domainBlock()
                .domainSetBlockIoTune(new RemoteDomainSetBlockIoTuneArgs(
                        domain, disk, WireParameters.encode(parameters), Flag.bits(impact)));
    }
}
