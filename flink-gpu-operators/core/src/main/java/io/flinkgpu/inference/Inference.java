package io.flinkgpu.inference;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.BlocklistConfig;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.operator.ErrorHandling;
import io.flinkgpu.inference.operator.FailureText;
import io.flinkgpu.inference.operator.InferenceOperatorFactory;
import io.flinkgpu.inference.operator.InferenceSpec;
import io.flinkgpu.inference.operator.ModelClientProvider;
import io.flinkgpu.inference.operator.ReuseSpec;
import io.flinkgpu.inference.operator.RowContent;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.reuse.ReuseConfig;
import io.flinkgpu.resources.StageProfile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.TypeExtractor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;
import org.apache.flink.streaming.runtime.partitioner.ShufflePartitioner;
import org.apache.flink.streaming.runtime.partitioner.StreamPartitioner;
import org.apache.flink.util.OutputTag;

/**
 * Adds model inference to a stream.
 *
 * <pre>{@code
 * SingleOutputStreamOperator<Label> labels =
 *         Inference.on(images)
 *                 .model(ModelRef.savedModel("/models/digits"))
 *                 .encode((image, row) -> row.floats(image.pixels()))
 *                 .decode((image, answer) -> new Label(image.path(), answer.floats("scores")))
 *                 .profile(StageProfile.named("inference").cpuCores(1).gpus(0.5)....build())
 *                 .batch(Batching.ofSize(64).maxDelay(Duration.ofMillis(10)))
 *                 .outputMode(OutputMode.UNORDERED)
 *                 .apply("classify");
 * }</pre>
 *
 * <p>What is not set here is taken from the job's configuration ({@link InferenceOptions}). Not
 * thread-safe.
 *
 * @param <IN> the rows
 * @param <OUT> what the decoder makes of them
 */
@PublicEvolving
public final class Inference<IN, OUT> {

    private final DataStream<IN> stream;
    private final Configuration options = new Configuration();
    @Nullable private ModelRef model;
    @Nullable private TensorEncoder<IN> encoder;
    @Nullable private TensorDecoder<IN, OUT> decoder;
    @Nullable private StageProfile profile;
    @Nullable private RowWeigher<IN> weigher;
    @Nullable private OutputTag<DeadLetter<IN>> deadLetters;
    @Nullable private ModelClientProvider clients;
    @Nullable private ReuseKey<IN> reuseKey;
    private final Map<ErrorClass, ErrorAction> actionsByClass = new EnumMap<>(ErrorClass.class);
    @Nullable private DefaultValue<IN, OUT> defaults;
    private long maxBatchWeight;

    private Inference(DataStream<IN> stream) {
        this.stream = stream;
    }

    /** Starts the inference of a stream's rows. */
    public static <IN> Inference<IN, ?> on(DataStream<IN> stream) {
        return new Inference<>(stream);
    }

    /** The model to run. */
    public Inference<IN, OUT> model(ModelRef ref) {
        model = ref;
        return this;
    }

    /** How a row becomes the model's inputs. */
    public Inference<IN, OUT> encode(TensorEncoder<IN> rowEncoder) {
        encoder = rowEncoder;
        return this;
    }

    /** What becomes of a row and the model's answer. */
    @SuppressWarnings("unchecked") // only the decoder speaks of OUT, and it is set here
    public <T> Inference<IN, T> decode(TensorDecoder<IN, T> rowDecoder) {
        Inference<IN, T> decoded = (Inference<IN, T>) this;
        decoded.decoder = rowDecoder;
        return decoded;
    }

    /**
     * What a subtask needs. It becomes the stage's slot sharing group, and the subtask leases the
     * share of a GPU that it asks for. Without a profile, or one without GPUs, the model runs on
     * the processor. In mode {@link InferenceMode#SEPARATED} the subtask needs no GPU: the profile
     * counts without it.
     */
    public Inference<IN, OUT> profile(StageProfile stageProfile) {
        profile = stageProfile;
        return this;
    }

    /** When a batch is sent. */
    public Inference<IN, OUT> batch(Batching batching) {
        options.addAll(batching.options());
        return this;
    }

    /**
     * Also sends a batch when the weights of its rows add up to {@code maxWeight}; a heavier row
     * makes a batch by itself.
     */
    public Inference<IN, OUT> weigh(long maxWeight, RowWeigher<IN> rowWeigher) {
        maxBatchWeight = maxWeight;
        weigher = rowWeigher;
        return this;
    }

    /**
     * Runs rows with equal inputs once and gives the others the answer, while it is kept. Rows are
     * dealt out by their inputs, whatever the stream says. The encoder must not change them, and
     * must write the same bytes for a row each time and on every machine, without I/O: otherwise a
     * restore at another parallelism may lose rows that are on the way to the stage.
     */
    public Inference<IN, OUT> reuse(ResultReuse settings) {
        options.addAll(settings.options());
        return this;
    }

    /** As {@link #reuse(ResultReuse)}, with rows that are equal by their key. */
    public Inference<IN, OUT> reuse(ResultReuse settings, ReuseKey<IN> key) {
        reuseKey = key;
        return reuse(settings);
    }

    /** Most rows in flight in a subtask. */
    public Inference<IN, OUT> capacity(int rows) {
        options.set(InferenceOptions.CAPACITY, rows);
        return this;
    }

    /** The order in which results are emitted. */
    public Inference<IN, OUT> outputMode(OutputMode mode) {
        options.set(InferenceOptions.OUTPUT_MODE, mode);
        return this;
    }

    /**
     * Sends rows that fail to a side output instead of failing the job, unless {@link #onError}
     * says something else. A model that cannot be loaded, one that disagrees with the encoder about
     * names and types, and a lost device that nothing replaces still fail the job.
     */
    public Inference<IN, OUT> deadLetters(OutputTag<DeadLetter<IN>> tag) {
        deadLetters = tag;
        return this;
    }

    /** What becomes of rows that fail, whatever the class of their failure. */
    public Inference<IN, OUT> onError(ErrorAction action) {
        options.set(InferenceOptions.ON_ERROR, action);
        return this;
    }

    /** What becomes of rows whose failure has this class; goes before the common action. */
    public Inference<IN, OUT> onError(ErrorClass errorClass, ErrorAction action) {
        actionsByClass.put(errorClass, action);
        return this;
    }

    /** What is emitted for a row whose action is {@link ErrorAction#DEFAULT_VALUE}. */
    public Inference<IN, OUT> defaultValue(DefaultValue<IN, OUT> value) {
        defaults = value;
        return this;
    }

    /** Where the model runs, whatever the environment says. */
    public Inference<IN, OUT> mode(InferenceMode mode) {
        options.set(InferenceOptions.MODE, mode);
        return this;
    }

    /**
     * The pools that answer in mode {@link InferenceMode#SEPARATED}, such as {@code
     * flink://jobmanager:8081/digits}.
     */
    public Inference<IN, OUT> pools(String... addresses) {
        options.set(PoolOptions.ADDRESSES, List.of(addresses));
        return this;
    }

    /** Any options, such as {@link InferenceOptions}, for this stage alone. */
    public Inference<IN, OUT> options(Configuration stageOptions) {
        options.addAll(stageOptions);
        return this;
    }

    /** Connects subtasks to something else than the model host of their process; for tests. */
    Inference<IN, OUT> clients(ModelClientProvider provider) {
        clients = provider;
        return this;
    }

    /**
     * Adds the stage to the stream.
     *
     * <p>Rows are dealt out evenly to the subtasks, unless the stream says itself how it is
     * partitioned ({@code keyBy}, {@code rebalance}, {@code forward}, ...). ORDERED keeps the order
     * of the rows that a subtask receives: key the stream where the order of a key matters. After
     * {@code forward} or {@code rescale} Flink aligns checkpoint barriers even if checkpoints are
     * unaligned, and they wait behind all rows in front of the model.
     *
     * <p>UNORDERED results are dealt out as well, unless the returned stream is told how to
     * partition them: so the edge behind the stage is the same at any parallelism, and rows that an
     * unaligned checkpoint holds there are found again by a job that is restored at another one.
     * Behind ORDERED results Flink's rule holds, {@code forward} at equal parallelism. A restore
     * that would lose rows of an edge fails and says what to do.
     *
     * <p>The stage's uid, by which its state and its coordinator are found, is its name unless
     * another one is set afterwards; names must differ within a job.
     *
     * <p>The output type is taken from the decoder; where it cannot be (a generic type from a
     * lambda), follow with {@link SingleOutputStreamOperator#returns}.
     *
     * @throws IllegalArgumentException naming everything that is missing or invalid
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming invalid options
     */
    public SingleOutputStreamOperator<OUT> apply(String name) {
        requireComplete(name);
        Configuration settings = settings();
        InferenceConfig config = InferenceConfig.from(settings);
        // What the job's processes read when they start is checked before the job does.
        BlocklistConfig unusedBlocklist = BlocklistConfig.from(settings);
        ModelCacheConfig unusedCache = ModelCacheConfig.from(settings);
        InferenceMode mode = ModelClients.mode(settings);
        ReuseSpec<IN> reuse = reuse(name, settings);
        InferenceSpec<IN, OUT> spec =
                new InferenceSpec<>(
                        clients == null ? ModelClients.of(model, profile, settings) : clients,
                        stream.getExecutionEnvironment().clean(encoder),
                        stream.getExecutionEnvironment().clean(decoder),
                        config,
                        maxBatchWeight,
                        stream.getExecutionEnvironment().clean(weigher),
                        settings.toMap(),
                        errors(name, settings),
                        reuse);
        TypeInformation<OUT> type = outputType();
        DataStream<IN> rows =
                reuse == null ? distributed() : stream.keyBy(reuse.content(), Types.INT);
        SingleOutputStreamOperator<OUT> stage =
                rows.transform(name, type, new InferenceOperatorFactory<>(spec)).uid(name);
        if (profile != null) {
            StageProfile ofSubtask =
                    mode == InferenceMode.SEPARATED ? profile.withoutGpu() : profile;
            stage.slotSharingGroup(ofSubtask.toSlotSharingGroup());
        }
        // Those who want order want to keep it: a subtask's successor sees its rows in their order.
        return config.outputMode() == OutputMode.UNORDERED ? StageOutput.of(stage, type) : stage;
    }

    private ErrorHandling<IN, OUT> errors(String name, Configuration settings) {
        ErrorAction otherwise =
                settings.getOptional(InferenceOptions.ON_ERROR)
                        .orElse(deadLetters == null ? ErrorAction.FAIL : ErrorAction.DEAD_LETTER);
        ErrorPolicy policy =
                ErrorPolicy.parse(
                                otherwise,
                                settings.getOptional(InferenceOptions.ON_ERROR_BY_CLASS)
                                        .orElse(Map.of()))
                        .with(actionsByClass);
        List<String> problems = new ArrayList<>();
        requireSet(
                "deadLetters",
                policy.uses(ErrorAction.DEAD_LETTER) && deadLetters == null,
                problems);
        requireSet(
                "defaultValue",
                policy.uses(ErrorAction.DEFAULT_VALUE) && defaults == null,
                problems);
        if (!problems.isEmpty()) {
            throw incomplete(name, problems);
        }
        return new ErrorHandling<>(
                policy,
                deadLetters,
                stream.getExecutionEnvironment().clean(defaults),
                failureText(settings));
    }

    private static FailureText failureText(Configuration settings) {
        CheckedOptions checked = new CheckedOptions(settings);
        int frames = checked.get(InferenceOptions.STACK_FRAMES);
        checked.require(
                frames >= 0, InferenceOptions.STACK_FRAMES, frames, "It must not be negative.");
        checked.throwIfInvalid();
        return new FailureText(frames);
    }

    private static IllegalArgumentException incomplete(String name, List<String> problems) {
        return new IllegalArgumentException(
                "Cannot add inference '" + name + "': " + String.join(" ", problems));
    }

    @Nullable
    private ReuseSpec<IN> reuse(String name, Configuration settings) {
        ReuseConfig config = ReuseConfig.from(settings);
        if (!config.enabled()) {
            return null;
        }
        List<String> problems =
                ReuseRules.problems(settings, profile, partitionedByUser() && !dealtOutEvenly());
        if (!problems.isEmpty()) {
            throw incomplete(name, problems);
        }
        return new ReuseSpec<>(
                new RowContent<>(
                        stream.getExecutionEnvironment().clean(encoder),
                        stream.getExecutionEnvironment().clean(reuseKey)),
                config);
    }

    private boolean partitionedByUser() {
        return stream.getTransformation() instanceof PartitionTransformation;
    }

    /** Without a promise that reuse would break. */
    private boolean dealtOutEvenly() {
        StreamPartitioner<?> partitioner =
                ((PartitionTransformation<?>) stream.getTransformation()).getPartitioner();
        return partitioner instanceof RebalancePartitioner
                || partitioner instanceof ShufflePartitioner;
    }

    /** Flink aligns barriers on pointwise edges, whatever the checkpoint settings say. */
    private DataStream<IN> distributed() {
        return partitionedByUser() ? stream : stream.rebalance();
    }

    private Configuration settings() {
        Configuration ofJob =
                Configuration.fromMap(stream.getExecutionEnvironment().getConfiguration().toMap());
        return LayeredOptions.of(ofJob, options.toMap());
    }

    private void requireComplete(String name) {
        List<String> problems = new ArrayList<>();
        requireSet("model", model == null && clients == null, problems);
        requireSet("encode", encoder == null, problems);
        requireSet("decode", decoder == null, problems);
        if (profile != null && profile.gpus() > 1) {
            problems.add(
                    "Invalid gpus of profile '%s': %s. A subtask of an inference stage leases one"
                                    .formatted(profile.name(), profile.gpus())
                            + " device or a share of it: use at most 1 and raise the parallelism.");
        }
        if (weigher != null && maxBatchWeight < 1) {
            problems.add("Invalid batch weight: " + maxBatchWeight + ". It must be at least 1.");
        }
        if (!problems.isEmpty()) {
            throw incomplete(name, problems);
        }
    }

    private static void requireSet(String what, boolean missing, List<String> problems) {
        if (missing) {
            problems.add("." + what + "(...) is missing.");
        }
    }

    private TypeInformation<OUT> outputType() {
        return TypeExtractor.getUnaryOperatorReturnType(
                decoder,
                TensorDecoder.class,
                0,
                1,
                TypeExtractor.NO_INDEX,
                stream.getType(),
                "decoder",
                true);
    }
}
