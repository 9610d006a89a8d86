package io.flinkgpu.benchmarks.sql;

import org.apache.flink.annotation.Internal;
import org.apache.flink.model.triton.TritonModelProviderFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.ml.ModelProvider;

/**
 * Flink's model provider {@code triton} under the name {@code triton-repaired}: the peer of {@code
 * sql-predict}.
 *
 * <p>{@code flink-model-triton} 2.3.0 cannot run as released. Two things are repaired, and nothing
 * else: its HTTP client, JSON, mapping of types, options and defaults are those of the artifact.
 *
 * <ul>
 *   <li>The constructor of its function refuses every column of a model, because the check of an
 *       expected type is the wrong way round ({@code
 *       AbstractTritonModelFunction#validateSingleColumnSchema}).
 *   <li>Its function is not serialisable, because it holds a {@code ByteArrayOutputStream} ({@code
 *       TritonInferenceModelFunction#compressionBuffer}), and Flink refuses the job.
 * </ul>
 */
@Internal
public final class RepairedTritonFactory extends TritonModelProviderFactory {

    /** The name in {@code 'provider' = '...'}. */
    public static final String REPAIRED = "triton-repaired";

    @Override
    public String factoryIdentifier() {
        return REPAIRED;
    }

    @Override
    public ModelProvider createModelProvider(Context context) {
        FactoryUtil.createModelProviderFactoryHelper(this, context).validate();
        return new Provider(RepairedTritonFunction.of(context.getCatalogModel()));
    }
}
