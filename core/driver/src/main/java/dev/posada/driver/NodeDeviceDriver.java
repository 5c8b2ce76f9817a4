package dev.posada.driver;

import dev.posada.model.Element;
import dev.posada.model.NodeDevice;
import java.util.List;
import java.util.Optional;

/**
 * Tells the engine what devices a host has, and takes them from the host's drivers and gives them back.
 *
 * <p>All methods may be called from any thread; the engine never has two changing calls under way. Whatever fails is a
 * {@link dev.posada.model.PosadaException} with libvirt's code and one line that names the device.
 */
public interface NodeDeviceDriver extends AutoCloseable {
    /** All devices as they are now, in the order of their names. */
    List<NodeDevice> devices();

    /**
     * Takes a device from its driver, so that a guest can have it.
     *
     * @param driver the driver that is to have it instead, {@code vfio} when none is given
     * @throws dev.posada.model.PosadaException {@code ARGUMENT_UNSUPPORTED} when the host cannot give devices away
     */
    void detach(NodeDevice device, Optional<String> driver);

    /** Gives a device back to the driver it would have. */
    void reattach(NodeDevice device);

    /** Puts a device into the state it has after power on. */
    void reset(NodeDevice device);

    /**
     * Makes a device, as part of another.
     *
     * @param device the {@code device} element
     * @return its name
     */
    String create(Element device);

    /** Takes away a device that was made. */
    void destroy(NodeDevice device);

    /** Lets go of everything; devices stay as they are. */
    @Override
    void close();
}
