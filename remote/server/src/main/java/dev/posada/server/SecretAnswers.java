package dev.posada.server;

import dev.posada.engine.Secrets;
import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import dev.posada.protocol.RemoteConnectListAllSecretsArgs;
import dev.posada.protocol.RemoteConnectListAllSecretsRet;
import dev.posada.protocol.RemoteConnectListSecretsArgs;
import dev.posada.protocol.RemoteConnectListSecretsRet;
import dev.posada.protocol.RemoteConnectNumOfSecretsRet;
import dev.posada.protocol.RemoteSecretDefineXmlArgs;
import dev.posada.protocol.RemoteSecretDefineXmlRet;
import dev.posada.protocol.RemoteSecretGetValueArgs;
import dev.posada.protocol.RemoteSecretGetValueRet;
import dev.posada.protocol.RemoteSecretGetXmlDescArgs;
import dev.posada.protocol.RemoteSecretGetXmlDescRet;
import dev.posada.protocol.RemoteSecretLookupByUsageArgs;
import dev.posada.protocol.RemoteSecretLookupByUsageRet;
import dev.posada.protocol.RemoteSecretLookupByUuidArgs;
import dev.posada.protocol.RemoteSecretLookupByUuidRet;
import dev.posada.protocol.RemoteSecretSetValueArgs;
import dev.posada.protocol.RemoteSecretUndefineArgs;
import dev.posada.protocol.SecretCalls;
import dev.posada.xdr.Opaque;
import java.util.List;

/** Passphrases and keys. */
final class SecretAnswers implements SecretCalls<Call> {
    private static final int ALL = 0;

    @Override
    public RemoteConnectNumOfSecretsRet connectNumOfSecrets(Call call) {
        return new RemoteConnectNumOfSecretsRet(secrets(call).list(ALL).size());
    }

    @Override
    public RemoteConnectListSecretsRet connectListSecrets(Call call, RemoteConnectListSecretsArgs args) {
        return new RemoteConnectListSecretsRet(secrets(call).list(ALL).stream()
                .limit(Math.max(0, args.maxuuids()))
                .map(secret -> secret.uuid().toString())
                .toList());
    }

    @Override
    public RemoteConnectListAllSecretsRet connectListAllSecrets(Call call, RemoteConnectListAllSecretsArgs args) {
        var all = secrets(call).list(args.flags());
        return new RemoteConnectListAllSecretsRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(SecretEventMessages::ref).toList(),
                all.size());
    }

    @Override
    public RemoteSecretLookupByUuidRet secretLookupByUuid(Call call, RemoteSecretLookupByUuidArgs args) {
        return new RemoteSecretLookupByUuidRet(
                SecretEventMessages.ref(secrets(call).byUuid(args.uuid())));
    }

    @Override
    public RemoteSecretLookupByUsageRet secretLookupByUsage(Call call, RemoteSecretLookupByUsageArgs args) {
        return new RemoteSecretLookupByUsageRet(
                SecretEventMessages.ref(secrets(call).byUsage(SecretUsage.of(args.usageType()), args.usageId())));
    }

    @Override
    public RemoteSecretDefineXmlRet secretDefineXml(Call call, RemoteSecretDefineXmlArgs args) {
        return new RemoteSecretDefineXmlRet(
                SecretEventMessages.ref(secrets(call).define(args.xml(), args.flags())));
    }

    @Override
    public RemoteSecretGetXmlDescRet secretGetXmlDesc(Call call, RemoteSecretGetXmlDescArgs args) {
        return new RemoteSecretGetXmlDescRet(secrets(call).xml(args.secret().uuid(), args.flags()));
    }

    @Override
    public void secretSetValue(Call call, RemoteSecretSetValueArgs args) {
        secrets(call).setValue(args.secret().uuid(), SecretValue.of(args.value().toByteArray()), args.flags());
    }

    @Override
    public RemoteSecretGetValueRet secretGetValue(Call call, RemoteSecretGetValueArgs args) {
        var value = secrets(call).value(args.secret().uuid(), args.flags());
        return new RemoteSecretGetValueRet(Opaque.copyOf(value.bytes()));
    }

    @Override
    public void secretUndefine(Call call, RemoteSecretUndefineArgs args) {
        secrets(call).undefine(args.secret().uuid());
    }

    private static Secrets secrets(Call call) {
        return call.connection().secrets().orElseThrow(() -> Failures.unsupported(call));
    }
}
