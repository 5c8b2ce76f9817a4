package dev.posada.server;

import dev.posada.protocol.DomainSaveCalls;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageArgs;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageRet;

/** Saved states. There are none yet; clients ask whether one is in the way of what they are about to do. */
final class DomainSaveAnswers implements DomainSaveCalls<Call> {
    @Override
    public RemoteDomainHasManagedSaveImageRet domainHasManagedSaveImage(
            Call call, RemoteDomainHasManagedSaveImageArgs args) {
        return new RemoteDomainHasManagedSaveImageRet(Conversions.flag(
                call.connection().domains().hasManagedSave(args.dom().uuid())));
    }
}
