package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretIdentity;
import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import dev.posada.xml.SecretXml;
import java.util.List;
import java.util.UUID;

/** The secrets of a connection. Flags and errors are libvirt's. */
public final class Secrets {
    // virConnectListAllSecretsFlags
    private static final int LIST_EPHEMERAL = 1;
    private static final int LIST_NO_EPHEMERAL = 2;
    private static final int LIST_PRIVATE = 4;
    private static final int LIST_NO_PRIVATE = 8;
    private static final int LIST_ALL = 15;

    /** {@code VIR_SECRET_DEFINE_VALIDATE}. */
    private static final int DEFINE_VALIDATE = 1;

    private final SecretHost host;
    private final Access access;

    Secrets(SecretHost host, Access access) {
        this.host = host;
        this.access = access;
    }

    /** The secrets that pass every group of {@code virConnectListAllSecretsFlags}; 0 means all. */
    public List<SecretIdentity> list(int flags) {
        var api = "virConnectListAllSecrets";
        access.query(api);
        checkFlags(flags, LIST_ALL, api);
        return host.all().stream()
                .map(Secret::definition)
                .filter(known -> Flags.group(flags, LIST_EPHEMERAL, known.ephemeral(), LIST_NO_EPHEMERAL))
                .filter(known -> Flags.group(flags, LIST_PRIVATE, known.confidential(), LIST_NO_PRIVATE))
                .map(known -> known.identity())
                .toList();
    }

    /** The secret of this uuid; {@code NO_SECRET} when there is none. */
    public SecretIdentity byUuid(UUID uuid) {
        access.query("virSecretLookupByUUID");
        return host.secret(uuid).definition().identity();
    }

    /** The secret for this use; {@code NO_SECRET} when there is none. */
    public SecretIdentity byUsage(SecretUsage usage, String usageId) {
        access.query("virSecretLookupByUsage");
        return host.secret(usage, usageId).definition().identity();
    }

    /** Keeps a definition; on disk when this returns, unless it is ephemeral. Flags are {@code virSecretDefineFlags}. */
    public SecretIdentity define(String xml, int flags) {
        var api = "virSecretDefineXML";
        access.change(api);
        checkFlags(flags, DEFINE_VALIDATE, api);
        var definition = SecretXml.parse(xml, Flags.has(flags, DEFINE_VALIDATE));
        host.define(definition);
        return definition.identity();
    }

    /** The definition, as text; it never holds the value. {@code flags} must be 0. */
    public String xml(UUID secret, int flags) {
        var api = "virSecretGetXMLDesc";
        access.query(api);
        checkFlags(flags, 0, api);
        return SecretXml.format(host.secret(secret).definition());
    }

    /** Gives a secret a value, which cannot be empty; {@code flags} must be 0. */
    public void setValue(UUID secret, SecretValue value, int flags) {
        var api = "virSecretSetValue";
        access.change(api);
        checkFlags(flags, 0, api);
        if (value.isEmpty()) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG, ErrorOrigin.SECRET, "value in " + api + " must not be NULL");
        }
        host.setValue(secret, value);
    }

    /**
     * Tells a secret's value; {@code flags} must be 0.
     *
     * @throws PosadaException {@code INVALID_SECRET} when it is private, {@code NO_SECRET} when it has no value,
     *     {@code OPERATION_DENIED} on a read-only connection
     */
    public SecretValue value(UUID secret, int flags) {
        var api = "virSecretGetValue";
        access.change(api);
        checkFlags(flags, 0, api);
        var found = host.secret(secret);
        if (found.definition().confidential()) {
            throw new PosadaException(ErrorCode.INVALID_SECRET, ErrorOrigin.SECRET, "secret is private");
        }
        return SecretHost.value(found);
    }

    /** Forgets a secret and its value. */
    public void undefine(UUID secret) {
        access.change("virSecretUndefine");
        host.undefine(secret);
    }

    private static void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, ErrorOrigin.SECRET);
    }
}
