package io.flinkgpu.connectors.image;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.flinkgpu.connectors.file.FileContent;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** A Java process of its own, for what depends on the heap or on the first use of ImageIO. */
final class DecoderProcess {

    private static final int SIDE = 4000;

    private DecoderProcess() {}

    /**
     * Runs one of the tasks below.
     *
     * @return what it printed
     */
    static String run(String task, String... javaOptions) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of(javaOptions));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(DecoderProcess.class.getName());
        command.add(task);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(60, SECONDS);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "large" -> decodeLargeAndSmall();
            case "loaders" -> decodeUnderAJobsLoader();
            default -> throw new IllegalArgumentException("Invalid task: " + args[0] + ".");
        }
    }

    /** Prints what becomes of images that do not fit the heap, and of a small one behind each. */
    private static void decodeLargeAndSmall() throws Exception {
        byte[] small = TestImages.jpeg(28, 28);
        try (ImageDecoder decoder = new ImageDecoder(ImageDecoding.of(28, 28, 1))) {
            DecodedImage expected = decoder.decode(FileContent.of("small", small));
            for (String name : List.of("jpeg", "progressive", "png", "tif", "webp")) {
                try {
                    decoder.decode(FileContent.of(name, large(name)));
                    System.out.println(name + ": decoded");
                } catch (BadImageException e) {
                    System.out.println(name + ": " + e.reason());
                }
                DecodedImage again = decoder.decode(FileContent.of("small", small));
                System.out.println("then: " + (again.equals(expected) ? "decoded" : "wrong"));
            }
        }
    }

    private static byte[] large(String name) throws IOException {
        return switch (name) {
            case "jpeg" -> TestImages.jpegWithHeaderSize(SIDE, SIDE);
            case "progressive" ->
                    TestImages.withFrameSize(TestImages.progressiveJpeg(16, 16), SIDE, SIDE);
            case "png" -> TestImages.pngWithHeaderSize(SIDE, SIDE);
            case "tif" -> TestImages.resource("huge.tif");
            default -> TestImages.resource("huge.webp");
        };
    }

    /** Decodes as a job does that brings the jars, and looks for what still holds its loader. */
    private static void decodeUnderAJobsLoader() throws Exception {
        URL[] urls =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(DecoderProcess::url)
                        .toArray(URL[]::new);
        JobLoader loader = new JobLoader(urls);
        WeakReference<ClassLoader> reference = new WeakReference<>(loader);
        Thread thread = new Thread(() -> decodeAll(reference.get()), "task");
        thread.setContextClassLoader(loader);
        thread.start();
        thread.join();
        thread = null;
        loader.close();
        loader = null;
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        providers.forEachRemaining(
                provider -> System.out.println("provider: " + provider.getClass().getName()));
        for (int i = 0; i < 20 && reference.get() != null; i++) {
            System.gc();
            Thread.onSpinWait();
        }
        System.out.println("loader: " + (reference.get() == null ? "unloaded" : "held"));
    }

    private static void decodeAll(ClassLoader loader) {
        try {
            loader.loadClass(AllFormats.class.getName()).getMethod("decode").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loads the decoder and its readers itself, and leaves the rest to its parent. */
    private static final class JobLoader extends URLClassLoader {

        JobLoader(URL[] urls) {
            super(urls, DecoderProcess.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean isOwn =
                    name.startsWith("io.flinkgpu.connectors.image.")
                            || name.startsWith("com.twelvemonkeys.");
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = isOwn ? findLoadedClass(name) : super.loadClass(name, resolve);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    /** Loaded by the job's loader. */
    public static final class AllFormats {

        private AllFormats() {}

        /** Decodes an image of each format, and refuses a damaged one. */
        public static void decode() throws Exception {
            try (ImageDecoder decoder = new ImageDecoder(ImageDecoding.of(16, 24, 3))) {
                for (String name :
                        List.of(
                                "no-jfif.jpg",
                                "cmyk-adobe.jpg",
                                "lossy-alpha.webp",
                                "profile.webp",
                                "first.gif",
                                "lzw.tif",
                                "jpeg.tif",
                                "rgb.bmp")) {
                    decoder.decode(FileContent.of(name, TestImages.resource(name)));
                    System.out.println("decoded: " + name);
                }
                byte[] png = TestImages.pngWithHeaderSize(24, 16);
                try {
                    decoder.decode(FileContent.of("png", png));
                } catch (BadImageException e) {
                    System.out.println("refused: " + e.getMessage());
                }
            }
        }
    }
}
