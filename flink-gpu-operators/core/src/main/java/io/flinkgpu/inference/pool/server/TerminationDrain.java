package io.flinkgpu.inference.pool.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains the server when the process is asked to end, before anything else learns of it.
 *
 * <p>Flink 2.3's {@code JvmShutdownSafeguard} halts the JVM five seconds after its shutdown began,
 * which is too short for a drain in a shutdown hook. So this stands in front of the handler of
 * {@code SIGTERM} that Flink's {@code SignalHandler} has registered, and calls it after the drain.
 * {@code sun.misc.Signal} is the only way to do so and is reached by reflection. A second signal
 * during the drain goes to that handler at once.
 */
@Internal
public final class TerminationDrain {

    private static final Logger LOG = LoggerFactory.getLogger(TerminationDrain.class);
    private static final String SIGNAL = "TERM";

    private static final AtomicReference<ReplicaServer> SERVER = new AtomicReference<>();
    private static boolean installed;

    private TerminationDrain() {}

    /** Drains this server on {@code SIGTERM}; installs the handler once, the last server counts. */
    public static synchronized void install(ReplicaServer server) {
        SERVER.set(server);
        if (installed) {
            return;
        }
        try {
            handle();
            installed = true;
        } catch (ReflectiveOperationException | RuntimeException unsupported) {
            LOG.warn(
                    "Replicas do not drain on SIGTERM: this JVM gives no access to signals.",
                    unsupported);
        }
    }

    private static void handle() throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Interception interception = new Interception(handlerType.getMethod("handle", signalType));
        Object handler =
                Proxy.newProxyInstance(
                        TerminationDrain.class.getClassLoader(),
                        new Class<?>[] {handlerType},
                        interception);
        Object signal = signalType.getConstructor(String.class).newInstance(SIGNAL);
        interception.previous.complete(
                signalType
                        .getMethod("handle", signalType, handlerType)
                        .invoke(null, signal, handler));
    }

    private static void drain() {
        ReplicaServer server = SERVER.getAndSet(null);
        if (server == null) {
            return;
        }
        LOG.info("The process was asked to end: its replicas drain.");
        try {
            server.drain().join();
        } catch (RuntimeException failure) {
            LOG.error("Cannot drain replicas before the process ends.", failure);
        }
    }

    /** Stands in for a {@code sun.misc.SignalHandler}; the JVM calls it in a thread of its own. */
    private static final class Interception implements InvocationHandler {
        private final Method handle;
        private final CompletableFuture<Object> previous = new CompletableFuture<>();

        private Interception(Method handle) {
            this.handle = handle;
        }

        @Override
        @Nullable
        public Object invoke(Object proxy, Method method, @Nullable Object[] arguments)
                throws Throwable {
            return switch (method.getName()) {
                case "handle" -> {
                    drain();
                    yield handle.invoke(previous.join(), arguments);
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "drain on SIG" + SIGNAL;
            };
        }
    }
}
