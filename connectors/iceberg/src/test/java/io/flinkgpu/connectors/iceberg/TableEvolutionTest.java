package io.flinkgpu.connectors.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableEvolutionTest {

    record First(long id, int count, float score) {}

    record Extended(long id, List<Float> scores, double score, String label, int count) {}

    record Narrower(int id, int count, float score) {}

    record Other(String id, List<Float> count) {}

    private static final TableIdentifier NAME = TableIdentifier.of("inference", "labels");

    @TempDir Path warehouse;
    private final InMemoryCatalog catalog = new InMemoryCatalog();

    @BeforeEach
    void open() {
        catalog.initialize("test", Map.of("warehouse", warehouse.toString()));
    }

    @Test
    void createsAMissingTableWithItsNamespaceAndPartitions() {
        Table table = fit(First.class, "bucket(4, id)", "count");

        assertThat(columns(table)).containsExactly("id long", "count int", "score float");
        assertThat(table.spec().fields())
                .extracting(field -> field.name() + " " + field.transform())
                .containsExactly("id_bucket bucket[4]", "count identity");
    }

    @Test
    void addsColumnsWidensThemAndDropsNone() {
        fit(First.class);

        Table table = fit(Extended.class, "label");

        assertThat(columns(table))
                .containsExactly(
                        "id long",
                        "count int",
                        "score double",
                        "scores list<float>",
                        "label string");
        assertThat(table.spec().isUnpartitioned()).isTrue();
        assertThat(columns(fit(First.class))).isEqualTo(columns(table));
    }

    @Test
    void leavesATableThatFitsAlone() {
        Table before = fit(First.class);

        Table after = fit(Narrower.class);

        assertThat(after.schema().schemaId()).isEqualTo(before.schema().schemaId());
        assertThat(columns(after)).isEqualTo(columns(before));
    }

    @Test
    void tellsAllColumnsThatCannotTakeTheirFields() {
        fit(First.class);

        assertThatThrownBy(() -> fit(Other.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "column 'id' is long, and the field is string; column 'count' is int, and the field is list<float>. Rename the fields, or write to another table.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"day(", "week(id)", "bucket(id)", "truncate(x, id)", "year(3, id)"})
    void refusesPartitionsThatAreNone(String term) {
        assertThatThrownBy(() -> fit(First.class, term))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid partition: '%s'. It must be COLUMN, ", term);
    }

    @ParameterizedTest
    @CsvSource({"labels,false", "a.b,true", "a.b.c,true", ".b,false", "a.,false"})
    void aTablesNameHasANamespace(String name, boolean valid) {
        if (valid) {
            assertThat(new IcebergTable(IcebergCatalog.hadoop("w"), name).name()).isEqualTo(name);
        } else {
            assertThatThrownBy(() -> new IcebergTable(IcebergCatalog.hadoop("w"), name))
                    .hasMessage("Invalid table: '%s'. It must be NAMESPACE.TABLE.", name);
        }
    }

    private Table fit(Class<?> rows, String... partitions) {
        RowColumns columns = RowColumns.of(TypeInformation.of(rows), Map.of());
        return new TableEvolution(columns.schema(), Arrays.asList(partitions)).apply(catalog, NAME);
    }

    private static List<String> columns(Table table) {
        return table.schema().columns().stream()
                .map(column -> column.name() + " " + column.type())
                .toList();
    }
}
