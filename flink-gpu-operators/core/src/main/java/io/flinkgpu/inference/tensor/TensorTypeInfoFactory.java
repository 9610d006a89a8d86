package io.flinkgpu.inference.tensor;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Leads Flink's type extraction from {@link Tensor} to {@link ValueTypeInfo}. */
@Internal
public final class TensorTypeInfoFactory extends TypeInfoFactory<Tensor> {

    @Override
    public TypeInformation<Tensor> createTypeInfo(
            Type type, Map<String, TypeInformation<?>> genericParameters) {
        return ValueTypeInfo.ofTensor();
    }
}
