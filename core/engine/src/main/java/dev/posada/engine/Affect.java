package dev.posada.engine;

/**
 * What a change concerns: the running instance, the stored definition, or both.
 *
 * @param live the instance
 * @param config the stored definition
 */
record Affect(boolean live, boolean config) {
    /**
     * Reads {@code virDomainModificationImpact}; 0 means the instance if there is one and the definition otherwise.
     *
     * @throws dev.posada.model.PosadaException {@code OPERATION_INVALID} when there is no such thing
     */
    static Affect of(int flags, DomainView view, Hypervisor hypervisor) {
        boolean live = Flags.has(flags, Flags.AFFECT_LIVE);
        boolean config = Flags.has(flags, Flags.AFFECT_CONFIG);
        if (!live && !config) {
            live = view.active();
            config = !live;
        }
        if (live && !view.active()) {
            throw hypervisor.invalid("domain is not running");
        }
        if (config && !view.persistent()) {
            throw hypervisor.invalid("transient domains do not have any persistent config");
        }
        return new Affect(live, config);
    }
}
