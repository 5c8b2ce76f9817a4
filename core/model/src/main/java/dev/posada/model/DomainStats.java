package dev.posada.model;

import java.util.List;

/**
 * The figures of one domain in a bulk answer.
 *
 * @param domain whose figures
 * @param parameters the figures, named as libvirt names them
 */
public record DomainStats(DomainIdentity domain, List<TypedParameter> parameters) {
    public DomainStats {
        parameters = List.copyOf(parameters);
    }
}
