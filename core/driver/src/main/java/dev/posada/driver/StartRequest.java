package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.SecretValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param secrets the passphrases of encrypted images by what the definition names them: the secret's uuid or usage
 * @param kept what the engine keeps of the domain
 * @param saved the state it continues from; only given to drivers that can ({@link Abilities.Saves})
 * @param files open files of clients by the names the definition has for them ({@code fdgroup}), each name with at least
 *     one; they are the engine's to close once the start has ended
 */
public record StartRequest(
        DomainDefinition definition,
        int id,
        boolean paused,
        boolean resetNvram,
        Consumer<Element> journal,
        Map<String, SecretValue> secrets,
        Kept kept,
        Optional<SavedState> saved,
        Map<String, List<OpenFile>> files) {
    public StartRequest {
        secrets = Map.copyOf(secrets);
        files = Map.copyOf(files);
    }

    /** A start of a domain without secrets. */
    public StartRequest(
            DomainDefinition definition, int id, boolean paused, boolean resetNvram, Consumer<Element> journal) {
        this(definition, id, paused, resetNvram, journal, Map.of(), Kept.DEFINITION, Optional.empty(), Map.of());
    }

    /** What the engine keeps of a domain that is started. */
    public enum Kept {
        /** Nothing: it is transient. */
        NOTHING,
        /** Its definition. */
        DEFINITION,
        /** Its definition, with the mark that it starts with the host. */
        AUTOSTARTED
    }
}
