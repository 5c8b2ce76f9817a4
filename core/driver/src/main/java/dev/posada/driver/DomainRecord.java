package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is on disk about an instance that was running when a daemon ended.
 *
 * @param definition the live definition as last recorded
 * @param id the instance's number
 * @param status the status as last recorded
 * @param journal what the driver wrote down; empty when the daemon ended before it wrote anything
 * @param rewrite replaces the driver's journal; on disk when the call returns
 */
public record DomainRecord(
        DomainDefinition definition,
        int id,
        DomainStatus status,
        Optional<Element> journal,
        Consumer<Element> rewrite) {}
