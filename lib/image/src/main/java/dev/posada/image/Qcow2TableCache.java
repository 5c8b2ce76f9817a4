package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of an image that are in memory, the least recently used one first.
 *
 * <p>Nothing leaves it by itself: the owner calls {@link #shrink} where nobody holds a table, so that no change is made to one
 * that was forgotten meanwhile. Between two calls it exceeds its bound by the few tables that one step touches.
 */
final class Qcow2TableCache {
    /** As few as one step needs: a table, its copy, and two neighbours. */
    private static final int MIN_TABLES = 4;

    private final ByteStore store;
    private final int tableBytes;
    private final int maxTables;
    private final LinkedHashMap<Long, Qcow2Table> tables = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable Qcow2Table latest;

    Qcow2TableCache(ByteStore store, int tableBytes, long maxBytes) {
        this.store = store;
        this.tableBytes = tableBytes;
        this.maxTables = Math.clamp(maxBytes / tableBytes, MIN_TABLES, Integer.MAX_VALUE);
    }

    /** The table at a place, read if it is not here. */
    Qcow2Table get(long offset) {
        var hit = latest;
        if (hit != null && hit.offset() == offset) {
            return hit;
        }
        var table = tables.get(offset);
        if (table == null) {
            var bytes = ByteBuffer.allocate(tableBytes);
            store.read(offset, bytes);
            table = new Qcow2Table(offset, bytes, false);
            tables.put(offset, table);
        }
        latest = table;
        return table;
    }

    /** A new table, all zeroes, at a place nothing in the file refers to. */
    Qcow2Table create(long offset) {
        return add(new Qcow2Table(offset, ByteBuffer.allocate(tableBytes), true));
    }

    /** The copy of a table at such a place. */
    Qcow2Table copy(Qcow2Table original, long offset) {
        var bytes = ByteBuffer.allocate(tableBytes);
        bytes.put(0, original.bytes(), 0, tableBytes);
        return add(new Qcow2Table(offset, bytes, true));
    }

    private Qcow2Table add(Qcow2Table table) {
        tables.put(table.offset(), table);
        latest = table;
        return table;
    }

    /** Drops a table, with the changes made to it. */
    void forget(long offset) {
        tables.remove(offset);
        latest = null;
    }

    void forgetAll() {
        tables.clear();
        latest = null;
    }

    boolean hasDirty() {
        return tables.values().stream().anyMatch(Qcow2Table::dirty);
    }

    /** Writes the changed tables that nothing in the file refers to yet. */
    void writeFresh() {
        write(true);
    }

    /** Writes all changed tables. */
    void writeAll() {
        write(false);
    }

    private void write(boolean freshOnly) {
        var changed = new ArrayList<Qcow2Table>();
        for (var table : tables.values()) {
            if (table.dirty() && (!freshOnly || table.fresh())) {
                changed.add(table);
            }
        }
        changed.sort(Comparator.comparingLong(Qcow2Table::offset));
        changed.forEach(table -> table.writeTo(store));
    }

    /** Whether there are more tables than the bound allows. */
    boolean isFull() {
        return tables.size() > maxTables;
    }

    /** Forgets unchanged tables until the bound holds, or only changed ones remain. */
    void shrink() {
        if (!isFull()) {
            return;
        }
        latest = null;
        // A quarter more than needed, so that a cache full of changes is not looked through at each step.
        int wanted = maxTables - maxTables / 4;
        var each = tables.values().iterator();
        while (tables.size() > wanted && each.hasNext()) {
            if (!each.next().dirty()) {
                each.remove();
            }
        }
    }
}
