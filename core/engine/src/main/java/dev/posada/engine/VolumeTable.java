package dev.posada.engine;

import dev.posada.driver.VolumeEntry;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a started pool, and what is being done with them.
 *
 * <p>All is guarded by this object's monitor, which is held for looking and noting only. What lasts is the {@link Use} one
 * gets: readers of a volume go together, a change goes alone, and a pool that has any does not stop.
 */
final class VolumeTable {
    /** What somebody does with a volume; ended by closing, once. */
    final class Use implements AutoCloseable {
        private final Slot slot;
        private final boolean change;
        private boolean open = true;

        private Use(Slot slot, boolean change) {
            this.slot = slot;
            this.change = change;
        }

        VolumeEntry entry() {
            return slot.entry;
        }

        /** The volume was made; from now on it is there. */
        void made() {
            synchronized (VolumeTable.this) {
                slot.making = Optional.empty();
                changes++;
                slot.madeAt = changes;
            }
        }

        /** The volume is gone. */
        void gone() {
            synchronized (VolumeTable.this) {
                drop(slot);
                if (looks > 0) {
                    changes++;
                    goneAt.put(slot.entry.name(), changes);
                }
            }
        }

        @Override
        public void close() {
            synchronized (VolumeTable.this) {
                if (open) {
                    open = false;
                    uses--;
                    slot.changing &= !change;
                    slot.readers -= change ? 0 : 1;
                    if (slot.making.isPresent()) {
                        drop(slot);
                    }
                }
            }
        }
    }

    private static final class Slot {
        private final VolumeEntry entry;
        private Optional<VolumeDefinition> making = Optional.empty();
        private boolean changing;
        private int readers;
        private long madeAt;

        private Slot(VolumeEntry entry) {
            this.entry = entry;
        }

        private boolean used() {
            return changing || readers > 0;
        }
    }

    private final String pool;
    private final ErrorOrigin origin;
    private final Map<String, Slot> byName = new HashMap<>();
    private final Map<String, Slot> byPath = new HashMap<>();
    private final Map<String, Slot> byKey = new HashMap<>();

    /** When volumes went, by name, as far as a look that is under way must know. */
    private final Map<String, Long> goneAt = new HashMap<>();

    private long changes;
    private int looks;
    private int uses;
    private boolean retired;

    VolumeTable(String pool, ErrorOrigin origin) {
        this.pool = pool;
        this.origin = origin;
    }

    /**
     * Looking what a pool holds takes a while, in which volumes come and go: what came or went since the look began is
     * not undone by what was seen.
     */
    final class Look implements AutoCloseable {
        private final long since;

        private Look(long since) {
            this.since = since;
        }

        /** Takes what was found; what is being made or used stays as it is. */
        void take(Collection<VolumeEntry> found) {
            synchronized (VolumeTable.this) {
                var kept = byName.values().stream()
                        .filter(slot -> slot.used() || slot.madeAt > since)
                        .toList();
                byName.clear();
                byPath.clear();
                byKey.clear();
                kept.forEach(VolumeTable.this::put);
                for (var entry : found) {
                    if (!byName.containsKey(entry.name()) && goneAt.getOrDefault(entry.name(), 0L) <= since) {
                        put(new Slot(entry));
                    }
                }
            }
        }

        @Override
        public void close() {
            synchronized (VolumeTable.this) {
                looks--;
                if (looks == 0) {
                    goneAt.clear();
                }
            }
        }
    }

    /** Begins to look. */
    synchronized Look look() {
        looks++;
        return new Look(changes);
    }

    /** The volumes that are there, and those that are being made. */
    synchronized List<VolumeEntry> entries() {
        var entries = new ArrayList<VolumeEntry>(byName.size());
        for (var slot : byName.values()) {
            entries.add(slot.entry);
        }
        return entries;
    }

    /** What a volume is to be that is being made; nothing when it is made, or is not there. */
    synchronized Optional<VolumeDefinition> making(String name) {
        return Optional.ofNullable(byName.get(name)).flatMap(slot -> slot.making);
    }

    synchronized Optional<VolumeEntry> find(String name) {
        return there(byName.get(name));
    }

    /**
     * A volume that is made.
     *
     * @throws PosadaException {@code NO_STORAGE_VOL} when there is none, {@code OPERATION_INVALID} while it is being made
     */
    synchronized VolumeEntry made(String name) {
        return slot(name).entry;
    }

    synchronized Optional<VolumeEntry> withPath(String path) {
        return there(byPath.get(path));
    }

    synchronized Optional<VolumeEntry> withKey(String key) {
        return there(byKey.get(key));
    }

    /**
     * Takes the name of a volume that is to be made. From now on it is seen; what can be done with it is to look.
     *
     * @param definition what it is to be
     * @throws PosadaException {@code STORAGE_VOL_EXIST} when it is taken
     */
    synchronized Use reserve(VolumeEntry entry, VolumeDefinition definition) {
        mustBeOpen();
        if (byName.containsKey(entry.name())) {
            throw new PosadaException(ErrorCode.STORAGE_VOL_EXIST, origin, "'" + entry.name() + "'");
        }
        var slot = new Slot(entry);
        slot.making = Optional.of(definition);
        put(slot);
        return use(slot, true);
    }

    /** Begins to read a volume, together with others. */
    synchronized Use read(String name) {
        var slot = slot(name);
        if (slot.changing) {
            throw inUse(name);
        }
        return use(slot, false);
    }

    /** Begins to change a volume, alone. */
    synchronized Use change(String name) {
        var slot = slot(name);
        if (slot.used()) {
            throw inUse(name);
        }
        return use(slot, true);
    }

    /** Keeps everybody out from now on, if nobody is in. */
    synchronized boolean retire() {
        retired = uses == 0;
        return retired;
    }

    /** Lets them in again. */
    synchronized void reopen() {
        retired = false;
    }

    private Slot slot(String name) {
        mustBeOpen();
        var slot = byName.get(name);
        if (slot == null) {
            throw noVolume(name);
        }
        if (slot.making.isPresent()) {
            throw new PosadaException(
                    ErrorCode.OPERATION_INVALID, origin, "volume '" + name + "' is still being allocated.");
        }
        return slot;
    }

    private Use use(Slot slot, boolean change) {
        uses++;
        slot.changing |= change;
        slot.readers += change ? 0 : 1;
        return new Use(slot, change);
    }

    private void put(Slot slot) {
        byName.put(slot.entry.name(), slot);
        byPath.put(slot.entry.path(), slot);
        byKey.put(slot.entry.key(), slot);
    }

    private void drop(Slot slot) {
        byName.remove(slot.entry.name(), slot);
        byPath.remove(slot.entry.path(), slot);
        byKey.remove(slot.entry.key(), slot);
    }

    private static Optional<VolumeEntry> there(@Nullable Slot slot) {
        return slot == null ? Optional.empty() : Optional.of(slot.entry);
    }

    private void mustBeOpen() {
        if (retired) {
            throw new PosadaException(ErrorCode.OPERATION_INVALID, origin, "storage pool '" + pool + "' is not active");
        }
    }

    private PosadaException inUse(String name) {
        return new PosadaException(ErrorCode.OPERATION_INVALID, origin, "volume '" + name + "' is still in use.");
    }

    PosadaException noVolume(String name) {
        return new PosadaException(
                ErrorCode.NO_STORAGE_VOL, origin, "no storage vol with matching name '" + name + "'");
    }
}
