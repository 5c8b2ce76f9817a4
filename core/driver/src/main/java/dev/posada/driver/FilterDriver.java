package dev.posada.driver;

import dev.posada.model.FilterDefinition;
import java.util.List;

/**
 * Puts filters between guests' network links and the rest. All methods may be called from any thread; for one link the
 * engine never has two calls under way. Whatever fails is a {@link dev.posada.model.PosadaException} with libvirt's code
 * and one line that names the link.
 */
public interface FilterDriver extends AutoCloseable {
    /** The filters a host has from its first day. */
    List<FilterDefinition> residents();

    /**
     * Puts filters on a link in place of those it has, all at once: at no time do packets pass that neither the old nor the
     * new ones let pass. When this throws, the old ones hold. The link need not be there yet.
     */
    void install(FilterRequest request);

    /** Takes all filters from a link; one without any is no matter. */
    void remove(String link);

    /** Lets go of everything; filters stay in place. */
    @Override
    void close();
}
