package dev.posada.server;

import dev.posada.protocol.DomainBlockCalls;
import dev.posada.protocol.RemoteDomainGetBlockIoTuneArgs;
import dev.posada.protocol.RemoteDomainGetBlockIoTuneRet;
import dev.posada.protocol.RemoteDomainGetBlockJobInfoArgs;
import dev.posada.protocol.RemoteDomainGetBlockJobInfoRet;
import dev.posada.protocol.RemoteDomainSetBlockIoTuneArgs;
import dev.posada.protocol.RemoteDomainSetBlockThresholdArgs;
import dev.posada.protocol.WireParameters;
import java.util.List;

/** Disks of a domain: how fast they may be, marks and jobs on them. */
final class DomainBlockAnswers implements DomainBlockCalls<Call> {
    @Override
    public RemoteDomainGetBlockIoTuneRet domainGetBlockIoTune(Call call, RemoteDomainGetBlockIoTuneArgs args) {
        var known = Conversions.parameters(
                call.of(args.dom())
                        .deviceLimits()
                        .diskPace(
                                args.dom().uuid(),
                                Conversions.orEmpty(args.disk()),
                                args.flags() & ~Conversions.STRINGS_OKAY),
                args.flags());
        // Asked twice: with no room to learn the number, then with room for so many.
        return args.nparams() == 0
                ? new RemoteDomainGetBlockIoTuneRet(List.of(), known.size())
                : new RemoteDomainGetBlockIoTuneRet(known.subList(0, Math.clamp(args.nparams(), 0, known.size())), 0);
    }

    @Override
    public void domainSetBlockThreshold(Call call, RemoteDomainSetBlockThresholdArgs args) {
        call.of(args.dom()).devices().blockThreshold(args.dom().uuid(), args.dev(), args.threshold(), args.flags());
    }

    /** No disk has a job: clients ask before they do something else. */
    @Override
    public RemoteDomainGetBlockJobInfoRet domainGetBlockJobInfo(Call call, RemoteDomainGetBlockJobInfoArgs args) {
        call.of(args.dom()).devices().mustHaveDisk(args.dom().uuid(), args.path());
        return new RemoteDomainGetBlockJobInfoRet(0, 0, 0, 0, 0);
    }

    @Override
    public void domainSetBlockIoTune(Call call, RemoteDomainSetBlockIoTuneArgs args) {
        call.of(args.dom())
                .deviceLimits()
                .limitDisk(args.dom().uuid(), args.disk(), WireParameters.decode(args.params()), args.flags());
    }
}
