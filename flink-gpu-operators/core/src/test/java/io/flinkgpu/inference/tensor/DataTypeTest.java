package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DataTypeTest {

    @Test
    void keepsTheCodesOfSerialisedTensors() {
        String codes =
                String.join(
                        " ",
                        Arrays.stream(DataType.values())
                                .map(type -> type.code() + "=" + type)
                                .toList());

        assertThat(codes)
                .isEqualTo(
                        "0=bool 1=uint8 2=uint16 3=uint32 4=uint64 5=int8 6=int16 7=int32 8=int64"
                                + " 9=float16 10=bfloat16 11=float32 12=float64 13=bytes");
    }

    @Test
    void findsEveryTypeByItsCode() {
        for (DataType type : DataType.values()) {
            assertThat(DataType.ofCode(type.code())).isEqualTo(type);
        }
    }

    @Test
    void refusesAnUnknownCode() {
        assertThatThrownBy(() -> DataType.ofCode(99))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid element type code: 99. The data was written by a newer version.");
    }

    @Test
    void namesTypesAsTheProtocolDoes() {
        assertThat(Arrays.stream(DataType.values()).map(DataType::protocolName))
                .containsExactly(
                        "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32",
                        "INT64", "FP16", "BF16", "FP32", "FP64", "BYTES");
    }

    @Test
    void byteStringsHaveNoFixedSize() {
        assertThat(DataType.BYTES.isFixedSize()).isFalse();
        assertThatThrownBy(DataType.BYTES::byteSize)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot size one element of type bytes: elements differ in length.");
    }
}
