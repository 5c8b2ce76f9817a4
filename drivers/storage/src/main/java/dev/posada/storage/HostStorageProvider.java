package dev.posada.storage;

import dev.posada.driver.DriverContext;
import dev.posada.driver.StorageDriver;
import dev.posada.driver.StorageProvider;

/** Makes the driver of the host's storage. */
public final class HostStorageProvider implements StorageProvider {
    @Override
    public StorageDriver open(DriverContext context) {
        return new HostStorage();
    }
}
