package dev.posada.server;

import dev.posada.protocol.DomainSaveCalls;
import dev.posada.protocol.RemoteDomainCoreDumpArgs;
import dev.posada.protocol.RemoteDomainCoreDumpWithFormatArgs;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageArgs;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageRet;

/** Memory written to files. There are no saved states yet; clients ask whether one is in the way of what they are about to do. */
final class DomainSaveAnswers implements DomainSaveCalls<Call> {
    @Override
    public void domainCoreDump(Call call, RemoteDomainCoreDumpArgs args) {
        call.of(args.dom()).devices().dump(args.dom().uuid(), args.to(), 0, args.flags(), "virDomainCoreDump");
    }

    @Override
    public void domainCoreDumpWithFormat(Call call, RemoteDomainCoreDumpWithFormatArgs args) {
        call.of(args.dom())
                .devices()
                .dump(args.dom().uuid(), args.to(), args.dumpformat(), args.flags(), "virDomainCoreDumpWithFormat");
    }

    @Override
    public RemoteDomainHasManagedSaveImageRet domainHasManagedSaveImage(
            Call call, RemoteDomainHasManagedSaveImageArgs args) {
        return new RemoteDomainHasManagedSaveImageRet(Conversions.flag(
                call.of(args.dom()).domains().hasManagedSave(args.dom().uuid())));
    }
}
