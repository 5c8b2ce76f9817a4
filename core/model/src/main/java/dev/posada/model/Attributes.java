package dev.posada.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one element: names and values in document order, in one array, never changed.
 *
 * <p>An element has few attributes, and a daemon makes elements by the million: looking through an array is quicker than
 * hashing, and nothing is copied when a tree is rebuilt around it.
 */
final class Attributes extends AbstractMap<String, String> implements SequencedMap<String, String> {
    static final Attributes NONE = new Attributes(new String[0]);

    /** Name, value, name, value… */
    private final String[] pairs;

    private Attributes(String[] pairs) {
        this.pairs = pairs;
    }

    static Attributes copyOf(Map<String, String> attributes) {
        if (attributes instanceof Attributes already) {
            return already;
        }
        if (attributes.isEmpty()) {
            return NONE;
        }
        var pairs = new String[2 * attributes.size()];
        int at = 0;
        for (var attribute : attributes.entrySet()) {
            pairs[at++] = Objects.requireNonNull(attribute.getKey());
            pairs[at++] = Objects.requireNonNull(attribute.getValue());
        }
        return new Attributes(pairs);
    }

    /** These with one set, at its old place or at the end. */
    Attributes with(String name, String value) {
        int at = indexOf(name);
        var changed = at < 0 ? Arrays.copyOf(pairs, pairs.length + 2) : pairs.clone();
        int place = at < 0 ? pairs.length : at;
        changed[place] = name;
        changed[place + 1] = Objects.requireNonNull(value);
        return new Attributes(changed);
    }

    /** These without one. */
    Attributes without(String name) {
        int at = indexOf(name);
        if (at < 0) {
            return this;
        }
        var changed = new String[pairs.length - 2];
        System.arraycopy(pairs, 0, changed, 0, at);
        System.arraycopy(pairs, at + 2, changed, at, changed.length - at);
        return new Attributes(changed);
    }

    private int indexOf(@Nullable Object name) {
        for (int at = 0; at < pairs.length; at += 2) {
            if (pairs[at].equals(name)) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public int size() {
        return pairs.length / 2;
    }

    @Override
    public boolean isEmpty() {
        return pairs.length == 0;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return indexOf(name) >= 0;
    }

    @Override
    public @Nullable String get(@Nullable Object name) {
        int at = indexOf(name);
        return at < 0 ? null : pairs[at + 1];
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return pairs.length / 2;
            }

            @Override
            public Iterator<Entry<String, String>> iterator() {
                return new Entries(pairs);
            }
        };
    }

    @Override
    public Set<String> keySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return pairs.length / 2;
            }

            @Override
            public boolean contains(@Nullable Object name) {
                return indexOf(name) >= 0;
            }

            @Override
            public Iterator<String> iterator() {
                return new Names(pairs);
            }
        };
    }

    /** The same in the opposite order; rarely wanted, so simply made. */
    @Override
    public SequencedMap<String, String> reversed() {
        var turned = new String[pairs.length];
        for (int at = 0; at < pairs.length; at += 2) {
            turned[pairs.length - 2 - at] = pairs[at];
            turned[pairs.length - 1 - at] = pairs[at + 1];
        }
        return new Attributes(turned);
    }

    private static final class Entries implements Iterator<Map.Entry<String, String>> {
        private final String[] pairs;
        private int at;

        Entries(String[] pairs) {
            this.pairs = pairs;
        }

        @Override
        public boolean hasNext() {
            return at < pairs.length;
        }

        @Override
        public Map.Entry<String, String> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var entry = Map.entry(pairs[at], pairs[at + 1]);
            at += 2;
            return entry;
        }
    }

    private static final class Names implements Iterator<String> {
        private final String[] pairs;
        private int at;

        Names(String[] pairs) {
            this.pairs = pairs;
        }

        @Override
        public boolean hasNext() {
            return at < pairs.length;
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var name = pairs[at];
            at += 2;
            return name;
        }
    }
}
