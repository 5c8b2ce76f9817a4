package dev.posada.filter;

import dev.posada.driver.DriverContext;
import dev.posada.driver.FilterDriver;
import dev.posada.driver.FilterProvider;

/** Makes the driver of this host's packet filters. */
public final class NftFilterProvider implements FilterProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public NftFilterProvider() {}

    @Override
    public FilterDriver open(DriverContext context) {
        return new NftFilters(context.privileged());
    }
}
