package io.flinkgpu.connectors.tar;

import java.net.URI;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.awaitility.Awaitility;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server of the S3 API with one bucket in memory, which Flink's scheme {@code s3} leads to. */
final class TestingS3Server implements BeforeAllCallback, AfterAllCallback {

    static final String BUCKET = "bucket";

    private static final String NO_CREDENTIAL = "none";

    private BlobStoreContext context;
    private S3Proxy server;

    @Override
    public void beforeAll(ExtensionContext extension) throws Exception {
        context =
                ContextBuilder.newBuilder(new TransientApiMetadata())
                        .credentials(NO_CREDENTIAL, NO_CREDENTIAL)
                        .buildView(BlobStoreContext.class);
        context.getBlobStore().createContainerInLocation(null, BUCKET);
        server =
                S3Proxy.builder()
                        .blobStore(context.getBlobStore())
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .ignoreUnknownHeaders(true)
                        .build();
        server.start();
        Awaitility.await().until(() -> server.getState().equals("STARTED"));
        FileSystem.initialize(configuration(), null);
    }

    @Override
    public void afterAll(ExtensionContext extension) throws Exception {
        FileSystem.initialize(new Configuration(), null);
        server.stop();
        context.close();
    }

    /** Where the bucket is, for Flink's file system. */
    Configuration configuration() {
        Configuration config = new Configuration();
        config.setString("s3.endpoint", "http://127.0.0.1:" + server.getPort());
        config.setString("s3.path-style-access", "true");
        config.setString("s3.region", "us-east-1");
        config.setString("s3.access-key", NO_CREDENTIAL);
        config.setString("s3.secret-key", NO_CREDENTIAL);
        return config;
    }

    void put(String key, byte[] content) {
        BlobStore store = context.getBlobStore();
        store.putBlob(
                BUCKET,
                store.blobBuilder(key).payload(content).contentLength(content.length).build());
    }

    void delete(String key) {
        context.getBlobStore().removeBlob(BUCKET, key);
    }
}
