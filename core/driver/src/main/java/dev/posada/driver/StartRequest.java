package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.function.Consumer;

/**
 * Everything a start needs, resolved: paths exist as given, nothing is left to look up by name.
 *
 * @param definition the definition to run, complete
 * @param id the number of this instance, from 1
 * @param paused whether the guest's processors stay stopped ({@code VIR_DOMAIN_START_PAUSED})
 * @param resetNvram whether the variable store is made anew from its template
 * @param journal takes the driver's own record of the instance, to be found again by {@link HypervisorDriver#recover};
 *     it is on disk when the call returns. A driver writes it before the act that makes it true, and again when it knows
 *     more.
 */
public record StartRequest(
        DomainDefinition definition, int id, boolean paused, boolean resetNvram, Consumer<Element> journal) {}
