// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.event.Events;
import dev.weft.api.facade.Functions;
import dev.weft.app.account.Stores;
import dev.weft.app.home.Home;
import dev.weft.app.keys.AuditTrail;
import dev.weft.app.keys.KeyRing;
import dev.weft.app.keys.Seal;
import dev.weft.gateway.facade.FacadeRooms;
import dev.weft.gateway.facade.Performances;
import dev.weft.store.Store;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may use façades, and where it is written down who did: keys and audit trail of this user's store. */
public final class FacadeAccess implements AutoCloseable {
    private final Store store;
    private final KeyRing keys;
    private final AuditTrail audit;

    private FacadeAccess(Store store, KeyRing keys, AuditTrail audit) {
        this.store = store;
        this.keys = keys;
        this.audit = audit;
    }

    /** Of the store that {@code environment} names, else the one in {@code home}. */
    public static FacadeAccess open(Map<String, String> environment, Home home) {
        Store store = Stores.open(environment, home);
        try {
            KeyRing keys = new KeyRing(store.accessKeys(), Seal.of(environment, home));
            return new FacadeAccess(store, keys, new AuditTrail(store.audit(), keys));
        } catch (RuntimeException unusable) {
            store.close();
            throw unusable;
        }
    }

    /** The same, once somebody asks for it. */
    public static Late late(Map<String, String> environment, Home home) {
        return new Late(environment, home);
    }

    /** One that is opened when the first façade listens. */
    public static final class Late implements AutoCloseable {
        private final Map<String, String> environment;
        private final Home home;
        private @Nullable FacadeAccess access;

        private Late(Map<String, String> environment, Home home) {
            this.environment = environment;
            this.home = home;
        }

        /** Opens it where it is not open. */
        public synchronized FacadeAccess opened() {
            FacadeAccess known = access;
            FacadeAccess now = known == null ? open(environment, home) : known;
            access = now;
            return now;
        }

        @Override
        public synchronized void close() {
            if (access != null) {
                access.close();
            }
        }
    }

    /** What façades work with. */
    public FacadeRooms rooms(Functions functions, Events events, Performances performances) {
        return new FacadeRooms(keys, functions, audit, events, performances);
    }

    /** What waits to be written is written first. */
    @Override
    public void close() {
        audit.close();
        keys.close();
        store.close();
    }
}
