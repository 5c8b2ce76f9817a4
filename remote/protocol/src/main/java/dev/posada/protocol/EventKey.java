package dev.posada.protocol;

/**
 * Which event of which class of objects an event procedure carries.
 *
 * @param objectClass the objects it is about; each class numbers its events from 0
 * @param id the number clients subscribe by
 * @param withCallbackId whether the payload begins with the number of the subscription; events that came before
 *     numbered subscriptions exist in both forms
 */
public record EventKey(ObjectClass objectClass, int id, boolean withCallbackId) {

    /** The classes of objects that have events. */
    public enum ObjectClass {
        DOMAIN,
        NETWORK,
        STORAGE_POOL,
        NODE_DEVICE,
        SECRET
    }
}
