package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.MetadataType;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;

/** The line by which a user knows a domain. */
final class Titles {
    private Titles() {}

    /** The domain's title; empty when it has none. */
    static String of(Domain domain) {
        try {
            return domain.metadata(MetadataType.TITLE, null);
        } catch (PosadaException e) {
            if (e.code() == ErrorCode.NO_DOMAIN_METADATA) {
                return "";
            }
            throw e;
        }
    }
}
