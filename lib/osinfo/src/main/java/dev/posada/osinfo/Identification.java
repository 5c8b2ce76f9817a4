package dev.posada.osinfo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the system whose entry fits labels. Entries that stand for the versions the database does not know yet fit almost
 * everything of their maker: they are asked last, and among the entries of a system the more exact ones first.
 */
final class Identification {
    private static final Comparator<Media> EXACT_FIRST = Comparator.<Media, String>comparing(
                    media -> media.volumeId().orElse(""))
            .reversed();

    private final List<Os> systems;

    Identification(List<Os> all) {
        systems = new ArrayList<>();
        for (Os os : all) {
            if (!isFallback(os)) {
                systems.add(os);
            }
        }
        for (Os os : all) {
            if (isFallback(os)) {
                systems.add(os);
            }
        }
    }

    private static boolean isFallback(Os os) {
        return os.id().endsWith("unknown") || os.status() == ReleaseStatus.ROLLING;
    }

    Optional<MediaMatch> of(MediaLabels labels) {
        for (Os os : systems) {
            List<Media> entries = new ArrayList<>(os.media());
            entries.sort(EXACT_FIRST);
            for (Media media : entries) {
                if (fits(media, labels)) {
                    return Optional.of(new MediaMatch(os, media));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean fits(Media media, MediaLabels labels) {
        return fits(media.volumeId(), labels.volumeId())
                && fits(media.applicationId(), labels.applicationId())
                && fits(media.systemId(), labels.systemId())
                && fits(media.publisherId(), labels.publisherId())
                && (media.volumeSizeBytes().isEmpty()
                        || media.volumeSizeBytes().getAsLong() <= 0
                        || media.volumeSizeBytes().getAsLong() == labels.volumeSizeBytes())
                && (media.volumeId().isPresent()
                        || media.applicationId().isPresent()
                        || media.systemId().isPresent()
                        || media.publisherId().isPresent());
    }

    Optional<TreeMatch> of(TreeInfo info) {
        for (Os os : systems) {
            for (Tree tree : os.trees()) {
                if (tree.hasTreeinfo()
                        && fits(tree.family(), info.family().orElse(""))
                        && fits(tree.variant(), info.variant().orElse(""))
                        && fits(tree.version(), info.version().orElse(""))
                        && fits(tree.treeArchitecture(), info.architecture().orElse(""))) {
                    return Optional.of(new TreeMatch(os, tree));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean fits(Optional<String> pattern, String label) {
        if (pattern.isEmpty()) {
            return true;
        }
        try {
            return Pattern.compile(pattern.get()).matcher(label).find();
        } catch (PatternSyntaxException foreign) {
            // The database's expressions are of another dialect; one that we cannot read fits nothing.
            return false;
        }
    }
}
