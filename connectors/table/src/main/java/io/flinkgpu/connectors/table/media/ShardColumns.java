package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.table.check.TableProblems;
import io.flinkgpu.connectors.tar.BadSampleException;
import io.flinkgpu.connectors.tar.MediaSample;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * The physical columns of a table of tar shards, each a member of a sample.
 *
 * @param members in the order of the columns
 */
record ShardColumns(List<Member> members) implements Failures<MediaSample> {

    /**
     * The member of a column.
     *
     * @param extensions lower case; the first one that a sample has counts
     * @param isText whether the column is its text, not its bytes
     * @param isRequired whether a sample without it cannot be read
     */
    record Member(List<String> extensions, boolean isText, boolean isRequired)
            implements TableField<MediaSample>, Serializable {

        @Nullable
        @Override
        public Object of(MediaSample sample) {
            for (String extension : extensions) {
                byte[] bytes = sample.members().get(extension);
                if (bytes != null) {
                    return isText ? StringData.fromBytes(bytes) : bytes;
                }
            }
            return null;
        }

        private boolean isMissingIn(MediaSample sample) {
            return isRequired && extensions.stream().noneMatch(sample.members()::containsKey);
        }
    }

    /**
     * Reads the columns; what is wrong goes to the problems.
     *
     * @param extensions by column; a column that is missing is named as its member
     */
    static ShardColumns of(
            ResolvedSchema schema,
            Map<String, String> extensions,
            OnError onError,
            TableProblems problems) {
        Map<String, String> left = new TreeMap<>(extensions);
        List<Member> members = new ArrayList<>();
        for (Column column : schema.getColumns()) {
            if (column.isPhysical()) {
                String named = left.remove(column.getName());
                members.add(member(column, named == null ? column.getName() : named));
                check(column, onError, problems);
            }
        }
        left.forEach(
                (column, value) ->
                        problems.option(
                                TarShardsTableOptions.MEMBER_PREFIX + column,
                                value,
                                "The table has no column '%s' beside metadata. Name one of its columns."
                                        .formatted(column)));
        return new ShardColumns(List.copyOf(members));
    }

    @Nullable
    @Override
    public ReadFailure of(MediaSample sample) {
        if (sample.failure() != null) {
            return sample.failure();
        }
        for (Member member : members) {
            if (member.isMissingIn(sample)) {
                return new ReadFailure(
                        BadSampleException.class.getName(),
                        "Cannot read sample '%s' of '%s': it has no member %s, only %s."
                                .formatted(
                                        sample.key(),
                                        sample.shard(),
                                        String.join(" or ", member.extensions()),
                                        sample.members().keySet()));
            }
        }
        return null;
    }

    private static Member member(Column column, String extensions) {
        LogicalType type = column.getDataType().getLogicalType();
        return new Member(
                Arrays.stream(extensions.split(";"))
                        .map(extension -> extension.strip().toLowerCase(Locale.ROOT))
                        .toList(),
                type.is(LogicalTypeRoot.VARCHAR),
                !type.isNullable());
    }

    private static void check(Column column, OnError onError, TableProblems problems) {
        LogicalType type = column.getDataType().getLogicalType();
        if (!type.isAnyOf(LogicalTypeRoot.VARBINARY, LogicalTypeRoot.VARCHAR)) {
            problems.column(
                    column,
                    "It must be BYTES, or STRING for the member's text, which a query can CAST.");
        }
        if (!type.isNullable() && onError == OnError.COLUMN) {
            problems.column(
                    column,
                    "It must not be NOT NULL where the column error tells what cannot be read: it is NULL there.");
        }
    }
}
