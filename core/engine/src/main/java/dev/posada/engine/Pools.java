package dev.posada.engine;

import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PoolInfo;
import dev.posada.model.PoolState;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.PoolXml;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The storage pools of a connection. Flags and errors are libvirt's. */
public final class Pools {
    private final PoolHost host;
    private final Access access;
    private final PoolLife life;

    Pools(PoolHost host, Access access) {
        this.host = host;
        this.access = access;
        this.life = new PoolLife(host);
    }

    /** The pools that pass every group of {@code virConnectListAllStoragePoolsFlags}; 0 means all. */
    public List<PoolIdentity> list(int flags) {
        var api = "virConnectListAllStoragePools";
        access.query(api);
        host.checkFlags(flags, PoolFlags.LIST_ALL, api);
        var filter = new PoolFilter(flags);
        var listed = new ArrayList<PoolIdentity>();
        for (var pool : host.registry().all()) {
            var view = pool.view();
            if (filter.admits(view)) {
                listed.add(view.identity());
            }
        }
        return listed;
    }

    /** The pool of this name; {@code NO_STORAGE_POOL} when there is none. */
    public PoolIdentity byName(String name) {
        access.query("virStoragePoolLookupByName");
        return host.pool(name).view().identity();
    }

    /** The pool of this uuid; {@code NO_STORAGE_POOL} when there is none. */
    public PoolIdentity byUuid(UUID uuid) {
        return look(uuid, "virStoragePoolLookupByUUID").identity();
    }

    /** The started pool whose volumes are in a folder; {@code NO_STORAGE_POOL} when there is none. */
    public PoolIdentity byTargetPath(String path) {
        access.query("virStoragePoolLookupByTargetPath");
        for (var pool : host.registry().all()) {
            var view = pool.view();
            if (view.there() && view.active() && view.definition().targetPath().equals(path)) {
                return view.identity();
            }
        }
        throw host.noPool("no storage pool with matching target path '" + path + "'");
    }

    /** State and sizes ({@code virStoragePoolGetInfo}). */
    public PoolInfo info(UUID pool) {
        return look(pool, "virStoragePoolGetInfo")
                .live()
                .map(live -> new PoolInfo(
                        PoolState.RUNNING,
                        live.figures().capacityBytes(),
                        live.figures().allocationBytes(),
                        live.figures().availableBytes()))
                .orElse(new PoolInfo(PoolState.INACTIVE, 0, 0, 0));
    }

    /** The definition with the pool's figures, as text; flags are {@code virStorageXMLFlags}. */
    public String xml(UUID pool, int flags) {
        var api = "virStoragePoolGetXMLDesc";
        var view = look(pool, api);
        host.checkFlags(flags, PoolFlags.XML_INACTIVE, api);
        var definition = Flags.has(flags, PoolFlags.XML_INACTIVE)
                ? view.config().orElseGet(view::definition)
                : view.definition();
        var figures = view.live().map(StartedPool::figures);
        // What is kept is told as it is kept; what was found belongs to what is started.
        boolean started = !Flags.has(flags, PoolFlags.XML_INACTIVE);
        var sourced = figures.filter(_ -> started)
                .flatMap(known -> known.source())
                .map(definition::withChild)
                .orElse(definition);
        var told = PoolXml.withFigures(
                figures.flatMap(known -> known.permissions())
                        .map(permissions -> withPermissions(sourced, permissions))
                        .orElse(sourced),
                figures.map(known -> known.capacityBytes()).orElse(0L),
                figures.map(known -> known.allocationBytes()).orElse(0L),
                figures.map(known -> known.availableBytes()).orElse(0L));
        return PoolXml.format(told);
    }

    private static PoolDefinition withPermissions(PoolDefinition definition, Element permissions) {
        var target = definition.root().child("target").orElse(Element.of("target"));
        return definition.withChild(target.withChild(permissions));
    }

    /** Whether it is started. */
    public boolean isActive(UUID pool) {
        return look(pool, "virStoragePoolIsActive").active();
    }

    /** Whether there is a stored definition. */
    public boolean isPersistent(UUID pool) {
        return look(pool, "virStoragePoolIsPersistent").persistent();
    }

    /** Whether it starts with the host. */
    public boolean autostart(UUID pool) {
        return look(pool, "virStoragePoolGetAutostart").autostart();
    }

    /** Says whether it starts with the host; only a persistent one can. */
    public void setAutostart(UUID pool, boolean autostart) {
        var api = "virStoragePoolSetAutostart";
        access.change(api);
        life.autostart(host.pool(pool), autostart, api);
    }

    /** Stores a definition; on disk when this returns. Flags are {@code virStoragePoolDefineFlags}. */
    public PoolIdentity define(String xml, int flags) {
        var api = "virStoragePoolDefineXML";
        access.change(api);
        host.checkFlags(flags, PoolFlags.DEFINE_VALIDATE, api);
        return life.define(read(xml, Flags.has(flags, PoolFlags.DEFINE_VALIDATE)), api);
    }

    /** Starts a pool that is defined nowhere; flags are {@code virStoragePoolCreateFlags}. */
    public PoolIdentity create(String xml, int flags) {
        var api = "virStoragePoolCreateXML";
        access.change(api);
        var build = buildOptions(flags, PoolFlags.CREATE_VALIDATE, api);
        return life.create(read(xml, Flags.has(flags, PoolFlags.CREATE_VALIDATE)), build, api);
    }

    /** Starts a defined pool; flags are {@code virStoragePoolCreateFlags}. */
    public void start(UUID pool, int flags) {
        var api = "virStoragePoolCreate";
        access.change(api);
        life.start(host.pool(pool), buildOptions(flags, 0, api), api);
    }

    private Optional<Set<BuildOption>> buildOptions(int flags, int others, String api) {
        host.checkFlags(
                flags,
                PoolFlags.CREATE_WITH_BUILD
                        | PoolFlags.CREATE_WITH_BUILD_OVERWRITE
                        | PoolFlags.CREATE_WITH_BUILD_NO_OVERWRITE
                        | others,
                api);
        var options = options(
                Flags.has(flags, PoolFlags.CREATE_WITH_BUILD_OVERWRITE),
                Flags.has(flags, PoolFlags.CREATE_WITH_BUILD_NO_OVERWRITE));
        return Flags.has(flags, PoolFlags.CREATE_WITH_BUILD) || !options.isEmpty()
                ? Optional.of(options)
                : Optional.empty();
    }

    private Set<BuildOption> options(boolean overwrite, boolean noOverwrite) {
        if (overwrite && noOverwrite) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG,
                    host.driver().origin(),
                    "Flags 'VIR_STORAGE_POOL_BUILD_OVERWRITE' and 'VIR_STORAGE_POOL_BUILD_NO_OVERWRITE' are mutually"
                            + " exclusive");
        }
        var options = EnumSet.noneOf(BuildOption.class);
        if (overwrite) {
            options.add(BuildOption.OVERWRITE);
        }
        if (noOverwrite) {
            options.add(BuildOption.NO_OVERWRITE);
        }
        return options;
    }

    /** Makes what a pool needs to be started; flags are {@code virStoragePoolBuildFlags}. */
    public void build(UUID pool, int flags) {
        var api = "virStoragePoolBuild";
        access.change(api);
        // Libvirt knows flags to repair and to resize, and has no pool that does.
        host.checkFlags(flags, PoolFlags.BUILD_NO_OVERWRITE | PoolFlags.BUILD_OVERWRITE, api);
        life.build(
                host.pool(pool),
                options(Flags.has(flags, PoolFlags.BUILD_OVERWRITE), Flags.has(flags, PoolFlags.BUILD_NO_OVERWRITE)),
                api);
    }

    /** Stops a pool; what it holds stays. */
    public void destroy(UUID pool) {
        var api = "virStoragePoolDestroy";
        access.change(api);
        life.stop(host.pool(pool), api);
    }

    /** Takes away what building made; flags are {@code virStoragePoolDeleteFlags}. */
    public void delete(UUID pool, int flags) {
        var api = "virStoragePoolDelete";
        access.change(api);
        host.checkFlags(flags, PoolFlags.DELETE_ZEROED, api);
        life.delete(host.pool(pool), Flags.has(flags, PoolFlags.DELETE_ZEROED), api);
    }

    /** Forgets the definition of a pool that is not started. */
    public void undefine(UUID pool) {
        var api = "virStoragePoolUndefine";
        access.change(api);
        life.undefine(host.pool(pool), api);
    }

    /** Looks again at what a pool holds; {@code flags} must be 0. */
    public void refresh(UUID pool, int flags) {
        var api = "virStoragePoolRefresh";
        access.change(api);
        host.checkFlags(flags, 0, api);
        life.refresh(host.pool(pool), api);
    }

    /** The document of the kinds of pools there are; {@code flags} must be 0. */
    public String capabilities(int flags) {
        var api = "virConnectGetStoragePoolCapabilities";
        access.query(api);
        host.checkFlags(flags, 0, api);
        return Documents.format(host.driver().capabilities());
    }

    /**
     * Looks for sources of a kind of pool.
     *
     * @param type the kind
     * @param where a {@code source} element; empty for this host
     * @param flags must be 0
     */
    public String sources(String type, String where, int flags) {
        var api = "virConnectFindStoragePoolSources";
        access.change(api);
        host.checkFlags(flags, 0, api);
        return Documents.format(host.driver()
                .sources(type, where.isEmpty() ? Optional.empty() : Optional.of(PoolXml.source(where, type))));
    }

    private PoolDefinition read(String xml, boolean strict) {
        return host.driver().complete(PoolXml.parse(xml, strict));
    }

    private KeptView<PoolIdentity, PoolDefinition, StartedPool> look(UUID pool, String api) {
        access.query(api);
        return host.pool(pool).view();
    }
}
