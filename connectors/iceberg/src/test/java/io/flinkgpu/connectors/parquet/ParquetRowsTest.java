package io.flinkgpu.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.ReadFailure;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class ParquetRowsTest {

    @Test
    void refusesWhatCannotBeRead() {
        ParquetRows rows = ParquetRows.of("/data").column("text", Types.STRING);

        assertThatThrownBy(() -> rows.column("other", "text", Types.STRING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid field 'other' of column 'text': field 'text' of column 'text' is there already. Read each column once, into a field of its own.");
        assertThatThrownBy(() -> rows.column("text", "other", Types.STRING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid field 'text' of column 'other': ");
        assertThatThrownBy(() -> rows.column("day", Types.LOCAL_DATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid type of field 'day': ");
        assertThatThrownBy(() -> ParquetRows.of("/data").format())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid columns: none. Name at least one by column(...).");
        assertThatThrownBy(() -> ParquetRows.of(new String[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid inputs: none.");
    }

    @Test
    void recordsTravelWithoutKryo() throws IOException {
        TypeInformation<ParquetRow> type =
                ParquetRows.of("/data")
                        .column("text", Types.STRING)
                        .column("scores", Types.PRIMITIVE_ARRAY(Types.FLOAT))
                        .format()
                        .type();
        Configuration noKryo = new Configuration();
        noKryo.set(PipelineOptions.GENERIC_TYPES, false);
        TypeSerializer<ParquetRow> serializer =
                type.createSerializer(new SerializerConfigImpl(noKryo));
        ParquetRow good = ParquetRow.of("file:/a", 1, Row.of("one", new float[] {1, 2}));
        ParquetRow bad =
                ParquetRow.unreadable("file:/b", 2, new ReadFailure("IOException", "It is gone."));

        assertThat(throughBytes(good, serializer)).isEqualTo(good);
        assertThat(throughBytes(good, serializer).values().getField("text")).isEqualTo("one");
        assertThat(throughBytes(bad, serializer)).isEqualTo(bad);
        assertThat(bad.readFailure()).isPresent();
    }

    private static ParquetRow throughBytes(ParquetRow row, TypeSerializer<ParquetRow> serializer)
            throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(64);
        serializer.serialize(row, target);
        return serializer.deserialize(new DataInputDeserializer(target.getCopyOfBuffer()));
    }
}
