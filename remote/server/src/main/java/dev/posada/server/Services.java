package dev.posada.server;

import dev.posada.protocol.LxcService;
import dev.posada.protocol.QemuService;
import dev.posada.protocol.RemoteService;

/**
 * Who answers which calls. A group that is missing here answers that it is not supported, naming the function; a class
 * for it is all it takes.
 */
record Services(RemoteService<Call> remote, QemuService<Call> qemu, LxcService<Call> lxc) {

    static Services standard() {
        return new Services(
                RemoteService.<Call>unsupported()
                        .withConnect(new ConnectAnswers())
                        .withNode(new NodeAnswers())
                        .withDomainLookup(new DomainLookupAnswers())
                        .withDomainLifecycle(new DomainLifecycleAnswers())
                        .withDomainTuning(new DomainTuningAnswers())
                        .withDomainStats(new DomainStatsAnswers())
                        .withDomainBlock(new DomainBlockAnswers())
                        .withDomainDevice(new DomainDeviceAnswers())
                        .withDomainBlock(new DomainBlockAnswers())
                        .withDomainAgent(new DomainAgentAnswers())
                        .withDomainSave(new DomainSaveAnswers())
                        .withDomainSnapshot(new DomainSnapshotAnswers())
                        .withStorage(new StorageAnswers())
                        .withSecret(new SecretAnswers())
                        .withNetwork(new NetworkAnswers())
                        .withNodeDevice(new NodeDeviceAnswers())
                        .withHostInterface(new InterfaceAnswers())
                        .withNwfilter(new FilterAnswers())
                        .withEvents(new EventsAnswers()),
                QemuService.<Call>unsupported().withQemu(new QemuAnswers()),
                LxcService.<Call>unsupported().withLxc(new LxcAnswers()));
    }
}
