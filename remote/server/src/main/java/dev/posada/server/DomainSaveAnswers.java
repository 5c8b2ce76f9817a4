package dev.posada.server;

import dev.posada.engine.Saves;
import dev.posada.protocol.DomainSaveCalls;
import dev.posada.protocol.RemoteDomainCoreDumpArgs;
import dev.posada.protocol.RemoteDomainCoreDumpWithFormatArgs;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageArgs;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageRet;
import dev.posada.protocol.RemoteDomainManagedSaveArgs;
import dev.posada.protocol.RemoteDomainManagedSaveDefineXmlArgs;
import dev.posada.protocol.RemoteDomainManagedSaveGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainManagedSaveGetXmlDescRet;
import dev.posada.protocol.RemoteDomainManagedSaveRemoveArgs;
import dev.posada.protocol.RemoteDomainRestoreArgs;
import dev.posada.protocol.RemoteDomainRestoreFlagsArgs;
import dev.posada.protocol.RemoteDomainRestoreParamsArgs;
import dev.posada.protocol.RemoteDomainSaveArgs;
import dev.posada.protocol.RemoteDomainSaveFlagsArgs;
import dev.posada.protocol.RemoteDomainSaveImageDefineXmlArgs;
import dev.posada.protocol.RemoteDomainSaveImageGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainSaveImageGetXmlDescRet;
import dev.posada.protocol.RemoteDomainSaveParamsArgs;
import java.util.Optional;

/** Memory written to files: dumps for whoever debugs, and states that domains are brought back from. */
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
    public void domainSave(Call call, RemoteDomainSaveArgs args) {
        call.of(args.dom()).saves().save(args.dom().uuid(), args.to(), Optional.empty(), 0);
    }

    @Override
    public void domainSaveFlags(Call call, RemoteDomainSaveFlagsArgs args) {
        call.of(args.dom()).saves().save(args.dom().uuid(), args.to(), Conversions.optional(args.dxml()), args.flags());
    }

    @Override
    public void domainSaveParams(Call call, RemoteDomainSaveParamsArgs args) {
        var place = SavePlace.of(args.params(), call.connection().origin());
        call.of(args.dom()).saves().save(args.dom().uuid(), place.file(), place.document(), args.flags());
    }

    @Override
    public void domainRestore(Call call, RemoteDomainRestoreArgs args) {
        restore(call, args.from(), Optional.empty(), 0);
    }

    @Override
    public void domainRestoreFlags(Call call, RemoteDomainRestoreFlagsArgs args) {
        restore(call, args.from(), Conversions.optional(args.dxml()), args.flags());
    }

    @Override
    public void domainRestoreParams(Call call, RemoteDomainRestoreParamsArgs args) {
        var place = SavePlace.of(args.params(), call.connection().origin());
        restore(call, place.file(), place.document(), args.flags());
    }

    private static void restore(Call call, String file, Optional<String> document, int flags) {
        ofFile(call, file).restore(file, document, flags);
    }

    /** The kind of domain a file is of: what it says of itself decides. */
    private static Saves ofFile(Call call, String file) {
        var own = call.connection();
        return own.kinds().ofDefinition(() -> own.saves().kept(file)).saves();
    }

    @Override
    public RemoteDomainSaveImageGetXmlDescRet domainSaveImageGetXmlDesc(
            Call call, RemoteDomainSaveImageGetXmlDescArgs args) {
        return new RemoteDomainSaveImageGetXmlDescRet(ofFile(call, args.file()).xml(args.file(), args.flags()));
    }

    @Override
    public void domainSaveImageDefineXml(Call call, RemoteDomainSaveImageDefineXmlArgs args) {
        ofFile(call, args.file()).define(args.file(), args.dxml(), args.flags());
    }

    @Override
    public void domainManagedSave(Call call, RemoteDomainManagedSaveArgs args) {
        call.of(args.dom()).saves().managedSave(args.dom().uuid(), args.flags());
    }

    @Override
    public void domainManagedSaveRemove(Call call, RemoteDomainManagedSaveRemoveArgs args) {
        call.of(args.dom()).saves().removeManaged(args.dom().uuid(), args.flags());
    }

    @Override
    public RemoteDomainManagedSaveGetXmlDescRet domainManagedSaveGetXmlDesc(
            Call call, RemoteDomainManagedSaveGetXmlDescArgs args) {
        return new RemoteDomainManagedSaveGetXmlDescRet(
                call.of(args.dom()).saves().managedXml(args.dom().uuid(), args.flags()));
    }

    @Override
    public void domainManagedSaveDefineXml(Call call, RemoteDomainManagedSaveDefineXmlArgs args) {
        call.of(args.dom()).saves().defineManaged(args.dom().uuid(), Conversions.orEmpty(args.dxml()), args.flags());
    }

    @Override
    public RemoteDomainHasManagedSaveImageRet domainHasManagedSaveImage(
            Call call, RemoteDomainHasManagedSaveImageArgs args) {
        return new RemoteDomainHasManagedSaveImageRet(Conversions.flag(
                call.of(args.dom()).saves().hasManaged(args.dom().uuid(), args.flags())));
    }
}
