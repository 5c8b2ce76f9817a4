package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import java.util.ArrayList;

/** Commands that build, start, stop and change storage pools as a whole. */
final class PoolLife {
    private PoolLife() {}

    static Command autostart() {
        return Command.named("pool-autostart")
                .summary("start a pool with the host, or not")
                .options(Pools.option(Flag.PoolList.PERSISTENT), CommonOptions.disable())
                .action(PoolLife::autostart);
    }

    private static void autostart(Call call) {
        var pool = Pools.of(call);
        var name = call.required("pool");
        boolean wanted = !call.has("disable");
        call.attempt(
                "failed to " + (wanted ? "mark" : "unmark") + " pool " + name + " as autostarted",
                () -> pool.setAutostart(wanted));
        call.extra("Pool " + name + (wanted ? " marked" : " unmarked") + " as autostarted\n");
    }

    /** What is to be done with what is there already, when a pool is built. */
    static Option[] building(boolean withBuild, Option... before) {
        var options = new ArrayList<>(java.util.List.of(before));
        if (withBuild) {
            options.add(Option.flag("build", "build the pool first"));
        }
        options.add(Option.flag("no-overwrite", "build only where no data are"));
        options.add(Option.flag("overwrite", "build, whatever data are there"));
        return options.toArray(Option[]::new);
    }

    static Command build() {
        return Command.named("pool-build")
                .summary("make what a pool needs to be started")
                .description("Makes what a pool needs: a folder, a file system, a volume group.")
                .options(building(false, Pools.option(Flag.PoolList.PERSISTENT)))
                .action(PoolLife::build);
    }

    private static void build(Call call) {
        var pool = Pools.of(call);
        var name = call.required("pool");
        var flags = new ArrayList<Flag.PoolBuild>();
        if (call.has("no-overwrite")) {
            flags.add(Flag.PoolBuild.NO_OVERWRITE);
        }
        if (call.has("overwrite")) {
            flags.add(Flag.PoolBuild.OVERWRITE);
        }
        call.attempt("Failed to build pool " + name, () -> pool.build(flags.toArray(Flag.PoolBuild[]::new)));
        call.extra("Pool " + name + " built\n");
    }

    /** The flags of starting that {@code --build}, {@code --overwrite} and {@code --no-overwrite} stand for. */
    static Flag.PoolStart[] starting(Call call) {
        call.exclusive("overwrite", "no-overwrite");
        var flags = new ArrayList<Flag.PoolStart>();
        if (call.has("build")) {
            flags.add(Flag.PoolStart.BUILD);
        }
        if (call.has("overwrite")) {
            flags.add(Flag.PoolStart.BUILD_OVERWRITE);
        }
        if (call.has("no-overwrite")) {
            flags.add(Flag.PoolStart.BUILD_NO_OVERWRITE);
        }
        return flags.toArray(Flag.PoolStart[]::new);
    }

    static Command create() {
        return Command.named("pool-create")
                .summary("start a pool from a file, without keeping a definition")
                .description("Starts a transient pool: nothing is kept of it once it is stopped, but its data.")
                .options(building(true, CommonOptions.file("a pool's XML document")))
                .action(PoolLife::create);
    }

    private static void create(Call call) {
        var file = call.required("file");
        var flags = starting(call);
        var xml = TextFiles.xml(call, file);
        var pool = call.attempt(
                "Failed to create pool from " + file,
                () -> call.connection().storage().create(xml, flags));
        call.extra("Pool " + pool.name() + " created from " + file + "\n");
    }

    static Command define() {
        return Command.named("pool-define")
                .summary("keep a pool's definition from a file")
                .description("Keeps a definition, or changes the one of the same uuid. Starts nothing.")
                .options(CommonOptions.file("a pool's XML document"), CommonOptions.validate())
                .action(PoolLife::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var flags = call.has("validate") ? new Flag.PoolDefine[] {Flag.PoolDefine.VALIDATE} : new Flag.PoolDefine[0];
        var pool = call.attempt(
                "Failed to define pool from " + file,
                () -> call.connection().storage().define(xml, flags));
        call.extra("Pool " + pool.name() + " defined from " + file + "\n");
    }

    static Command delete() {
        return Command.named("pool-delete")
                .summary("take away what a stopped pool was built of")
                .options(Pools.option(Flag.PoolList.INACTIVE))
                .action(call -> change(call, "delete", "deleted", StoragePool::delete));
    }

    static Command destroy() {
        return Command.named("pool-destroy")
                .summary("stop a pool")
                .description("Stops a pool. Its volumes and its definition stay.")
                .options(Pools.option(Flag.PoolList.ACTIVE))
                .action(call -> change(call, "destroy", "destroyed", StoragePool::destroy));
    }

    static Command refresh() {
        return Command.named("pool-refresh")
                .summary("look again at what a pool holds")
                .options(Pools.option(Flag.PoolList.ACTIVE))
                .action(call -> change(call, "refresh", "refreshed", StoragePool::refresh));
    }

    static Command undefine() {
        return Command.named("pool-undefine")
                .summary("forget the definition of a stopped pool")
                .options(Pools.option(Flag.PoolList.PERSISTENT))
                .action(call -> change(call, "undefine", "has been undefined", StoragePool::undefine));
    }

    static Command start() {
        return Command.named("pool-start")
                .summary("start a defined pool")
                .options(building(true, Pools.option(Flag.PoolList.INACTIVE)))
                .action(PoolLife::start);
    }

    private static void start(Call call) {
        var pool = Pools.of(call);
        var flags = starting(call);
        var name = call.required("pool");
        call.attempt("Failed to start pool " + name, () -> pool.start(flags));
        call.extra("Pool " + name + " started\n");
    }

    private static void change(Call call, String verb, String done, java.util.function.Consumer<StoragePool> change) {
        var pool = Pools.of(call);
        var name = call.required("pool");
        call.attempt("Failed to " + verb + " pool " + name, () -> change.accept(pool));
        call.extra("Pool " + name + " " + done + "\n");
    }

    static Command dumpxml() {
        return Command.named("pool-dumpxml")
                .summary("print a pool's XML document")
                .options(CommonOptions.withSelection(
                        Pools.option(), Option.flag("inactive", "as it is defined, not as it runs")))
                .action(PoolLife::dumpxml);
    }

    private static void dumpxml(Call call) {
        var pool = Pools.of(call);
        XmlSelection.print(call, call.has("inactive") ? pool.xml(Flag.PoolXml.INACTIVE) : pool.xml());
    }

    static Command edit() {
        return Command.named("pool-edit")
                .summary("edit a pool's XML document")
                .description("Opens the definition in an editor and keeps what was changed.")
                .options(Pools.option())
                .action(PoolLife::edit);
    }

    private static void edit(Call call) {
        var pool = Pools.of(call);
        Editing.of(
                        call,
                        () -> pool.xml(Flag.PoolXml.INACTIVE),
                        xml -> call.connection().storage().define(xml))
                .ifPresentOrElse(
                        edited -> call.extra("Pool " + edited.name() + " XML configuration edited.\n"),
                        () -> call.extra("Pool " + pool.name() + " XML configuration not changed.\n"));
    }

    static Command name() {
        return Command.named("pool-name")
                .summary("print the name of the pool with a uuid")
                .options(Option.value("pool", "a pool's uuid").completing(PoolLife::uuids))
                .action(PoolLife::name);
    }

    private static java.util.List<String> uuids(Call call) {
        return Proposals.answered(() -> call.connection().storage().pools().stream()
                .map(pool -> pool.uuid().toString())
                .toList());
    }

    private static void name(Call call) {
        var word = call.required("pool");
        var failure = "failed to get pool '" + word + "'";
        var uuid = Words.fullUuid(word).orElseThrow(() -> new CommandException(failure));
        call.println(call.attempt(failure, () -> call.connection().storage().requirePool(uuid))
                .name());
    }

    static Command uuid() {
        return Command.named("pool-uuid")
                .summary("print the uuid of the pool with a name")
                .options(Option.value("pool", "a pool's name").completing(Pools.proposals()))
                .action(PoolLife::uuid);
    }

    private static void uuid(Call call) {
        var word = call.required("pool");
        var pool = call.attempt(
                "failed to get pool '" + word + "'",
                () -> call.connection().storage().requirePool(word));
        call.println(pool.uuid().toString());
    }

    static Command capabilities() {
        return Command.named("pool-capabilities")
                .summary("print what kinds of pools there are, as an XML document")
                .action(call -> call.println(call.attempt(
                        "failed to get storage pool capabilities",
                        () -> call.connection().storage().capabilities())));
    }
}
