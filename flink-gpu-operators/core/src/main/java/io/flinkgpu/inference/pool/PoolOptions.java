package io.flinkgpu.inference.pool;

import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of pools: {@code inference.pool.*} of the pipelines that use one, {@code
 * pool.server.*} of the task managers that serve it, and {@code pool.tls.*}, {@code
 * pool.token-file} and {@code pool.security} of both.
 */
@PublicEvolving
public final class PoolOptions {

    /** Where {@link #ADDRESSES} are looked up that are not configured. */
    public static final String ADDRESS_ENVIRONMENT_VARIABLE = "FLINK_GPU_POOL";

    public static final ConfigOption<List<String>> ADDRESSES =
            ConfigOptions.key("inference.pool.addresses")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "The pools that answer in mode separated, such as"
                                    + " flink://jobmanager:8081/digits,"
                                    + " static://gpu-1:9000,gpu-2:9000 or"
                                    + " dns://replicas.example.org:9000, separated by semicolons;"
                                    + " ?weight=N shares rows out among several. Without it the"
                                    + " environment variable FLINK_GPU_POOL is read.");

    public static final ConfigOption<Integer> MAX_IN_FLIGHT_BATCHES =
            ConfigOptions.key("inference.pool.max-in-flight-batches")
                    .intType()
                    .defaultValue(2)
                    .withDescription(
                            "Most batches that a task manager has in flight on one replica; merged"
                                    + " ones count as one. Raising it hides longer round trips and"
                                    + " makes a lost replica cost more repeated work.");

    public static final ConfigOption<Integer> MAX_MERGED_ROWS =
            ConfigOptions.key("inference.pool.max-merged-rows")
                    .intType()
                    .defaultValue(512)
                    .withDescription(
                            "Most rows of one request that takes several batches of a task manager"
                                    + " along, which wait because no replica has a free place for"
                                    + " them; 0 sends each batch alone. Raising it saves requests"
                                    + " and makes a lost replica cost more repeated work. Batches"
                                    + " with a deadline go alone, as all do with the result cache.");

    public static final ConfigOption<Duration> ATTEMPT_TIMEOUT =
            ConfigOptions.key("inference.pool.attempt-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long a replica may take for a batch before it is sent to another."
                                    + " Raising it tolerates slower models and finds stuck replicas"
                                    + " later.");

    public static final ConfigOption<Duration> CONNECT_TIMEOUT =
            ConfigOptions.key("inference.pool.connect-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "How long connecting to a replica may take. Raising it tolerates slower"
                                    + " networks and finds vanished machines later.");

    public static final ConfigOption<Duration> KEEP_ALIVE =
            ConfigOptions.key("inference.pool.keep-alive")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "How often a quiet connection with batches in flight is probed. Raising"
                                    + " it saves packets and finds vanished machines later.");

    public static final ConfigOption<Duration> DISCOVERY_INTERVAL =
            ConfigOptions.key("inference.pool.discovery-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription(
                            "How long the job's coordinator waits between two looks at a pool whose"
                                    + " registry cannot be reached, or that has none. Raising it"
                                    + " saves requests and finds new replicas later.");

    public static final ConfigOption<Duration> MEMBER_RETENTION =
            ConfigOptions.key("inference.pool.member-retention")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long a replica is kept that a restarted registry has not named"
                                    + " again. Raising it bridges longer restarts of the pool's job"
                                    + " and tries vanished replicas longer.");

    public static final ConfigOption<Boolean> RESULT_CACHE =
            ConfigOptions.key("inference.pool.result-cache")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether replicas may answer a batch that they have just answered from"
                                    + " memory, as after a restore of the pipeline. Right for"
                                    + " models that answer the same input in the same way.");

    public static final ConfigOption<String> SERVER_HOST =
            ConfigOptions.key("pool.server.host")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The host name that a replica gives to clients; without it the task"
                                    + " manager's, or localhost while the server is unprotected.");

    public static final ConfigOption<Integer> SERVER_PORT =
            ConfigOptions.key("pool.server.port")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "The port of a task manager's replica server, gRPC and HTTP alike; 0"
                                    + " takes a free one.");

    public static final ConfigOption<Duration> SERVER_LINGER =
            ConfigOptions.key("pool.server.linger")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(2))
                    .withDescription(
                            "How long a replica goes on serving after its pool subtask has gone."
                                    + " Raising it bridges longer restarts of the pool's job and"
                                    + " gives devices back later.");

    public static final ConfigOption<Duration> SERVER_DRAIN_TIMEOUT =
            ConfigOptions.key("pool.server.drain-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(20))
                    .withDescription(
                            "How long a replica that ends may take to finish what it has. Raising"
                                    + " it repeats less work elsewhere and ends later.");

    public static final ConfigOption<Integer> SERVER_MAX_WAITING_ROWS =
            ConfigOptions.key("pool.server.max-waiting-rows")
                    .intType()
                    .defaultValue(1024)
                    .withDescription(
                            "Most rows that wait for a model on a replica; further requests are"
                                    + " pushed back. Raising it takes more memory and lets rows"
                                    + " wait longer on one replica.");

    public static final ConfigOption<MemorySize> SERVER_MAX_MESSAGE_SIZE =
            ConfigOptions.key("pool.server.max-message-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(320))
                    .withDescription(
                            "Largest request or response, on both sides. Raising it allows larger"
                                    + " batches and lets one client take more memory.");

    public static final ConfigOption<Long> SERVER_MAX_TENSOR_ELEMENTS =
            ConfigOptions.key("pool.server.max-tensor-elements")
                    .longType()
                    .defaultValue(1L << 29)
                    .withDescription(
                            "Most elements of a tensor in a request. Raising it allows larger"
                                    + " batches of small elements.");

    public static final ConfigOption<MemorySize> SERVER_MAX_STRING_SIZE =
            ConfigOptions.key("pool.server.max-string-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(16))
                    .withDescription(
                            "Longest byte string of a request's tensor. Raising it allows larger"
                                    + " documents or encoded images.");

    public static final ConfigOption<MemorySize> SERVER_MAX_HEADER_SIZE =
            ConfigOptions.key("pool.server.max-header-size")
                    .memoryType()
                    .defaultValue(new MemorySize(16 << 10))
                    .withDescription(
                            "Largest block of headers of a request, and the longest first line of"
                                    + " one. Raising it allows longer tokens.");

    public static final ConfigOption<MemorySize> SERVER_RESULT_CACHE_SIZE =
            ConfigOptions.key("pool.server.result-cache-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Memory for recent answers to clients that allow to reuse them; 0 turns"
                                    + " it off. Raising it answers repeats after longer restarts.");

    public static final ConfigOption<Duration> SERVER_RESULT_CACHE_TIME =
            ConfigOptions.key("pool.server.result-cache-time")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long an answer may be reused. Raising it covers longer restores of"
                                    + " pipelines.");

    public static final ConfigOption<Duration> SERVER_HEALTH_INTERVAL =
            ConfigOptions.key("pool.server.health-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "How long a model is idle before its health is checked with a run of one"
                                    + " row. Raising it disturbs idle devices less and finds broken"
                                    + " ones later.");

    public static final ConfigOption<Duration> SERVER_MAX_RUN_TIME =
            ConfigOptions.key("pool.server.max-run-time")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(20))
                    .withDescription(
                            "Age of a run at which it counts as stuck: its device is given up, and"
                                    + " its replica starts anew. Raising it tolerates slower models"
                                    + " and finds stuck devices later. With"
                                    + " inference.pool.spill-back-time it has to stay below"
                                    + " inference.pool.attempt-timeout, or clients do not hear"
                                    + " which rows the device was lost with.");

    public static final ConfigOption<Duration> SERVER_LOAD_TIMEOUT =
            ConfigOptions.key("pool.server.load-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long loading a model may take before its replica fails. Raising it"
                                    + " tolerates larger models and slower disks.");

    public static final ConfigOption<Duration> REPORT_INTERVAL =
            ConfigOptions.key("pool.report-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription(
                            "How often a replica reports state and load to the pool's registry."
                                    + " Raising it spares the job manager of a large pool.");

    public static final ConfigOption<String> SECURITY =
            ConfigOptions.key("pool.security")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "'none' lets unprotected servers listen on all interfaces. Without it,"
                                    + " a server with neither certificate nor token listens on the"
                                    + " loopback interface alone.");

    public static final ConfigOption<Boolean> TLS_ENABLED =
            ConfigOptions.key("pool.tls.enabled")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription(
                            "Whether clients speak TLS; without it they do if a certificate or"
                                    + " trusted certificates are set.");

    public static final ConfigOption<String> TLS_CERTIFICATE_FILE =
            ConfigOptions.key("pool.tls.certificate-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Own certificate chain (PEM): of a server, or of a client for mutual"
                                    + " TLS.");

    public static final ConfigOption<String> TLS_PRIVATE_KEY_FILE =
            ConfigOptions.key("pool.tls.private-key-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Private key (PEM, PKCS#8) of the own certificate.");

    public static final ConfigOption<String> TLS_TRUSTED_CERTIFICATES_FILE =
            ConfigOptions.key("pool.tls.trusted-certificates-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Certificates (PEM) of those whom to trust: a client's servers, a"
                                    + " server's clients. Without it clients use the JVM's.");

    public static final ConfigOption<Boolean> TLS_CLIENT_AUTHENTICATION =
            ConfigOptions.key("pool.tls.client-authentication")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether servers refuse clients without a trusted certificate (mutual"
                                    + " TLS).");

    public static final ConfigOption<String> TOKEN_FILE =
            ConfigOptions.key("pool.token-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File with the bearer token that clients send and servers ask for; read"
                                    + " at start. Use it together with TLS: it travels as it is.");

    private PoolOptions() {}
}
