package dev.posada.clone;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.DomainState;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is cloned.
 *
 * @param document its definition
 * @param domain the domain it is; empty for a definition from a file
 * @param state what the domain was doing when it was looked at
 */
record Source(Element document, Optional<Domain> domain, DomainState state) {

    /** The domain the command line names, or the definition. */
    static Source of(CloneOptions options, Connection connection) {
        if (options.originalXml().isPresent()) {
            return new Source(
                    Documents.parse(file(options.originalXml().get())), Optional.empty(), DomainState.SHUTOFF);
        }
        var name = options.original()
                .orElseThrow(() -> new CloneException(
                        "An original machine name is required, use '--original src_name' and try again."));
        var domain = connection
                .domainByName(name)
                .orElseThrow(() -> new CloneException("Domain '" + name + "' was not found."));
        var state = domain.status().state();
        var xml = state.active() ? domain.xml(Flag.Xml.SECURE, Flag.Xml.INACTIVE) : domain.xml(Flag.Xml.SECURE);
        return new Source(Documents.parse(xml), Optional.of(domain), state);
    }

    private static String file(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (NoSuchFileException e) {
            throw new CloneException("[Errno 2] No such file or directory: '" + path + "'", e);
        } catch (CharacterCodingException e) {
            throw new CloneException("'" + path + "' is no document: it is not text in UTF-8", e);
        } catch (IOException e) {
            throw new CloneException("'" + path + "' cannot be read: " + e.getMessage(), e);
        }
    }

    String name() {
        return document.childText("name").orElse("");
    }

    /**
     * Refuses what would be copied while it changes. A domain that stands still can be copied, for QEMU has then written
     * all it had; one that runs can when nothing it may write is copied.
     */
    void refuseUnsafe(CloneOptions options) {
        boolean still = state == DomainState.SHUTOFF || (state == DomainState.PAUSED && !options.linked());
        if (!still && copiesAnything(options)) {
            throw new CloneException("Domain to clone must be shutoff.");
        }
        if (options.linked() && domain.filter(Domain::autostart).isPresent()) {
            throw new CloneException("Domain '" + name() + "' starts with the host and would write to the images that"
                    + " --linked copies lie over; turn that off first: virsh autostart --disable " + name());
        }
    }

    private boolean copiesAnything(CloneOptions options) {
        if (options.preserveData()) {
            return false;
        }
        for (var disk : CloneDocument.disks(document)) {
            var target = CloneDocument.target(disk);
            boolean shared = options.skipCopy().contains(target)
                    || (DiskPlan.isSharedByItself(disk) && !options.forceCopy().contains(target));
            // What is read-only may be copied at any time; what is shared may be written by others, at any time too.
            if (!shared && disk.child("readonly").isEmpty()) {
                return true;
            }
        }
        return CloneDocument.nvram(document).isPresent();
    }

    /** Whether what was copied cannot have changed meanwhile. */
    boolean hasKeptStill(CloneOptions options) {
        return domain.isEmpty()
                || !copiesAnything(options)
                || domain.get().status().state() == state;
    }
}
