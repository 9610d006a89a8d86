package io.flinkgpu.connectors.image;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.PrivilegedAction;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.security.auth.Subject;

/**
 * Makes readers by the names of their classes, so that neither the plugins of a JVM nor their order
 * decide what reads an image.
 *
 * <p>ImageIO's registry is one for the whole JVM and takes in what the class loader of the thread
 * that makes it offers, and remembers the code on its stack (ServiceRegistry's access control
 * contexts, up to JDK 23). A thread of a job would leave the job's class loader in it for ever.
 */
final class ImageReaders {

    private static final IIORegistry REGISTRY = platformRegistry();

    private ImageReaders() {}

    /** A new reader; not thread-safe, the caller disposes it. */
    static ImageReader create(ImageFormat format) throws IOException {
        return provider(format).createReaderInstance();
    }

    private static ImageReaderSpi provider(ImageFormat format) {
        return switch (format) {
            case JPEG -> ofJdk("jpeg.JPEGImageReaderSpi");
            case PNG -> ofJdk("png.PNGImageReaderSpi");
            case GIF -> ofJdk("gif.GIFImageReaderSpi");
            case BMP -> ofJdk("bmp.BMPImageReaderSpi");
            case TIFF -> new TIFFImageReaderSpi();
            case WEBP -> new WebPImageReaderSpi();
        };
    }

    private static ImageReaderSpi ofJdk(String name) {
        String className = "com.sun.imageio.plugins." + name;
        Iterator<ImageReaderSpi> providers =
                REGISTRY.getServiceProviders(
                        ImageReaderSpi.class,
                        provider -> provider.getClass().getName().equals(className),
                        false);
        if (!providers.hasNext()) {
            throw new IllegalStateException(
                    "Cannot decode images: this Java runtime has no %s. Run with a JDK that has the module java.desktop."
                            .formatted(className));
        }
        return providers.next();
    }

    /** Makes the registry with nothing of a job on the part of the stack that it remembers. */
    // Deprecated with the security manager; later JDKs remember no stack, and run the action alike.
    @SuppressWarnings("removal")
    private static IIORegistry platformRegistry() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            MethodHandle instance =
                    MethodHandles.publicLookup()
                            .findStatic(
                                    IIORegistry.class,
                                    "getDefaultInstance",
                                    MethodType.methodType(IIORegistry.class));
            PrivilegedAction<?> action =
                    MethodHandleProxies.asInterfaceInstance(PrivilegedAction.class, instance);
            return (IIORegistry) Subject.doAsPrivileged(null, action, null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot find ImageIO's registry.", e);
        } finally {
            thread.setContextClassLoader(loader);
        }
    }
}
