package io.flinkgpu.connectors.iceberg;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Makes a table fit rows: creates it, or adds the columns that it lacks.
 *
 * <p>A column of the table whose type a field's can be widened to stays as it is; one that would
 * have to be widened itself ({@code int} to {@code long}, {@code float} to {@code double}) is.
 * Columns are never dropped, and the partitioning of an existing table is left alone.
 */
record TableEvolution(Schema rows, List<String> partitions) {

    /**
     * The table, fitted.
     *
     * @throws IllegalArgumentException naming all columns that cannot take their fields, and all
     *     required ones without a field
     */
    Table apply(Catalog catalog, TableIdentifier name) {
        if (!catalog.tableExists(name)) {
            return create(catalog, name);
        }
        Table table = catalog.loadTable(name);
        requireFit(table);
        UpdateSchema update = table.updateSchema();
        boolean changed = false;
        for (NestedField field : rows.columns()) {
            NestedField column = table.schema().findField(field.name());
            if (column == null) {
                update.addColumn(field.name(), field.type());
                changed = true;
            } else if (!takes(column.type(), field.type())) {
                update.updateColumn(field.name(), field.type().asPrimitiveType());
                changed = true;
            }
        }
        if (changed) {
            update.commit();
            table.refresh();
        }
        return table;
    }

    /**
     * Whether the table fits, or could be made so.
     *
     * @throws IllegalArgumentException as {@link #apply}, or if a new table cannot be partitioned
     *     so
     */
    void check(Catalog catalog, TableIdentifier name) {
        if (catalog.tableExists(name)) {
            requireFit(catalog.loadTable(name));
        } else {
            PartitionTerms.parse(partitions, rows);
        }
    }

    private Table create(Catalog catalog, TableIdentifier name) {
        PartitionSpec spec = PartitionTerms.parse(partitions, rows);
        try {
            if (catalog instanceof SupportsNamespaces namespaces) {
                createMissing(namespaces, name.namespace());
            }
            return catalog.createTable(name, rows, spec);
        } catch (AlreadyExistsException createdMeanwhile) {
            return apply(catalog, name);
        }
    }

    private static void createMissing(SupportsNamespaces namespaces, Namespace namespace) {
        if (!namespaces.namespaceExists(namespace)) {
            namespaces.createNamespace(namespace);
        }
    }

    private void requireFit(Table table) {
        List<String> problems = new ArrayList<>();
        for (NestedField column : table.schema().columns()) {
            NestedField field = rows.findField(column.name());
            if (field == null && column.isRequired()) {
                problems.add(
                        "column '%s' is required, and rows have no such field"
                                .formatted(column.name()));
            } else if (field != null
                    && !takes(column.type(), field.type())
                    && !takes(field.type(), column.type())) {
                problems.add(
                        "column '%s' is %s, and the field is %s"
                                .formatted(column.name(), column.type(), field.type()));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot write to table '%s': %s. Rename the fields, or write to another table."
                            .formatted(table.name(), String.join("; ", problems)));
        }
    }

    /** Whether a column of a type holds values of another one without loss. */
    private static boolean takes(Type column, Type field) {
        if (column.isPrimitiveType() && field.isPrimitiveType()) {
            return TypeUtil.isPromotionAllowed(field, column.asPrimitiveType());
        }
        return column.isListType()
                && field.isListType()
                && takes(column.asListType().elementType(), field.asListType().elementType());
    }
}
