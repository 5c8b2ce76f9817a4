package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import dev.posada.model.PoolState;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/** {@code pool-list}, {@code pool-info}. */
final class PoolListing {
    private static final int NAME_WIDTH = 20;

    private PoolListing() {}

    static Command list() {
        return Command.named("pool-list")
                .summary("list storage pools")
                .description("Lists the pools that run, or others as the options say.")
                .options(
                        Option.flag("inactive", "those that do not run"),
                        Option.flag("all", "those that run and those that do not"),
                        Option.flag("transient", "those without a definition"),
                        Option.flag("persistent", "those with a definition"),
                        Option.flag("autostart", "those that start with the host"),
                        Option.flag("no-autostart", "those that do not"),
                        Option.text("type", "those of these kinds, separated by commas")
                                .completing(_ -> types()),
                        Option.flag("details", "show sizes too"),
                        Option.flag("uuid", "print uuids alone"),
                        Option.flag("name", "print names alone"))
                .action(PoolListing::list);
    }

    private static void list(Call call) {
        call.exclusive("details", "uuid");
        call.exclusive("details", "name");
        var flags = filter(call);
        var pools = call
                .attempt(
                        "Failed to list pools",
                        () -> call.connection().storage().pools(flags))
                .stream()
                .sorted(Comparator.comparing(StoragePool::name, String::compareToIgnoreCase))
                .toList();
        boolean words = call.has("uuid") || call.has("name");
        if (words && call.json()) {
            call.println(Json.text(pools.stream().map(pool -> named(call, pool)).toList()));
        } else if (words) {
            for (var pool : pools) {
                words(call, pool);
            }
        } else if (call.has("details")) {
            details(call, pools);
        } else {
            var table = Table.of("Name", "State", "Autostart");
            for (var pool : pools) {
                table.row(pool.name(), pool.isActive() ? "active" : "inactive", autostart(pool));
            }
            call.print(table);
        }
    }

    private static Map<String, String> named(Call call, StoragePool pool) {
        var named = new LinkedHashMap<String, String>();
        if (call.has("uuid")) {
            named.put("uuid", pool.uuid().toString());
        }
        if (call.has("name")) {
            named.put("name", pool.name());
        }
        return named;
    }

    /** Columns as wide as libvirt's tools make them, trailing blanks included: scripts cut by columns. */
    private static void words(Call call, StoragePool pool) {
        var line = new StringBuilder();
        if (call.has("uuid")) {
            line.append(pool.uuid());
        }
        if (call.has("name")) {
            line.append(line.isEmpty() ? "" : " ").append(pool.name());
            line.append(" ".repeat(Math.max(0, NAME_WIDTH - pool.name().length())));
        }
        call.println(line.toString());
    }

    private static void details(Call call, List<StoragePool> pools) {
        var table = Table.of("Name", "State", "Autostart", "Persistent", "Capacity", "Allocation", "Available");
        for (var pool : pools) {
            var state = "unknown";
            LongFunction<Object> size = _ -> "unknown";
            long capacity = 0;
            long allocation = 0;
            long available = 0;
            try {
                var info = pool.info();
                state = word(info.state());
                size = hasSizes(info.state())
                        ? bytes -> call.json() ? (Object) bytes : PrettySize.brief(bytes)
                        : _ -> "-";
                capacity = info.capacityBytes();
                allocation = info.allocationBytes();
                available = info.availableBytes();
            } catch (PosadaException e) {
                call.complain("Could not retrieve pool information");
            }
            table.row(
                    pool.name(),
                    state,
                    autostart(pool),
                    CommonOptions.yesOrNo(pool.isPersistent()),
                    size.apply(capacity),
                    size.apply(allocation),
                    size.apply(available));
        }
        call.print(table);
    }

    private static boolean hasSizes(PoolState state) {
        return state == PoolState.RUNNING || state == PoolState.DEGRADED;
    }

    private static String word(PoolState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String autostart(StoragePool pool) {
        try {
            return CommonOptions.yesOrNo(pool.autostart());
        } catch (PosadaException e) {
            return "no autostart";
        }
    }

    private static Flag.PoolList[] filter(Call call) {
        var flags = new ArrayList<Flag.PoolList>();
        if (call.has("all") || !call.has("inactive")) {
            flags.add(Flag.PoolList.ACTIVE);
        }
        if (call.has("all") || call.has("inactive")) {
            flags.add(Flag.PoolList.INACTIVE);
        }
        for (var flag : List.of(
                Flag.PoolList.AUTOSTART,
                Flag.PoolList.NO_AUTOSTART,
                Flag.PoolList.PERSISTENT,
                Flag.PoolList.TRANSIENT)) {
            if (call.has(option(flag))) {
                flags.add(flag);
            }
        }
        call.text("type").ifPresent(types -> {
            for (var type : types.split(",", -1)) {
                flags.add(type(type));
            }
        });
        return flags.toArray(Flag.PoolList[]::new);
    }

    /** A flag's name as it stands on the command line and in documents. */
    private static String option(Flag.PoolList flag) {
        return flag.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Flag.PoolList type(String word) {
        for (var flag : Flag.PoolList.values()) {
            if (flag.bit() >= Flag.PoolList.DIR.bit() && option(flag).equals(word)) {
                return flag;
            }
        }
        throw new CommandException("Invalid pool type '" + word + "'");
    }

    /** The kinds of pools. */
    static List<String> types() {
        var types = new ArrayList<String>();
        for (var flag : Flag.PoolList.values()) {
            if (flag.bit() >= Flag.PoolList.DIR.bit()) {
                types.add(option(flag));
            }
        }
        return types;
    }

    static Command info() {
        return Command.named("pool-info")
                .summary("show what a pool is and how full")
                .options(Pools.option(), Option.flag("bytes", "sizes in bytes"))
                .action(PoolListing::info);
    }

    private static void info(Call call) {
        var pool = Pools.of(call);
        var fields = Fields.plain().add("Name", pool.name()).add("UUID", pool.uuid());
        try {
            var info = pool.info();
            fields.add("State", word(info.state()))
                    .add("Persistent", CommonOptions.yesOrNo(pool.isPersistent()))
                    .add("Autostart", autostart(pool));
            if (hasSizes(info.state())) {
                size(call, fields, "Capacity", info.capacityBytes());
                size(call, fields, "Allocation", info.allocationBytes());
                size(call, fields, "Available", info.availableBytes());
            }
        } finally {
            call.print(fields);
        }
    }

    private static void size(Call call, Fields fields, String label, long bytes) {
        fields.add(label, call.has("bytes") ? Long.toUnsignedString(bytes) : PrettySize.brief(bytes), bytes);
    }
}
